"""What happened in rooms, in short sentences, and what of it is new since somebody was last there."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, with_polymorphic
from sqlalchemy.orm.util import identity_key

from network import changes
from network.changes import Change
from network.extensions import db
from network.people.models import Person, Visit
from network.things import Room, Thing, now

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """A sentence of a room's journal."""

    sentence: str
    at: datetime
    thing: Thing
    is_new: bool


def latest(user: Any, rooms: Sequence[int], *, most: int) -> dict[int, list[Change]]:
    """The last changes of each of these rooms, the newest first, made by others than the user.

    One statement for any number of rooms and things; the things come along, whatever their types.
    """
    if not rooms:
        return {}
    place = func.row_number().over(partition_by=Change.room_id, order_by=Change.number.desc())
    newest = (
        select(Change.id, place.label("place"))
        .where(Change.room_id.in_(rooms), Change.actor_id.is_distinct_from(user.id))
        .subquery()
    )
    # All types in one statement: a journal mixes them, and one statement for each type would add up.
    anything: Any = with_polymorphic(Thing, "*", flat=True)
    found = db.session.scalars(
        select(Change)
        .join(newest, newest.c.id == Change.id)
        .join(anything, anything.id == Change.thing_id)
        .where(newest.c.place <= most)
        .order_by(Change.room_id, Change.number.desc())
        .options(contains_eager(Change.thing.of_type(anything)))
    ).unique()
    by_room: dict[int, list[Change]] = defaultdict(list)
    for change in found:
        by_room[change.room_id].append(change)
    return by_room


def named_in(found: Iterable[Change]) -> set[int | None]:
    """The ids of whoever and whatever the sentences of these changes name besides the things themselves."""
    ids: set[int | None] = set()
    for change in found:
        ids |= {change.actor_id, *_named_by(change.thing)}
    return ids


def _named_by(thing: Thing) -> set[int | None]:
    """What a thing is called by or shown with: its parent, and what its columns point to."""
    names = ("person_id", "organisation_id", "item_id")
    above = set() if isinstance(thing, Person) else {thing.parent_id}
    return above | {getattr(thing, name, None) for name in names}


def things(ids: Iterable[int | None], *further: Select[int]) -> list[Thing]:
    """Things of any types, in one statement. `further` are statements for more ids.

    Other things find them in the session as long as the caller holds this list. What is there already is
    not loaded again.
    """
    wanted = {id for id in ids if id is not None and _there(id) is None}
    anything: Any = with_polymorphic(Thing, "*", flat=True)
    conditions = [anything.id.in_(wanted)] if wanted else []
    if further:
        conditions.append(anything.id.in_(union_all(*further)))
    if not conditions:
        return []
    query = select(anything).where(or_(*conditions), anything.removed_at.is_(None) | anything.id.in_(wanted))
    return list(db.session.scalars(query.order_by(anything.id)).unique())


def related(found: list[Thing]) -> list[Thing]:
    """What these things point to and nobody has loaded yet, in one statement."""
    return things(id for thing in found for id in _named_by(thing))


def _there(id: int) -> Thing | None:
    found: Thing | None = db.session.identity_map.get(identity_key(Thing, id))
    return found


def lines(found: Iterable[Change], since: int | None) -> list[Line]:
    """Sentences for changes, of which those after the number `since` are new (None: nobody was there)."""
    said = []
    for change in found:
        actor = db.session.get(Person, change.actor_id) if change.actor_id else None
        who = actor.name if actor else _("The program")
        new = since is not None and change.number > since
        said.append(Line(changes.sentence(change, who), change.made_at, change.thing, new))
    return said


def visited(user: Any, room: Room, before: int | None) -> None:
    """Note that the user has seen the room up to the number that this request has read.

    Called when the page is rendered; a note that fails costs a mark on the next page and nothing else.
    """
    number, room_id = room.number, room.id
    if before is not None and before >= number:
        return
    person_id = user.id
    try:
        changes.begin_writing()
        visit = db.session.get(Visit, (person_id, room_id))
        if visit is None:
            visit = Visit(person_id=person_id, room_id=room_id, number=number)
            db.session.add(visit)
        visit.number, visit.at = max(visit.number, number), now()
        db.session.commit()
    except Exception:  # as said above
        db.session.rollback()
        log.exception("visit not noted", extra={"room": room_id})


def visits(user: Any) -> Any:
    """The user's visits, to be joined to rooms: `outerjoin(seen, seen.room_id == Room.id)`."""
    return aliased(Visit, select(Visit).where(Visit.person_id == user.id).subquery())
