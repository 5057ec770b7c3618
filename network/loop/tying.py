"""Linking two things as a step of another deed: what adopts a goal is linked with it."""

from typing import Any

from sqlalchemy import and_, or_, select

from network.changes import record
from network.extensions import db
from network.loop.models import Link, LinkKind
from network.things import Thing


def tie(
    actor: Any,
    thing: Thing,
    other: Thing,
    kind: LinkKind,
    place: str = "",
    *,
    here: str = "",
    turned: bool = False,
) -> Link:
    """Step of an action, also of a feature below: link two things, unless they are linked so already.

    The same may have been said from the other end.
    """
    known = _known(thing.id, other.id, kind, place, here, turned)
    if known is not None:
        return known
    made = Link(
        parent_id=thing.id,
        room_id=thing.room_id,
        created_by_id=actor.id,
        to_id=other.id,
        kind=kind,
        place=place,
        here=here,
        turned=turned,
    )
    db.session.add(made)
    record("linked", made, by=actor)
    return made


def same_as(link: Link) -> Link | None:
    """A link that stands and says the same as this one, which was taken off."""
    return _known(link.parent_id, link.to_id, LinkKind(link.kind), link.place, link.here, link.turned)


def _known(
    thing_id: int | None, other_id: int, kind: LinkKind, place: str, here: str, turned: bool
) -> Link | None:
    forward = and_(
        Link.parent_id == thing_id,
        Link.to_id == other_id,
        Link.turned == turned,
        Link.place == place,
        Link.here == here,
    )
    backward = and_(
        Link.parent_id == other_id,
        Link.to_id == thing_id,
        Link.turned != turned,
        Link.place == here,
        Link.here == place,
    )
    known: Link | None = db.session.scalars(
        select(Link).where(Link.kind == kind, or_(forward, backward), Link.removed_at.is_(None))
    ).first()
    return known
