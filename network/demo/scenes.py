"""How scenes are played quickly: several actions as the steps of one, in one transaction."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from network.changes import CLOCK, action
from network.directory.models import Network
from network.extensions import db
from network.groups.models import Group, Membership
from network.people.models import OfficeDesk, Person
from network.things import Thing


def may_be_told(user: Any, thing: Thing) -> bool:
    """The past of the demo network is told by the program."""
    return bool(user.is_clock)


def _everybody(thing: Thing) -> Iterable[int]:
    """Where a scene may be heard: with its people, in the Office, and in what is around the thing."""
    rooms = set(db.session.scalars(select(Person.room_id).where(*_of(thing))))
    rooms.add(OfficeDesk.the().room_id)
    above = getattr(thing, "parent", None)
    return rooms | ({above.room_id} if above is not None else set())


def _of(thing: Thing) -> list[ColumnElement[bool]]:
    """Who takes part in what happens there: those of the group; all in the network itself."""
    if isinstance(thing, Network):
        return []
    group = thing if isinstance(thing, Group) else thing.parent
    return [Person.id.in_(select(Membership.person_id).where(Membership.group_id == group.id))]


@action(may_be_told, rooms=_everybody)
def _play(actor: Any, thing: Thing, *, scene: Callable[[], Any]) -> Any:
    # Whoever may take part, in three statements instead of three for each; held while the scene lasts.
    # Not their places where groups are founded: these are new.
    people = select(Person).where(*_of(thing)).options(selectinload(Person.affiliations))
    if not isinstance(thing, Network):
        people = people.options(selectinload(Person.memberships))
    there = db.session.scalars(people).all()
    return scene() if there else None


def at_once(thing: Thing, scene: Callable[..., Any], *given: Any) -> Any:
    """Play a scene in the room of a thing and in those of its people: all of it or nothing.

    Each action in it asks its own rule, does its deed and writes its lines as ever. Only what it would
    begin with, forgetting all that was read, happens once.
    """
    return _play(CLOCK, thing, scene=partial(scene, *given))
