"""The columns of the table, and what a row of it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# The columns of product.md, and those whose right comes from elsewhere.
VISITOR, MEMBER, GUEST, GROUP_MEMBER, LEAD, OFFICE = COLUMNS = (
    "visitor",
    "member of the network",
    "group guest",
    "group member",
    "group lead",
    "Office",
)
OTHER_LEAD, COORDINATION, ADMINISTRATOR, CHAIR, MINUTE_TAKER = ELSEWHERE = (
    "lead of another group",
    "coordination group",
    "administrator",
    "chair",  # of the meeting, and otherwise in no group
    "minute-taker",  # as above
)

Who = frozenset[str]


def only(*who: str) -> Who:
    """These and nobody else."""
    unknown = set(who) - {*COLUMNS, *ELSEWHERE}
    assert not unknown, f"no column of the table: {sorted(unknown)}"
    return frozenset(who)


EVERYBODY = only(*COLUMNS, *ELSEWHERE)
NOBODY = only()
SIGNED_IN = EVERYBODY - {VISITOR}
IN_GROUP = only(GUEST, GROUP_MEMBER, LEAD, OFFICE)
OUTSIDE = SIGNED_IN - IN_GROUP
WRITING = only(GROUP_MEMBER, LEAD, OFFICE)
STEERING = only(LEAD, OFFICE)
OFFICERS = only(CHAIR, MINUTE_TAKER)
CHAIRING = STEERING | {CHAIR}
INVITED = only(GUEST, GROUP_MEMBER, LEAD) | OFFICERS

Facts = dict[str, Any] | Callable[[Any, Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Scene:
    """Something that is acted on: made anew whenever a row needs it untouched."""

    name: str
    make: Callable[[Any], Any]


@dataclass(frozen=True)
class Row:
    """Who may use a route, or do a deed, on the thing of a scene.

    Those in `may` get a page (200) or have done it (303), or what `yes` says. Of all others those in
    `sees` read why not (403); for the rest there is nothing (404), and a visitor is led to the door unless
    `door` says that visitors are answered like everybody. `but` names what else is answered to whom.
    """

    may: Who
    on: Scene | None = None
    sees: Who = SIGNED_IN
    facts: Facts = field(default_factory=dict)
    yes: int | None = None
    door: bool = True
    but: dict[str, int] = field(default_factory=dict)
    asked: Who = EVERYBODY  # where it is the same for all, two are enough
    newcomer: bool = False  # done by somebody new, since it ends what the others still need
    address: Callable[[Any, Any], dict[str, Any]] = lambda stage, thing: {"id": thing.id} if thing else {}


Table = dict[str, list[Row]]


def row(may: Who, on: Scene | None = None, **more: Any) -> Row:
    """One line of the table."""
    return Row(may, on, **more)


def hidden(may: Who, on: Scene | None = None, **more: Any) -> Row:
    """A line for a page that does not exist for all others."""
    return Row(may, on, sees=NOBODY, **more)


FEW = only(VISITOR, MEMBER)
