"""Noting whom a message speaks to, in the action that posts or changes it."""

from functools import partial

from sqlalchemy import ColumnElement, delete, insert, literal, or_, select

from network.changes import afterwards
from network.discussions import gates
from network.discussions.counts import FOLLOW
from network.discussions.models import Message, ReadMark
from network.extensions import db
from network.letters import Letter
from network.notices import composing
from network.notices.models import LATE, Notice, ToldMessage
from network.things import now


def note(message: Message) -> None:
    """Step of an action: whoever is named, or answered, is to hear of it; whoever no longer is, is not."""
    wanted = {mention.person_id: "mention" for mention in message.mentions}
    answered = message.reply_to
    if message.reply_to_id is not None and answered is None:
        answered = db.session.get(Message, message.reply_to_id)
    if answered is not None and answered.person_id != message.person_id:
        wanted.setdefault(answered.person_id, "reply")
    known = {
        row.person_id: row
        for row in db.session.scalars(select(Notice).where(Notice.message_id == message.id))
    }
    for person_id, row in known.items():
        if person_id not in wanted and row.why != LATE and not (row.why == "all" and message.mentions_all):
            db.session.delete(row)
    for person_id, why in wanted.items():
        if person_id not in known:
            db.session.add(Notice(person_id=person_id, message_id=message.id, why=why))
        elif known[person_id].why == LATE:
            known[person_id].why = why
    if message.mentions_all:
        _insert(message, "all", {message.person_id, *wanted, *known})


def note_late(message: Message) -> None:
    """Step of an action: whoever has read on, or was told of later messages, is to hear of this one still."""
    heard = select(Notice.person_id).where(Notice.message_id == message.id)
    passed = or_(ReadMark.ordinal >= message.ordinal, ReadMark.told_ordinal >= message.ordinal)
    _insert(message, LATE, {message.person_id}, passed, ReadMark.person_id.not_in(heard))


def _insert(message: Message, why: str, but: set[int], *which: ColumnElement[bool]) -> None:
    """A notice for whoever follows the thread, but some."""
    followers = select(
        ReadMark.person_id, literal(message.id), literal(why), literal(now(), Notice.made_at.type)
    ).where(
        ReadMark.thread_id == message.thread_id,
        ReadMark.following == FOLLOW,
        ReadMark.person_id.not_in(but),
        *which,
    )
    columns = ["person_id", "message_id", "why", "made_at"]
    db.session.execute(insert(Notice).from_select(columns, followers))


def erase(message: Message) -> None:
    """Step of an action: take an erased message out of the letters of the outbox, and its notices.

    Letters that wait are written anew without it; those that have left are only deleted here.
    """
    db.session.execute(delete(Notice).where(Notice.message_id == message.id))
    held = select(ToldMessage.letter_id).where(ToldMessage.message_id == message.id)
    for letter in db.session.scalars(select(Letter).where(Letter.id.in_(held))).all():
        if letter.state == "queued":
            composing.write_anew(letter, without=message.id)
        afterwards(partial(letter.file.unlink, missing_ok=True))
        db.session.execute(delete(ToldMessage).where(ToldMessage.letter_id == letter.id))
        db.session.delete(letter)


gates.noticed.append(note)
gates.approved.append(note_late)
gates.erased.append(erase)
