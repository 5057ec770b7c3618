"""Who observes needs, who sees which, and who settles them.

A need that nobody has looked at yet may name somebody, may be a misunderstanding or be there already: so
until the Office has confirmed it, only the Office and whoever observed it see it. From then on all members
of the network do, and keep seeing what became of it; visitors see none. What was declined or merged before
it was confirmed stays with the two who saw it.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.needs.models import OPEN, Need, NeedState
from network.people.models import OfficeDesk
from network.things import rules


def may_see(user: Any, need: Need) -> bool:
    """Members of the network once it is confirmed; before that its observer and the Office."""
    if not user.is_authenticated or user.is_clock:
        return False
    return need.confirmed_at is not None or bool(user.works_in_office) or need.person_id == user.id


def observes(user: Any) -> bool:
    """Every member of the network who may write, wherever they are: for pages that offer it."""
    return bool(user.is_authenticated) and not user.is_clock and not user.is_silenced


@because(_l("Needs are observed by members of the network."))
def may_observe(user: Any, desk: OfficeDesk) -> bool:
    """Whoever observes needs: what is missing is told to the Office's desk."""
    return observes(user)


@because(
    _l("A need is changed by whoever observed it until it is confirmed, and by the Coordination Office.")
)
def may_change(user: Any, need: Need) -> bool:
    """The observer as long as it waits; the Office until it is settled."""
    if not user.is_authenticated or user.is_clock:
        return False
    if need.state == NeedState.REPORTED and need.person_id == user.id:
        return not user.is_silenced
    return bool(user.works_in_office) and need.state in (NeedState.REPORTED, *OPEN)


@because(_l("Members of the network say that they see a need too, as long as it is not met."))
def may_support(user: Any, need: Need) -> bool:
    """Every member of the network who sees it, while it waits or is missing."""
    return may_see(user, need) and not user.is_silenced and need.state in (NeedState.REPORTED, *OPEN)


@because(_l("Needs are confirmed by the Coordination Office, once."))
def may_confirm(user: Any, need: Need) -> bool:
    """The Office, of what waits."""
    return bool(user.works_in_office) and need.state == NeedState.REPORTED


@because(_l("Needs are declined by the Coordination Office, as long as no goal serves them."))
def may_decline(user: Any, need: Need) -> bool:
    """The Office; what a goal serves is not declined beside those who adopted the goal."""
    return bool(user.works_in_office) and need.state in (NeedState.REPORTED, NeedState.CONFIRMED)


@because(_l("Needs are merged by the Coordination Office, as long as they are not settled."))
def may_merge(user: Any, need: Need) -> bool:
    """The Office."""
    return bool(user.works_in_office) and need.state in (NeedState.REPORTED, *OPEN)


@because(_l("Needs are merged by the Coordination Office, as long as they are not settled."))
def may_merge_any(user: Any, desk: OfficeDesk) -> bool:
    """The Office."""
    return bool(user.works_in_office)


def may_receive(into: Need, need: Need) -> bool:
    """Whether a need can become a part of this one: of what is known nothing leads to what waits."""
    return into.state in OPEN or (into.state == need.state == NeedState.REPORTED)


@because(_l("That a need is met is recorded by the Coordination Office."))
def may_meet(user: Any, need: Need) -> bool:
    """The Office, of what is known and missing."""
    return bool(user.works_in_office) and need.state in OPEN


@because(_l("Needs come onto an agenda once they are confirmed, and as long as they are not met."))
def may_put_forward(user: Any, need: Need) -> bool:
    """Whoever sees it, of what is known and missing; in which groups is asked of these."""
    return may_see(user, need) and need.state in OPEN


@because(_l("Needs that were met or declined are re-opened by the Coordination Office."))
def may_reopen(user: Any, need: Need) -> bool:
    """The Office, of what was met or declined."""
    return bool(user.works_in_office) and need.state in (NeedState.MET, NeedState.DECLINED)


@because(_l("This is done by the program when it is due."))
def may_follow_goals(user: Any, need: Need) -> bool:
    """The clock, of what is known and missing: whether a goal serves it is told by the goals."""
    return bool(user.is_clock) and need.state in OPEN


def may_link(user: Any, need: Need) -> bool:
    """Links of a need: the Office, the coordination group and whoever observed it; not what was merged."""
    if need.state == NeedState.MERGED or not may_see(user, need) or user.is_silenced:
        return False
    return bool(user.in_coordination) or need.person_id == user.id


def is_missing(user: Any, need: Need) -> bool:
    """Whether a goal that was achieved leads to the question if it is met now."""
    return need.state in OPEN


rules(Need, see=may_see, link=may_link, missing=is_missing, meet=may_meet)
