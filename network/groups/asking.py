"""Whose waiting things are looked for: somebody's, or anybody's in a statement that is put together once.

Putting a statement together out of its hundred parts takes Python ten times as long as the database takes to
answer it. So one that stands behind every page is kept, with parameters where it names the person and the
moment (`things.moment`, `dates.moment_day`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam

from network.groups.models import Place


@dataclass(frozen=True)
class Asking:
    """What statements need to know of a person: `id`, and the ids of the groups they lead and belong to."""

    works_in_office: bool
    in_coordination: bool
    id: Any
    led: Any
    groups: Any


def led(user: Any) -> set[int]:
    """The ids of the groups that the user leads."""
    return {place.group_id for place in user.memberships if place.active and place.role == Place.LEAD}


def asking(user: Any) -> Asking:
    """The person alone, for a statement that is sent once."""
    groups = {place.group_id for place in user.memberships if place.active}
    return Asking(user.works_in_office, user.in_coordination, user.id, led(user), groups)


def anybody(works_in_office: bool, in_coordination: bool) -> Asking:
    """Everybody of that kind, for a statement that is kept; it is sent with the `parameters` of one."""
    return Asking(
        works_in_office,
        in_coordination,
        bindparam("asking_id", type_=Integer),
        bindparam("asking_led", type_=Integer, expanding=True),
        bindparam("asking_groups", type_=Integer, expanding=True),
    )


def parameters(user: Any) -> dict[str, Any]:
    """What a statement about `anybody` is sent with when the user asks."""
    facts = asking(user)
    return {
        "asking_id": facts.id,
        "asking_led": sorted(facts.led),
        "asking_groups": sorted(facts.groups),
    }
