"""Search: what things say, in entries that every recorded change keeps up to date.

A feature tells which of its types are found: `index(Meeting, title=..., text=...)`. From then on `record`
keeps their entries level, and `find` finds them; a search inside one group, meeting or thread is
`find(user, wanted, inside=thing)`. How words are compared and found is told in search_entries.py.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Select, and_, case, delete, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from network import changes
from network.extensions import db
from network.search_entries import (
    SearchEntry,
    drop,
    empty_log,
    form,
    has,
    lay,
    matches,
    put,
    scrub,
    sought,
    words_of,
)
from network.texts import plain
from network.things import Room, Thing, of_types
from network.transactions import begin_writing

MOST_ROOMS = 5000  # in which a search looks, the newest hits first: more than a network has in ten years
AROUND = 12  # words that a snippet shows before and after the first hit
PORTION = 500  # things that are indexed anew in one transaction


@dataclass(frozen=True)
class Source:
    """How a type is indexed, and its place among the results."""

    place: int
    label: Any
    title: Callable[[Any], str]
    outside: Callable[[Any], str]
    text: Callable[[Any], str]
    found: Callable[[Any], bool]
    icon: str


_SOURCES: dict[str, Source] = {}


def index(
    model: type[Thing],
    label: Any,
    *,
    title: Callable[[Any], str],
    text: Callable[[Any], str] = lambda thing: "",
    outside: Callable[[Any], str] = lambda thing: "",
    found: Callable[[Any], bool] = lambda thing: True,
    icon: str = "search",
) -> None:
    """Let things of this type be found by title and text, as people wrote them.

    `outside` is what may be found also by those who see the thing and may not enter the room that it owns:
    the purpose of a closed group. `found` says of a thing whether it is found at all: a hidden message is
    not. `label` is what such results are called.
    """
    name = model.__mapper__.polymorphic_identity
    place = _SOURCES[name].place if name in _SOURCES else len(_SOURCES)
    _SOURCES[name] = Source(place, label, title, outside, text, found, icon)


def sources() -> dict[str, Source]:
    """The types that can be found, in the order of results."""
    return _SOURCES


def note(*things: Thing) -> None:
    """Step of an action: bring the entries of these things up to date, in one statement for all.

    `record` does it by itself. A step that changes many things without a record each, as moving messages
    into another room does, calls it with all of them: by its room an entry is shown or not.
    """
    rows, gone = [], []
    for thing in things:
        source = _SOURCES.get(thing.type)
        if source is None:
            continue
        if thing.removed_at is not None or not source.found(thing):
            gone.append(thing.id)
            continue
        rows.append(
            {
                "thing_id": thing.id,
                "room_id": thing.room_id,
                "kind": thing.type,
                "title": source.title(thing) or "",
                "outside": _outside(source, thing),
                "text": plain(source.text(thing)),
            }
        )
    put(rows)
    if gone:
        drop(gone)


def _outside(source: Source, thing: Thing) -> str:
    return f"{source.title(thing) or ''} {plain(source.outside(thing))}" if thing.owns_room else ""


def forget(*ids: int) -> None:
    """Step of an action: nothing of these things is found any more, and no index holds their words.

    For what is erased. It takes seconds on SQLite, whose index is written anew: what is only hidden says so
    by `found` and is recorded. What was recorded before is noted first, so that the index written anew has
    nothing of what it said until then either.
    """
    changes.bring_level()
    drop(ids)
    scrub()
    changes.afterwards(empty_log)


def note_all(heard: Callable[[int, int], object] = lambda done, of: None) -> int:
    """Index everything anew: after a change of what is indexed, or of what the database can do.

    Works through the things in portions of a transaction each, so that others can write meanwhile and
    memory stays flat. After each `heard` is told how many are done, and of how many: some more may come
    meanwhile. Returns how many things were looked at.
    """
    begin_writing()
    lay(db.session.connection())
    known = select(Thing.id).where(Thing.type.in_(_SOURCES), Thing.removed_at.is_(None))
    db.session.execute(
        delete(SearchEntry)
        .where(SearchEntry.thing_id.not_in(known))
        .execution_options(synchronize_session=False)
    )
    everything = db.session.scalar(select(func.count()).select_from(known.subquery())) or 0
    db.session.commit()
    done = 0
    for portion in _portions():
        done += _note_portion(portion)
        heard(done, max(done, everything))
    return done


def _portions() -> Iterator[list[tuple[int, int, int | None]]]:
    """The id, room and parent of all things that can be found, some at a time."""
    last = 0
    while True:
        begin_writing()
        portion = db.session.execute(
            select(Thing.id, Thing.room_id, Thing.parent_id)
            .where(Thing.type.in_(_SOURCES), Thing.removed_at.is_(None), Thing.id > last)
            .order_by(Thing.id)
            .limit(PORTION)
        ).all()
        if not portion:
            db.session.rollback()
            return
        yield [(id, room, parent) for id, room, parent in portion]
        last = portion[-1][0]


def _note_portion(portion: list[tuple[int, int, int | None]]) -> int:
    """As an action would: nobody changes these things between reading them and noting what was read."""
    rooms = {room for _id, room, _parent in portion}
    db.session.execute(select(Room.id).where(Room.id.in_(rooms)).order_by(Room.id).with_for_update())
    anything = of_types()
    ids = {id for id, _room, _parent in portion}
    above = {parent for _id, _room, parent in portion}
    held = db.session.scalars(select(anything).where(anything.id.in_(ids | above))).unique().all()
    note(*(thing for thing in held if thing.id in ids))
    db.session.commit()
    return len(portion)


changes.recorded_at_once.append(note)


# Finding


@dataclass
class Found:
    """What a user may find: how many of each type, and a statement for the entries in their order."""

    words: list[str]  # as they are looked for and marked
    counts: dict[str, int]
    entries: Select[Any]
    rooms: set[int]  # that the user may enter
    open: set[int]  # things found from outside of theirs
    held: list[Thing]  # keeps rooms' owners in the session while results are shown

    @property
    def total(self) -> int:
        """How many, of all types."""
        return sum(self.counts.values())

    def shows(self, thing: Thing) -> bool:
        """Whether a thing may be shown, as it lies now: entries of what has been moved may be old."""
        return thing.removed_at is None and (thing.room_id in self.rooms or thing.id in self.open)


def find(user: Any, wanted: str, kind: str = "", inside: Thing | None = None) -> Found:
    """What the user may find by these words, of one type or all, everywhere or inside one thing.

    A room's audience is uniform, so the rule is asked once for each room in which something was found.
    Three statements whatever there is, and a fourth when `entries` is asked: the first finds the rooms
    with their numbers of hits, so that the hits themselves are read for one page only. The title's hits
    come first, then the newest.
    """
    words = words_of(wanted)
    if not words:
        return Found(words, {}, select(SearchEntry.thing_id).where(false()), set(), set(), [])
    hits = matches(wanted)
    if inside is not None:
        hits = and_(hits, _lies_in(inside))
    numbers = _numbers(hits, words)
    entered, seen, held = _allowed(user, {room for room, _kind, _open, _number in numbers})
    counts: Counter[str] = Counter()
    open_ones = set()
    for room, type, owner, number in numbers:
        if room in entered:
            counts[type] += number
        elif owner in seen:
            counts[type] += 1
            open_ones.add(owner)
    places = {name: source.place for name, source in _SOURCES.items()}
    entries = (
        select(SearchEntry.thing_id)
        .where(
            hits,
            SearchEntry.kind.in_(_SOURCES if kind not in counts else [kind]),
            or_(SearchEntry.room_id.in_(entered), SearchEntry.thing_id.in_(open_ones)),
        )
        .order_by(
            case(places, value=SearchEntry.kind, else_=len(places)),
            case((has(SearchEntry.title, words), 0), else_=1),
            SearchEntry.thing_id.desc(),
        )
    )
    sorted_counts = {name: counts[name] for name in _SOURCES if name in counts}
    return Found(words, sorted_counts, entries, entered, open_ones, held)


def _numbers(hits: ColumnElement[bool], words: list[str]) -> list[tuple[int, str, int, int]]:
    """How many were found by room and type, and apart those that can be found from outside of their room."""
    from_outside = and_(SearchEntry.outside != "", has(SearchEntry.outside, words))
    owner = case((from_outside, SearchEntry.thing_id), else_=literal(0)).label("owner")
    found = db.session.execute(
        select(SearchEntry.room_id, SearchEntry.kind, owner, func.count())
        .where(hits, SearchEntry.kind.in_(_SOURCES))
        .group_by(SearchEntry.room_id, SearchEntry.kind, owner)
        .order_by(func.max(SearchEntry.thing_id).desc())
        .limit(MOST_ROOMS)
    )
    return [(room, kind, owner, number) for room, kind, owner, number in found]


def _allowed(user: Any, rooms: set[int]) -> tuple[set[int], set[int], list[Thing]]:
    """Which of these rooms the user may enter, and whose owner they see without."""
    if not rooms:
        return set(), set(), []
    anything = of_types()
    owners: list[Thing] = list(
        db.session.scalars(
            select(anything).where(
                anything.owns_room, anything.removed_at.is_(None), anything.room_id.in_(rooms)
            )
        ).unique()
    )
    above = {owner.parent_id for owner in owners}
    held = owners + list(db.session.scalars(select(anything).where(anything.id.in_(above))).unique())
    entered, seen = set(), set()
    for owner in owners:
        if owner.rules.get("enter", owner.rules["see"])(user, owner):
            entered.add(owner.room_id)
        elif owner.rules["see"](user, owner):
            seen.add(owner.id)
    return entered, seen, held


def _lies_in(thing: Thing) -> ColumnElement[bool]:
    """Which entries lie in a thing: in its room and those below, or two levels deep if it has none."""
    if not thing.owns_room:
        children = select(Thing.id).where(Thing.parent_id == thing.id)
        below = select(Thing.id).where(or_(Thing.parent_id == thing.id, Thing.parent_id.in_(children)))
        return or_(SearchEntry.thing_id == thing.id, SearchEntry.thing_id.in_(below))
    rooms = select(Thing.id, Thing.room_id).where(Thing.id == thing.id).cte("rooms", recursive=True)
    child = aliased(Thing, flat=True)
    rooms = rooms.union_all(
        select(child.id, child.room_id).join(rooms, child.parent_id == rooms.c.id).where(child.owns_room)
    )
    return SearchEntry.room_id.in_(select(rooms.c.room_id))


def snippet(texts: Iterable[str], words: list[str]) -> Markup:
    """The place where the words stand, some words around it, with the words marked.

    Where none stands as it was wanted, it was found by its stem: then words that begin alike are marked.
    """
    said = [word for text in texts for word in plain(text).split()]
    forms = [form(word) for word in said]
    marked = [any(sought(word) in one for word in words) for one in forms]
    if True not in marked:
        alike = tuple(f" {word[: max(4, len(word) - 3)]}" for word in words if len(word) > 4)
        marked = [one.startswith(alike) for one in forms]
    first = marked.index(True) if True in marked else 0
    start, end = max(0, first - AROUND), first + AROUND + 1
    shown = [
        Markup("<mark>{}</mark>").format(_short(one)) if hit else escape(_short(one))
        for one, hit in zip(said[start:end], marked[start:end], strict=True)
    ]
    return Markup("").join(
        [
            Markup("… ") if start else Markup(""),
            Markup(" ").join(shown),
            Markup(" …") if end < len(said) else "",
        ]
    )


def _short(word: str) -> str:
    return re.sub(r"^(.{80}).+$", r"\1…", word)
