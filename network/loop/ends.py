"""What a thing is linked with, as one reader may see it: two statements, whatever the ends are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from network.dates import day_short
from network.discussions.models import Message, Thread
from network.extensions import db
from network.loop import policy
from network.loop.models import Link, LinkKind
from network.minutes.models import Decision
from network.texts import summary
from network.things import Thing, of_types


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


def ends(user: Any, thing: Thing) -> list[End]:
    """The links of a thing in both directions, by their kinds, to what the user may see."""
    return ends_of_ids(user, [thing.id])[thing.id]


def ends_of_all(user: Any, things: Sequence[Thing]) -> dict[int, list[End]]:
    """The same for several things, by their ids, in as few statements as for one."""
    return ends_of_ids(user, [thing.id for thing in things])


def ends_of_ids(user: Any, ids: Iterable[int]) -> dict[int, list[End]]:
    """The same by ids, where the page has not loaded the things themselves."""
    found: dict[int, list[End]] = {id: [] for id in ids}
    links = db.session.scalars(
        select(Link)
        .where(or_(Link.parent_id.in_(found), Link.to_id.in_(found)), Link.removed_at.is_(None))
        .order_by(Link.id)
    ).all()
    if not links:
        return found
    kept = set().union(*(says(links) for says in Link.kept)) if user.is_authenticated else set()
    held = with_all_above({id for link in links for id in (link.parent_id, link.to_id) if id is not None})
    for link in links:
        for here, there, forward in ((link.parent_id, link.to_id, True), (link.to_id, link.parent_id, False)):
            other = held.get(there or 0)
            if here in found and other is not None and type(other).rules["see"](user, other):
                found[here].append(_end(user, link, held.get(here), other, forward, link.id in kept))
    order = list(LinkKind)
    for list_ in found.values():
        list_.sort(key=lambda end: (order.index(LinkKind(end.link.kind)), str(end.words), end.link.id))
    return found


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


def linked_messages(thread: Thread) -> list[Message]:
    """The messages of a discussion that are linked with anything, in their order, with who wrote them."""
    begins = select(Link.parent_id).where(Link.removed_at.is_(None))
    led_to = select(Link.to_id).where(Link.removed_at.is_(None))
    query = (
        select(Message)
        .where(Message.thread_id == thread.id, or_(Message.id.in_(begins), Message.id.in_(led_to)))
        .order_by(Message.ordinal)
        .options(joinedload(Message.person))
    )
    return list(db.session.scalars(query))


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
