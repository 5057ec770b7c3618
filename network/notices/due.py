"""What people have not read and no letter has told them of, and for whom a letter is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, inspect, or_, select

from network.discussions.counts import FOLLOW, counts_as_unread, messages, persons, threads
from network.discussions.models import ReadMark
from network.extensions import db
from network.notices import preferences
from network.notices.models import LATE, MENTIONS, MESSAGES, NOW, Notice
from network.notices.times import gathered_until
from network.people.models import PersonState
from network.things import Thing, now

OLDEST = timedelta(days=14)  # what is older is not told of any more
said = inspect(Thing).local_table.alias("said")  # the row of a message as a thing: when it was said


@dataclass(frozen=True)
class Due:
    """That a person is to be told of a thread: of what speaks to them, of what is new in it, or of both."""

    person_id: int
    thread_id: int
    mentions: bool
    messages: bool
    at_once: bool


def of_messages(*columns: Any) -> Select[Any]:
    """A statement for what is new in threads that people follow: unread, and told in no letter.

    Beside each row of `messages` stand its `said`, its thread and the reader's ReadMark.
    """
    return (
        select(*columns)
        .select_from(ReadMark)
        .join(threads, threads.c.id == ReadMark.thread_id)
        .join(persons, persons.c.id == ReadMark.person_id)
        .join(messages, counts_as_unread())
        .join(said, said.c.id == messages.c.id)
        .outerjoin(Notice, and_(Notice.person_id == ReadMark.person_id, Notice.message_id == messages.c.id))
        .where(
            *_can_be_written_to(),
            ReadMark.following == FOLLOW,
            threads.c.last_at > now() - OLDEST,
            threads.c.last_ordinal > ReadMark.told_ordinal,
            messages.c.ordinal > ReadMark.told_ordinal,
            said.c.created_at > now() - OLDEST,
            Notice.told_at.is_(None),
        )
    )


def of_notices(*columns: Any) -> Select[Any]:
    """The same for messages that speak to somebody: beside each row of `messages` stands the Notice."""
    mark = and_(ReadMark.person_id == Notice.person_id, ReadMark.thread_id == messages.c.thread_id)
    return (
        select(*columns)
        .select_from(Notice)
        .join(messages, messages.c.id == Notice.message_id)
        .join(said, said.c.id == messages.c.id)
        .join(threads, threads.c.id == messages.c.thread_id)
        .join(persons, persons.c.id == Notice.person_id)
        .outerjoin(ReadMark, mark)
        .where(
            *_can_be_written_to(),
            Notice.why != LATE,
            Notice.told_at.is_(None),
            Notice.made_at > now() - OLDEST,
            # Or it speaks to them only since they read its place: by a change, or by a late approval.
            *is_new(or_since=Notice.made_at > ReadMark.at),
        )
    )


def of_late_ones(*columns: Any) -> Select[Any]:
    """The same for messages that were approved after their readers' marks had gone past them."""
    return (
        select(*columns)
        .select_from(Notice)
        .join(messages, messages.c.id == Notice.message_id)
        .join(threads, threads.c.id == messages.c.thread_id)
        .join(persons, persons.c.id == Notice.person_id)
        .join(ReadMark, and_(ReadMark.person_id == persons.c.id, ReadMark.thread_id == threads.c.id))
        .where(
            *_can_be_written_to(),
            Notice.why == LATE,
            Notice.told_at.is_(None),
            Notice.made_at > now() - OLDEST,
            ReadMark.following == FOLLOW,
            messages.c.state == "posted",
            messages.c.withdrawn_at.is_(None),
        )
    )


def is_new(or_since: ColumnElement[bool] | None = None) -> tuple[ColumnElement[bool], ...]:
    """Whether a message that speaks to somebody can be read, has not been, and its thread is not muted."""
    unread = messages.c.ordinal > ReadMark.ordinal
    return (
        messages.c.state == "posted",
        messages.c.withdrawn_at.is_(None),
        or_(
            ReadMark.person_id.is_(None),
            and_(ReadMark.following == FOLLOW, unread if or_since is None else or_(unread, or_since)),
        ),
    )


def _can_be_written_to() -> tuple[ColumnElement[bool], ...]:
    return (persons.c.state == PersonState.ADMITTED, persons.c.email.is_not(None))


def at(moment: datetime, person_ids: Collection[int] | None = None) -> list[Due]:
    """Whom a letter is due at this moment, of everybody or of these people, and about which threads."""
    when = func.min(said.c.created_at, type_=Thing.created_at.type)
    when_late = func.min(Notice.made_at, type_=Notice.made_at.type)
    columns = [persons.c.id, threads.c.id, threads.c.group_id]
    found: dict[tuple[int, int, int], dict[str, datetime]] = {}
    for kind, query in (
        (MESSAGES, of_messages(*columns, when)),
        (MENTIONS, of_notices(*columns, when)),
        (MESSAGES, of_late_ones(*columns, when_late)),
    ):
        if person_ids is not None:
            query = query.where(persons.c.id.in_(person_ids))
        for person_id, thread_id, group_id, first in db.session.execute(query.group_by(*columns)):
            kinds_of = found.setdefault((person_id, thread_id, group_id), {})
            kinds_of[kind] = min(first, kinds_of.get(kind, first))
    choices = preferences.of({person_id for person_id, _thread, _group in found})
    due = []
    for (person_id, thread_id, group_id), first_of in found.items():
        if choices.is_quiet(person_id, moment):
            continue
        kinds = {}
        for kind, first in first_of.items():
            often = choices.often(person_id, group_id, kind)
            until = gathered_until(often, moment)
            if until is not None and first <= min(until, gathered_until(NOW, moment) or until):
                kinds[kind] = often
        if kinds:
            due.append(
                Due(
                    person_id,
                    thread_id,
                    mentions=MENTIONS in kinds,
                    messages=MESSAGES in kinds,
                    at_once=NOW in kinds.values(),
                )
            )
    return due
