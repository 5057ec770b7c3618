"""The pages of plans: what they would change, the Office's consent, adoption, amendments."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import joinedload

from network.changes import Invalid
from network.doors import ask, often, person
from network.goals import adopting, agenda, lists, plans, policy, writing
from network.goals.blueprint import again, blueprint, whole_goal
from network.goals.forms import AdoptForm, AmendForm, ConsentForm, filled_from
from network.goals.models import Goal, GoalPlan, PlanState
from network.goals.views_drafting import choices
from network.loop.ends import ends
from network.minutes.models import Decision
from network.things import find


def _found(id: str) -> GoalPlan:
    goal = joinedload(GoalPlan.parent).options(*whole_goal())
    return find(
        GoalPlan,
        id,
        options=[
            goal,
            joinedload(GoalPlan.person),
            joinedload(GoalPlan.consented_by),
            joinedload(GoalPlan.decision).joinedload(Decision.group),
        ],
    )


@blueprint.get("/goal-plans/<id>")
@login_required
def plan(id: str) -> str:
    """A plan: the whole of it if it is the first one, what it changes if it amends; and what can be done."""
    found = _found(id)
    user = person()
    present = writing.present_plan(found.parent)
    # What is adopted stands beside what it replaced, what is open beside what is in force now.
    against = present if found.state == PlanState.PROPOSED else found.before
    return render_template(
        "goals/plan.html",
        plan=found,
        goal=found.parent,
        group=found.parent.parent,
        differences=plans.differences(found.changes, found.before, against),
        present=present,
        fields=plans.FIELDS,
        content=found.content or found.changes,
        names=plans.names_in(found.changes, found.before, present, found.content or {}),
        may_read_decision=policy.may_read_decision(user, found),
        may_consent=policy.may_consent(user, found),
        may_adopt=policy.may_adopt(user, found),
        may_take_back=policy.may_take_back(user, found),
    )


@blueprint.route("/goal-plans/<id>/consent", methods=["GET", "POST"])
@login_required
@often
def consent(id: str) -> Any:
    """The Office's word on a plan; not in place of one that was given since the form was drawn."""
    found = _found(id)
    form = ConsentForm(seen=found.answered)
    late = form.is_submitted() and found.answered and not policy.may_consent(person(), found)
    if not (late and person().works_in_office):
        ask(policy.may_consent, found)
    if late and (found.consent, found.remark) == (form.said.data, form.remark.data):
        return redirect(url_for(".show", id=found.goal_id), 303)  # sent twice
    if form.validate_on_submit():
        try:
            if late:
                raise Invalid(said=adopting.answered_meanwhile(found))
            adopting.consent(person(), found, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
            form.seen.data, form.seen.raw_data = found.answered, None  # who answers now has read it
        else:
            flash(_("Saved. Those who proposed it and those who lead the group are told."))
            return redirect(url_for(".show", id=found.goal_id), 303)
    return again(form, "goals/consent.html", plan=found, **_in_short(found))


def _in_short(found: GoalPlan) -> dict[str, Any]:
    """What the pages on which somebody decides about a plan show of it."""
    present = writing.present_plan(found.parent)
    return {
        "goal": found.parent,
        "group": found.parent.parent,
        "fields": plans.FIELDS,
        "differences": plans.differences(found.changes, found.before, present),
        "names": plans.names_in(found.changes, found.before, present),
        "ends": ends(person(), found.parent),
    }


@blueprint.route("/goal-plans/<id>/adopt", methods=["GET", "POST"])
@login_required
@often
def adopt(id: str) -> Any:
    """Record by what a plan was adopted."""
    found = _found(id)
    ask(policy.may_adopt, found)
    offered = lists.decisions_offered(person(), found.parent)
    meant = next((one.id for one in offered if agenda.is_about(one.parent, found.parent)), None)
    form = AdoptForm(offered, decision_id=meant)
    if form.validate_on_submit():
        try:
            adopting.adopt(person(), found, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The plan is adopted and stands from now on."))
            return redirect(url_for(".show", id=found.goal_id), 303)
    return again(form, "goals/adopt.html", plan=found, **_in_short(found))


@blueprint.post("/goal-plans/<id>/take-back")
@login_required
@often
def take_back(id: str) -> Any:
    """Withdraw a plan that is proposed."""
    found = _found(id)
    adopting.take_back(person(), found)
    flash(_("Taken back."))
    return redirect(url_for(".show", id=found.goal_id), 303)


@blueprint.route("/goals/<id>/amend", methods=["GET", "POST"])
@login_required
@often
def amend(id: str) -> Any:
    """Propose to change an adopted goal."""
    goal = find(Goal, id, policy.may_read, options=whole_goal())
    ask(policy.may_amend, goal)
    form = AmendForm(*choices(goal), data=filled_from(writing.present_plan(goal)))
    if form.validate_on_submit():
        reason, wanted = form.wanted()
        try:
            made = adopting.amend(
                person(), goal, key=form.key.data, reason=reason, seen=form.seen.data, **wanted
            )
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            return redirect(url_for(".plan", id=made.id), 303)
    return again(form, "goals/amend.html", goal=goal, group=goal.parent)
