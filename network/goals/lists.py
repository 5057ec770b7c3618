"""Which goals a page shows: in few statements, whatever there is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from network import dates
from network.changes import Change
from network.directory.models import Organisation, Topic
from network.discussions.models import Thread
from network.drafts.models import Draft, DraftAuthor
from network.extensions import db
from network.files.models import File
from network.goals import measures, policy
from network.goals.models import (
    ENDED,
    MOST_REVIEW_MONTHS,
    Consent,
    Goal,
    GoalPlan,
    GoalReview,
    GoalState,
    GoalText,
    Milestone,
    PlanState,
    ProgressReport,
    readings_of,
)
from network.groups.asking import Asking
from network.groups.models import Group, GroupKind, Membership, Visibility
from network.loop.ends import End
from network.loop.models import LinkKind
from network.meetings.models import AgendaItem
from network.minutes.models import Decision
from network.people.models import Affiliation, Person
from network.things import Thing, moment, of_types

DECISIONS_OFFERED = 30
LATELY = timedelta(days=14)  # how long an amendment that was sent back waits for those who wrote it
DIRECTION = (GroupKind.COORDINATION, GroupKind.PLENARY)


# The page of a goal


@dataclass
class Parts:
    """All that hangs on a goal."""

    texts: dict[str, GoalText] = field(default_factory=dict)
    milestones: list[Milestone] = field(default_factory=list)
    reports: list[ProgressReport] = field(default_factory=list)  # the newest day first
    plans: list[GoalPlan] = field(default_factory=list)
    files: dict[int, list[File]] = field(default_factory=dict)  # by what they lie at
    thread: Thread | None = None  # the discussion about it

    @property
    def open_plans(self) -> list[GoalPlan]:
        """What is proposed at present."""
        return [plan for plan in self.plans if plan.state == PlanState.PROPOSED and not plan.parent.ended]

    @property
    def sent_back(self) -> GoalPlan | None:
        """The plan that the Office asked to rework, until the goal is proposed again."""
        last = self.plans[-1] if self.plans else None
        return last if last is not None and last.is_first and last.state == PlanState.SENT_BACK else None

    @property
    def charter(self) -> GoalPlan | None:
        """The plan as it was adopted first."""
        return next((plan for plan in self.plans if plan.number == 1), None)

    @property
    def in_force(self) -> GoalPlan | None:
        """The plan as it was adopted last."""
        return self.adopted_plans[-1] if self.adopted_plans else None

    @property
    def adopted_plans(self) -> list[GoalPlan]:
        """The plan as it was adopted, and the amendments since, in their order."""
        adopted = [plan for plan in self.plans if plan.number is not None]
        return sorted(adopted, key=lambda plan: plan.number or 0)

    @property
    def readings(self) -> list[measures.Reading]:
        """What was reported, in the order of the days, withdrawn reports left out."""
        return sorted(readings_of(self.reports), key=lambda one: one.on)


def parts_of(goal: Goal) -> Parts:
    """Texts, milestones, reports, plans with decisions, files, the discussion: two statements."""
    part = of_types(GoalText, Milestone, ProgressReport, GoalPlan, File, Thread)
    below = Thing.__table__.alias()
    mine = select(below.c.id).where(
        below.c.parent_id == goal.id,
        below.c.type.in_([ProgressReport.__tablename__, Milestone.__tablename__]),
    )
    query = (
        select(part)
        .where(
            or_(
                and_(
                    part.parent_id == goal.id,
                    part.type.in_(
                        model.__tablename__ for model in (GoalText, Milestone, ProgressReport, GoalPlan, File)
                    ),
                ),
                and_(part.type == File.__tablename__, part.parent_id.in_(mine)),
                part.Thread.about_id == goal.id,
            ),
            part.removed_at.is_(None),
        )
        .order_by(part.id)
        .options(
            joinedload(part.ProgressReport.person),
            selectinload(part.ProgressReport.corrections),
            joinedload(part.GoalPlan.person),
            joinedload(part.GoalPlan.decision).joinedload(Decision.group),
        )
    )
    found = Parts()
    for one in db.session.scalars(query).unique():
        if isinstance(one, GoalText):
            found.texts[one.part] = one
        elif isinstance(one, Milestone):
            found.milestones.append(one)
        elif isinstance(one, ProgressReport):
            found.reports.append(one)
        elif isinstance(one, GoalPlan):
            found.plans.append(one)
        elif isinstance(one, Thread):
            found.thread = one
        else:
            found.files.setdefault(one.parent_id, []).append(one)
    found.milestones.sort(key=lambda one: (one.due_on or date.max, one.id))
    found.reports.sort(key=lambda one: (one.on, one.id), reverse=True)
    return found


def reviews_of(goal: Goal) -> list[GoalReview]:
    """The reviews of a goal, the newest first."""
    query = select(GoalReview).where(GoalReview.goal_id == goal.id).options(joinedload(GoalReview.by))
    return list(db.session.scalars(query.order_by(GoalReview.id.desc())))


def answered(ends: Iterable[End]) -> list[End]:
    """Of the links of a goal those to what it serves because it is missing."""
    return [
        end
        for end in ends
        if end.link.kind == LinkKind.SERVES and end.removed_at is None and "missing" in type(end.other).rules
    ]


def may_be_met(user: Any, goal: Goal, ends: Iterable[End]) -> list[tuple[End, bool]]:
    """What the end of an achieved goal asks: whether a need that it served is met now, and who may say so."""
    if goal.state != GoalState.ACHIEVED:
        return []
    asked = (end for end in answered(ends) if end.other.rules["missing"](user, end.other))
    return [(end, end.other.rules["meet"](user, end.other)) for end in asked]


@dataclass(frozen=True)
class Around:
    """The goals that a goal points to, and those that point to it, as far as somebody may see them."""

    served: Goal | None
    serving: list[Goal]
    superseded_by: Goal | None
    replaces: list[Goal]

    @property
    def roll_up(self) -> measures.RollUp:
        """What the goals that serve this one amount to."""
        return amount_of(self.serving)


COUNTED = (GoalState.ADOPTED, GoalState.ACHIEVED, GoalState.MISSED)


def amount_of(serving: Iterable[Goal]) -> measures.RollUp:
    """What goals amount to for the one that they serve.

    Nobody works any more on what was dropped or replaced, and what is only proposed does not count yet.
    """
    return measures.roll_up(
        measures.Part(one.title, one.weight, one.progress, in_words=one.is_told_in_words)
        for one in serving
        if one.state in COUNTED
    )


def around(user: Any, goal: Goal) -> Around:
    """One statement for all of them."""
    ids = {goal.serves_id, goal.superseded_by_id} - {None}
    query = (
        select(Goal)
        .where(
            or_(Goal.id.in_(ids), Goal.serves_id == goal.id, Goal.superseded_by_id == goal.id),
            Goal.removed_at.is_(None),
        )
        .order_by(Goal.id)
        .options(joinedload(Goal.parent))
    )
    found = [one for one in db.session.scalars(query) if policy.may_see(user, one)]
    by_id = {one.id: one for one in found}
    return Around(
        served=by_id.get(goal.serves_id or 0),
        serving=[one for one in found if one.serves_id == goal.id and one.state != GoalState.DRAFT],
        superseded_by=by_id.get(goal.superseded_by_id or 0),
        replaces=[one for one in found if one.superseded_by_id == goal.id],
    )


# What can be chosen


def people_of(group: Group, *also: Person | None) -> list[Person]:
    """Who may look after a goal: the people of the group, and who does so already."""
    places = db.session.scalars(
        select(Membership)
        .where(Membership.group_id == group.id, Membership.removed_at.is_(None))
        .options(joinedload(Membership.person).selectinload(Person.affiliations))
    )
    people = {place.person_id: place.person for place in places if place.active and place.person.is_active}
    people |= {person.id: person for person in also if person is not None}
    return sorted(people.values(), key=lambda person: person.name)


def organisations_offered(goal: Goal) -> list[Organisation]:
    """Those of the people of the group, and those that contribute already."""
    in_group = (
        select(Affiliation.organisation_id)
        .join(Membership, Membership.person_id == Affiliation.person_id)
        .where(Membership.group_id == goal.parent_id, Membership.removed_at.is_(None))
    )
    found = db.session.scalars(
        select(Organisation).where(Organisation.id.in_(in_group), Organisation.archived.is_(False))
    )
    return sorted({*found, *goal.organisations}, key=lambda one: one.name)


def topics() -> list[Topic]:
    """All topics, in their order."""
    return list(db.session.scalars(select(Topic).order_by(Topic.place)))


def goals_to_serve(goal: Goal) -> list[Goal]:
    """The goals of the network that are in force, and the one that is served already."""
    if goal.of_network:
        return []
    group = Group.__table__
    direction = select(group.c.id).where(group.c.kind.in_(DIRECTION))
    query = select(Goal).where(
        or_(
            and_(Goal.parent_id.in_(direction), Goal.state == GoalState.ADOPTED, Goal.removed_at.is_(None)),
            Goal.id == goal.serves_id,
        )
    )
    return list(db.session.scalars(query.order_by(Goal.title)))


def decisions_offered(user: Any, goal: Goal) -> list[Decision]:
    """The newest decisions by which a goal may be adopted, as far as somebody may read them: of its group,
    for goals of the network of all who speak for it.
    """
    group = Group.__table__
    direction = select(group.c.id).where(group.c.kind.in_(DIRECTION))
    ours = Decision.group_id.in_(direction) if goal.of_network else Decision.group_id == goal.parent_id
    found = db.session.scalars(
        select(Decision)
        .where(ours, Decision.removed_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(DECISIONS_OFFERED)
        .options(joinedload(Decision.group), joinedload(Decision.parent).joinedload(AgendaItem.parent))
    )
    return [one for one in found if type(one).rules["see"](user, one)]


def others_of(goal: Goal) -> list[Goal]:
    """Further goals of the group that were adopted, one of which may take its place."""
    query = select(Goal).where(
        Goal.parent_id == goal.parent_id,
        Goal.id != goal.id,
        Goal.state.in_((GoalState.ADOPTED, GoalState.ACHIEVED)),
        Goal.removed_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Goal.id.desc())))


# Lists of goals


def goals_of(group: Group) -> list[Goal]:
    """All goals of a group."""
    query = select(Goal).where(Goal.parent_id == group.id, Goal.removed_at.is_(None))
    return in_order(db.session.scalars(query.options(joinedload(Goal.owner))))


def in_order(goals: Iterable[Goal]) -> list[Goal]:
    """What is in force by its day, then what has ended, the newest first."""
    found = list(goals)
    running = sorted(
        (goal for goal in found if not goal.ended), key=lambda goal: (goal.target_on or date.max, goal.id)
    )
    return running + sorted((goal for goal in found if goal.ended), key=lambda goal: goal.id, reverse=True)


def seen_by(user: Any) -> Select[tuple[Goal]]:
    """A statement for the goals of all groups that somebody may see; drafts only with their group."""
    group = Group.__table__
    if not user.is_authenticated:
        return public_goals()
    query = select(Goal).where(Goal.removed_at.is_(None))
    if user.works_in_office:
        return query
    places = [place.group_id for place in user.memberships if place.active]
    readable = select(group.c.id).where(
        or_(
            group.c.visibility != Visibility.CLOSED, group.c.id.in_(places), group.c.kind == GroupKind.PLENARY
        )
    )
    direction = select(group.c.id).where(group.c.kind.in_(DIRECTION))
    return query.where(
        or_(
            Goal.parent_id.in_(readable),
            and_(Goal.parent_id.in_(direction), Goal.state != GoalState.DRAFT),
        )
    )


@dataclass(frozen=True)
class Narrowed:
    """What an overview is narrowed by; empty means all."""

    group_id: int | None = None
    topic_id: int | None = None
    state: str = "current"
    health: str = ""
    mine: bool = False


STATES = {
    "current": (GoalState.PROPOSED, GoalState.ADOPTED),
    "draft": (GoalState.DRAFT,),
    "proposed": (GoalState.PROPOSED,),
    "adopted": (GoalState.ADOPTED,),
    "ended": ENDED,
    "all": tuple(GoalState),
}


def overview(user: Any, narrowed: Narrowed) -> list[Goal]:
    """The goals of all groups, the quiet ones first: one statement, however many goals and reports there are.

    How a goal does is computed, so that is narrowed here and not in the statement.
    """
    query = seen_by(user).where(Goal.state.in_(STATES.get(narrowed.state, STATES["current"])))
    if narrowed.group_id is not None:
        query = query.where(Goal.parent_id == narrowed.group_id)
    if narrowed.topic_id is not None:
        query = query.where(Goal.topics.any(Topic.id == narrowed.topic_id))
    if narrowed.mine:
        query = query.where(Goal.owner_id == user.id)
    found = db.session.scalars(query.options(joinedload(Goal.parent), joinedload(Goal.owner)))
    goals = [goal for goal in found if not narrowed.health or _does(goal, narrowed.health)]
    return sorted(goals, key=_quiet_first)


def _does(goal: Goal, health: str) -> bool:
    return goal.state == GoalState.ADOPTED and how_it_does(goal) == health


UNJUDGED = "unjudged"  # beside the words for health: it cannot be said yet


def how_it_does(goal: Goal) -> str:
    """By what a goal in force is counted and narrowed: its health, if that can be said."""
    return goal.health if goal.is_judged else UNJUDGED


ORDER: list[str] = [
    measures.Health.NO_NEWS,
    measures.Health.OFF_TRACK,
    measures.Health.AT_RISK,
    measures.Health.ON_TRACK,
    UNJUDGED,
]


def _quiet_first(goal: Goal) -> tuple[Any, ...]:
    health = ORDER.index(how_it_does(goal)) if goal.state == GoalState.ADOPTED else len(ORDER)
    return (health, goal.last_on or date.min, goal.target_on or date.max, goal.id)


def _silent_since() -> ColumnElement[Any]:
    """As `Goal.silent_since`."""
    return case(
        (Goal.last_on.is_not(None), Goal.last_on),
        (Goal.adopted_on > Goal.baseline_on, Goal.adopted_on),
        else_=func.coalesce(Goal.baseline_on, Goal.adopted_on),
    )


def quiet() -> list[ColumnElement[bool]]:
    """Conditions for goals in force, of groups that still work, of which nothing has been heard for long."""
    group = Group.__table__
    long_ago = [
        and_(Goal.review_months == months, _silent_since() < dates.moment_day(relativedelta(months=months)))
        for months in range(1, MOST_REVIEW_MONTHS + 1)
    ]
    reached = or_(
        and_(Goal.target > Goal.baseline, Goal.last_value >= Goal.target),
        and_(Goal.target < Goal.baseline, Goal.last_value <= Goal.target),
        and_(Goal.target == Goal.baseline, Goal.last_value == Goal.target),
    )
    return [
        Goal.state == GoalState.ADOPTED,
        Goal.removed_at.is_(None),
        Goal.parent_id.in_(select(group.c.id).where(group.c.archived_at.is_(None))),
        or_(*long_ago),
        or_(Goal.last_value.is_(None), Goal.target.is_(None), Goal.baseline.is_(None), ~reached),
    ]


def waiting_for(who: Asking) -> Select[int]:
    """Ids of the goals that they should look at, quiet or due for review: their own, or of led groups."""
    is_theirs = or_(Goal.owner_id == who.id, and_(Goal.owner_id.is_(None), Goal.parent_id.in_(who.led)))
    due = and_(
        Goal.state == GoalState.ADOPTED, Goal.removed_at.is_(None), Goal.review_on <= dates.moment_day()
    )
    return select(Goal.id).where(is_theirs, or_(due, and_(*quiet())))


def waits_for(user: Any, goal: Goal, led: set[int]) -> bool:
    """The same of a goal that has been loaded."""
    is_theirs = goal.owner_id == user.id or (goal.owner_id is None and goal.parent_id in led)
    return is_theirs and (goal.is_due_for_review or goal.is_quiet)


def _drafted_by(who: Asking) -> Select[int]:
    """Ids of the groups in which somebody drafts goals: their own, and those that speak for all, where these
    can be read; not a closed one that they have left.
    """
    group = Group.__table__
    ours = group.c.id.in_(who.groups)
    open_ones = or_(group.c.visibility != Visibility.CLOSED, group.c.kind == GroupKind.PLENARY)
    speaking = and_(group.c.kind.in_(DIRECTION), open_ones)
    return select(group.c.id).where(or_(ours, speaking) if who.in_coordination else ours)


def plans_waiting_for(who: Asking) -> Select[int]:
    """Ids of the plans of which it is their turn, not of archived groups.

    The Office judges, and leads see to the adoption. Of what was sent back all who wrote the draft are asked
    to rework it, until it is proposed anew; of an amendment whoever wrote that one, and those who lead.
    """
    goal, later, group = aliased(Goal, flat=True), GoalPlan.__table__.alias(), Group.__table__
    texts, wrote, line = GoalText.__table__, DraftAuthor.__table__, Change.__table__
    theirs = or_(
        GoalPlan.person_id == who.id,
        exists().where(
            line.c.actor_id == who.id, line.c.thing_id == goal.id, line.c.verb.in_(("drafted", "changed"))
        ),
        exists().where(
            texts.c.goal_id == goal.id,
            line.c.actor_id == who.id,
            line.c.thing_id == texts.c.id,
            line.c.verb == "written",
        ),
        exists().where(
            texts.c.goal_id == goal.id,
            Draft.__table__.c.owner_id == texts.c.id,
            wrote.c.draft_id == Draft.__table__.c.id,
            wrote.c.person_id == who.id,
        ),
    )
    since = and_(later.c.goal_id == GoalPlan.goal_id, later.c.id > GoalPlan.id)
    anew = and_(since, later.c.person_id == GoalPlan.person_id, later.c.state != PlanState.WITHDRAWN)
    to_rework = and_(
        GoalPlan.state == PlanState.SENT_BACK,
        or_(
            and_(GoalPlan.is_first, goal.state == GoalState.DRAFT, ~exists().where(since), theirs),
            and_(
                ~GoalPlan.is_first,
                goal.state == GoalState.ADOPTED,
                GoalPlan.consented_at > moment(LATELY),
                ~exists().where(anew),
                or_(GoalPlan.person_id == who.id, goal.parent_id.in_(who.led)),
            ),
        ),
        *([] if who.works_in_office else [goal.parent_id.in_(_drafted_by(who))]),
    )
    proposed = and_(
        GoalPlan.state == PlanState.PROPOSED,
        or_(
            and_(GoalPlan.is_first, goal.state == GoalState.PROPOSED),
            and_(~GoalPlan.is_first, goal.state == GoalState.ADOPTED),
        ),
    )
    turns = [
        to_rework,
        and_(proposed, GoalPlan.consent.in_((Consent.GIVEN, Consent.REMARK)), goal.parent_id.in_(who.led)),
    ]
    if who.works_in_office:
        turns.append(and_(proposed, GoalPlan.consent == Consent.NONE))
    return (
        select(GoalPlan.id)
        .join(goal, goal.id == GoalPlan.goal_id)
        .where(
            GoalPlan.removed_at.is_(None),
            goal.removed_at.is_(None),
            goal.parent_id.in_(select(group.c.id).where(group.c.archived_at.is_(None))),
            or_(*turns),
        )
    )


def plans_to_judge() -> Select[int]:
    """Ids of the plans that wait for the Office's word, the oldest first; not of archived groups."""
    group, goal = Group.__table__, aliased(Goal)
    working = select(group.c.id).where(group.c.archived_at.is_(None))
    return (
        select(GoalPlan.id)
        .join(goal, goal.id == GoalPlan.goal_id)
        .where(
            GoalPlan.state == PlanState.PROPOSED,
            GoalPlan.consent == Consent.NONE,
            GoalPlan.removed_at.is_(None),
            goal.removed_at.is_(None),
            goal.state.in_((GoalState.PROPOSED, GoalState.ADOPTED)),
            goal.parent_id.in_(working),
        )
        .order_by(GoalPlan.created_at)
    )


def quiet_goals() -> Select[int]:
    """Ids of quiet goals, the longest silent first."""
    return select(Goal.id).where(*quiet()).order_by(_silent_since(), Goal.id)


def public_goals() -> Select[tuple[Goal]]:
    """A statement for what everybody may see, also of those who are signed in."""
    group = Group.__table__
    public = select(group.c.id).where(group.c.visibility == Visibility.PUBLIC)
    return select(Goal).where(
        Goal.parent_id.in_(public),
        Goal.public,
        Goal.state.in_((GoalState.ADOPTED, *ENDED)),
        Goal.removed_at.is_(None),
    )


@dataclass(frozen=True)
class Direction:
    """A goal of the network with those that serve it; without one, the goals that serve none."""

    goal: Goal | None
    serving: list[Goal]

    @property
    def roll_up(self) -> measures.RollUp:
        """What they amount to."""
        return amount_of(self.serving)


def directions(goals: Iterable[Goal]) -> list[Direction]:
    """Goals under those of the network that they serve; the others last, by their groups."""
    found = in_order(goals)
    top = [goal for goal in found if goal.of_network]
    known = {goal.id for goal in top}
    grouped = [Direction(goal, [one for one in found if one.serves_id == goal.id]) for goal in top]
    others = [one for one in found if not one.of_network and one.serves_id not in known]
    others.sort(key=lambda one: one.parent.name)
    return [*grouped, Direction(None, others)] if others else grouped
