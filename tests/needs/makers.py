"""Needs for tests, made by the actions."""

from typing import Any

from sqlalchemy import select

from network.directory.models import Municipality, Topic
from network.extensions import db
from network.needs import actions
from network.needs.models import Need
from network.people.models import OfficeDesk, Person
from tests.world import World

TITLE = "No German course with child care"


def topic(slug: str = "language") -> Topic:
    """The topic of this name, made if it is not there yet."""
    found = db.session.scalars(select(Topic).where(Topic.slug == slug)).one_or_none()
    if found is None:
        found = Topic(slug=slug, place=len(slug), names={"en": slug.capitalize(), "de": slug.capitalize()})
        db.session.add(found)
        db.session.commit()
    return found


def municipality(name: str = "Auenstadt") -> Municipality:
    """The municipality of this name, made if it is not there yet."""
    found = db.session.scalars(select(Municipality).where(Municipality.name == name)).one_or_none()
    if found is None:
        found = Municipality(place=len(name), name=name)
        db.session.add(found)
        db.session.commit()
    return found


def observed(actor: Person, title: str = TITLE, **facts: Any) -> Need:
    """What somebody sees to be missing, for their own organisation if they have one."""
    own = next(iter(sorted(actor.organisation_ids)), None)
    given = {"organisation_id": own, "topic_id": topic().id, **facts}
    need: Need = actions.observe(actor, OfficeDesk.the(), title=title, **given)
    return need


def confirmed(world: World, title: str = TITLE, actor: Person | None = None, **facts: Any) -> Need:
    """A need that Ben saw, unless it was somebody else, and that the Office has confirmed."""
    need: Need = actions.confirm(world.olaf, observed(actor or world.ben, title, **facts))
    return need


def merged(world: World, need: Need, into: Need) -> Need:
    """What the Office has made a part of another need."""
    found: Need = actions.merge(world.olaf, OfficeDesk.the(), need_id=need.id, into_id=into.id)
    return found
