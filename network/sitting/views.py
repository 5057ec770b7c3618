"""The page of a meeting in every state, and what the chair does on it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from network.attendance.models import Attendance, with_attendances
from network.changes import Invalid
from network.doors import ask, often, person
from network.extensions import db
from network.forms import Form
from network.groups.models import Membership
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting, MeetingState, Presenter
from network.minutes import policy as minutes
from network.minutes.forms import ActionForm, DecisionForm, people_and_organisations
from network.minutes.models import ItemMinutes, load_lines
from network.people.models import Person
from network.sitting import actions, policy
from network.sitting.course import course_of
from network.sitting.forms import ExpectedForm, HandOverForm, NewItemForm, StartForm
from network.things import Thing, find

blueprint = Blueprint("sitting", __name__)
blueprint.add_app_template_global(course_of)

# What the page asks of the meeting itself; its lists are loaded when a fragment of theirs was not kept.
FACTS = [
    joinedload(Meeting.parent).joinedload(Thing.room),
    joinedload(Meeting.chair),
    joinedload(Meeting.minute_taker),
    joinedload(Meeting.minutes),
    joinedload(Meeting.public_side).joinedload(Thing.room),
]


def load_all(meeting: Meeting) -> None:
    """Load the lists that the page shows of a meeting, once in a request: a statement for each."""
    if "whole" in meeting.__dict__:
        return
    items = (
        select(AgendaItem)
        .where(AgendaItem.parent_id == meeting.id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.place, AgendaItem.sub_place)
        .options(
            joinedload(AgendaItem.minutes).joinedload(ItemMinutes.written_by),
            joinedload(AgendaItem.presenters).joinedload(Presenter.person),
        )
    )
    people = (
        select(Attendance)
        .where(Attendance.meeting_id == meeting.id, Attendance.removed_at.is_(None))
        .order_by(Attendance.id)
        .options(joinedload(Attendance.person), joinedload(Attendance.organisation))
    )
    for name, query in (("agenda", items), ("attendances", people)):
        set_committed_value(meeting, name, list(db.session.scalars(query).unique()))
    load_lines(meeting.agenda, meeting)
    meeting.__dict__["whole"] = True


Meeting.prepare = load_all  # type: ignore[assignment, method-assign]  # said from below, see the README


@blueprint.get("/meetings/<id>")
def show(id: str) -> Any:
    """All of the meeting to those who may read it, its public side to everybody else, or 404."""
    meeting = find(Meeting, id, meetings.may_see, options=FACTS)
    if meeting.is_template:
        abort(404)
    user = person()
    if not meetings.may_read(user, meeting):
        if meeting.public_side is None:
            abort(404)
        return render_template("sitting/public.html", meeting=meeting, public_side=meeting.public_side)
    if meeting.running:
        load_all(meeting)
    may = minutes.rights(user, meeting)
    facts: dict[str, Any] = {"meeting": meeting, "may": sorted(may)}
    if not meeting.running:
        return render_template("sitting/show.html", **facts)
    if "minutes" in may:
        people, organisations = people_and_organisations(meeting)
        facts["decision_form"] = DecisionForm(meeting.agenda, organisations, formdata=None)
        facts["action_form"] = ActionForm(meeting.agenda, people, organisations, formdata=None)
    return render_template("sitting/running.html", **facts)


# What the chair does


@blueprint.post("/meetings/<id>/start")
@login_required
@often
def start(id: str) -> Any:
    """Open the meeting; long before its time, after a question."""
    meeting = find(Meeting, id, meetings.may_read)
    form = StartForm()
    try:
        actions.start(current_user, meeting, **_facts(form))
    except Invalid as early:
        page = render_template("sitting/start.html", meeting=meeting, form=form, question=early.description)
        return page, 422
    return _back(meeting)


@blueprint.post("/meetings/<id>/next")
@login_required
@often
def next_item(id: str) -> Any:
    """Go to the next item."""
    meeting = find(Meeting, id, meetings.may_read)
    actions.next_item(current_user, meeting, **_facts(ExpectedForm()))
    return _back(meeting)


@blueprint.post("/meetings/<id>/pause")
@login_required
@often
def pause(id: str) -> Any:
    """Let the clock stand still."""
    meeting = find(Meeting, id, meetings.may_read)
    actions.pause(current_user, meeting)
    return _back(meeting)


@blueprint.post("/meetings/<id>/continue")
@login_required
@often
def go_on(id: str) -> Any:
    """End the pause."""
    meeting = find(Meeting, id, meetings.may_read)
    actions.go_on(current_user, meeting)
    return _back(meeting)


@blueprint.post("/items/<id>/open")
@login_required
@often
def open_item(id: str) -> Any:
    """Open an item out of turn."""
    item = find(AgendaItem, id)
    actions.open_item(current_user, item, **_facts(ExpectedForm()))
    return _back(item.parent)


@blueprint.post("/items/<id>/reopen")
@login_required
@often
def reopen(id: str) -> Any:
    """Come back to an item."""
    item = find(AgendaItem, id)
    actions.reopen(current_user, item, **_facts(ExpectedForm()))
    return _back(item.parent)


@blueprint.post("/items/<id>/postpone")
@login_required
@often
def postpone(id: str) -> Any:
    """Leave an item for another meeting. It can be put back."""
    item = find(AgendaItem, id)
    actions.postpone(current_user, item, **_facts(ExpectedForm()))
    return _back(item.parent)


@blueprint.post("/items/<id>/put-back")
@login_required
@often
def put_back(id: str) -> Any:
    """Undo a postponement."""
    item = find(AgendaItem, id)
    actions.put_back(current_user, item)
    return _back(item.parent)


@blueprint.route("/meetings/<id>/items/now", methods=["GET", "POST"])
@login_required
def add_item_now(id: str) -> Any:
    """Put an item on the agenda of the running meeting."""
    meeting = find(Meeting, id, meetings.may_read)
    ask(policy.may_run, meeting)
    form = NewItemForm()
    if form.validate_on_submit():
        try:
            actions.add_item_now(current_user, meeting, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            return _back(meeting)
    page = render_template("sitting/add_item.html", meeting=meeting, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/meetings/<id>/hand-over", methods=["GET", "POST"])
@login_required
def hand_over(id: str) -> Any:
    """Give the chair or the minutes to somebody else who takes part."""
    meeting = find(Meeting, id, meetings.may_read, options=with_attendances())
    ask(policy.may_hand_over, meeting)
    form = HandOverForm(
        meeting, _participants(meeting), chairs=policy.may_run(person(), meeting), office=None
    )
    if form.validate_on_submit():
        try:
            actions.hand_over(current_user, meeting, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("It has been handed over."))
            return _back(meeting)
    page = render_template("sitting/hand_over.html", meeting=meeting, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/meetings/<id>/close", methods=["GET", "POST"])
@login_required
def close(id: str) -> Any:
    """End the meeting, after a look at what that will do."""
    meeting = find(Meeting, id, meetings.may_read, options=FACTS)
    load_all(meeting)
    ask(policy.may_run, meeting)
    form = ExpectedForm(expected=meeting.current.id if meeting.current else 0)
    if form.validate_on_submit():
        actions.close(current_user, meeting, **form.facts())
        flash(_("The meeting is over. The minutes can now be completed and sent for correction."))
        return redirect(url_for("minutes.show", id=meeting.id), 303)
    if not meeting.running:
        return _back(meeting)
    load_lines(meeting.agenda, meeting)
    page = render_template("sitting/close.html", meeting=meeting, form=form)
    return page, 422 if form.is_submitted() else 200


def _participants(meeting: Meeting) -> list[Person]:
    """Those with an account who are on the list or have a place in the group; who is there comes first."""
    listed = [a for a in meeting.attendances if a.person is not None and a.person.is_active]
    found = {a.person.id: a.person for a in sorted(listed, key=lambda a: (not a.present, a.person.name))}
    members = db.session.scalars(
        select(Membership)
        .where(Membership.group_id == meeting.parent_id, Membership.removed_at.is_(None))
        .options(joinedload(Membership.person))
    )
    for place in sorted(members, key=lambda place: place.person.name):
        if place.active and place.person.is_active:
            found.setdefault(place.person.id, place.person)
    return list(found.values())


def _facts(form: Form) -> dict[str, Any]:
    """What a command carries; a command has no page of its own to show what is wrong with it."""
    if not form.validate():
        raise Invalid(**{name: errors[0] for name, errors in form.errors.items() if name and errors})
    return form.facts()


def _back(meeting: Meeting) -> Any:
    page = "minutes.show" if meeting.state == MeetingState.CLOSED else Meeting.page
    return redirect(url_for(page, id=meeting.id), 303)
