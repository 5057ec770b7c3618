"""The pages on which an adopted goal is tended: reports, milestones, health, reviews, its end."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from sqlalchemy.orm import joinedload

from network.changes import Invalid, Refused, Stale
from network.doors import ask, deed, often, person
from network.extensions import db
from network.files import actions as files
from network.files.store import Stored, store
from network.goals import lists, policy, tending, writing
from network.goals.blueprint import again, blueprint
from network.goals.forms import (
    CorrectForm,
    EndForm,
    HealthForm,
    OwnerForm,
    PublicForm,
    ReachForm,
    ReasonForm,
    ReportForm,
    ReviewForm,
)
from network.goals.models import REOPEN_DAYS, Goal, Milestone, ProgressReport
from network.goals.numbers import percent
from network.loop.ends import ends
from network.people import rates
from network.things import find

MOST_FILES = 8  # with a report; more can be added to it


def _goal(id: str) -> Goal:
    return find(Goal, id, policy.may_read, options=[joinedload(Goal.parent), joinedload(Goal.owner)])


def _to(goal: Goal, anchor: str | None = None) -> Any:
    return redirect(url_for(".show", id=goal.id, _anchor=anchor), 303)


def _in_time(rule: Any, thing: Any, goal: Goal) -> bool:
    """Whether the reader may still do it, else refused.

    Not refused is what was typed before others recorded the goal's end, or withdrew the report: that form
    comes back as it was sent, with what happened meanwhile.
    """
    user = person()
    is_over = goal.ended or (isinstance(thing, ProgressReport) and thing.withdrawn_at is not None)
    had = goal.owner_id == user.id or policy.may_draft(user, goal.parent)
    if request.method == "POST" and is_over and had and not rule(user, thing):
        return False
    ask(rule, thing)
    return True


def _looking_again(view: Callable[[str], Any]) -> Callable[[str], Any]:
    """Ask once more if it was refused while it was done: somebody else was quicker by a moment."""

    @wraps(view)
    def answer(id: str) -> Any:
        try:
            return view(id)
        except Refused:
            if request.method != "POST":
                raise
            db.session.expire_all()
            return view(id)

    return answer


def _too_late(form: Any, template: str, **context: Any) -> tuple[str, int]:
    return render_template(template, form=form, late=True, **context), 409


def _try(form: Any, act: Any, thing: Any, **more: Any) -> bool:
    """Do it, or show in the form what is wrong; whether it was done."""
    if not form.validate_on_submit():
        return False
    try:
        act(person(), thing, **more, **form.facts())
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return False
    return True


@blueprint.route("/goals/<id>/report", methods=["GET", "POST"])
@login_required
@often
@_looking_again
def tell(id: str) -> Any:
    """Report a value of the indicator, or in words where nothing is counted."""
    goal = _goal(id)
    in_time = _in_time(policy.may_report, goal, goal)
    form = ReportForm(goal)
    if not in_time:
        return _too_late(form, "goals/tell.html", goal=goal, group=goal.parent)
    if form.validate_on_submit():
        try:
            found = _evidence(form)
            made = tending.report(person(), goal, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            for number, upload in enumerate(found):
                files.attach(person(), made, key=f"{form.key.data[:60]}-{number}", upload=upload)
            _thank(goal)
            return _to(goal, "reports")
    return again(form, "goals/tell.html", goal=goal, group=goal.parent)


def _evidence(form: ReportForm | EndForm) -> list[Stored]:
    """The files that came with a form, checked. Raises Invalid beside them."""
    given = [file for file in form.files.data or [] if getattr(file, "filename", "")]
    if len(given) > MOST_FILES:
        raise Invalid(files=_l("Please add at most %(most)d files at once.", most=MOST_FILES))
    for _file in given:
        wait = rates.spend("uploads", person().id)
        if wait:
            raise Invalid(files=rates.sentence(wait))
    try:
        return [store(file.stream, file.filename) for file in given]
    except Invalid as invalid:
        raise Invalid(files=next(iter(invalid.errors.values()))[0]) from None


FAR = (-1, 2)  # shares of the way; beyond them a value is asked about, since it may be a slip


def _thank(goal: Goal) -> None:
    share = goal.progress
    if share is not None and not FAR[0] <= share <= FAR[1]:
        flash(
            _(
                "Your report is there. It says %(share)s of the way: if that is a slip, please put it right.",
                share=percent(share),
            ),
            "warn",
        )
    else:
        flash(_("Thank you. Your report is there."))


def _report(id: str) -> ProgressReport:
    goal = joinedload(ProgressReport.parent).joinedload(Goal.parent)
    return find(ProgressReport, id, options=[goal, joinedload(ProgressReport.person)])


@blueprint.route("/progress-reports/<id>/correct", methods=["GET", "POST"])
@login_required
@often
@_looking_again
def correct(id: str) -> Any:
    """Put a report right; what it said is kept."""
    found = _report(id)
    in_time = _in_time(policy.may_correct, found, found.parent)
    form = CorrectForm(found)
    if not in_time:
        return _too_late(
            form, "goals/correct.html", report=found, goal=found.parent, group=found.parent.parent
        )
    if _try(form, tending.correct, found):
        flash(_("Saved."))
        return _to(found.parent, found.dom_id)
    return again(form, "goals/correct.html", report=found, goal=found.parent, group=found.parent.parent)


@blueprint.route("/progress-reports/<id>/withdraw", methods=["GET", "POST"])
@login_required
@often
def withdraw(id: str) -> Any:
    """Let a report not count."""
    found = _report(id)
    ask(policy.may_correct, found)
    form = ReasonForm()
    if _try(form, tending.withdraw, found):
        flash(_("Saved."))
        return _to(found.parent, found.dom_id)
    return again(form, "goals/withdraw.html", report=found, goal=found.parent, group=found.parent.parent)


@blueprint.route("/milestones/<id>/reach", methods=["GET", "POST"])
@login_required
@often
@_looking_again
def reach(id: str) -> Any:
    """A milestone was reached, and by what one sees it."""
    found = find(Milestone, id, options=[joinedload(Milestone.parent).joinedload(Goal.parent)])
    page = {"milestone": found, "goal": found.parent, "group": found.parent.parent}
    in_time = _in_time(policy.may_reach, found, found.parent)
    form = ReachForm(evidence=found.evidence, seen=tending.seen_of(found))
    if not in_time:
        return _too_late(form, "goals/reach.html", **page)
    try:
        if _try(form, tending.reach, found):
            flash(_("Saved."))
            return _to(found.parent, "milestones")
    except Stale as stale:
        form.evidence.data = form.evidence.data or found.evidence
        form.seen.data, form.seen.raw_data = tending.seen_of(found), None
        return render_template("goals/reach.html", form=form, said=stale.description, **page), 409
    return again(form, "goals/reach.html", **page)


deed(
    blueprint,
    "/milestones/<id>/reopen",
    Milestone,
    tending.reopen_milestone,
    to=lambda milestone: url_for("goals.show", id=milestone.parent_id, _anchor="milestones"),
    endpoint="reopen_milestone",
)


@blueprint.route("/goals/<id>/health", methods=["GET", "POST"])
@login_required
@often
@_looking_again
def health(id: str) -> Any:
    """Say how the goal does, with a sentence of reason."""
    goal = _goal(id)
    in_time = _in_time(policy.may_tend, goal, goal)
    form = HealthForm(seen=tending.seen_of(goal))
    if not in_time:
        return _too_late(form, "goals/health.html", goal=goal, group=goal.parent)
    try:
        if _try(form, tending.say_health, goal):
            flash(_("Saved."))
            return _to(goal)
    except Stale as stale:
        form.seen.data, form.seen.raw_data = tending.seen_of(goal), None
        page = {"goal": goal, "group": goal.parent, "said": stale.description}
        return render_template("goals/health.html", form=form, **page), 409
    return again(form, "goals/health.html", goal=goal, group=goal.parent)


@blueprint.route("/goals/<id>/owner", methods=["GET", "POST"])
@login_required
@often
def owner(id: str) -> Any:
    """Let somebody else look after the goal."""
    goal = _goal(id)
    ask(policy.may_tend, goal)
    form = OwnerForm(lists.people_of(goal.parent, goal.owner), owner_id=goal.owner_id)
    if _try(form, tending.hand_over, goal):
        flash(_("Saved."))
        return _to(goal, "plan")
    return again(form, "goals/owner.html", goal=goal, group=goal.parent)


deed(
    blueprint,
    "/goals/<id>/health/compute",
    Goal,
    tending.compute_health,
    to=lambda goal: url_for("goals.show", id=goal.id),
    endpoint="compute_health",
)


@blueprint.route("/goals/<id>/review", methods=["GET", "POST"])
@login_required
@often
@_looking_again
def review(id: str) -> Any:
    """Record that the goal was looked at together."""
    goal = _goal(id)
    in_time = _in_time(policy.may_tend, goal, goal)
    form = ReviewForm()
    if not in_time:
        return _too_late(form, "goals/review.html", goal=goal, group=goal.parent)
    if _try(form, tending.review, goal, key=form.key.data):
        flash(_("Saved."))
        return _to(goal, "reviews")
    return again(form, "goals/review.html", goal=goal, group=goal.parent)


@blueprint.route("/goals/<id>/end", methods=["GET", "POST"])
@login_required
@often
@_looking_again
def end(id: str) -> Any:
    """Record what became of the goal."""
    goal = _goal(id)
    in_time = _in_time(policy.may_end, goal, goal)
    open_milestones = [one for one in writing.milestones_of(goal) if one.reached_on is None]
    behind = goal.line is not None and (goal.progress is None or goal.progress < 1)
    form = EndForm(lists.others_of(goal), doubtful=behind or bool(open_milestones))
    page = {
        "goal": goal,
        "group": goal.parent,
        "behind": behind,
        "open_milestones": open_milestones,
        "reopen_days": REOPEN_DAYS,
        "answers": lists.answered(ends(person(), goal)),
    }
    if not in_time:
        if (goal.state, goal.ended_reason) == (form.state.data, form.reason.data):
            return _to(goal)  # sent twice
        return _too_late(form, "goals/end.html", **page)
    if form.validate_on_submit():
        try:
            tending.end(person(), goal, evidence=_evidence(form), **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return _to(goal)
    return again(form, "goals/end.html", **page)


@blueprint.post("/goals/<id>/public")
@login_required
@often
def publish(id: str) -> Any:
    """Show an adopted goal to the public, or no longer."""
    goal = _goal(id)
    form = PublicForm()
    form.validate()
    tending.publish(person(), goal, **form.facts())
    flash(_("Everybody can see this goal now.") if goal.public else _("The public no longer sees this goal."))
    return _to(goal)
