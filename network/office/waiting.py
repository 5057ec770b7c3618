"""What needs a hand: everything that waits for the Office, the oldest first, in a few statements."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from network.agenda.models import AgendaProposal
from network.dates import moment_day
from network.discussions.models import Message
from network.extensions import db
from network.goals import lists as goals
from network.goals.models import Goal, GoalPlan
from network.groups import news
from network.groups.asking import anybody, parameters
from network.groups.models import Group, JoinRequest, Membership, Place
from network.meetings.models import Meeting, MeetingState
from network.minutes import registers
from network.minutes.models import Action, Minutes, MinutesState
from network.moderation import queue
from network.moderation.models import ModerationCase
from network.needs import lists as needs
from network.needs.models import Need, NeedState
from network.people.models import Person, PersonState
from network.things import Thing, moment

SLOW = timedelta(days=7)  # a request or proposal that is older waits for the Office as well
MINUTES_LATE = timedelta(days=3)
QUIET = timedelta(days=90)
MOST = 20  # of each kind on the page
ALL = 500  # of the one kind of which all were asked for
COUNT_SECONDS = 30  # how long a process may show the menu's count as it was; a deed ends it at once


@dataclass
class Waiting:
    """The lists of the Office's page."""

    applications: list[Person]
    wishes: list[Person]
    run_out: list[Person]
    requests: list[JoinRequest]
    proposals: list[AgendaProposal]
    meetings: list[Meeting]
    overdue: list[Action]
    plans: list[GoalPlan]
    silent: list[Goal]
    observed: list[Need]
    untaken: list[Need]
    perhaps_met: list[Need]
    without_lead: list[Group]
    quiet: list[Group]
    cases: list[ModerationCase]
    stuck: list[ModerationCase]
    messages: list[Message]
    needs_another: bool = False  # whether there are cases that nobody who works in the Office may decide
    more: frozenset[str] = frozenset()  # the lists that are longer than what is shown of them

    @property
    def number(self) -> int:
        """How many things are shown."""
        return sum(len(getattr(self, name)) for name in KINDS)


# What things that wait in groups are shown with.
SHOWN_WITH = {
    "requests": ("person", "group"),
    "proposals": ("person", "parent"),
    "overdue": ("person", "organisation", "group"),
    "plans": ("parent", "person"),
    "silent": ("parent", "owner"),
    "observed": ("person", "organisation"),
    "untaken": (),
    "perhaps_met": (),
}
IN_GROUPS = ("requests", "proposals", "overdue", "plans", "silent", "observed", "untaken", "perhaps_met")
# Three lists of one type, told apart by their states.
NEEDS: dict[str, Callable[[Need], bool]] = {
    "observed": lambda need: need.state == NeedState.REPORTED,
    "untaken": lambda need: need.state == NeedState.CONFIRMED,
    "perhaps_met": lambda need: need.state == NeedState.TAKEN_UP,
}
KINDS = tuple(one.name for one in fields(Waiting) if one.name not in ("needs_another", "more"))


def _of_people() -> ColumnElement[bool]:
    """Applied, wishing for an organisation, or invited in vain."""
    return and_(
        Person.removed_at.is_(None),
        or_(
            Person.state == PersonState.APPLIED,
            and_(Person.state == PersonState.ADMITTED, Person.applied_organisation != ""),
            and_(Person.state == PersonState.INVITED, Person.invited_until < moment()),
        ),
    )


def _slow_proposals() -> Select[int]:
    proposal = AgendaProposal.__table__
    made = Thing.__table__.alias()
    return (
        select(proposal.c.id)
        .join(made, made.c.id == proposal.c.id)
        .where(proposal.c.state == "open", made.c.created_at < moment(SLOW))
    )


def _asking() -> Select[int]:
    request = JoinRequest.__table__
    return select(request.c.id).where(request.c.state == "open", request.c.invited.is_(False))


def lists(user: Any, whole: str = "") -> Waiting:
    """The beginning of everything that waits, and the `whole` of one kind: six statements always."""
    most = {kind: ALL if kind == whole else MOST for kind in KINDS}

    def some(query: Any, kind: str) -> list[Any]:
        return list(db.session.scalars(query.limit(most[kind] + 1)).unique())

    without_lead, quiet = _groups()
    judged = queue.for_office(user, max(most[kind] for kind in ("cases", "stuck", "messages")) + 1)
    found: dict[str, list[Any]] = {
        **_people(max(most[kind] for kind in ("applications", "wishes", "run_out")) + 1),
        **_in_groups({kind: most[kind] + 1 for kind in IN_GROUPS}),
        "meetings": some(
            select(Meeting)
            .where(_lack_minutes())
            .order_by(Meeting.ended_at)
            .options(
                joinedload(Meeting.parent), joinedload(Meeting.minute_taker), joinedload(Meeting.minutes)
            ),
            "meetings",
        ),
        "without_lead": without_lead,
        "quiet": quiet,
        "cases": judged.cases,
        "stuck": judged.stuck,
        "messages": judged.messages,
    }
    return Waiting(
        **{kind: found[kind][: most[kind]] for kind in KINDS},
        needs_another=judged.is_stuck,
        more=frozenset(kind for kind in KINDS if len(found[kind]) > most[kind]),
    )


def _in_groups(most: dict[str, int]) -> dict[str, list[Any]]:
    """What waits in groups, and needs, of each kind so many at most: two statements for all."""
    kinds: dict[str, tuple[type[Thing], Select[int]]] = {
        "requests": (
            JoinRequest,
            select(JoinRequest.id).where(JoinRequest.id.in_(_asking())).order_by(JoinRequest.created_at),
        ),
        "proposals": (
            AgendaProposal,
            select(AgendaProposal.id)
            .where(AgendaProposal.id.in_(_slow_proposals()))
            .order_by(AgendaProposal.created_at),
        ),
        "overdue": (Action, select(Action.id).where(*_long_overdue()).order_by(Action.due_on, Action.id)),
        "plans": (GoalPlan, goals.plans_to_judge()),
        "silent": (Goal, goals.quiet_goals()),
        "observed": (Need, needs.to_judge()),
        "untaken": (Need, needs.untaken()),
        "perhaps_met": (Need, needs.perhaps_met()),
    }
    first = [query.limit(most[kind]).subquery() for kind, (_model, query) in kinds.items()]
    waits = news.things([], *(select(ids.c.id) for ids in first))
    found = {
        kind: [one for one in waits if isinstance(one, model)] for kind, (model, _query) in kinds.items()
    }
    for kind, test in NEEDS.items():
        found[kind] = [need for need in found[kind] if test(need)]
    shown = [(one, name) for kind, list_ in found.items() for one in list_ for name in SHOWN_WITH[kind]]
    held = news.things(getattr(one, f"{name}_id") for one, name in shown)
    for one, name in shown:  # found in the session now, where nothing stays that nobody points to
        getattr(one, name)
    del held
    return {
        "requests": sorted(found["requests"], key=lambda one: one.created_at),
        "proposals": sorted(found["proposals"], key=lambda one: one.created_at),
        "overdue": sorted(found["overdue"], key=lambda one: (one.due_on, one.id)),
        "plans": sorted(found["plans"], key=lambda one: one.created_at),
        "silent": sorted(found["silent"], key=lambda one: (one.silent_since, one.id)),
        "observed": sorted(found["observed"], key=lambda one: one.id),
        "untaken": sorted(found["untaken"], key=lambda one: (one.confirmed_at, one.id)),
        "perhaps_met": sorted(found["perhaps_met"], key=lambda one: one.id),
    }


def _people(most: int) -> dict[str, list[Any]]:
    """Those who wait, of each kind at most so many, the oldest first: one statement for all."""
    place = func.row_number().over(partition_by=Person.state, order_by=Person.created_at).label("place")
    first = select(Person.id, place).where(_of_people()).subquery()
    people = db.session.scalars(
        select(Person)
        .where(Person.id.in_(select(first.c.id).where(first.c.place <= most)))
        .order_by(Person.created_at)
        .options(selectinload(Person.affiliations))
    ).all()
    return {
        kind: [person for person in people if person.state == state]
        for kind, state in (
            ("applications", PersonState.APPLIED),
            ("wishes", PersonState.ADMITTED),
            ("run_out", PersonState.INVITED),
        )
    }


def _lack_minutes() -> ColumnElement[bool]:
    """Of meetings that ended days ago and whose minutes have not been sent for correction; or that were sent,
    and wait for the approval though the last day for corrections is over.
    """
    sent = Minutes.__table__
    of_it = exists().where(sent.c.meeting_id == Meeting.id)
    waits = of_it.where(sent.c.state == MinutesState.CIRCULATED, sent.c.corrections_until < moment_day())
    late = and_(Meeting.ended_at < moment(MINUTES_LATE), ~of_it.where(sent.c.state != MinutesState.WRITING))
    return and_(Meeting.state == MeetingState.CLOSED, Meeting.removed_at.is_(None), or_(late, waits))


def _long_overdue() -> list[ColumnElement[bool]]:
    """Actions whose day passed a week ago: before that they are the group's own business."""
    return [*registers.overdue(), Action.due_on < moment_day(SLOW)]


def _in_trouble() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether nobody leads a group, and whether it has gone quiet.

    Quiet ones have not met for three months and have nothing planned. A group loses its only lead when
    their data are erased, or when its last two leads leave the network at once.
    """
    met = aliased(Meeting, flat=True)  # Group and what is below it all stand in the table of things
    lead = aliased(Membership, flat=True)
    quiet = and_(
        Group.created_at < moment(QUIET),
        ~select(met.id)
        .where(
            met.parent_id == Group.id,
            met.removed_at.is_(None),
            met.is_template.is_(False),
            met.state.not_in((MeetingState.CANCELLED, MeetingState.DRAFT)),
            met.starts_at > moment(QUIET),
        )
        .exists(),
    )
    without_lead = (
        ~select(lead.id)
        .where(lead.group_id == Group.id, lead.removed_at.is_(None), lead.role == Place.LEAD)
        .exists()
    )
    return without_lead, quiet


def _working() -> ColumnElement[bool]:
    return and_(Group.archived_at.is_(None), Group.removed_at.is_(None))


def _groups() -> tuple[list[Group], list[Group]]:
    """Groups that nobody leads, and those that have gone quiet: one statement for both."""
    without_lead, quiet = _in_trouble()
    rows = db.session.execute(
        select(Group, without_lead.label("without_lead"), quiet.label("quiet"))
        .where(_working(), or_(without_lead, quiet))
        .order_by(Group.created_at)
        .options(joinedload(Group.memberships).joinedload(Membership.person))
    ).unique()
    found = [(group, bool(leaderless), bool(is_quiet)) for group, leaderless, is_quiet in rows]
    return (
        [group for group, leaderless, _quiet in found if leaderless],
        [group for group, _leaderless, is_quiet in found if is_quiet],
    )


def number_for_menu(user: Any) -> int:
    """How many things wait, of all that the page lists: what the menu shows, kept for some seconds.

    For each person of the Office their own: nobody decides about what they themselves decided or reported.
    """
    kept: dict[int, tuple[float, int]] = current_app.extensions.setdefault("waiting for the office", {})
    found = kept.get(user.id)
    if found and time.monotonic() - found[0] < COUNT_SECONDS:
        return found[1]
    count = int(db.session.scalar(_number(user.works_in_office, user.in_coordination), parameters(user)) or 0)
    kept[user.id] = (time.monotonic(), count)
    return count


@cache
def _number(works_in_office: bool, in_coordination: bool) -> Select[int]:
    """The statement for how many things wait for anybody of the Office."""
    without_lead, quiet = _in_trouble()
    kinds: list[Select[int]] = [
        select(Person.id).where(_of_people()),
        _asking(),
        _slow_proposals(),
        select(Meeting.id).where(_lack_minutes()),
        select(Action.id).where(*_long_overdue()),
        goals.plans_to_judge(),
        goals.quiet_goals(),
        needs.to_judge(),
        needs.untaken(),
        needs.perhaps_met(),
        select(Group.id).where(_working(), without_lead),
        select(Group.id).where(_working(), quiet),
    ]
    numbers = [select(func.count()).select_from(ids.subquery()).scalar_subquery() for ids in kinds]
    return select(sum(numbers, queue.number(anybody(works_in_office, in_coordination))))


def forget_number() -> None:
    """Count anew at the next page: somebody has just done something."""
    current_app.extensions.pop("waiting for the office", None)
