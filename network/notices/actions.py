"""What people choose, and what the clock writes to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from network import letters
from network.changes import Invalid, action, take_all
from network.directory.models import Network
from network.discussions import policy as discussions
from network.discussions.counts import messages, persons
from network.discussions.models import Message, ReadMark
from network.extensions import db
from network.groups import policy as groups
from network.groups.models import Group
from network.notices import composing, due, policy
from network.notices.composing import Piece
from network.notices.due import Due
from network.notices.models import DEFAULTS, NEVER, OFTEN, GroupPreferences, Notice, Preferences
from network.notices.times import ripe_before
from network.people.models import Person

# What people choose


@action(policy.may_choose)
def choose(
    actor: Any,
    person: Person,
    *,
    mentions: str,
    messages: str,
    quiet_from: int | None,
    quiet_until: int | None,
) -> Person:
    """Set what holds for all groups, and the quiet hours in minutes since midnight; both or none."""
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        raise Invalid(**{missing: _l("Please give both times, or none.")})
    found = _preferences(person)
    found.mentions, found.messages = _offered(mentions), _offered(messages)
    found.quiet_from, found.quiet_until = quiet_from, quiet_until
    return person


@action(policy.may_choose)
def choose_for_group(actor: Any, person: Person, *, group_id: int, mentions: str, messages: str) -> Person:
    """Set what is different in one group; empty is as in all groups."""
    group = db.session.get(Group, group_id)
    if group is None or not groups.may_read(actor, group):
        raise Invalid(group_id=_l("Please choose one of the entries."))
    _set_for_group(person, group_id, mentions=mentions, messages=messages)
    return person


@action(policy.may_end)
def end(actor: Any, person: Person, *, kinds: Collection[str], group_ids: Sequence[int]) -> Person:
    """End letters of these kinds about these groups, or about all of them if none is named."""
    if not group_ids:
        found = _preferences(person)
        for kind in kinds:
            setattr(found, kind, NEVER)
        db.session.flush()
    for row in db.session.scalars(select(GroupPreferences).where(GroupPreferences.person_id == person.id)):
        if not group_ids:
            for kind in kinds:
                setattr(row, kind, "")
    for group_id in group_ids:
        _set_for_group(person, group_id, **dict.fromkeys(kinds, NEVER))
    return person


def _preferences(person: Person) -> Preferences:
    found: Preferences | None = db.session.get(Preferences, person.id)
    if found is None:
        found = Preferences(person_id=person.id, **DEFAULTS)
        db.session.add(found)
    return found


def _set_for_group(person: Person, group_id: int, **kinds: str) -> None:
    found = db.session.get(GroupPreferences, (person.id, group_id))
    if found is None:
        found = GroupPreferences(person_id=person.id, group_id=group_id, mentions="", messages="")
        db.session.add(found)
    for kind, often in kinds.items():
        setattr(found, kind, _offered(often) if often else "")
    if not found.mentions and not found.messages:
        db.session.delete(found)


def _offered(often: str) -> str:
    if often not in OFTEN:
        raise Invalid(often=_l("Please choose one of the entries."))
    return often


# What the clock does


@action(policy.may_tell)
def tell(actor: Any, network: Network, *, moment: datetime, person_ids: Collection[int]) -> None:
    """Write to these people what is due, each as they may read it now, and note what they were told.

    The rooms of the threads are held, so that nothing is erased while it is put into a letter.
    """
    found = due.at(moment, person_ids)
    if not found:
        return
    threads = composing.load_threads(one.thread_id for one in found)
    take_all(thread.room_id for thread in threads.by_id.values())
    tellings = _tellings(
        [one for one in due.at(moment, person_ids) if one.thread_id in threads.by_id], moment
    )
    people = _people({telling.due.person_id for telling in tellings})
    bundles: dict[int, list[Piece]] = {}
    for telling in tellings:
        person, thread = people[telling.due.person_id], threads.by_id[telling.due.thread_id]
        if not telling.pieces or not discussions.may_read(person, thread):
            continue
        if telling.due.at_once:
            composing.write(person, telling.pieces, at_once=True)
        else:
            bundles.setdefault(person.id, []).extend(telling.pieces)
    for person_id, bundle in bundles.items():
        composing.write(people[person_id], bundle, at_once=False)
    _note_told(tellings, moment)


@dataclass(frozen=True)
class Telling:
    """What a person is told of a thread, and up to which message they have then been told of it."""

    due: Due
    pieces: list[Piece]
    told_ordinal: int


def _tellings(found: Sequence[Due], moment: datetime) -> list[Telling]:
    people, threads = {one.person_id for one in found}, {one.thread_id for one in found}
    of_these = (persons.c.id.in_(people), messages.c.thread_id.in_(threads))
    columns = (persons.c.id, messages.c.id)
    new = {(row[0], row[1]) for row in db.session.execute(due.of_messages(*columns).where(*of_these))}
    new |= {(row[0], row[1]) for row in db.session.execute(due.of_late_ones(*columns).where(*of_these))}
    speaks = {
        (person_id, message_id): str(why)
        for person_id, message_id, why in db.session.execute(
            due.of_notices(*columns, Notice.why).where(*of_these)
        )
    }
    query = (
        select(Message)
        .where(Message.id.in_({message_id for _person, message_id in new | speaks.keys()}))
        .options(joinedload(Message.person), joinedload(Message.parent), selectinload(Message.files))
        .order_by(Message.thread_id, Message.ordinal)
    )
    said: dict[int, list[Message]] = {}
    for message in db.session.scalars(query).unique():
        said.setdefault(message.thread_id, []).append(message)
    return [_telling(one, said.get(one.thread_id, []), new, speaks, moment) for one in found]


def _telling(
    one: Due,
    said: Sequence[Message],
    new: Collection[tuple[int, int]],
    speaks: Mapping[tuple[int, int], str],
    moment: datetime,
) -> Telling:
    """What was said a moment ago waits for the next letter, and with it what is new after it."""
    ripe = ripe_before(moment)
    pieces, told_ordinal, waits = [], 0, False
    for message in said:
        key = (one.person_id, message.id)
        if max(message.created_at, message.edited_at or message.created_at) > ripe:
            waits = True
            continue
        is_told = one.messages and key in new and not waits
        if is_told:
            told_ordinal = message.ordinal
        if is_told or (one.mentions and key in speaks):
            pieces.append(Piece(message, speaks.get(key, "")))
    return Telling(one, pieces, told_ordinal)


def _people(ids: Collection[int]) -> dict[int, Person]:
    query = (
        select(Person)
        .where(Person.id.in_(ids))
        .options(selectinload(Person.memberships), joinedload(Person.room))
        .order_by(Person.id)
    )
    return {person.id: person for person in db.session.scalars(query).unique()}


def _note_told(tellings: Sequence[Telling], moment: datetime) -> None:
    """Also for those who may not read it any more: nothing is told to them later either."""
    marks = {(telling.due.person_id, telling.due.thread_id): telling.told_ordinal for telling in tellings}
    spoken = {(t.due.person_id, piece.message.id) for t in tellings for piece in t.pieces}
    for mark in db.session.scalars(
        select(ReadMark).where(
            ReadMark.person_id.in_({person_id for person_id, _thread in marks}),
            ReadMark.thread_id.in_({thread_id for _person, thread_id in marks}),
        )
    ):
        mark.told_ordinal = max(mark.told_ordinal, marks.get((mark.person_id, mark.thread_id), 0))
    for notice in db.session.scalars(
        select(Notice).where(
            Notice.person_id.in_({person_id for person_id, _message in spoken}),
            Notice.message_id.in_({message_id for _person, message_id in spoken}),
        )
    ):
        if (notice.person_id, notice.message_id) in spoken:
            notice.told_at = moment


@action(policy.may_answer)
def answer(
    actor: Any, person: Person, *, subject: Any, reason: Any, text: str, names: Sequence[str], url: str
) -> None:
    """Tell somebody that their mail could not be posted, or not all of it, and give back what it said."""
    letters.write(
        person,
        "mail_not_posted",
        subject,
        reason=reason,
        text_given_back=text,
        names=list(names),
        thread_url=url,
    )


@action(policy.may_forget)
def forget(actor: Any, person: Person) -> None:
    """Delete what somebody who has left had chosen, and what spoke to them."""
    for model in (Preferences, GroupPreferences, Notice):
        db.session.execute(delete(model).where(model.person_id == person.id))
