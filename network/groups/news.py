"""What happened in rooms, in short sentences, and what of it is new since somebody was last there."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, any_, func, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.util import identity_key

from network.changes import Change, sentence
from network.extensions import db
from network.people.models import Affiliation, Person, Visit
from network.things import Room, Thing, now, of_types
from network.transactions import begin_writing

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

    One statement for any number of rooms. What the changes are about is loaded with `ids_in` and `things`.
    """
    if not rooms:
        return {}
    place = func.row_number().over(partition_by=Change.room_id, order_by=Change.number.desc())
    newest = (
        select(Change.id, place.label("place"))
        .where(Change.room_id.in_(rooms), Change.actor_id.is_distinct_from(user.id))
        .subquery()
    )
    found = db.session.scalars(
        select(Change)
        .join(newest, newest.c.id == Change.id)
        .where(newest.c.place <= most)
        .order_by(Change.room_id, Change.number.desc())
    )
    by_room: dict[int, list[Change]] = defaultdict(list)
    for change in found:
        by_room[change.room_id].append(change)
    return by_room


def ids_in(found: Iterable[Change]) -> set[int | None]:
    """The ids of what these changes are about, and of who made them."""
    return {id for change in found for id in (change.thing_id, change.actor_id)}


def things(ids: Iterable[int | None], *further: Select[int]) -> list[Thing]:
    """Things of any types, people with their organisations, in one statement.

    `further` are statements for more ids.

    Whatever reads them afterwards finds them in the session, as long as the caller holds this list.
    What is there already is not loaded again.
    """
    wanted = {id for id in ids if id is not None and _there(id) is None}
    if not wanted and not further:
        return []
    anything = of_types()
    if further:
        more = [select(Thing.id).where(Thing.id.in_(wanted))] if wanted else []
        condition = _one_of(anything.id, union_all(*further, *more))
    else:
        condition = anything.id.in_(wanted)
    organisations = joinedload(anything.Person.affiliations).joinedload(Affiliation.organisation)
    query = select(anything).where(condition).order_by(anything.id).options(organisations)
    return list(db.session.scalars(query).unique())


def _one_of(column: Any, ids: Any) -> Any:
    """Whether the column is among the ids of a statement, which is asked first and once.

    PostgreSQL would otherwise join all of the tables of all types before it looks which rows are wanted.
    """
    if db.engine.dialect.name == "postgresql":
        return column == any_(func.array(ids.scalar_subquery()))
    return column.in_(ids)


def related(found: list[Thing]) -> list[Thing]:
    """What these things point to and nobody has loaded yet, in one statement."""
    return things(id for thing in found for id in _named_by(thing))


def _named_by(thing: Thing) -> set[int | None]:
    """What a thing is called by or shown with: its parent, and what its columns point to."""
    names = ("person_id", "organisation_id", "item_id", "about_id")
    above = set() if isinstance(thing, Person) else {thing.parent_id}
    return above | {getattr(thing, name, None) for name in names}


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
        said.append(Line(sentence(change, who), change.made_at, change.thing, new))
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
        begin_writing()
        visit = db.session.get(Visit, (person_id, room_id))
        if visit is None:
            visit = Visit(person_id=person_id, room_id=room_id, number=number)
            db.session.add(visit)
        visit.number, visit.at = max(visit.number, number), now()
        db.session.commit()
    except IntegrityError:  # the same page in another tab was quicker
        db.session.rollback()
    except Exception:  # as said above
        db.session.rollback()
        log.exception("visit not noted", extra={"room": room_id})


def visits(user: Any) -> Any:
    """The user's visits, to be joined to rooms: `outerjoin(seen, seen.room_id == Room.id)`."""
    return aliased(Visit, select(Visit).where(Visit.person_id == user.id).subquery())
