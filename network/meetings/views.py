"""Pages on which meetings are planned and listed. The page of one meeting is that of `sitting`."""

from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from network import dates, menus
from network.changes import Invalid
from network.doors import ask, find_removed, offer_undo, often, person
from network.extensions import db
from network.groups.models import Group
from network.groups.policy import may_read as may_read_group
from network.meetings import actions, persons, policy
from network.meetings.forms import (
    CancelForm,
    MeetingForm,
    NewMeetingForm,
    Pattern,
    TemplateForm,
    present,
    suggestions,
)
from network.meetings.lists import coming, known, meetings_seen_by, next_meeting_of
from network.meetings.models import Meeting, with_agenda
from network.meetings.planning import templates_of
from network.meetings.warnings import warnings_of_time
from network.things import find

blueprint = Blueprint("meetings", __name__)
persons.tell_people()

PER_PAGE = 20

menus.add("main", 30, _l("Meetings"), "meetings.index", icon="calendar-event", part_of=("meetings",))


@blueprint.app_context_processor
def for_meetings() -> dict[str, Any]:
    """For pages of other features.

    `warnings_about(meeting)`: what speaks against its time, for those who plan; the agenda's own head
    says whether its items fit in.
    """
    return {"warnings_about": warnings_about}


def warnings_about(meeting: Meeting) -> list[str]:
    """Public holidays and other meetings of the same people, as far as the reader may know of them."""
    return warnings_of_time(person(), meeting.parent, meeting.starts_at, meeting.ends_at, but=meeting)


@blueprint.app_template_filter("month_and_year")
def month_and_year(day: date) -> str:
    """November 2026"""
    return str(format_skeleton("yMMMM", day, locale=get_locale()))


def group_parts(user: Any, group: Group) -> dict[str, Any]:
    """For a group's page: the meeting that is on or comes next, and what its reader may do in it."""
    meeting = next_meeting_of(user, group)
    return {
        "next_meeting": meeting,
        "rights_in_next_meeting": sorted(policy.rights(user, meeting)) if meeting else [],
        "may_answer_next": meeting is not None
        and any(one.person_id == user.id and one.invited for one in meeting.attendances),
        "may_plan_meetings": policy.may_plan(user, group),
    }


def card_parts(user: Any, groups: list[Group]) -> dict[int, dict[str, Any]]:
    """For the cards of groups in lists: when each meets next."""
    found: dict[int, dict[str, Any]] = {}
    query = meetings_seen_by(user).where(
        Meeting.parent_id.in_([group.id for group in groups]), coming(), known()
    )
    for meeting in db.session.scalars(query.order_by(Meeting.starts_at, Meeting.id)):
        found.setdefault(meeting.parent_id, {"next_meeting": meeting})
    return found


Group.page_parts.append(group_parts)
Group.card_parts.append(card_parts)
Group.tabs.append((20, _l("Meetings"), "meetings.list_of_group"))


# Lists


@blueprint.get("/meetings")
def index() -> Any:
    """All meetings to come that one may see, by month."""
    query = meetings_seen_by(person()).where(coming())
    pages = db.paginate(
        query.order_by(Meeting.starts_at, Meeting.id),
        per_page=PER_PAGE,
        max_per_page=PER_PAGE,
        error_out=False,
    )
    months = [
        (month, list(meetings))
        for month, meetings in groupby(
            pages.items, key=lambda m: dates.local(m.starts_at).date().replace(day=1)
        )
    ]
    return render_template("meetings/index.html", pages=pages, months=months)


@blueprint.get("/groups/<id>/meetings")
def list_of_group(id: str) -> Any:
    """A group's meetings: those to come, and those of the past page by page."""
    group = find(Group, id)
    user = person()
    query = meetings_seen_by(user).where(Meeting.parent_id == group.id)
    pages = db.paginate(
        query.where(~coming()).order_by(Meeting.starts_at.desc(), Meeting.id.desc()),
        per_page=PER_PAGE,
        max_per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "meetings/list_of_group.html",
        group=group,
        pages=pages,
        coming=list(db.session.scalars(query.where(coming()).order_by(Meeting.starts_at, Meeting.id))),
        plans=policy.may_plan(user, group),
        reads=may_read_group(user, group),
    )


# Planning


@blueprint.route("/groups/<id>/meetings/new", methods=["GET", "POST"])
@login_required
@often
def plan(id: str) -> Any:
    """Plan a meeting, beginning with what the last one or a template was like."""
    group = find(Group, id)
    ask(policy.may_plan, group)
    user = person()
    like, pattern = request.args.get("like", ""), Pattern.of(group)
    begin = None if request.method == "POST" else suggestions(group, pattern, user, like)
    form = NewMeetingForm(group, pattern, data=begin)
    if form.validate_on_submit():
        try:
            meeting = actions.plan_meeting(user, group, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The draft is ready. Only those who plan the meeting see it until it is announced."))
            return redirect(url_for("sitting.show", id=meeting.id), 303)
    page = render_template(
        "meetings/new.html", group=group, form=form, templates=pattern.templates, like=like
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/meetings/<id>/edit", methods=["GET", "POST"])
@login_required
@often
def change(id: str) -> Any:
    """Change when and where, who holds an office, and who may look on."""
    meeting = find(Meeting, id, policy.may_read)
    ask(policy.may_change, meeting)
    form = MeetingForm(
        meeting.parent,
        meeting=meeting,
        data=None if request.method == "POST" else present(meeting),
    )
    if form.validate_on_submit():
        try:
            actions.change_meeting(person(), meeting, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(page_of(meeting), 303)
    page = render_template("meetings/edit.html", meeting=meeting, form=form, page=page_of(meeting))
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/meetings/<id>/cancel", methods=["GET", "POST"])
@login_required
@often
def cancel(id: str) -> Any:
    """Call a meeting off, with the reason that everybody reads."""
    meeting = find(Meeting, id, policy.may_read)
    ask(policy.may_cancel, meeting)
    form = CancelForm()
    if form.validate_on_submit():
        actions.cancel(person(), meeting, **form.facts())
        flash(_("The meeting is cancelled. Those invited are told by e-mail."))
        return redirect(url_for("sitting.show", id=meeting.id), 303)
    page = render_template("meetings/cancel.html", meeting=meeting, form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/meetings/<id>/remove")
@login_required
@often
def remove(id: str) -> Any:
    """Take a draft or a template away."""
    meeting = find(Meeting, id, policy.may_read)
    actions.remove_draft(person(), meeting)
    offer_undo(_("“%(meeting)s” is removed.", meeting=meeting.title), url_for(".restore", id=meeting.id))
    return redirect(url_for(".list_of_group", id=meeting.parent_id), 303)


@blueprint.post("/meetings/<id>/restore")
@login_required
@often
def restore(id: str) -> Any:
    """Bring it back."""
    meeting = find_removed(Meeting, id, policy.may_remove)
    actions.restore_draft(person(), meeting)
    flash(_("“%(meeting)s” is back.", meeting=meeting.title))
    return redirect(page_of(meeting), 303)


# Templates


@blueprint.get("/groups/<id>/templates")
@login_required
def templates(id: str) -> Any:
    """A group's templates for meetings."""
    group = find(Group, id)
    ask(policy.may_plan, group)
    return render_template("meetings/templates.html", group=group, templates=templates_of(group))


@blueprint.route("/meetings/<id>/save-as-template", methods=["GET", "POST"])
@login_required
@often
def save_as_template(id: str) -> Any:
    """Keep a meeting's frame and agenda for later meetings."""
    meeting = find(Meeting, id, policy.may_read, options=with_agenda())
    ask(policy.may_save_as_template, meeting)
    form = TemplateForm()
    if form.validate_on_submit():
        try:
            template = actions.save_as_template(person(), meeting, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved as a template. Choose it when you plan the next meeting."))
            return redirect(url_for(".templates", id=template.parent_id), 303)
    page = render_template(
        "meetings/save_as_template.html", meeting=meeting, form=form, page=page_of(meeting)
    )
    return (page, 422) if request.method == "POST" else page


def page_of(meeting: Meeting) -> str:
    """Where a meeting or a template is shown."""
    if meeting.is_template:
        return url_for("agenda.template", id=meeting.id)
    return url_for("sitting.show", id=meeting.id)
