"""Discussions over the socket."""

from typing import Any

from network.discussions import actions, marks, policy
from network.discussions.forms import EditForm, ReactForm, ReadForm, SayForm
from network.discussions.models import Message, Thread
from network.live import deed, signal

deed("discussions.post", Thread, actions.post, SayForm)
deed("discussions.edit", Message, actions.edit, EditForm)
deed("discussions.react", Message, actions.react, ReactForm)
deed("discussions.withdraw", Message, actions.withdraw)


def read(actor: Any, thread: Thread, *, ordinal: int | None, key: str | None = None) -> None:
    """The person has seen the thread up to a message. Twice does no harm, so no key is kept."""
    marks.read(actor, actor, thread=thread, ordinal=ordinal or 0)


deed("discussions.read", Thread, read, ReadForm)


def _may_type(user: object, owner: object) -> bool:
    return isinstance(owner, Thread) and policy.may_post(user, owner)


def _may_be_here(user: object, owner: object) -> bool:
    return isinstance(owner, Thread)


signal("typing", _may_type)
signal("here", _may_be_here)
