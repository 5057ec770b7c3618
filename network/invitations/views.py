"""Pages on which a meeting is announced, people are invited, and invitations are answered by link."""

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from network import links
from network.attendance.actions import answer
from network.attendance.forms import AnswerForm
from network.attendance.models import Attendance, LinkHolder, with_attendances
from network.attendance.policy import may_answer
from network.attendance.policy import may_see as may_see_attendance
from network.changes import Invalid, Refused
from network.doors import ask, person
from network.extensions import db, limiter
from network.groups.forms import PeopleForm
from network.groups.models import Visibility
from network.invitations import actions, calendar, invitees, policy, tellings
from network.invitations.forms import AnnounceForm, InviteAlsoForm
from network.invitations.letters import PURPOSE, facts_of_letter
from network.letters import BLANK_LINES
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting, MeetingState, Presenter
from network.meetings.warnings import warnings
from network.people.letters import wants
from network.things import find, whole

blueprint = Blueprint("invitations", __name__)

# Longer than any meeting is announced ahead; that it has begun ends a link long before.
LINK_AGE = timedelta(days=400)


def _planned(id: str) -> Meeting:
    return find(Meeting, id, meetings.may_read, options=[*Meeting.look(), *with_attendances()])


def _is_looking() -> bool:
    """Whether the button that only finds people was pressed."""
    return "find" in request.form


def _invited(count: int) -> str:
    return ngettext("One person is invited.", "%(num)s people are invited.", count)


# Announcing


@blueprint.route("/meetings/<id>/announce", methods=["GET", "POST"])
@login_required
def announce(id: str) -> Any:
    """Who will be invited, what speaks against it, how the letter looks; then it is announced."""
    meeting = _planned(id)
    if meeting.state != MeetingState.DRAFT:
        return redirect(url_for(Meeting.page, id=meeting.id), 303)
    ask(policy.may_announce, meeting)
    of_group = invitees.of(meeting)
    form = AnnounceForm()
    form.offer(without={one.id for one in of_group})
    if not _is_looking() and form.validate_on_submit():
        try:
            actions.announce(person(), meeting, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(
                _("The meeting is announced.") + " " + _invited(sum(r.invited for r in meeting.attendances))
            )
            return redirect(url_for(Meeting.page, id=meeting.id), 303)
    page = render_template(
        "invitations/announce.html",
        meeting=meeting,
        form=form,
        people=of_group,
        closed=meeting.parent.visibility == Visibility.CLOSED,
        by_page_only=[one for one in of_group if not wants(one, "meetings")],
        presenting=invitees.presenting_uninvited(meeting, {one.id for one in of_group}),
        warnings=warnings(person(), meeting),
        letter=_preview(meeting),
    )
    return page, 422 if form.is_submitted() else 200


def _preview(meeting: Meeting) -> str:
    """The invitation as text, as this reader would get it, with buttons that lead nowhere."""
    facts = {**facts_of_letter(meeting, None), "recipient": person()}
    text = render_template("letters/meeting_invitation.txt", **facts)
    return BLANK_LINES.sub("\n\n", text).strip()


@blueprint.route("/meetings/<id>/invite", methods=["GET", "POST"])
@login_required
def invite_also(id: str) -> Any:
    """Invite further people, and take back invitations of people from outside of the group."""
    meeting = _planned(id)
    ask(policy.may_invite_also, meeting)
    form = InviteAlsoForm()
    _offer_besides(form, meeting)
    if not _is_looking() and form.validate_on_submit():
        try:
            actions.invite_also(person(), meeting, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_invited(len(form.people.data)))
            return redirect(url_for(".invite_also", id=meeting.id), 303)
    page = render_template(
        "invitations/invite_also.html",
        meeting=meeting,
        form=form,
        closed=meeting.parent.visibility == Visibility.CLOSED,
        extra=[row for row in meeting.attendances if row.extra and row.invited],
    )
    return page, 422 if form.is_submitted() else 200


def _offer_besides(form: PeopleForm, meeting: Meeting) -> None:
    form.offer(without={row.person_id for row in meeting.attendances if row.invited and row.person_id})


@blueprint.post("/attendances/<id>/uninvite")
@login_required
def uninvite(id: str) -> Any:
    """Take back an invitation."""
    attendance = find(Attendance, id, may_see_attendance)
    actions.uninvite(person(), attendance)
    flash(_("The invitation has been taken back; the person is told."))
    return redirect(url_for(".invite_also", id=attendance.meeting_id), 303)


@blueprint.route("/meetings/<id>/tell", methods=["GET", "POST"])
@login_required
def tell(id: str) -> Any:
    """What those invited do not know yet, and the button that tells them now."""
    meeting = _planned(id)
    ask(policy.may_tell, meeting)
    if request.method == "POST":
        told = actions.tell(person(), meeting)
        flash(_("Those invited are told by e-mail.") if told else _("There was nothing to tell."))
        return redirect(url_for(Meeting.page, id=meeting.id), 303)
    wait = timedelta(minutes=current_app.config["TELL_CHANGES_AFTER_MINUTES"])
    return render_template(
        "invitations/tell.html",
        meeting=meeting,
        differences=tellings.untold(meeting),
        due_at=meeting.untold_since + wait if meeting.untold_since else None,
    )


# Calendar


@blueprint.get("/meetings/<id>/calendar.ics")
def calendar_file(id: str) -> Response:
    """The meeting for one's own calendar; to who sees its public side alone, that side."""
    meeting = find(Meeting, id, meetings.may_see, options=Meeting.look())
    event = calendar.event_of(meeting, whole=meetings.may_read(person(), meeting))
    response = Response(
        calendar.file(event, method="PUBLISH"), content_type="text/calendar; charset=utf-8; method=PUBLISH"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="meeting-{meeting.id}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"  # how much it says depends on who asks
    return response


# Answering by link


@blueprint.route("/answer/<token>", methods=["GET", "POST"])
@limiter.limit(lambda: current_app.config["RATE_DEEDS_ACCOUNT"], key_func=lambda: _holder(), methods=["POST"])
def answer_by_link(token: str) -> Any:
    """The meeting, what one has answered, and two buttons. Opening the page does nothing by itself."""
    try:
        facts = links.read(PURPOSE, token, LINK_AGE)
    except links.Expired:
        return _no_longer(_("This link has expired."), 410)
    except links.Broken:
        return _no_longer(_("This link is not complete. Please open it again from the letter."), 404)
    number = whole(facts.get("attendance"))
    attendance = number and db.session.get(Attendance, number, options=_what_a_holder_reads())
    if not attendance or attendance.person is None or not attendance.person.is_active:
        return _no_longer(_("This invitation does not exist any more."), 410)
    language = attendance.person.language
    if (
        current_user.is_authenticated
        or session.get("language")
        or language not in current_app.config["LANGUAGES"]
    ):
        return _answer_page(token, attendance)
    with force_locale(language):
        return _answer_page(token, attendance)


def _holder() -> str:
    """For rates: a link is the account of its holder; nobody else has it."""
    return f"link:{(request.view_args or {}).get('token', '')[:80]}:{get_remote_address()}"


def _what_a_holder_reads() -> list[Any]:
    meeting = joinedload(Attendance.parent)
    return [
        joinedload(Attendance.person),
        joinedload(Attendance.room),
        meeting.joinedload(Meeting.parent),
        meeting.selectinload(Meeting.agenda).selectinload(AgendaItem.presenters).joinedload(Presenter.person),
    ]


def _answer_page(token: str, attendance: Attendance) -> Any:
    holder = LinkHolder(attendance)
    if not may_answer(holder, attendance):
        return _no_longer(_why_closed(attendance), 410, None if attendance.removed_at else attendance)
    form = AnswerForm(note=attendance.answer_note)
    if form.validate_on_submit():
        try:
            answer(holder, attendance, **form.facts())
        except Refused:  # it has begun, or was called off, between opening the page and pressing the button
            return _no_longer(_why_closed(attendance), 410, None if attendance.removed_at else attendance)
        return redirect(url_for(".answer_by_link", token=token, saved=1), 303)
    page = render_template(
        "invitations/answer.html",
        attendance=attendance,
        meeting=attendance.parent,
        form=form,
        leaning=request.args.get("value", ""),
        saved="saved" in request.args,
    )
    return page, 422 if form.is_submitted() else 200


def _why_closed(attendance: Attendance) -> str:
    meeting = attendance.parent
    if meeting.state == MeetingState.CANCELLED:
        return _("This meeting has been cancelled: %(reason)s", reason=meeting.cancelled_because)
    if attendance.removed_at is not None:
        return _("You are no longer invited to this meeting.")
    if meeting.state == MeetingState.CLOSED:
        return _("This meeting is over.")
    return _("This meeting has begun, so the invitation can no longer be answered.")


def _no_longer(sentence: str, status: int, attendance: Attendance | None = None) -> tuple[str, int]:
    return render_template("invitations/closed.html", sentence=sentence, attendance=attendance), status
