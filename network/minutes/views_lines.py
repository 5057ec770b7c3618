"""The pages of decisions and actions: recording, changing, removing them, and what becomes of them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from network import menus
from network.attendance.models import with_attendances
from network.changes import Invalid
from network.doors import ask, back, find_removed, offer_undo, often, person, with_reason
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting
from network.minutes import lines, policy, registers
from network.minutes.blueprint import blueprint, facts_of
from network.minutes.forms import (
    NOW,
    ActionForm,
    DecisionForm,
    DropForm,
    LineForm,
    SettleForm,
    people_and_organisations,
)
from network.minutes.models import Action, Decision
from network.things import Thing, find, whole

blueprint.add_app_template_global(registers.is_overdue)
blueprint.add_app_template_global(registers.citation_of)
menus.add(
    "profile",
    30,
    _l("My actions"),
    "minutes.my_actions",
    may=lambda user: user.is_authenticated,
    icon="checkbox",
)


@blueprint.get("/actions")
@login_required
def my_actions() -> Any:
    """What I have to do, in all groups, the most urgent first; of a group, or what is overdue or due soon."""
    ended, when = "ended" in request.args, request.args.get("when", "")
    everything = registers.actions_for(person(), ended=ended)
    groups = {action.group_id: action.group for action in everything}
    group = groups.get(whole(request.args.get("group")) or 0)
    found = [
        action
        for action in everything
        if (group is None or action.group_id == group.id) and registers.is_due(action, when)
    ]
    return render_template(
        "minutes/my_actions.html",
        parts=registers.by_urgency(found, ended=ended),
        ended=ended,
        when=when if when in registers.DUE else "",
        group=group,
        groups=sorted(groups.values(), key=lambda one: one.name),
        dues=registers.DUE,
        narrowed=len(found) < len(everything),
    )


@blueprint.get("/decisions/<id>")
def decision(id: str) -> Any:
    """A decision: what it says, what it replaced and what replaced it, how to cite it, what became of it."""
    found = find(Decision, id, options=_whole(Decision))
    meeting = found.parent.parent
    user = person()
    earlier, later = registers.chain_of(user, found)
    return render_template(
        "minutes/show_decision.html",
        decision=found,
        item=found.parent,
        meeting=meeting,
        may=sorted(policy.rights(user, meeting)),
        may_settle=policy.may_settle(user, found),
        may_discuss=policy.may_discuss_part(user, found),
        earlier=earlier,
        later=later,
        history=registers.history_of(found),
    )


@blueprint.get("/actions/<id>")
def action(id: str) -> Any:
    """An action: who does it by when, what happened to it, and the discussion about it.

    Whoever has it to do sees it without the meeting, and then hears of it in their own room.
    """
    found = find(Action, id, options=_whole(Action))
    meeting = found.parent.parent
    user = person()
    reads = meetings.may_read(user, meeting)
    may = policy.rights(user, meeting) if reads else set()
    may_end = policy.may_end(user, found)
    return render_template(
        "minutes/show_action.html",
        action=found,
        item=found.parent,
        meeting=meeting,
        reads=reads,
        room=found.room if reads else user.room,
        may=sorted(may | {"write"} if may_end else may - {"write"}),
        # The room would tell the page the rights in the meeting, which are fewer for whoever has only this.
        live=reads and may_end == ("write" in may),
        may_discuss=policy.may_discuss_part(user, found),
        history=registers.history_of(found),
    )


def _whole(model: Any) -> list[Any]:
    """Loader options for the page of a decision or an action: with its meeting and its group."""
    meeting = joinedload(model.parent).joinedload(AgendaItem.parent)
    return [
        *model.look(),
        meeting.joinedload(Meeting.parent),
        meeting.joinedload(Meeting.minutes),
        meeting.joinedload(Meeting.room),
    ]


# Recording


@blueprint.post("/meetings/<id>/decisions")
@login_required
@often
def decide(id: str) -> Any:
    """Record a decision on an item, or on the one that is on."""
    meeting = find(Meeting, id, meetings.may_read, options=with_attendances())
    _people, organisations = people_and_organisations(meeting)
    form = DecisionForm(meeting.agenda, organisations)
    return _add(meeting, form, lines.decide, "minutes/decision.html", Decision)


@blueprint.post("/meetings/<id>/actions")
@login_required
@often
def agree(id: str) -> Any:
    """Record an action on an item, or on the one that is on."""
    meeting = find(Meeting, id, meetings.may_read, options=with_attendances())
    form = ActionForm(meeting.agenda, *people_and_organisations(meeting))
    return _add(meeting, form, lines.agree, "minutes/action.html", Action)


def _add(meeting: Meeting, form: LineForm, act: Any, template: str, kind: type[Thing]) -> Any:
    """Add a line, or show the form again with what is wrong."""
    chosen = form.item_of(meeting) if form.validate() else None
    if chosen is None and not form.errors:
        form.refuse({"item": [_("No item is on at the moment. Please choose one.")]})
    if chosen is not None:
        try:
            act(current_user, chosen, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            # Whoever chose the item by name came from its own page.
            if form.item.data == NOW or meeting.running:
                return back(url_for(Meeting.page, id=meeting.id))
            return redirect(url_for(".write", id=chosen.id), 303)
    return render_template(template, meeting=meeting, form=form, line=None, kind=kind), 422


@blueprint.route("/decisions/<id>/edit", methods=["GET", "POST"])
@login_required
def change_decision(id: str) -> Any:
    """Put a decision into other words."""
    found = find(Decision, id)
    ask(policy.may_change_part, found)
    meeting = found.parent.parent
    _people, organisations = people_and_organisations(meeting)
    form = DecisionForm(
        [found.parent], _with(organisations, found.organisation), obj=found, item=found.parent_id
    )
    return _change(found, form, lines.change_decision, "minutes/decision.html")


@blueprint.route("/actions/<id>/edit", methods=["GET", "POST"])
@login_required
def change_action(id: str) -> Any:
    """Change what an action says."""
    found = find(Action, id)
    ask(policy.may_change_part, found)
    people, organisations = people_and_organisations(found.parent.parent)
    form = ActionForm(
        [found.parent],
        _with(people, found.person),
        _with(organisations, found.organisation),
        obj=found,
        item=found.parent_id,
    )
    return _change(found, form, lines.change_action, "minutes/action.html")


def _with(choices: list[Any], chosen: Any) -> list[Any]:
    """The choices, and what was chosen when it still was one."""
    return choices if chosen is None or chosen in choices else [*choices, chosen]


def _change(line: Any, form: LineForm, act: Any, template: str) -> Any:
    meeting = line.parent.parent
    if form.validate_on_submit():
        try:
            act(current_user, line, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(_place_of(line), 303)
    page = render_template(template, meeting=meeting, form=form, line=line, kind=type(line))
    return page, 422 if form.is_submitted() else 200


def _place_of(line: Any) -> str:
    """Where the line stands: in the running meeting, or in its minutes."""
    meeting = line.parent.parent
    page = Meeting.page if meeting.running else ".show"
    return url_for(page, id=meeting.id, _anchor=line.dom_id)


@blueprint.post("/decisions/<id>/remove")
@login_required
@often
def remove_decision(id: str) -> Any:
    """Take a decision out; the notice can bring it back."""
    found = find(Decision, id)
    meeting = found.parent.parent
    actions_back = url_for(Meeting.page if meeting.running else ".show", id=meeting.id)
    lines.remove_decision(current_user, found)
    offer_undo(_("The decision is removed."), url_for(".restore_decision", id=found.id))
    return back(actions_back, done_with=url_for(".decision", id=found.id))


@blueprint.post("/decisions/<id>/restore")
@login_required
@often
def restore_decision(id: str) -> Any:
    """Bring a removed decision back."""
    found = find_removed(Decision, id, policy.may_see_part)
    lines.restore_decision(current_user, found)
    return back(_place_of(found))


@blueprint.post("/decisions/<id>/settle")
@login_required
@often
def settle(id: str) -> Any:
    """Record what became of a decision."""
    found = find(Decision, id)
    lines.settle(current_user, found, **facts_of(SettleForm()))
    flash(_("Saved."))
    return back(url_for(".register", id=found.group_id))


@blueprint.post("/actions/<id>/remove")
@login_required
@often
def remove_action(id: str) -> Any:
    """Take an action out; the notice can bring it back."""
    found = find(Action, id)
    meeting = found.parent.parent
    actions_back = url_for(Meeting.page if meeting.running else ".show", id=meeting.id)
    lines.remove_action(current_user, found)
    offer_undo(_("The action is removed."), url_for(".restore_action", id=found.id))
    return back(actions_back, done_with=url_for(".action", id=found.id))


@blueprint.post("/actions/<id>/restore")
@login_required
@often
def restore_action(id: str) -> Any:
    """Bring a removed action back."""
    found = find_removed(Action, id, policy.may_see_part)
    lines.restore_action(current_user, found)
    return back(_place_of(found))


@blueprint.post("/actions/<id>/done")
@login_required
@often
def tick_off(id: str) -> Any:
    """It is done; the notice can undo it."""
    found = find(Action, id)
    lines.tick_off(current_user, found)
    offer_undo(_("Done: “%(action)s”", action=found.label), url_for(".reopen", id=found.id))
    return back(url_for(".my_actions"))


@blueprint.post("/actions/<id>/reopen")
@login_required
@often
def reopen(id: str) -> Any:
    """It is to be done after all."""
    found = find(Action, id)
    lines.reopen(current_user, found)
    return back(url_for(".my_actions"))


@blueprint.route("/actions/<id>/drop", methods=["GET", "POST"])
@login_required
def drop(id: str) -> Any:
    """It will not be done, and why."""
    found = find(Action, id)
    return with_reason(
        lines.drop,
        found,
        DropForm(),
        done=_("The action is dropped."),
        to=url_for(".action", id=found.id),
        template="minutes/drop.html",
        action=found,
    )
