"""The pages on which a goal is drafted: begun, filled in, written, removed, proposed."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from sqlalchemy.orm import joinedload

from network.changes import Invalid, Stale
from network.dates import comma
from network.discussions import policy as discussions
from network.discussions.models import Message
from network.doors import ask, find_removed, offer_undo, often, person
from network.extensions import db
from network.goals import actions, agenda, guidance, lists, plans, policy, writing
from network.goals.blueprint import again, blueprint, whole_goal
from network.goals.days import tells_no_day
from network.goals.forms import PlanForm, TextForm, TitleForm, filled_from
from network.goals.models import PARTS, Goal, GoalPlan, GoalText
from network.groups import policy as groups
from network.groups.models import Group
from network.loop.ends import title_of
from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.texts import summary
from network.things import Thing, find, whole

Message.makes.append((_l("Make this a goal"), "goals.new", "target-arrow", policy.may_draft))


@blueprint.route("/groups/<id>/goals/new", methods=["GET", "POST"])
@login_required
@often
def new(id: str) -> Any:
    """Begin a goal of a group; from something that it shall serve (`origin_id`), or from a `message`."""
    group = find(Group, id, groups.may_read)
    ask(policy.may_draft, group)
    origin: Thing | None = None
    if "message" in request.args:
        origin = find(Message, request.args["message"], discussions.may_see_text)
    elif request.args.get("origin_id"):
        origin = find(Thing, request.args["origin_id"])
    elif request.form.get("origin_id"):
        origin = _still_seen(whole(request.form["origin_id"]))
    form = TitleForm(origin_id=origin.id) if origin is not None else TitleForm()
    if form.validate_on_submit():
        try:
            goal = actions.draft_goal(person(), group, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            return redirect(url_for(".show", id=goal.id), 303)
    return again(
        form,
        "goals/new.html",
        group=group,
        examples=guidance.EXAMPLES,
        origin=origin,
        said=_words_of(origin),
    )


def _words_of(origin: Thing | None) -> str:
    """What the goal comes from, to be read above its title: of a message what it says."""
    if origin is None:
        return ""
    return summary(origin.text, 160) if isinstance(origin, Message) else title_of(origin)


def _still_seen(id: int | None) -> Thing | None:
    """What the goal comes from, when its form comes back; what was removed meanwhile loses nobody's words."""
    origin = db.session.get(Thing, id) if id is not None else None
    if origin is None or origin.removed_at is not None:
        return None
    may = discussions.may_see_text if isinstance(origin, Message) else type(origin).rules["see"]
    return origin if may(person(), origin) else None


@blueprint.route("/goals/<id>/edit", methods=["GET", "POST"])
@login_required
@often
def edit(id: str) -> Any:
    """Fill in the plan of a draft."""
    goal = find(Goal, id, policy.may_read, options=whole_goal())
    ask(policy.may_change, goal)
    begun = filled_from(writing.present_plan(goal))
    form = PlanForm(
        *choices(goal),
        data={**begun, "topics": begun["topics"] or [topic.id for topic in goal.parent.topics]},
    )
    if form.validate_on_submit():
        try:
            actions.change_goal(person(), goal, **form.facts())
        except Stale as stale:
            return _compare(goal, form, stale.description)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            _say_which_tell_no_day(form.milestones.data)
            return redirect(url_for(".show", id=goal.id), 303)
    return again(form, "goals/edit.html", goal=goal, group=goal.parent, example=guidance.example_for(goal))


def _say_which_tell_no_day(milestones: Any) -> None:
    """What was not understood as a day is the end of the name now: whoever typed it learns of it."""
    names = [title for title, day in milestones or () if day is None and tells_no_day(title)]
    if names:
        flash(
            _(
                "No day was found here: %(names)s. Write it at the end of the line, for example 31.3.2027 or"
                " March 2027.",
                names=comma().join(names),
            ),
            "warn",
        )


def _compare(goal: Goal, form: PlanForm, said: Any) -> tuple[str, int]:
    """The form with what somebody else has saved meanwhile. Whoever sends it again has seen it."""
    present = writing.present_plan(goal)
    both = plans.combined(form.seen.data or {}, plans.content_from(form.facts()), present)
    form.show(both)
    form.seen.data = plans.seen(present)
    page = render_template(
        "goals/edit.html",
        form=form,
        goal=goal,
        group=goal.parent,
        example=guidance.example_for(goal),
        said=said,
        meanwhile={name: present[name] for name in both.conflicts},
        fields=plans.FIELDS,
        names=plans.names_in(present),
    )
    return page, 409


def choices(goal: Goal) -> tuple[Goal, Any, Any, Any, Any]:
    """What the form of a plan offers."""
    return (
        goal,
        lists.people_of(goal.parent, goal.owner),
        lists.organisations_offered(goal),
        lists.topics(),
        lists.goals_to_serve(goal),
    )


@blueprint.route("/goal-texts/<id>", methods=["GET", "POST"])
@login_required
@often
def write(id: str) -> Any:
    """A text of a goal without the editor. If somebody has written meanwhile, both texts are shown."""
    text = find(GoalText, id)
    ask(policy.may_write_text, text)
    form = TextForm(formdata=request.form if request.method == "POST" else None, words=text.text)
    form.words.label.text = str(PARTS[text.part])
    conflict = ""
    if request.method == "POST" and form.validate():
        try:
            actions.write_text(person(), text, **form.facts())
        except Stale as stale:
            conflict = stale.description or ""
        else:
            flash(_("Saved."))
            return redirect(url_for(".show", id=text.goal_id), 303)
    status = 409 if conflict else 422 if form.errors else 200
    page = render_template(
        "goals/write.html",
        text=text,
        goal=text.parent,
        group=text.parent.parent,
        form=form,
        conflict=conflict,
    )
    return page, status


@blueprint.post("/goals/<id>/remove")
@login_required
@often
def remove(id: str) -> Any:
    """Take a draft out of sight; the notice can bring it back."""
    goal = find(Goal, id)
    actions.remove_goal(person(), goal)
    offer_undo(_("The draft is removed."), url_for(".restore", id=goal.id))
    return redirect(url_for(".of_group", id=goal.parent_id), 303)


@blueprint.post("/goals/<id>/restore")
@login_required
@often
def restore(id: str) -> Any:
    """Bring a draft back that was removed."""
    goal = find_removed(Goal, id, policy.may_read)
    actions.restore_goal(person(), goal)
    return redirect(url_for(".show", id=goal.id), 303)


@blueprint.post("/goals/<id>/agenda")
@login_required
@often
def put_on_agenda(id: str) -> Any:
    """Put the adoption of a goal on the agenda of a meeting; without one, wish for an item about the goal."""
    goal = find(Goal, id, policy.may_read, options=[joinedload(Goal.parent)])
    ask(policy.may_put_forward, goal)
    if request.form.get("meeting_id"):
        meeting = find(Meeting, request.form["meeting_id"], meetings.may_read)
        if meeting.parent_id != goal.parent_id:
            abort(404)
        plan = find(GoalPlan, request.args["plan"]) if request.args.get("plan") else None
        if plan is not None and plan.goal_id != goal.id:
            abort(404)
        agenda.put_on(person(), meeting, goal=goal, plan=plan)
        flash(_("It is on the agenda of “%(meeting)s”.", meeting=meeting.title))
    else:
        agenda.put_forward(person(), goal.parent, goal=goal)
        flash(_("It is proposed for the next agenda."))
    return redirect(url_for(".show", id=goal.id), 303)


@blueprint.post("/goals/<id>/propose")
@login_required
@often
def propose(id: str) -> Any:
    """Put a goal forward."""
    goal = find(Goal, id)
    actions.propose_goal(person(), goal)
    flash(_("The goal is proposed. The Coordination Office has been asked for its consent."))
    return redirect(url_for(".show", id=goal.id), 303)
