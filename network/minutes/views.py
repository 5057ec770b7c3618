"""The pages of minutes: reading and writing them, and sending them for correction."""

import re
from itertools import count
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from network.attendance.models import with_attendances
from network.changes import Invalid, Stale
from network.doors import ask, often, person, with_reason
from network.drafts import html, markdown
from network.drafts.unsettled import unsettled
from network.extensions import db, limiter
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting, MeetingState, Presenter
from network.minutes import actions, erasing, policy, registers, views_lines
from network.minutes.blueprint import blueprint, facts_of
from network.minutes.content import drafts_of, things_named
from network.minutes.forms import (
    ActionForm,
    AskForm,
    CirculateForm,
    DecisionForm,
    TakeBackForm,
    WriteForm,
    people_and_organisations,
)
from network.minutes.models import (
    DecisionState,
    ItemMinutes,
    Minutes,
    MinutesRevision,
    load_lines,
    load_record,
)
from network.things import find

__all__ = ["blueprint", "erasing", "views_lines"]

blueprint.add_app_template_global(load_record)
blueprint.add_app_template_filter(things_named)
BLOCK = re.compile(r"<(p|li|blockquote)\b")


@blueprint.app_template_filter("cited")
def cited(shown: Markup, name: str) -> Markup:
    """Rendered text whose paragraphs have ids (`name`-1, `name`-2, ...), so that each can be pointed to."""
    number = count(1)
    return Markup(BLOCK.sub(lambda found: f'<{found.group(1)} id="{name}-{next(number)}"', shown))


@blueprint.app_template_filter("as_written")
def as_written(text: str) -> Markup:
    """A paragraph of minutes, as those saw it who wrote it."""
    return html.render(markdown.parse(text))


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
    """The minutes as a document, to read, to print, and to find one's way to what can still be done.

    Who may not read the meeting is led to what of it is published for everybody.
    """
    meeting = find(Meeting, id, _may_be_led_to, options=page_options())
    if not meetings.may_read(person(), meeting):
        return redirect(Minutes.led_to_by(meeting) or abort(404))
    if meeting.minutes is None:
        abort(404)
    if meeting.minutes.state in Minutes.shown_by:
        return Minutes.shown_by[meeting.minutes.state](meeting)
    return render_template("minutes/show.html", **facts_of_page(meeting))


def _may_be_led_to(user: Any, meeting: Meeting) -> bool:
    return meetings.may_read(user, meeting) or Minutes.led_to_by(meeting) is not None


def facts_of_page(meeting: Meeting) -> dict[str, Any]:
    """What the page of minutes reads, with the lines of all items loaded."""
    load_lines(meeting.agenda)
    user = person()
    return {
        "meeting": meeting,
        "minutes": meeting.minutes,
        "may": sorted(policy.rights(user, meeting)),
        "may_circulate": policy.may_circulate(user, meeting.minutes),
        "may_take_back": policy.may_take_back(user, meeting.minutes),
        "attendance": registers.by_organisation(meeting),
    }


@blueprint.get("/groups/<id>/minutes")
def of_group(id: str) -> Any:
    """All minutes of a group, the newest first."""
    group = find(Group, id, policy.may_read_register)
    return render_template(
        "minutes/of_group.html",
        group=group,
        pages=db.paginate(registers.minutes_of(group), per_page=30),
        asked=registers.asked_for_minutes(person(), group),
    )


@blueprint.post("/groups/<id>/minutes/ask")
@login_required
@often
def ask_for_minutes(id: str) -> Any:
    """Get the minutes of this group by e-mail, or no longer."""
    group = find(Group, id, policy.may_read_register)
    facts = facts_of(AskForm())
    actions.ask_for_minutes(current_user, group, **facts)
    flash(
        _("You get the minutes of this group by e-mail from now on.")
        if facts["wanted"]
        else _("You get the minutes only of meetings to which you are invited.")
    )
    return redirect(url_for(".of_group", id=group.id), 303)


@blueprint.get("/groups/<id>/decisions")
def register(id: str) -> Any:
    """The register of decisions of a group, by year, state and words."""
    group = find(Group, id, policy.may_read_register)
    narrowed = registers.narrowed(request.args)
    query = registers.decisions_of(group, **narrowed)
    pages = db.paginate(query, per_page=30, max_per_page=30, error_out=False)
    return render_template(
        "minutes/register.html",
        group=group,
        **narrowed,
        years=registers.years_of(group),
        states=list(DecisionState),
        pages=pages,
        later=registers.replaced_by(person(), pages.items),
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


# Writing


@blueprint.route("/items/<id>/minutes", methods=["GET", "POST"])
@login_required
@limiter.limit("240 per minute", key_func=lambda: f"person:{current_user.id}", methods=["POST"])
def write(id: str) -> Any:
    """Write the minutes of one item without the editor.

    If somebody has written in between, the page shows both texts, so nothing is lost.
    """
    item = find(AgendaItem, id)
    form = WriteForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        ask(policy.may_write, item)
        return _writing(item, form=WriteForm(formdata=None, text=item.minutes.text if item.minutes else ""))
    if not form.validate():
        return _writing(item, form=form), 422
    try:
        actions.write(current_user, item, **form.facts())
    except Stale as stale:
        return _writing(item, form=form, conflict=stale.description), 409
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
    """The versions of an item's text. Those of before it had a draft become versions of that."""
    item = find(AgendaItem, id)
    if item.minutes is not None and item.minutes.draft is not None:
        return redirect(url_for("drafts.show_versions", id=item.minutes.draft.id))
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
        unsettled=unsettled(drafts_of(minutes.parent)),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/meetings/<id>/minutes/take-back", methods=["GET", "POST"])
@login_required
@often
def take_back(id: str) -> Any:
    """Write on in minutes that had been sent, after saying why to those who got them."""
    minutes = _minutes(id)
    return with_reason(
        actions.take_back,
        minutes,
        TakeBackForm(),
        done=_("The minutes can be written again. Send them for correction once more when they are ready."),
        to=url_for(".show", id=minutes.meeting_id),
        template="minutes/take_back.html",
        meeting=minutes.parent,
        recipients=registers.recipients(minutes.parent),
    )


def _minutes(id: str) -> Minutes:
    meeting = find(Meeting, id, meetings.may_read, options=page_options())
    if meeting.minutes is None or meeting.state == MeetingState.DRAFT:
        abort(404)
    return meeting.minutes
