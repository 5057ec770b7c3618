"""The pages on which old minutes are taken over: the upload, and the look at what it becomes."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network import dates
from network.changes import Invalid
from network.cores import in_turns
from network.dates import local
from network.doors import ask, often, person
from network.extensions import db, limiter
from network.forms import clean_line
from network.groups.models import Group
from network.imports import actions, policy
from network.imports.about_meeting import head_of
from network.imports.building import Plan, plan
from network.imports.forms import (
    MeetingOfPaperForm,
    PaperForm,
    begun_with,
    kinds_from,
    suggested,
)
from network.imports.known import known_in, meetings_without_minutes
from network.imports.labels import Kind
from network.imports.models import KEPT, OldMinutes
from network.imports.pieces import Source, packed, unpacked
from network.imports.reading import read
from network.imports.recognising import kinds_of
from network.meetings.models import Meeting
from network.meetings.planning import last_meeting, people_for_offices
from network.things import find, now, whole

blueprint = Blueprint("imports", __name__)

uploads = limiter.limit(
    lambda: current_app.config["RATE_UPLOADS_ACCOUNT"],
    key_func=lambda: f"person:{person().id}",
    methods=["POST"],
)

SAID = ("kinds", "internal", "only_text")  # of the lines of a document
LEFT_OUT = {
    "pictures": _l("pictures"),
    "comments": _l("comments at the margin"),
    "deleted": _l("passages that were marked as deleted"),
    "documents": _l("documents inside the document"),
}


@blueprint.app_context_processor
def for_meetings() -> dict[str, Any]:
    """For pages of other features: `may_take_over(group)`, and `was_not_opened(meeting)`."""
    return {
        "may_take_over": lambda group: policy.may_take_over(person(), group),
        "was_not_opened": policy.was_not_opened,
    }


@blueprint.route("/groups/<id>/minutes/old", methods=["GET", "POST"])
@login_required
@uploads
def upload(id: str) -> Any:
    """Choose a document; it is read, and nothing else happens yet."""
    group = find(Group, id)
    ask(policy.may_take_over, group)
    form = PaperForm()
    if form.validate_on_submit():
        try:
            kept = _kept(group, form)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            return redirect(url_for(".show", id=kept.id), 303)
    page = render_template(
        "imports/upload.html",
        group=group,
        form=form,
        meeting=whole(request.args.get("meeting")),
        most=current_app.config["MAX_FILE_BYTES"] // 1024**2,
    )
    return (page, 422) if request.method == "POST" else page


def _kept(group: Group, form: PaperForm) -> OldMinutes:
    """The document that was sent, read and kept. Raises Invalid for one that cannot be read."""
    most = current_app.config["MAX_FILE_BYTES"]
    content, name = form.file.data.stream.read(most + 1), clean_line(form.file.data.filename)[:200]
    if len(content) > most:
        raise Invalid(
            file=_l("This file is too large. At most %(size)s MB are possible.", size=most // 1024**2)
        )
    if not content:
        raise Invalid(file=_l("This file is empty."))
    source = read(content, name)
    today = dates.today()
    meetings = meetings_without_minutes(group)
    head = head_of(source, name, today)
    chosen: dict[str, Any] = suggested(head, meetings, last_meeting(group), people_for_offices(group))
    asked = whole(request.args.get("meeting"))
    if any(one.id == asked for one in meetings):
        chosen["meeting_id"] = str(asked)
    chosen["kinds"] = [kind.value for kind in kinds_of(source, today=today, held=head.day)]
    kept: OldMinutes = actions.keep(
        person(), group, sending=form.key.data, name=name, source=packed(source), chosen=chosen
    )
    return kept


@blueprint.route("/old-minutes/<id>", methods=["GET", "POST"])
@login_required
@often
def show(id: str) -> Any:
    """The document beside what it becomes, line by line; and then all of it is made."""
    found = _found(id)
    if found.source is None:
        return redirect(url_for("minutes.show", id=found.became_id), 303)
    source = unpacked(found.source)
    choices = meetings_without_minutes(found.group), people_for_offices(found.group)
    said = {name: found.chosen.get(name, []) for name in SAID}
    if request.method != "POST":
        form = MeetingOfPaperForm(*choices, data=begun_with(found.chosen))
        return _page(found, form, source, _planned(found, form, source, said))
    form = MeetingOfPaperForm(*choices)
    said = {
        "kinds": kinds_from(request.form, source.pieces, said["kinds"]),
        "internal": request.form.getlist("internal"),
        "only_text": request.form.getlist("only_text"),
    }
    right, planned = form.validate(), _planned(found, form, source, said)
    then = request.form.get("then")
    if then in ("look", "leave") and form.bounded:
        actions.choose(
            person(),
            found.group,
            of=found,
            chosen={**form.remembered(), **_said(planned, leave=then == "leave")},
        )
        return redirect(url_for(".show", id=found.id), 303)
    if right and then not in ("look", "leave"):
        try:
            meeting = actions.take_over(
                person(), found.group, key=form.key.data, id=found.id, **_said(planned), **form.facts()
            )
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The minutes have been taken over. Look them through and send them for correction."))
            return redirect(url_for("minutes.show", id=meeting.id), 303)
    return _page(found, form, source, planned), 422


def _planned(found: OldMinutes, form: MeetingOfPaperForm, source: Source, said: dict[str, list[str]]) -> Plan:
    """What becomes of it as the form stands."""
    chosen = next((one for one in _choices(form) if one == form.meeting_id.data), None)
    meeting = db.session.get(Meeting, chosen) if chosen else None
    held: date | None = local(meeting.starts_at).date() if meeting else form.day.data
    return plan(
        source.pieces,
        [Kind(kind) for kind in said["kinds"]],
        known_in(found.group),
        held,
        form.fields(meeting),
        said["internal"],
        said["only_text"],
    )


def _said(planned: Plan, *, leave: bool = False) -> dict[str, list[str]]:
    """What was said of the lines, as far as it says anything; `leave`: without those that stand elsewhere."""
    kinds = [line.kind for line in planned.lines]
    if leave:
        kinds = [
            Kind.LEFT if line.above else Kind.LISTED if line.on_list else line.kind for line in planned.lines
        ]
    return {
        "kinds": [kind.value for kind in kinds],
        "internal": [item.mark for item in planned.items if item.internal],
        "only_text": [one.key for line in planned.lines for one in line.there if one.as_text],
    }


def _page(found: OldMinutes, form: MeetingOfPaperForm, source: Source, planned: Plan) -> str:
    return render_template(
        "imports/show.html",
        found=found,
        group=found.group,
        form=form,
        planned=planned,
        lines=in_turns(planned.lines),
        labels={kind: str(kind.label) for kind in Kind},
        counts=_counts(planned),
        decides=any(item.decides for item in planned.items),
        can_leave=any(
            (line.above and line.kind != Kind.LEFT) or (line.on_list and line.kind != Kind.LISTED)
            for line in planned.lines
        ),
        presences={says: presence.label for says, presence in actions.PRESENCES.items()},
        left_out=[(number, LEFT_OUT[name]) for name, number in source.left_out.items() if number],
    )


def _choices(form: MeetingOfPaperForm) -> list[Any]:
    return [choice.value for choice in form.meeting_id.choices]


def _counts(planned: Plan) -> list[str]:
    """How much of what it becomes."""
    deeds = [deed for line in planned.lines for deed in line.deeds]
    decisions = sum(deed.kind == "decision" for deed in deeds)
    return [
        ngettext("%(num)s agenda item", "%(num)s agenda items", len(planned.items)),
        ngettext("%(num)s decision", "%(num)s decisions", decisions),
        ngettext("%(num)s action", "%(num)s actions", len(deeds) - decisions),
    ]


@blueprint.route("/old-minutes/<id>/discard", methods=["GET", "POST"])
@login_required
@often
def discard(id: str) -> Any:
    """Leave it, after being asked once more; what was read is deleted."""
    found = _found(id)
    if found.source is None:
        return redirect(url_for("minutes.show", id=found.became_id), 303)
    if request.method != "POST":
        return render_template("imports/discard.html", found=found, group=found.group)
    group_id = found.group_id
    actions.discard(person(), found.group, of=found)
    flash(_("The document has been deleted. Nothing was made of it."))
    return redirect(url_for("minutes.of_group", id=group_id), 303)


def _found(id: str) -> OldMinutes:
    """The reader's own document; for everybody else there is none, and after a day for nobody."""
    number = whole(id)
    found = db.session.scalars(
        select(OldMinutes)
        .where(OldMinutes.id == number, OldMinutes.kept_at > now() - KEPT)
        .options(joinedload(OldMinutes.group))
    ).one_or_none()
    if found is None or not policy.may_go_on(person(), found):
        abort(404)
    return found
