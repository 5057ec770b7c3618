"""How scenes are played quickly: several actions as the steps of one, in one transaction."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from network.changes import CLOCK, action
from network.directory.models import Network
from network.extensions import db
from network.people.models import OfficeDesk, Person
from network.things import Thing


def may_be_told(user: Any, thing: Thing) -> bool:
    """The past of the demo network is told by the program."""
    return bool(user.is_clock)


def _everybody(thing: Thing) -> Iterable[int]:
    """Where a scene may be heard: with all people, in the Office, and in what is around the thing."""
    rooms = set(db.session.scalars(select(Person.room_id)))
    rooms.add(OfficeDesk.the().room_id)
    above = getattr(thing, "parent", None)
    return rooms | ({above.room_id} if above is not None else set())


@action(may_be_told, rooms=_everybody)
def _play(actor: Any, thing: Thing, *, scene: Callable[[], Any]) -> Any:
    # Whoever may take part, in three statements instead of three for each; held while the scene lasts.
    # Not their places where groups are founded: these are new.
    options = [selectinload(Person.affiliations)]
    if not isinstance(thing, Network):
        options.append(selectinload(Person.memberships))
    everybody = db.session.scalars(select(Person).options(*options)).all()
    return scene() if everybody else None


def at_once(thing: Thing, scene: Callable[..., Any], *given: Any) -> Any:
    """Play a scene in the room of a thing and in those of all people: all of it or nothing.

    Each action in it asks its own rule, does its deed and writes its lines as ever. Only what it would
    begin with, forgetting all that was read, happens once.
    """
    return _play(CLOCK, thing, scene=partial(scene, *given))
