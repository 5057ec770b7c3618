"""Where a case stands: on the desk of the group whose leads judge it, or on that of the Office."""

from typing import Any

from sqlalchemy import select

from network.discussions.models import Message
from network.extensions import db
from network.groups.models import Group, GroupDesk
from network.moderation.policy import leads
from network.people.models import OfficeDesk, Person
from network.things import Thing


def group_of(thing: Thing) -> Group | None:
    """The group in which a thing stands; profiles stand in none."""
    if isinstance(thing, Message):
        return thing.parent.group
    place: Any = thing
    while place is not None and not isinstance(place, Group):
        place = getattr(place, "parent", None)
    return place


def author_of(thing: Thing) -> Person | None:
    """Whose it is."""
    if isinstance(thing, Message):
        return thing.person
    if isinstance(thing, Person):
        return thing
    return db.session.get(Person, thing.created_by_id) if thing.created_by_id else None


def desk_of(thing: Thing) -> Thing:
    """The desk of the group, whose leads do not judge each other nor the Office; else that of the Office."""
    group, author = group_of(thing), author_of(thing)
    if group is None or author is None or author.works_in_office or leads(author, group):
        return OfficeDesk.the()
    found = db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one_or_none()
    return found or OfficeDesk.the()
