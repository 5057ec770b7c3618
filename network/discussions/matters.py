"""What a discussion is about, and the group that it belongs to."""

from typing import Any

from sqlalchemy import select

from network.changes import Refused
from network.discussions.models import Thread
from network.extensions import db
from network.groups.models import Group
from network.things import Thing


def discussion_of(thing: Thing) -> Thread | None:
    """The discussion about a thing, if somebody has begun one."""
    return db.session.scalars(
        select(Thread).where(Thread.about_id == thing.id, Thread.removed_at.is_(None))
    ).one_or_none()


def group_of(thing: Thing) -> Group:
    """The group that a thing belongs to: the root above it. Raises Refused if it belongs to none."""
    place: Any = thing
    while place is not None and not isinstance(place, Group):
        place = getattr(place, "parent", None)
    if place is None:
        raise Refused()
    return place
