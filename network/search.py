"""Search: what things say, folded, in one table that every recorded change keeps up to date.

A feature tells which of its types are found: `index(Meeting, title=..., text=...)`. Words are compared
folded (see texts.folded), so that Müller, Mueller and Muller are found by each other, and so is the
inside of compounds. At the size of a network, some ten thousand entries, LIKE reads the whole table
in a few milliseconds on both databases.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, ForeignKey, Select, String, Text, and_, case, false, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, with_polymorphic

from network import changes
from network.extensions import db
from network.texts import folded, plain
from network.things import Thing
from network.transactions import begin_writing

MOST_WORDS = 8
LONGEST_WORD = 60
MOST_ROOMS = 5000  # in which a search looks: more than a network has in ten years
AROUND = 12  # words that a snippet shows before and after the first hit


class SearchEntry(db.Model):
    """What is found of a thing: its title, what everybody sees who sees it at all, and all of it."""

    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), primary_key=True)
    title: Mapped[str] = mapped_column(String(400))
    outside: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Source:
    """How a type is indexed, and its place among the results."""

    place: int
    label: Any
    title: Callable[[Any], str]
    outside: Callable[[Any], str]
    text: Callable[[Any], str]
    icon: str


_SOURCES: dict[str, Source] = {}


def index(
    model: type[Thing],
    label: Any,
    *,
    title: Callable[[Any], str],
    text: Callable[[Any], str] = lambda thing: "",
    outside: Callable[[Any], str] = lambda thing: "",
    icon: str = "search",
) -> None:
    """Let things of this type be found by title and text.

    `outside` is what may be found also by those who see the thing and may not enter its room: the purpose
    of a closed group. `label` is what such results are called.
    """
    name = model.__mapper__.polymorphic_identity
    place = _SOURCES[name].place if name in _SOURCES else len(_SOURCES)
    _SOURCES[name] = Source(place, label, title, outside, text, icon)


def sources() -> dict[str, Source]:
    """The types that can be found, in the order of results."""
    return _SOURCES


def note(thing: Thing) -> None:
    """Step of an action: bring the thing's entry up to date; a removed thing has none."""
    source = _SOURCES.get(thing.type)
    if source is None:
        return
    entry = db.session.get(SearchEntry, thing.id)
    if thing.removed_at is not None:
        if entry is not None:
            db.session.delete(entry)
        return
    title, outside = folded(source.title(thing)), folded(plain(source.outside(thing)))
    text = folded(plain(source.text(thing)))
    if entry is None:
        entry = SearchEntry(thing_id=thing.id)
    entry.title = title[:400]
    entry.outside = f"{title} {outside}".strip()
    entry.text = f"{entry.outside} {text}".strip()
    db.session.add(entry)


def forget(thing_id: int) -> None:
    """Step of an action: nothing of the thing is found any more; for what is erased without a record."""
    entry = db.session.get(SearchEntry, thing_id)
    if entry is not None:
        db.session.delete(entry)


def note_all() -> int:
    """Index everything anew, in one transaction: after a change of what is indexed. Returns how many."""
    begin_writing()
    count = 0
    for name in _SOURCES:
        model: Any = _models()[name]
        for thing in db.session.scalars(select(model)):
            note(thing)
            count += 1
    db.session.commit()
    return count


def _models() -> dict[str, type[Thing]]:
    return {mapper.polymorphic_identity: mapper.class_ for mapper in Thing.__mapper__.self_and_descendants}


changes.recorded.append(note)


# Finding


def words_of(wanted: str) -> list[str]:
    """The folded words that a result must have, all of them."""
    return [word[:LONGEST_WORD] for word in folded(wanted).split()[:MOST_WORDS]]


def _all_in(column: Any, words: list[str]) -> ColumnElement[bool]:
    return and_(*(column.contains(word, autoescape=True) for word in words))


@dataclass
class Found:
    """What a user may find: how many of each type, and a statement for the entries in their order."""

    counts: dict[str, int]
    entries: Select[Any]
    held: list[Thing]  # keeps rooms' owners in the session while results are shown

    @property
    def total(self) -> int:
        """How many, of all types."""
        return sum(self.counts.values())


def find(user: Any, wanted: str, kind: str = "") -> Found:
    """What the user may find by these words, of one type or all: in four statements, whatever there is.

    A room's audience is uniform, so the rule is asked once for each room in which something was found.
    """
    words = words_of(wanted)
    if not words:
        return Found({}, select(SearchEntry).where(false()), [])
    allowed, held = _allowed(user, words)
    hits = (
        select(SearchEntry.thing_id, SearchEntry.title, Thing.type)
        .join(Thing, Thing.id == SearchEntry.thing_id)
        .where(Thing.removed_at.is_(None), Thing.type.in_(_SOURCES), allowed)
        .subquery()
    )
    counted = db.session.execute(select(hits.c.type, func.count()).group_by(hits.c.type))
    counts: dict[str, int] = {str(name): number for name, number in counted}
    places = {name: source.place for name, source in _SOURCES.items()}
    in_title = [hits.c.title.contains(word, autoescape=True) for word in words]
    order = (
        case(places, value=hits.c.type, else_=len(places)),
        case((and_(*in_title), 0), (or_(*in_title), 1), else_=2),
        hits.c.thing_id.desc(),
    )
    entries = select(hits.c.thing_id, hits.c.type).order_by(*order)
    if kind in counts:
        entries = entries.where(hits.c.type == kind)
    return Found({name: counts[name] for name in _SOURCES if name in counts}, entries, held)


def _allowed(user: Any, words: list[str]) -> tuple[ColumnElement[bool], list[Thing]]:
    """Which entries with these words the user may find, as a condition."""
    rooms = (
        select(Thing.room_id)
        .join(SearchEntry, SearchEntry.thing_id == Thing.id)
        .where(_all_in(SearchEntry.text, words), Thing.removed_at.is_(None))
        .distinct()
        .limit(MOST_ROOMS)
    )
    anything: Any = with_polymorphic(Thing, "*", flat=True)
    owners = list(
        db.session.scalars(
            select(anything).where(
                anything.owns_room, anything.removed_at.is_(None), anything.room_id.in_(rooms)
            )
        ).unique()
    )
    above = {owner.parent_id for owner in owners}
    held = owners + list(db.session.scalars(select(anything).where(anything.id.in_(above))).unique())
    entered, seen = [], []
    for owner in owners:
        if owner.rules.get("enter", owner.rules["see"])(user, owner):
            entered.append(owner.room_id)
        elif owner.rules["see"](user, owner):
            seen.append(owner.id)
    return (
        or_(
            and_(Thing.room_id.in_(entered), _all_in(SearchEntry.text, words)),
            and_(Thing.id.in_(seen), _all_in(SearchEntry.outside, words)),
        ),
        held,
    )


def snippet(texts: Iterable[str], words: list[str]) -> Markup:
    """The place where the words stand, some words around it, with the words marked."""
    said = [word for text in texts for word in plain(text).split()]
    marked = [any(word in folded(one) for word in words) for one in said]
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
