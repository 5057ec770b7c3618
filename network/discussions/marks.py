"""How far everybody has read, who follows what, and telling a person's pages of it.

Marks are nobody else's business: they are not in any journal. A change of them is told to the person's own
open pages as a state of their own room: unnumbered, the latest one wins.
"""

from typing import Any

from sqlalchemy import insert, literal, or_, select

from network.changes import action
from network.discussions import policy, told
from network.discussions.counts import FOLLOW
from network.discussions.models import Message, ReadMark, Thread
from network.extensions import db
from network.groups.models import Membership
from network.people.models import Person
from network.things import now


def after_posting(actor: Any, thread: Thread, message: Message) -> None:
    """Step of an action: whoever is in the group follows the thread from now on; the author has read it."""
    before = message.ordinal - 1
    marked = select(ReadMark.person_id).where(ReadMark.thread_id == thread.id)
    values = [literal(thread.id), literal(before), literal(before), literal(FOLLOW), literal(now())]
    members = select(Membership.person_id, *values).where(
        Membership.group_id == thread.group_id,
        Membership.removed_at.is_(None),
        or_(Membership.until.is_(None), Membership.until > now()),
        Membership.person_id.not_in(marked),
    )
    columns = ["person_id", "thread_id", "ordinal", "told_ordinal", "following", "at"]
    db.session.execute(insert(ReadMark).from_select(columns, members))
    for mention in message.mentions:
        _mark_of(mention.person_id, thread, ordinal=before)
    own = _mark_of(actor.id, thread, ordinal=before)
    own.ordinal = message.ordinal
    told.afterwards_to_followers(thread.id)


@action(policy.may_mark)
def read(actor: Person, person: Person, *, thread: Thread, ordinal: int) -> Person:
    """Note that a person has read a thread up to a message; never backwards."""
    mark = _mark_of(person.id, thread, ordinal=0)
    wanted = min(ordinal, thread.last_ordinal)
    if wanted > mark.ordinal:
        mark.ordinal, mark.at = wanted, now()
        told.afterwards_to([person.id], thread.id)
    return person


@action(policy.may_mark)
def mark_unread(actor: Person, person: Person, *, thread: Thread, ordinal: int) -> Person:
    """Let a thread count as unread again from this message on."""
    mark = _mark_of(person.id, thread, ordinal=0)
    mark.ordinal, mark.at = max(0, ordinal - 1), now()
    told.afterwards_to([person.id], thread.id)
    return person


@action(policy.may_mark)
def follow(actor: Person, person: Person, *, thread: Thread, following: str) -> Person:
    """Follow a thread, with counts and letters, or mute it."""
    mark = _mark_of(person.id, thread, ordinal=thread.last_ordinal)
    mark.following = following
    told.afterwards_to([person.id], thread.id)
    return person


def mark_of(person: Any, thread: Thread) -> ReadMark | None:
    """A person's mark in a thread."""
    return db.session.get(ReadMark, (person.id, thread.id))


def _mark_of(person_id: int, thread: Thread, *, ordinal: int) -> ReadMark:
    mark = db.session.get(ReadMark, (person_id, thread.id))
    if mark is None:
        mark = ReadMark(person_id=person_id, thread_id=thread.id, ordinal=ordinal, told_ordinal=ordinal)
        db.session.add(mark)
    return mark
