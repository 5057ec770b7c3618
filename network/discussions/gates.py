"""What is asked before a message is posted, beyond the rule: features below add their questions.

Each question is called inside the running action, as `question(actor, thread, text, anew)`, with the room
held on what is then true. It may raise Refused with a sentence; or say that the message shall wait for
approval.
"""

from collections.abc import Callable
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from network.changes import Refused
from network.discussions.models import Message, Thread
from network.discussions.policy import may_moderate
from network.extensions import db
from network.people.models import Person
from network.things import now

Question = Callable[[Person, Thread, str, bool], bool]

questions: list[Question] = []
# Called inside the action with every message that was posted, edited or approved.
noticed: list[Callable[[Message], object]] = []
# Called inside the action, after those, with every message that was approved: others may stand after it.
approved: list[Callable[[Message], object]] = []
# Called inside the action with every message whose text is erased.
erased: list[Callable[[Message], object]] = []


def waits(actor: Person, thread: Thread, text: str, *, anew: bool = True) -> bool:
    """Whether a text of the actor has to be approved first. Raises Refused if it may not be said at all.

    `anew` says that it is a new message and not a change of one.
    """
    if anew:
        _not_too_soon(actor, thread)
    answers = [question(actor, thread, text, anew) for question in questions]  # each is asked: it may refuse
    return any(answers)


def _not_too_soon(actor: Person, thread: Thread) -> None:
    """Slow mode: some time between two messages of one person; not for those who look after the group."""
    if not thread.slow_seconds or may_moderate(actor, thread):
        return
    last = db.session.scalar(
        select(func.max(Message.created_at)).where(
            Message.thread_id == thread.id, Message.person_id == actor.id
        )
    )
    if last is None:
        return
    wait = last + timedelta(seconds=thread.slow_seconds) - now()
    if wait > timedelta():
        raise Refused(
            _l(
                "This discussion is slowed down at the moment. You can write again in %(seconds)d seconds.",
                seconds=int(wait.total_seconds()) + 1,
            )
        )


def notice(message: Message) -> None:
    """Tell the features below of a message that can be read now."""
    for function in noticed:
        function(message)


def approve(message: Message) -> None:
    """Tell them of one that comes late to its place, besides `notice`."""
    for function in approved:
        function(message)
