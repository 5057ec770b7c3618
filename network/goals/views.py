"""The pages on which goals are read: of a group, of one goal, of the whole network, and for the public."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from network import dates, menus, tables
from network.approval.publishing import where_public
from network.changes import Change, sentence
from network.directory.models import Topic
from network.discussions import policy as discussions
from network.doors import person
from network.extensions import db
from network.goals import (
    agenda,
    erasing,
    guidance,
    lists,
    measures,
    numbers,
    persons,
    plans,
    policy,
    views_adopting,
    views_drafting,
    views_reopening,
    views_tending,
)
from network.goals import parts as goal_parts
from network.goals.blueprint import blueprint, whole_goal
from network.goals.chart import draw
from network.goals.lists import STATES, Narrowed
from network.goals.models import (
    HEALTH_LABELS,
    NOT_JUDGED,
    PARTS,
    Goal,
    GoalPlan,
    GoalState,
    ProgressReport,
)
from network.groups import policy as groups
from network.groups.models import Group, Visibility
from network.loop.ends import ends_of_all
from network.things import find, whole

__all__ = [
    "agenda",
    "blueprint",
    "erasing",
    "views_adopting",
    "views_drafting",
    "views_reopening",
    "views_tending",
]

PER_PAGE = 30
MOST_OF_HISTORY = 200

blueprint.add_app_template_global(agenda.goal_to_adopt)
blueprint.add_app_template_filter(numbers.shown, "value")
blueprint.add_app_template_filter(numbers.signed, "signed")
blueprint.add_app_template_filter(numbers.percent, "per_cent")
blueprint.add_app_template_filter(numbers.whole_per_cent, "whole_per_cent")


@blueprint.app_template_filter("plan_value")
def plan_value(kept: Any, name: str) -> Any:
    """A field of a plan, from what is kept of it."""
    return plans.value_of(name, kept)


@blueprint.app_template_filter("planned_on")
def planned_on(day: date, goal: Goal) -> str:
    """The value of the planned line on a day, to one decimal; nothing before the line begins."""
    line = goal.line
    if line is None or day < line.baseline_on:
        return ""
    return numbers.shown(Fraction(round(measures.planned(line, day) * 10), 10))


@blueprint.app_template_filter("name_in")
def name_in(id: int, names: dict[int, str]) -> str:
    """What an id in a plan is called; nothing if there is no such thing any more."""
    return names.get(id, "")


VIEWS = {"list": _l("List"), "board": _l("Board"), "timeline": _l("By day")}
COLUMNS = (
    (_l("Drafts"), (GoalState.DRAFT,)),
    (_l("Proposed"), (GoalState.PROPOSED,)),
    (_l("Adopted"), (GoalState.ADOPTED,)),
    (_l("Achieved"), (GoalState.ACHIEVED,)),
    (_l("Missed, dropped or superseded"), (GoalState.MISSED, GoalState.DROPPED, GoalState.SUPERSEDED)),
)
STATE_LABELS = {
    "current": _l("Proposed and in force"),
    "draft": _l("Drafts"),
    "proposed": _l("Proposed"),
    "adopted": _l("Adopted"),
    "ended": _l("Ended"),
    "all": _l("All"),
}


@blueprint.get("/groups/<id>/goals")
def of_group(id: str) -> str:
    """The goals of a group: as a list, as a board by state, or by their days. Visitors see what is public."""
    group = find(Group, id, _may_see_goals)
    user = person()
    if not groups.may_read(user, group):
        shown = [goal for goal in lists.goals_of(group) if policy.may_see_public_side(user, goal)]
        return render_template("goals/public_of_group.html", group=group, goals=lists.in_order(shown))
    view = request.args.get("view", "list")
    return render_template(
        "goals/of_group.html",
        group=group,
        goals=lists.goals_of(group),
        view=view if view in VIEWS else "list",
        views=VIEWS,
        columns=COLUMNS,
        may=sorted(groups.rights(user, group)),
        may_draft=policy.may_draft(user, group),
    )


def _may_see_goals(user: Any, group: Group) -> bool:
    """Who reads the group; of public ones everybody sees the public goals."""
    return groups.may_read(user, group) or group.visibility == Visibility.PUBLIC


@blueprint.get("/goals/<id>")
def show(id: str) -> str:
    """A goal: its plan, how far it has come, its reports, and what can be done next; or its public side."""
    goal = find(Goal, id, options=whole_goal())
    user = person()
    parts = lists.parts_of(goal)
    facts: dict[str, Any] = {
        "goal": goal,
        "group": goal.parent,
        "parts": parts,
        "labels": PARTS,
        "fields": plans.FIELDS,
        "around": lists.around(user, goal),
        "linked": ends_of_all(user, [goal, *parts.reports]) if policy.may_read(user, goal) else {},
        "drawn": draw(goal.line, parts.readings, "chart-title") if goal.line and goal.in_force else "",
    }
    if not policy.may_read(user, goal):
        return render_template("goals/public.html", read_at=_read_at(parts.charter), **facts)
    return render_template(
        "goals/show.html",
        hints=guidance.hints(goal, parts) if goal.state == GoalState.DRAFT else [],
        example=guidance.example_for(goal),
        reviews=lists.reviews_of(goal) if goal.in_force else [],
        health_labels=HEALTH_LABELS,
        may=sorted(policy.rights(user, goal)),
        may_change=policy.may_change(user, goal),
        may_report=policy.may_report(user, goal),
        may_amend=policy.may_amend(user, goal),
        may_tend=policy.may_tend(user, goal),
        may_end=policy.may_end(user, goal),
        may_reopen=policy.may_reopen(user, goal),
        asked=lists.may_be_met(user, goal, facts["linked"].get(goal.id, ())),
        may_publish=policy.may_publish(user, goal),
        may_read_decision=parts.charter is not None and policy.may_read_decision(user, parts.charter),
        may_discuss=policy.may_discuss(user, goal),
        may_read_thread=parts.thread is not None and discussions.may_read(user, parts.thread),
        may_put_forward=policy.may_put_forward(user, goal),
        may_correct={one.id for one in parts.reports if policy.may_correct(user, one)},
        may_consent={one.id for one in parts.open_plans if policy.may_consent(user, one)},
        may_adopt={one.id for one in parts.open_plans if policy.may_adopt(user, one)},
        may_take_back={one.id for one in parts.open_plans if policy.may_take_back(user, one)},
        offers=agenda.offers(user, goal) if parts.open_plans and groups.may_steer(user, goal.parent) else [],
        **facts,
    )


def _read_at(charter: GoalPlan | None) -> str | None:
    """Where everybody reads the decision that adopted a plan: at its place in minutes that are published."""
    decision = charter.decision if charter is not None else None
    publication = where_public(decision) if decision is not None else None
    if decision is None or publication is None:
        return None
    return url_for("approval.published", id=publication.minutes_id, _anchor=decision.dom_id)


@blueprint.get("/goals/<id>/history")
@login_required
def history(id: str) -> str:
    """What happened to a goal and all that hangs on it, in sentences, the newest first."""
    goal = find(Goal, id, policy.may_read, options=[joinedload(Goal.parent)])
    parts = lists.parts_of(goal)
    things = {one.id: one for one in [goal, *parts.reports, *parts.milestones, *parts.plans]}
    things |= {one.id: one for one in parts.texts.values()}
    lines = db.session.scalars(
        select(Change)
        .where(Change.room_id == goal.room_id, Change.thing_id.in_(things))
        .order_by(Change.number.desc())
        .limit(MOST_OF_HISTORY)
        .options(selectinload(Change.actor))
    ).all()
    for line in lines:
        set_committed_value(line, "thing", things[line.thing_id])
    more = _values_told(goal, lines)
    settled = next((one for one in lines if isinstance(one.thing, Goal) and one.verb in SETTLING), None)
    if settled is not None:
        more[settled.id] = goal.ended_reason
    told = [(line, _told(line, more.get(line.id, ""))) for line in lines if not _is_told_twice(line)]
    return render_template(
        "goals/history.html", goal=goal, group=goal.parent, history=told, this_year=dates.today().year
    )


def _values_told(goal: Goal, lines: Sequence[Change]) -> dict[int, str]:
    """The values that reports and their corrections told, by the ids of these lines, the newest first."""
    told: dict[int, str] = {}
    corrected: Counter[int] = Counter()
    for line in lines:
        report = line.thing
        if not isinstance(report, ProgressReport) or line.verb not in ("reported", "corrected"):
            continue
        said = [*(one.value for one in report.corrections), report.value]
        if line.verb == "corrected":
            corrected[report.id] += 1
        value = said[0] if line.verb == "reported" else said[-min(corrected[report.id], len(said))]
        if value is not None:
            told[line.id] = f"{numbers.shown(value)} {goal.unit}".strip()
    return told


def _is_told_twice(line: Change) -> bool:
    """What happens to the first plan happens to the goal; what happens to a report is told by the report."""
    if isinstance(line.thing, GoalPlan):
        return line.thing.is_first and line.verb != "sent back"
    return isinstance(line.thing, Goal) and line.verb in ("reported", "amended", "sent back")


# What ends a goal or lets it go on; the goal keeps why for the last time alone.
SETTLING = ("achieved", "missed", "dropped", "superseded", "reopened")


def _told(line: Change, further: str = "") -> str:
    """A line of the history: what was changed or is told `further`, and why something is to be reworked."""
    said = sentence(line, line.actor.label if line.actor else _("The program"))
    fields = (line.details or {}).get("fields", ())
    if isinstance(line.thing, GoalPlan) and line.verb == "amendment proposed":
        fields = [name for name in plans.FIELDS if name in line.thing.changes]
    more = " · ".join(str(plans.FIELDS[name]) for name in fields if name in plans.FIELDS) or further
    if isinstance(line.thing, GoalPlan) and line.verb == "sent back":
        more = line.thing.remark
    return f"{said}: {more}" if more else said


# All goals


def _narrowed() -> Narrowed:
    state, health = request.args.get("state", "current"), request.args.get("health", "")
    return Narrowed(
        group_id=whole(request.args.get("group")),
        topic_id=whole(request.args.get("topic")),
        state=state if state in STATES else "current",
        health=health if health in lists.ORDER else "",
        mine="mine" in request.args,
    )


class _Pages(Pagination):  # type: ignore[misc]  # the library has no types for it
    """Pages of a list that is known already."""

    def _query_items(self) -> list[Goal]:
        first = self._query_offset
        found: list[Goal] = self._query_args["found"]
        return found[first : first + self.per_page]

    def _query_count(self) -> int:
        return len(self._query_args["found"])


@blueprint.get("/goals")
@login_required
def overview() -> str:
    """The goals of all groups, the quiet ones first; narrowed by group, topic, state and how they do."""
    user, narrowed = person(), _narrowed()
    found = lists.overview(user, narrowed)
    # Once for each goal, since it is computed.
    counted = Counter(lists.how_it_does(goal) for goal in found if goal.state == GoalState.ADOPTED)
    page = min(whole(request.args.get("page", "1")) or 1, max(1, -(-len(found) // PER_PAGE)))
    return render_template(
        "goals/overview.html",
        pages=_Pages(page=page, per_page=PER_PAGE, error_out=False, found=found),
        number=len(found),
        counted=[(health, counted[health]) for health in lists.ORDER],
        narrowed=narrowed,
        groups=db.session.scalars(
            select(Group)
            .where(Group.id.in_(lists.seen_by(user).with_only_columns(Goal.parent_id)))
            .order_by(Group.name)
        ).all(),
        topics=db.session.scalars(select(Topic).order_by(Topic.place)).all(),
        states=STATE_LABELS,
        health_labels={**HEALTH_LABELS, lists.UNJUDGED: NOT_JUDGED},
    )


@blueprint.get("/goals/report")
@login_required
def report() -> str:
    """All adopted goals on paper, for the plenary: first those of the network with what serves them."""
    user = person()
    goals = lists.overview(user, Narrowed(state="all"))
    shown = [goal for goal in goals if goal.in_force]
    return render_template("goals/report.html", directions=lists.directions(shown), day=dates.today())


@blueprint.get("/goals.csv")
@login_required
def export() -> Response:
    """The goals of the overview as a table."""
    rows = lists.overview(person(), _narrowed())
    return _as_table(rows, "goals.csv")


@blueprint.get("/groups/<id>/goals.csv")
@login_required
def export_group(id: str) -> Response:
    """The goals of a group as a table."""
    group = find(Group, id, groups.may_read)
    return _as_table(lists.goals_of(group), f"goals-{group.id}.csv")


def _as_table(goals: list[Goal], name: str) -> Response:
    of_plan = ("indicator", "unit", "baseline", "baseline_on", "target", "target_on")
    heads = [_("Group"), _("Goal"), _("State"), _("How it does"), *(plans.FIELDS[one] for one in of_plan)]
    heads += [_("Last value"), _("Last value on"), _("Share of the way"), plans.FIELDS["owner_id"]]
    rows = (
        [
            goal.parent.name,
            goal.title,
            goal.state_label,
            goal.health_label if goal.state == GoalState.ADOPTED else None,
            *(getattr(goal, one) for one in of_plan),
            goal.last_value,
            goal.last_on,
            goal.progress,
            goal.owner.name if goal.owner else None,
            goal.review_on,
            goal.source,
        ]
        for goal in goals
    )
    return tables.file(name, [*heads, _("To be reviewed on"), plans.FIELDS["source"]], rows)


@blueprint.get("/goals/public")
def public() -> str:
    """The adopted goals that public groups show to everybody."""
    query = lists.public_goals().options(joinedload(Goal.parent))
    goals = lists.in_order(db.session.scalars(query))
    by_group: dict[Group, list[Goal]] = {}
    for goal in goals:
        by_group.setdefault(goal.parent, []).append(goal)
    return render_template(
        "goals/public_all.html", by_group=sorted(by_group.items(), key=lambda pair: pair[0].name)
    )


goal_parts.add_to_groups()
persons.tell_people()
menus.add("office", 35, _l("Goals"), "goals.overview", icon="target-arrow")
menus.add("footer", 5, _l("Goals"), "goals.public")
