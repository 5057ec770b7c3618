"""What a thing is linked with, as one reader may see it: in few statements, whatever the ends are."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from network.dates import day_short
from network.discussions.models import Message, Thread
from network.extensions import db
from network.loop import policy
from network.loop.models import Link, LinkKind
from network.minutes.models import Decision
from network.texts import summary
from network.things import Thing, of_types

MOST_SHOWN = 50  # links on the page of a thing, the newest
MOST_READ = 200  # the newest of a thing that are looked at, since not all of them are open to everybody


@dataclass(frozen=True)
class End:
    """The other end of a link. Of what was removed there is a word and a day, and no way to it."""

    link: Link
    other: Thing
    words: Any  # what this thing has to do with that one
    title: str
    id: int
    place: str
    here: str  # the place on the page of this thing that is linked; empty for all of it
    removed_at: datetime | None
    may_unlink: bool


class Ends(list[End]):
    """The newest links of a thing, by their kinds; `more`: there are others, on a page of their own."""

    more = False

    def newest(self) -> list[End]:
        """As many of them as stand on the page of a thing."""
        if len(self) <= MOST_SHOWN:
            return self
        oldest = sorted(end.link.id for end in self)[-MOST_SHOWN]
        return [end for end in self if end.link.id >= oldest]


def ends(user: Any, thing: Thing) -> Ends:
    """The newest links of a thing in both directions, by their kinds, to what the user may see."""
    return ends_of_ids(user, [thing.id])[thing.id]


def ends_of_all(user: Any, things: Sequence[Thing]) -> dict[int, Ends]:
    """The same for several things, by their ids, in as few statements as for one."""
    return ends_of_ids(user, [thing.id for thing in things])


def ends_of_ids(user: Any, ids: Iterable[int]) -> dict[int, Ends]:
    """The same by ids, where the page has not loaded the things themselves."""
    found = {id: Ends() for id in ids}
    begun = select(Link.id.label("id"), Link.parent_id.label("here")).where(
        Link.parent_id.in_(found), Link.removed_at.is_(None)
    )
    led_to = select(Link.id.label("id"), Link.to_id.label("here")).where(
        Link.to_id.in_(found), Link.removed_at.is_(None)
    )
    here = union_all(begun, led_to).subquery()
    age = func.row_number().over(partition_by=here.c.here, order_by=here.c.id.desc())
    aged = select(here.c.id, age.label("age")).subquery()
    newest = select(aged.c.id).where(aged.c.age <= MOST_READ)
    links = db.session.scalars(select(Link).where(Link.id.in_(newest)).order_by(Link.id)).all()
    ends_at = Counter(id for link in links for id in {link.parent_id, link.to_id} if id in found)
    for id, shown in _shown(user, found, links).items():
        found[id].extend(shown)
        found[id].more = len(shown) > MOST_SHOWN
        if ends_at[id] >= MOST_READ and not found[id].more:
            oldest = min(link.id for link in links if id in (link.parent_id, link.to_id))
            at_it = or_(Link.parent_id == id, Link.to_id == id)
            found[id].more = any(
                _shown(user, [id], portion)[id] for portion in _portions(select(Link).where(at_it), oldest)
            )
    return found


def _portions(query: Select[tuple[Link]], before: int | None) -> Iterator[Sequence[Link]]:
    """Links that stand, the newest first, some at a time, until there are none left."""
    query = query.where(Link.removed_at.is_(None)).order_by(Link.id.desc()).limit(MOST_READ)
    links: Sequence[Link] = ()
    while not links or len(links) == MOST_READ:
        links = db.session.scalars(query if before is None else query.where(Link.id < before)).all()
        if not links:
            return
        yield links
        before = links[-1].id


@dataclass(frozen=True)
class Page:
    """Some of the links of a thing, and of a discussion those of its messages too."""

    ends: dict[int, list[End]]  # by the ids of the thing and of the messages
    messages: Sequence[Message]
    further: int | None  # before which link the next page begins


def page_of(user: Any, thing: Thing, before: int | None) -> Page:
    """As many links of a thing as one page holds, the newest first.

    Those that the user may not see are passed over: neither their number nor their ids can be read from it.
    """
    is_said = and_(Thing.type == "message", Thing.parent_id == thing.id)
    here = select(Thing.id).where(or_(Thing.id == thing.id, is_said))
    query = select(Link).where(or_(Link.parent_id.in_(here), Link.to_id.in_(here)))
    found: dict[int, list[End]] = {thing.id: []}
    messages: dict[int, Message] = {}
    seen: set[int] = set()
    for links in _portions(query, before):
        said = _messages(thing, links) if isinstance(thing, Thread) else []
        messages |= {one.id: one for one in said}
        for id, shown in _shown(user, [thing.id, *(one.id for one in said)], links).items():
            found.setdefault(id, []).extend(shown)
            seen |= {end.link.id for end in shown}
        if len(seen) > MOST_SHOWN:
            break
    newest = sorted(seen, reverse=True)[:MOST_SHOWN]
    kept = {id: _in_order(end for end in list_ if end.link.id in newest) for id, list_ in found.items()}
    told = sorted((one for one in messages.values() if kept.get(one.id)), key=lambda one: one.ordinal)
    return Page(kept, told, newest[-1] if len(seen) > MOST_SHOWN else None)


def _in_order(ends: Iterable[End]) -> list[End]:
    """By what they say, in the order of the kinds."""
    order = list(LinkKind)
    return sorted(ends, key=lambda end: (order.index(LinkKind(end.link.kind)), str(end.words), end.link.id))


def _messages(thread: Thread, links: Sequence[Link]) -> Sequence[Message]:
    """The messages of a discussion among the ends of links, in their order, with who wrote them."""
    at = {id for link in links for id in (link.parent_id, link.to_id)}
    query = select(Message).where(Message.thread_id == thread.id, Message.id.in_(at))
    return db.session.scalars(query.order_by(Message.ordinal).options(joinedload(Message.person))).all()


def _shown(user: Any, ids: Collection[int], links: Sequence[Link]) -> dict[int, list[End]]:
    """Of these links what the user may see, at each of the things."""
    found: dict[int, list[End]] = {id: [] for id in ids}
    if not links:
        return found
    kept = set().union(*(says(links) for says in Link.kept)) if user.is_authenticated else set()
    held = with_all_above({id for link in links for id in (link.parent_id, link.to_id) if id is not None})
    for link in links:
        for here, there, forward in ((link.parent_id, link.to_id, True), (link.to_id, link.parent_id, False)):
            other = held.get(there or 0)
            if here in found and other is not None and type(other).rules["see"](user, other):
                found[here].append(_end(user, link, held.get(here), other, forward, link.id in kept))
    return {id: _in_order(list_) for id, list_ in found.items()}


def _end(user: Any, link: Link, this: Thing | None, other: Thing, forward: bool, kept: bool) -> End:
    return End(
        link=link,
        other=other,
        words=link.words(forward=forward),
        title=title_of(other),
        id=other.id,
        place=link.place if forward else link.here,
        here=link.here if forward else link.place,
        removed_at=other.removed_at,
        may_unlink=not kept and this is not None and policy.may_unlink_at(user, link, this),
    )


def title_of(thing: Any) -> str:
    """What it is called; a decision's number alone says nothing to whoever does not know it by heart.

    A report is called as its goal: it is told by its day.
    """
    if thing.type == "progress_report":
        return _("Report of %(day)s: %(title)s", day=day_short(thing.on), title=thing.label)
    if isinstance(thing, Decision) and thing.citation:
        return f"{thing.citation}: {summary(thing.text, 80)}"
    return str(thing.label)


def with_all_above(ids: set[int]) -> dict[int, Thing]:
    """The things of these ids, loaded together with all that stand above them, which their rules ask.

    What a discussion is about is loaded too, in one more statement.
    """
    found = _with_above(ids)
    about = {one.about_id for one in found.values() if isinstance(one, Thread) and one.about_id is not None}
    return {**_with_above(about - set(found)), **found} if about - set(found) else found


def _with_above(ids: set[int]) -> dict[int, Thing]:
    base = select(Thing.id, Thing.parent_id).where(Thing.id.in_(ids)).cte("above", recursive=True)
    higher = aliased(Thing, flat=True)
    above = base.union(select(higher.id, higher.parent_id).join(base, higher.id == base.c.parent_id))
    anything = of_types()
    found = db.session.scalars(select(anything).where(anything.id.in_(select(above.c.id)))).unique()
    return {thing.id: thing for thing in found}
