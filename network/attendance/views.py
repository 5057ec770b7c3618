"""The pages of taking part: one's own answer and presence, the list of attendance, the code in the room."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from network import dates, tables
from network.attendance import actions, codes, counts, policy
from network.attendance.forms import (
    AnswerForm,
    CheckInForm,
    CodeForm,
    CorrectionForm,
    ExcuseForm,
    GuestForm,
    MarkForm,
    RepresentForm,
)
from network.attendance.models import Attendance, with_attendances
from network.changes import Invalid
from network.doors import ask
from network.extensions import db, limiter
from network.forms import Form
from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.people.models import Person
from network.things import find, whole

blueprint = Blueprint("attendance", __name__)


# What pages of other features show


@dataclass(frozen=True)
class Own:
    """A reader's own part in a meeting: their row of the list, if there is one."""

    attendance: Attendance | None
    needs_code: bool  # reads along without belonging to it: the code in the room lets them check in


@blueprint.app_context_processor
def for_templates() -> dict[str, Callable[..., Any]]:
    """For every page: `own_attendance(meeting)` (of a signed-in reader) and `attendance_counts(meeting)`."""
    return {"own_attendance": own_attendance, "attendance_counts": counts.of}


def own_attendance(meeting: Meeting) -> Own | None:
    """What the reader has to do with a meeting; None for visitors and for whoever may not read it."""
    if not current_user.is_authenticated or not meetings.may_read(current_user, meeting):
        return None
    mine = next((row for row in meeting.attendances if row.person_id == current_user.id), None)
    return Own(mine, mine is None and not meetings.may_check_in(current_user, meeting))


# Oneself


def account() -> str:
    """For rates: the account, or the address of somebody without one."""
    return f"person:{current_user.id}" if current_user.is_authenticated else get_remote_address()


def often() -> str:
    """How often somebody may do things."""
    return str(current_app.config["RATE_DEEDS_ACCOUNT"])


def guesses() -> str:
    """How often somebody may be wrong."""
    return str(current_app.config["RATE_SIGN_IN_ACCOUNT"])


def was_wrong(response: Response) -> bool:
    """Only wrong guesses count."""
    return response.status_code == 422


def _own(id: str) -> Attendance:
    """The reader's row of a meeting's list, or 404."""
    meeting = find(Meeting, id, meetings.may_see)
    found = next((row for row in meeting.attendances if row.person_id == current_user.id), None)
    return found or abort(404)


def _facts(form: Form) -> dict[str, Any]:
    """What a deed's form holds; raises Invalid, which has a page of its own, since a deed has none."""
    if not form.validate():
        raise Invalid(**{name: errors[0] for name, errors in form.errors.items() if name and errors})
    return form.facts()


def _back(meeting: Meeting) -> Any:
    """To the page from which the deed was done: the list's own page says so with a hidden mark."""
    if request.args.get("from") == "list":
        return redirect(url_for(".show", id=meeting.id), 303)
    return redirect(url_for(Meeting.page, id=meeting.id), 303)


@blueprint.route("/meetings/<id>/answer", methods=["GET", "POST"])
@login_required
@limiter.limit(often, key_func=account, methods=["POST"])
def answer(id: str) -> Any:
    """Say yes or no. GET is the same with a note, for which the buttons elsewhere have no room."""
    mine = _own(id)
    form = AnswerForm(note=mine.answer_note)
    if form.validate_on_submit():
        actions.answer(current_user, mine, **form.facts())
        flash(_("Your answer has been saved. You can change it until the meeting begins."))
        return _back(mine.parent)
    page = render_template(
        "attendance/answer.html",
        form=form,
        attendance=mine,
        meeting=mine.parent,
        may_answer=policy.may_answer(current_user, mine),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/meetings/<id>/check-in")
@login_required
@limiter.limit(often, key_func=account)
@limiter.limit(guesses, key_func=account, deduct_when=was_wrong)
def check_in(id: str) -> Any:
    """Be there."""
    meeting = find(Meeting, id, meetings.may_read)
    actions.check_in(current_user, meeting, **_facts(CheckInForm()))
    return _back(meeting)


@blueprint.post("/meetings/<id>/check-out")
@login_required
@limiter.limit(often, key_func=account)
def check_out(id: str) -> Any:
    """Leave."""
    mine = _own(id)
    actions.check_out(current_user, mine)
    return _back(mine.parent)


@blueprint.post("/meetings/<id>/excuse")
@login_required
@limiter.limit(often, key_func=account)
def excuse(id: str) -> Any:
    """Excuse oneself."""
    mine = _own(id)
    actions.excuse(current_user, mine, **_facts(ExcuseForm()))
    return _back(mine.parent)


@blueprint.post("/meetings/<id>/represent")
@login_required
@limiter.limit(often, key_func=account)
def represent(id: str) -> Any:
    """Choose for whom one takes part."""
    mine = _own(id)
    actions.represent(current_user, mine, **_facts(RepresentForm()))
    return _back(mine.parent)


# The code in the room


@blueprint.get("/meetings/<id>/code")
@login_required
def code(id: str) -> str:
    """The code in letters for a hall, on the chair's screen or beamer."""
    meeting = find(Meeting, id, meetings.may_read)
    ask(policy.may_show_code, meeting)
    return render_template(
        "attendance/code.html",
        meeting=meeting,
        code=codes.spaced(meeting.check_in_code) if meeting.check_in_code else "",
        address=url_for(".enter_code", _external=True).split("://")[-1],
        number=meeting.room.number,
    )


@blueprint.post("/meetings/<id>/code")
@login_required
@limiter.limit(often, key_func=account)
def renew_code(id: str) -> Any:
    """A new code; the old one is void."""
    meeting = find(Meeting, id, meetings.may_read)
    actions.renew_code(current_user, meeting)
    return redirect(url_for(".code", id=meeting.id), 303)


@blueprint.route("/c", methods=["GET", "POST"])
@login_required
@limiter.limit(guesses, key_func=account, deduct_when=was_wrong)
def enter_code() -> Any:
    """Type the code that the screen in the room shows."""
    form = CodeForm()
    if form.validate_on_submit():
        if _open_to_reader(form.code.data) is not None:
            return redirect(url_for(".check_in_by_code", code=codes.tidy(form.code.data)), 303)
        form.refuse({"code": [_("No meeting has this code at the moment. Please look at the screen again.")]})
    return render_template("attendance/enter_code.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/c/<code>", methods=["GET", "POST"])
@login_required
@limiter.limit(guesses, key_func=account, deduct_when=was_wrong)
def check_in_by_code(code: str) -> Any:
    """Be there by the code: opening the address shows for which meeting, the button checks in."""
    meeting = _open_to_reader(code)
    if meeting is None:
        form = CodeForm(formdata=None)
        form.refuse({"code": [_("No meeting has this code at the moment. Please look at the screen again.")]})
        return render_template("attendance/enter_code.html", form=form), 422
    form = CheckInForm(code=code)
    if form.validate_on_submit():
        try:
            actions.check_in(current_user, meeting, **{**form.facts(), "code": code})
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("You are on the list. Welcome!"))
            return redirect(url_for(Meeting.page, id=meeting.id), 303)
    mine = next((row for row in meeting.attendances if row.person_id == current_user.id), None)
    page = render_template(
        "attendance/check_in.html",
        form=form,
        meeting=meeting,
        mine=mine,
        may_check_in=policy.may_check_in(current_user, meeting),
    )
    return page, 422 if form.is_submitted() else 200


def _open_to_reader(code: str) -> Meeting | None:
    """The meeting of this code, if the reader may know of it."""
    meeting = codes.meeting_of(code)
    if meeting is None:
        return None
    known = meetings.may_read(current_user, meeting) or meetings.may_check_in(current_user, meeting)
    return meeting if known else None


# The list


@blueprint.get("/meetings/<id>/attendance")
@login_required
def show(id: str) -> str:
    """Who is asked, who comes, who is there; with everything that is needed to keep the list."""
    meeting = find(Meeting, id, meetings.may_read, options=[joinedload(Meeting.parent), *with_attendances()])
    number = meeting.room.number
    return render_template("attendance/show.html", number=number, **_list_page(meeting, GuestForm()))


def _list_page(meeting: Meeting, guest_form: GuestForm) -> dict[str, Any]:
    keeps = meetings.may_keep_attendance(current_user, meeting)
    removed = whole(request.args.get("removed"))
    gone = db.session.get(Attendance, removed) if keeps and removed else None
    return {
        "meeting": meeting,
        "in_order": sorted(meeting.attendances, key=lambda row: row.position),
        "guest_form": guest_form if keeps else None,
        "gone": gone if gone and gone.meeting_id == meeting.id and gone.removed_at else None,
        "may": " ".join(sorted(meetings.rights(current_user, meeting))),
        "notes": [row for row in meeting.attendances if keeps and row.answer_note],
    }


@blueprint.post("/meetings/<id>/attendance/guests")
@login_required
@limiter.limit(often, key_func=account)
def add_guest(id: str) -> Any:
    """Put somebody without an account on the list."""
    meeting = find(Meeting, id, meetings.may_read)
    form = GuestForm()
    if form.validate_on_submit():
        try:
            added = actions.add_guest(current_user, meeting, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("“%(name)s” is on the list.", name=added.label))
            return redirect(url_for(".show", id=meeting.id), 303)
    return render_template(
        "attendance/show.html", number=meeting.room.number, **_list_page(meeting, form)
    ), 422


@blueprint.post("/attendances/<id>/presence")
@login_required
@limiter.limit(often, key_func=account)
def mark(id: str) -> Any:
    """Note at one click that somebody is here, has left, is excused or absent."""
    attendance = find(Attendance, id, policy.may_see)
    actions.mark(current_user, attendance, **_facts(MarkForm()))
    return _back(attendance.parent)


@blueprint.route("/attendances/<id>", methods=["GET", "POST"])
@login_required
@limiter.limit(often, key_func=account, methods=["POST"])
def edit(id: str) -> Any:
    """Put somebody's presence, times and organisation right."""
    options = [
        joinedload(Attendance.person).selectinload(Person.affiliations),
        joinedload(Attendance.organisation),
    ]
    attendance = find(Attendance, id, policy.may_see, options=options)
    ask(policy.may_keep, attendance)
    form = CorrectionForm(attendance)
    if form.validate_on_submit():
        try:
            actions.correct(current_user, attendance, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(url_for(".show", id=attendance.parent_id, _anchor=attendance.dom_id), 303)
    page = render_template(
        "attendance/edit.html", form=form, attendance=attendance, meeting=attendance.parent
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/attendances/<id>/remove")
@login_required
@limiter.limit(often, key_func=account)
def remove(id: str) -> Any:
    """Take a guest off the list."""
    attendance = find(Attendance, id, policy.may_see)
    actions.remove(current_user, attendance)
    return redirect(url_for(".show", id=attendance.parent_id, removed=attendance.id), 303)


@blueprint.post("/attendances/<id>/restore")
@login_required
@limiter.limit(often, key_func=account)
def restore(id: str) -> Any:
    """Undo it. What was taken off is found here alone."""
    number = whole(id)
    attendance = (
        db.session.get(Attendance, number, options=[joinedload(Attendance.parent)]) if number else None
    )
    if attendance is None or not policy.may_see(current_user, attendance):
        abort(404)
    actions.restore(current_user, attendance)
    return redirect(url_for(".show", id=attendance.parent_id), 303)


# To take along


@blueprint.get("/meetings/<id>/attendance/signatures")
@login_required
def signatures(id: str) -> str:
    """The list on paper, to be signed."""
    meeting = find(Meeting, id, meetings.may_read, options=with_attendances())
    ask(meetings.may_keep_attendance, meeting)
    rows = sorted(meeting.attendances, key=lambda row: row.position)
    return render_template("attendance/signatures.html", meeting=meeting, rows=rows)


@blueprint.get("/meetings/<id>/attendance.csv")
@login_required
def export(id: str) -> Response:
    """The list as a table, for whoever keeps it."""
    meeting = find(Meeting, id, meetings.may_read, options=with_attendances())
    ask(meetings.may_keep_attendance, meeting)
    heads = (
        _("Name"),
        _("Organisation"),
        _("Invited"),
        _("Answer"),
        _("Presence"),
        _("Arrived at"),
        _("Left at"),
    )
    rows = (
        (
            row.label,
            row.organisation_name,
            row.invited,
            row.answer_label if row.invited else None,
            row.presence_label,
            row.arrived_at,
            row.left_at,
        )
        for row in sorted(meeting.attendances, key=lambda row: row.position)
    )
    return tables.file(dates.local(meeting.starts_at).strftime("attendance-%Y-%m-%d.csv"), heads, rows)
