"""The pages of approved minutes: as they stand, every version, what differs between two, and addenda."""

from datetime import date, datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from network.approval import actions, comparing, erasing, policy, reading, snapshot
from network.approval.blueprint import blueprint, frozen_minutes_of
from network.approval.forms import AddendumForm, ErasePassagesForm
from network.approval.models import MinutesVersion
from network.approval.publishing import publications_of
from network.approval.reading import versions_of
from network.changes import Invalid, Stale
from network.doors import ask, often, person
from network.meetings.models import ItemKind, ItemState, Meeting
from network.minutes.models import ActionState, DecisionState, Minutes, MinutesState
from network.things import whole

WORDS: dict[str, Any] = {
    "kind": ItemKind,
    "state": ItemState,
    "decision": DecisionState,
    "action": ActionState,
}


@blueprint.app_template_filter("in_words")
def in_words(value: str, what: str) -> Any:
    """A word of a version (a kind, a state) as people read it."""
    return WORDS[what](value).label


@blueprint.app_template_filter("from_version")
def from_version(value: str | None) -> date | datetime | None:
    """A moment or a day of a version, which holds them as text."""
    if not value:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def frozen(meeting: Meeting) -> str:
    """Approved minutes, as their newest version has them."""
    minutes, user = meeting.minutes, person()
    versions, erasures = reading.versions_and_erasures(minutes)
    return render_template(
        "approval/frozen.html",
        meeting=meeting,
        minutes=minutes,
        version=versions[0],
        versions=versions,
        said=snapshot.read(versions[0]),
        erasures=erasures,
        publications=publications_of(minutes),
        may_erase=policy.may_erase(user, minutes),
        may_add=policy.may_add(user, minutes),
        may_publish=policy.may_publish(user, minutes),
        may_withdraw=policy.may_withdraw(user, minutes),
    )


Minutes.shown_by[MinutesState.APPROVED] = Minutes.shown_by[MinutesState.PUBLISHED] = frozen


def _numbered(minutes: Minutes, number: object) -> tuple[MinutesVersion, MinutesVersion | None]:
    """The version of this number, and the one before it; 404 if there is none."""
    found = {version.number: version for version in versions_of(minutes)}
    wanted = whole(number) or 0
    if wanted not in found:
        abort(404)
    return found[wanted], found.get(wanted - 1)


@blueprint.get("/meetings/<id>/minutes/versions")
@login_required
def versions(id: str) -> str:
    """All versions; with `check` in the address each is compared anew with its SHA-256."""
    minutes = frozen_minutes_of(id)
    found = versions_of(minutes)
    before = [*found[1:], None]
    checked = {
        version.number: snapshot.holds(version, earlier)
        for version, earlier in zip(found, before, strict=True)
        if "check" in request.args
    }
    said = snapshot.read(found[0])
    return render_template(
        "approval/versions.html",
        meeting=minutes.parent,
        minutes=minutes,
        versions=found,
        addenda={one["number"]: one for one in said["addenda"]},
        approval=said["approval"],
        erasures=reading.erasures_of(minutes),
        checked=checked,
    )


@blueprint.get("/meetings/<id>/minutes/versions/<number>")
@login_required
def version(id: str, number: str) -> Any:
    """One version, as it stood."""
    minutes = frozen_minutes_of(id)
    found, _before = _numbered(minutes, number)
    return render_template(
        "approval/version.html",
        meeting=minutes.parent,
        minutes=minutes,
        version=found,
        erasures=[one for one in reading.erasures_of(minutes) if str(found.number) in one.digests],
        said=snapshot.read(found),
    )


@blueprint.get("/meetings/<id>/minutes/versions/<number>.json")
@login_required
def download(id: str, number: str) -> Response:
    """Exactly the characters of which the SHA-256 was taken."""
    minutes = frozen_minutes_of(id)
    found, _before = _numbered(minutes, number)
    name = f"minutes-{minutes.meeting_id}-version-{found.number}.json"
    return Response(
        found.content,
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-cache",  # it holds all names
        },
    )


@blueprint.get("/meetings/<id>/minutes/compare")
@login_required
def compare(id: str) -> str:
    """What differs between two versions, by paragraph and word; the newest two unless said otherwise."""
    minutes = frozen_minutes_of(id)
    found = {version.number: version for version in versions_of(minutes)}
    newest = max(found)
    new = whole(request.args.get("new")) or newest
    old = whole(request.args.get("old")) or max(1, new - 1)
    if old not in found or new not in found:
        abort(404)
    old, new = sorted((old, new))
    return render_template(
        "approval/compare.html",
        meeting=minutes.parent,
        old=old,
        new=new,
        numbers=sorted(found),
        differences=comparing.versions(snapshot.read(found[old]), snapshot.read(found[new])),
    )


@blueprint.route("/meetings/<id>/minutes/addendum", methods=["GET", "POST"])
@login_required
@often
def add(id: str) -> Any:
    """Put approved minutes right, visibly: with a reason and a date, and the old wording beside."""
    minutes = frozen_minutes_of(id)
    ask(policy.may_add, minutes)
    last = versions_of(minutes)[0]
    said = snapshot.read(last)
    wanted = request.values.get("paragraph", "")
    texts = snapshot.worded(said)
    given = {"paragraph": wanted, "text": texts[wanted]} if wanted in texts else {}
    form = AddendumForm(said, data={"version": last.number, "paragraph": "", **given})
    differences, status = [], 422
    if form.validate_on_submit():
        try:
            actions.add(current_user, minutes, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:
            form.form_errors.append(stale.description)
            differences, status = _since(minutes, form), 409
        else:
            flash(_("The addendum is part of the minutes now, in a new version."))
            return redirect(url_for("minutes.show", id=minutes.meeting_id), 303)
    page = render_template(
        "approval/addendum.html",
        meeting=minutes.parent,
        minutes=minutes,
        form=form,
        differences=differences,
        was=texts.get(form.paragraph.data or "", ""),
    )
    return page, status if form.is_submitted() else 200


@blueprint.route("/meetings/<id>/minutes/erase", methods=["GET", "POST"])
@login_required
@often
def erase(id: str) -> Any:
    """Erase passages of approved minutes for good, wherever their words stand."""
    minutes = frozen_minutes_of(id)
    ask(policy.may_erase, minutes)
    versions = versions_of(minutes)
    said = [snapshot.read(one) for one in versions]
    found = erasing.to_erase(minutes, said, reading.erasures_of(minutes))
    form = ErasePassagesForm(found, data={"version": versions[0].number})
    status = 422
    if form.validate_on_submit():
        try:
            erasing.erase_passages(current_user, minutes, **form.facts())
        except Stale as stale:
            form.form_errors.append(stale.description)
            form.version.data, status = versions[0].number, 409
        else:
            flash(_("It is erased for good."))
            return redirect(url_for("minutes.show", id=minutes.meeting_id), 303)
    page = render_template("approval/erase.html", meeting=minutes.parent, form=form)
    return page, status if form.is_submitted() else 200


def _since(minutes: Minutes, form: AddendumForm) -> list[comparing.Difference]:
    """What came since the version that was looked at; whoever sends the form again has seen it."""
    found = {version.number: version for version in versions_of(minutes)}
    newest = max(found)
    seen = form.version.data if form.version.data in found else newest
    form.version.data = newest
    return comparing.versions(snapshot.read(found[seen]), snapshot.read(found[newest]))
