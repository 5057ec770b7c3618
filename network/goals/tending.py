"""What is done to an adopted goal: reports and their corrections, milestones, health, reviews, its end."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l

from network import dates
from network.changes import Invalid, Stale, action, record
from network.discussions.titles import meant
from network.extensions import db
from network.files import actions as files
from network.files.store import Stored
from network.goals import letters, measures, policy
from network.goals.models import (
    ENDED,
    Goal,
    GoalReview,
    GoalState,
    Milestone,
    ProgressReport,
    ReportCorrection,
)
from network.goals.readings import read_anew
from network.goals.writing import check, with_group
from network.loop.models import LinkKind
from network.loop.picking import NO_EVIDENCE
from network.loop.tying import tie
from network.people.models import Person
from network.things import Thing, now

FILL_IN = _l("Please fill this in.")
SEEN = 16  # signs of a digest: enough to tell two states of one thing apart

# Reports


@action(policy.may_report, rooms=with_group)
def report(
    actor: Person, goal: Goal, *, value: Decimal | None = None, on: date, note: str = ""
) -> ProgressReport:
    """Tell a value of the indicator on a day that has come, also on one before the first value.

    A goal whose plan names nothing to be counted is reported on in words; then they are what is needed.
    """
    _must_have_come(on)
    if goal.measured and value is None:
        raise Invalid(value=FILL_IN)
    if not goal.measured and not note:
        raise Invalid(note=FILL_IN)
    made = ProgressReport(
        parent=goal,
        goal_id=goal.id,
        room_id=goal.room_id,
        created_by_id=actor.id,
        person_id=actor.id,
        value=value,
        on=on,
        note=note,
    )
    db.session.add(made)
    read_anew(goal)
    record("reported", made, by=actor)
    record("reported", goal, by=actor, also=[goal.parent.room])
    return made


def _must_have_come(day: date) -> None:
    if day > dates.today():
        raise Invalid(on=_l("Please choose a day that has come."))


@action(policy.may_correct, rooms=with_group)
def correct(
    actor: Person,
    report: ProgressReport,
    *,
    value: Decimal | None = None,
    on: date,
    note: str = "",
    reason: str,
) -> ProgressReport:
    """Put a report right. What it said stays beside it, with the reason; a value is not taken out."""
    _must_have_come(on)
    if value is None and report.value is not None:
        raise Invalid(value=FILL_IN)
    if value is None and not note:
        raise Invalid(note=FILL_IN)
    if (report.value, report.on, report.note) == (value, on, note):
        return report
    db.session.add(
        ReportCorrection(
            report_id=report.id,
            value=report.value,
            on=report.on,
            note=report.note,
            reason=reason,
            by_id=actor.id,
        )
    )
    report.value, report.on, report.note = value, on, note
    read_anew(report.parent)
    db.session.expire(report, ["corrections"])
    record("corrected", report, by=actor)
    record("reported", report.parent, by=actor, also=[report.parent.parent.room])
    return report


@action(policy.may_correct, rooms=with_group)
def withdraw(actor: Person, report: ProgressReport, *, reason: str) -> ProgressReport:
    """Let a report not count: it stays to be read, struck out, with the reason."""
    report.withdrawn_at, report.withdrawn_reason = now(), reason
    read_anew(report.parent)
    record("withdrawn", report, by=actor)
    record("reported", report.parent, by=actor, also=[report.parent.parent.room])
    return report


# Milestones


def seen_of(part: Milestone | Goal) -> str:
    """What a form remembers of what it shows: how a milestone was reached, or the health that was said.

    Empty while nothing is said; so that nobody overwrites unseen.
    """
    if isinstance(part, Milestone):
        said = f"{part.reached_on or ''} {part.evidence}".strip()
    else:
        said = f"{part.health_said} {part.health_reason}".strip()
    return sha256(said.encode()).hexdigest()[:SEEN] if said else ""


def _must_be_seen(part: Milestone | Goal, seen: str | None) -> None:
    if seen is not None and seen != seen_of(part):
        raise Stale(
            _l(
                "Somebody else has recorded this meanwhile. Nothing of yours is saved yet, and nothing is"
                " lost: compare, and save again."
            )
        )


@action(policy.may_reach)
def reach(
    actor: Person, milestone: Milestone, *, reached_on: date, evidence: str = "", seen: str | None = None
) -> Milestone:
    """A milestone was reached on a day, and by what one sees it.

    Raises Stale if that is not what the writer has `seen` any more; the same again is no conflict.
    """
    if reached_on > dates.today():
        raise Invalid(reached_on=_l("Please choose a day that has come."))
    if (milestone.reached_on, milestone.evidence) != (reached_on, evidence):
        _must_be_seen(milestone, seen)
        milestone.reached_on, milestone.evidence = reached_on, evidence
        record("reached", milestone, by=actor)
    return milestone


@action(policy.may_reach)
def reopen_milestone(actor: Person, milestone: Milestone) -> Milestone:
    """It was not reached after all; what was said of it is kept for the next time."""
    if milestone.reached_on is not None:
        milestone.reached_on = None
        record("reopened", milestone, by=actor)
    return milestone


# How it does


@action(policy.may_tend, rooms=with_group)
def say_health(actor: Person, goal: Goal, *, health: str, reason: str, seen: str | None = None) -> Goal:
    """Say how the goal does, whatever the reports say, with a sentence of reason.

    Raises Stale if somebody said something else than what the writer has `seen`.
    """
    if (goal.health_said, goal.health_reason) != (health, reason):
        _must_be_seen(goal, seen)
    goal.health_said, goal.health_reason = measures.Health(health), reason
    goal.health_by_id, goal.health_at = actor.id, now()
    record("health said", goal, by=actor, also=[goal.parent.room])
    return goal


@action(policy.may_tend, rooms=with_group)
def compute_health(actor: Person, goal: Goal) -> Goal:
    """Let the reports say again how it does."""
    if goal.health_said:
        goal.health_said = goal.health_reason = ""
        goal.health_by_id = goal.health_at = None
        record("health computed", goal, by=actor, also=[goal.parent.room])
    return goal


# Reviews


@action(policy.may_tend, rooms=with_group)
def review(actor: Person, goal: Goal, *, note: str, next_on: date | None = None) -> Goal:
    """Record that the goal was looked at together; the next time is after its interval unless said."""
    today = dates.today()
    if next_on is not None and next_on <= today:
        raise Invalid(next_on=_l("Please choose a day that is still to come."))
    db.session.add(
        GoalReview(goal_id=goal.id, on=today, note=note, health=goal.health, by_id=actor.id, at=now())
    )
    goal.review_on = next_on or today + relativedelta(months=goal.review_months)
    record("reviewed", goal, by=actor, also=[goal.parent.room])
    return goal


AHEAD = relativedelta(days=7)  # before the day of a review


@action(policy.may_remind)
def remind(actor: Any, goal: Goal) -> Goal:
    """Remind the owner, or those who lead the group, of a review: once, ahead of its day or soon after.

    Not on record, since nobody but its readers is concerned. Done again it does nothing.
    """
    today = dates.today()
    due = goal.review_on
    if due is not None and due - AHEAD <= today and goal.reminded_of != due:
        goal.reminded_of = due
        letters.remind_of_review(goal, today)
    return goal


@action(policy.may_tend, rooms=with_group)
def hand_over(actor: Person, goal: Goal, *, owner_id: int | None) -> Goal:
    """Let somebody else of the group look after the goal, or nobody for now. The plan itself stays."""
    check(goal, {"owner_id": owner_id})
    if goal.owner_id != owner_id:
        goal.owner_id = owner_id
        record("handed over", goal, by=actor, also=[goal.parent.room])
    return goal


@action(policy.may_vacate, rooms=with_group)
def vacate(actor: Any, goal: Goal) -> Goal:
    """Nobody looks after the goal any more, since its owner has left. Done again it does nothing."""
    if goal.owner_id is not None:
        goal.owner_id = None
        record("vacated", goal, by=actor, also=[goal.parent.room])
    return goal


# The end, and who sees it


@action(policy.may_end, rooms=with_group)
def end(
    actor: Person,
    goal: Goal,
    *,
    state: str,
    reason: str,
    by_id: int | None = None,
    page_id: int | None = None,
    place: str = "",
    evidence: Sequence[Stored] = (),
) -> Goal:
    """Record what became of the goal: achieved, missed, dropped, or superseded by another one of its kind.

    It is shown by the reason, and by a page of ours that the actor sees or by files if they are given.
    """
    ending = GoalState(state)
    if ending not in ENDED:
        raise Invalid(state=_l("Please choose one of the entries."))
    if ending == GoalState.SUPERSEDED:
        later = db.session.get(Goal, by_id) if by_id is not None else None
        wrong = later is None or later.id == goal.id or later.parent_id != goal.parent_id
        if later is None or wrong or not later.in_force or later.removed_at is not None:
            raise Invalid(by_id=_l("Please choose an adopted goal of this group."))
        goal.superseded_by_id = later.id
    if page_id is not None:
        page = meant(actor, db.session.get(Thing, page_id))
        if page is None or page.id == goal.id or page.type in NO_EVIDENCE:
            raise Invalid(page=_l("There is no such page, or it is not open to you."))
        tie(actor, goal, page, LinkKind.EVIDENCE, place if page.id == page_id else "")
    for upload in evidence:
        files.attach(actor, goal, upload=upload)
    goal.state, goal.ended_reason, goal.ended_at = ending, reason, now()
    goal.review_on = None
    verb = {
        GoalState.ACHIEVED: "achieved",
        GoalState.MISSED: "missed",
        GoalState.DROPPED: "dropped",
        GoalState.SUPERSEDED: "superseded",
    }[ending]
    record(verb, goal, by=actor, also=[goal.parent.room])
    return goal


@action(policy.may_publish, rooms=with_group)
def publish(actor: Person, goal: Goal, *, public: bool) -> Goal:
    """Show an adopted goal on the network's public pages, or no longer."""
    if goal.public != public:
        goal.public = public
        record("published" if public else "unpublished", goal, by=actor, also=[goal.parent.room])
    return goal
