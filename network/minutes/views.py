"""The pages of minutes: reading and writing them, decisions, actions, and sending them for correction."""

import re
from itertools import count
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from network import dates, menus
from network.attendance.models import with_attendances
from network.changes import Invalid, Stale
from network.extensions import db, limiter
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.doors import ask, back, find_removed, offer_undo, person
from network.meetings.models import AgendaItem, Meeting, MeetingState, Presenter
from network.minutes import actions, lines, policy, registers
from network.minutes.forms import (
    NOW,
    ActionForm,
    CirculateForm,
    DecisionForm,
    DropForm,
    LineForm,
    SettleForm,
    WriteAgainForm,
    WriteForm,
    people_and_organisations,
)
from network.minutes.models import (
    Action,
    Decision,
    ItemMinutes,
    Minutes,
    MinutesRevision,
    load_lines,
)
from network.things import Thing, find, now

blueprint = Blueprint("minutes", __name__)
blueprint.add_app_template_global(registers.is_overdue)
menus.add(
    "profile",
    30,
    _l("My actions"),
    "minutes.my_actions",
    may=lambda user: user.is_authenticated,
    icon="checkbox",
)

often = limiter.limit(
    lambda: current_app.config["RATE_DEEDS_ACCOUNT"], key_func=lambda: f"person:{current_user.id}"
)
BLOCK = re.compile(r"<(p|li|blockquote)\b")


@blueprint.app_template_filter("cited")
def cited(html: Markup, name: str) -> Markup:
    """Rendered text whose paragraphs have ids (`name`-1, `name`-2, ...), so that each can be pointed to."""
    number = count(1)
    return Markup(BLOCK.sub(lambda found: f'<{found.group(1)} id="{name}-{next(number)}"', html))


def page_options() -> list[Any]:
    """Loader options for a meeting with all that its minutes say, lines left to `load_lines`."""
    items = selectinload(Meeting.agenda)
    return [
        joinedload(Meeting.parent),
        joinedload(Meeting.chair),
        joinedload(Meeting.minute_taker),
        joinedload(Meeting.minutes),
        items.joinedload(AgendaItem.minutes).joinedload(ItemMinutes.written_by),
        items.joinedload(AgendaItem.presenters).joinedload(Presenter.person),
        *with_attendances(),
    ]


# Reading


@blueprint.get("/meetings/<id>/minutes")
def show(id: str) -> Any:
    """The minutes as a document, to read, to print, and to find one's way to what can still be done."""
    meeting = find(Meeting, id, meetings.may_read, options=page_options())
    if meeting.minutes is None:
        abort(404)
    load_lines(meeting.agenda)
    user = person()
    return render_template(
        "minutes/show.html",
        meeting=meeting,
        minutes=meeting.minutes,
        may=sorted(policy.rights(user, meeting)),
        may_circulate=policy.may_circulate(user, meeting.minutes),
        may_take_back=policy.may_take_back(user, meeting.minutes),
        attendance=registers.by_organisation(meeting),
    )


@blueprint.get("/groups/<id>/minutes")
def of_group(id: str) -> Any:
    """All minutes of a group, the newest first."""
    group = find(Group, id, policy.may_read_register)
    return render_template(
        "minutes/of_group.html", group=group, pages=db.paginate(registers.minutes_of(group), per_page=30)
    )


@blueprint.get("/groups/<id>/decisions")
def register(id: str) -> Any:
    """The register of decisions of a group, by year and word."""
    group = find(Group, id, policy.may_read_register)
    wanted = request.args.get("q", "").strip()[:100]
    year = request.args.get("year", type=int)
    query = registers.decisions_of(group, year=year, wanted=wanted)
    return render_template(
        "minutes/register.html",
        group=group,
        wanted=wanted,
        year=year,
        years=registers.years_of(group),
        pages=db.paginate(query, per_page=30, max_per_page=30, error_out=False),
        may=sorted(type(group).rules["rights"](person(), group)),
    )


@blueprint.get("/groups/<id>/actions")
def actions_of_group(id: str) -> Any:
    """What is still to be done in a group."""
    group = find(Group, id, policy.may_read_register)
    return render_template(
        "minutes/actions_of_group.html",
        group=group,
        actions=registers.open_actions_of(group),
        may=sorted(type(group).rules["rights"](person(), group)),
    )


@blueprint.get("/actions")
@login_required
def my_actions() -> Any:
    """What I have to do, in all groups."""
    ended = "ended" in request.args
    found = registers.actions_for(person(), ended=ended)
    return render_template("minutes/my_actions.html", actions=found, ended=ended)


@blueprint.get("/decisions/<id>")
def decision(id: str) -> Any:
    """Everybody's address of a decision: its place in the minutes."""
    found = find(Decision, id)
    meeting = found.parent.parent
    return redirect(url_for(".show", id=meeting.id, _anchor=found.dom_id))


@blueprint.get("/actions/<id>")
def action(id: str) -> Any:
    """Everybody's address of an action: its place in the minutes, or in the list of whoever has it to do."""
    found = find(Action, id)
    meeting = found.parent.parent
    if meetings.may_read(person(), meeting):
        return redirect(url_for(".show", id=meeting.id, _anchor=found.dom_id))
    return redirect(url_for(".my_actions", _anchor=found.dom_id))


# Writing


@blueprint.route("/items/<id>/minutes", methods=["GET", "POST"])
@login_required
@limiter.limit("240 per minute", key_func=lambda: f"person:{current_user.id}", methods=["POST"])
def write(id: str) -> Any:
    """Write the minutes of one item.

    A script that saves by itself asks for JSON: 200 {"revision", "saved_at"}, or 409 {"text", "revision"} if
    somebody has written in between. Without a script the page then shows both texts, so nothing is lost.
    """
    item = find(AgendaItem, id)
    form = WriteForm(formdata=request.form if request.method == "POST" else None)
    wants_json = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    if request.method == "GET":
        if wants_json:
            return {"text": item.minutes.text if item.minutes else "", "revision": _revision(item)}
        ask(policy.may_write, item)
        return _writing(item)
    if not form.validate():
        if wants_json:
            return {"error": str(next(iter(form.errors.values()))[0])}, 422
        return _writing(item, form=form), 422
    try:
        actions.write(current_user, item, **form.facts())
    except Stale as stale:
        if wants_json:
            text = item.minutes.text if item.minutes else ""
            return {"text": text, "revision": _revision(item), "message": stale.description}, 409
        return _writing(item, form=form, conflict=stale.description), 409
    if wants_json:
        return {"revision": _revision(item), "saved_at": dates.clock(now())}
    flash(_("Saved."))
    return redirect(url_for(".show", id=item.parent_id, _anchor=item.dom_id), 303)


def _revision(item: AgendaItem) -> int:
    return item.minutes.revision if item.minutes else 0


def _writing(item: AgendaItem, **more: Any) -> str:
    meeting = item.parent
    people, organisations = people_and_organisations(meeting)
    return render_template(
        "minutes/write.html",
        item=item,
        meeting=meeting,
        text=item.minutes.text if item.minutes else "",
        revision=_revision(item),
        may=sorted(policy.rights(person(), meeting)),
        decision_form=DecisionForm([item], organisations, formdata=None, item=item.id),
        action_form=ActionForm([item], people, organisations, formdata=None, item=item.id),
        **more,
    )


@blueprint.get("/items/<id>/minutes/versions")
@login_required
def versions(id: str) -> Any:
    """Earlier versions of an item's text: who wrote them, when, and what they said."""
    item = find(AgendaItem, id)
    kept = db.session.scalars(
        select(MinutesRevision)
        .where(MinutesRevision.item_minutes_id == (item.minutes.id if item.minutes else 0))
        .order_by(MinutesRevision.revision.desc())
        .options(joinedload(MinutesRevision.written_by))
        .limit(200)
    ).all()
    return render_template(
        "minutes/versions.html",
        item=item,
        meeting=item.parent,
        kept=kept,
        may=sorted(policy.rights(person(), item.parent)),
    )


@blueprint.post("/items/<id>/minutes/again")
@login_required
@often
def write_again(id: str) -> Any:
    """Let an earlier version stand again."""
    item = find(AgendaItem, id)
    actions.write_again(current_user, item, **_facts(WriteAgainForm()))
    flash(_("The earlier version stands again. The one that it replaced is kept."))
    return redirect(url_for(".versions", id=item.id), 303)


# Decisions and actions


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
            act(current_user, chosen, **form.facts())
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
    return back(actions_back)


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
    lines.settle(current_user, found, **_facts(SettleForm()))
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
    return back(actions_back)


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
    ask(policy.may_end, found)
    form = DropForm()
    if form.validate_on_submit():
        lines.drop(current_user, found, **form.facts())
        flash(_("The action is dropped."))
        return redirect(url_for(".action", id=found.id), 303)
    page = render_template("minutes/drop.html", action=found, form=form)
    return page, 422 if form.is_submitted() else 200


# Sending for correction


@blueprint.route("/meetings/<id>/minutes/circulate", methods=["GET", "POST"])
@login_required
def circulate(id: str) -> Any:
    """Send the minutes for correction, after a look at who will get them."""
    minutes = _minutes(id)
    ask(policy.may_circulate, minutes)
    form = CirculateForm(until=CirculateForm.usual())
    if form.validate_on_submit():
        try:
            actions.circulate(current_user, minutes, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The minutes are on their way to those who were invited."))
            return redirect(url_for(".show", id=minutes.meeting_id), 303)
    page = render_template(
        "minutes/circulate.html",
        meeting=minutes.parent,
        minutes=minutes,
        form=form,
        recipients=registers.recipients(minutes.parent),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/meetings/<id>/minutes/take-back")
@login_required
@often
def take_back(id: str) -> Any:
    """Write on in minutes that had been sent."""
    minutes = _minutes(id)
    actions.take_back(current_user, minutes)
    flash(_("The minutes can be written again. Send them for correction once more when they are ready."))
    return redirect(url_for(".show", id=minutes.meeting_id), 303)


def _minutes(id: str) -> Minutes:
    meeting = find(Meeting, id, meetings.may_read, options=page_options())
    if meeting.minutes is None or meeting.state == MeetingState.DRAFT:
        abort(404)
    return meeting.minutes  # type: ignore[no-any-return]  # a relationship that this feature has added


def _facts(form: Any) -> dict[str, Any]:
    """What a deed carries; it has no page of its own to show what is wrong with it."""
    if not form.validate():
        raise Invalid(**{name: errors[0] for name, errors in form.errors.items() if name and errors})
    facts: dict[str, Any] = form.facts()
    return facts
