"""The pages of circulated minutes: the text with its corrections, their answers, the approval."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from network.approval import actions, erasing, policy, views_publication, views_versions
from network.approval.blueprint import blueprint, minutes_of
from network.approval.comparing import words
from network.approval.forms import ApproveForm, CorrectionForm, DeclineForm, TakeForm
from network.approval.models import Correction
from network.approval.reading import mark, number_open, place_of, present_place, seen_text
from network.attendance.models import with_attendances
from network.changes import Invalid, Stale
from network.doors import ask, back, offer_undo, often, person
from network.extensions import db
from network.meetings.models import AgendaItem, Meeting
from network.minutes import policy as minutes_policy
from network.minutes.content import content
from network.minutes.models import Minutes, MinutesState
from network.minutes.views import facts_of_page
from network.things import find, whole

__all__ = ["blueprint", "erasing", "views_publication", "views_versions"]

blueprint.add_app_template_global(content, "paragraphs_of")
blueprint.add_app_template_global(mark, "mark_of")
blueprint.add_app_template_global(words, "words_of_both")


def circulated(meeting: Meeting) -> str:
    """Minutes that were sent for correction: each paragraph can be corrected, corrections stand beside."""
    corrections = corrections_of(meeting.minutes)
    for item in meeting.agenda:
        set_committed_value(item, "corrections", [one for one in corrections if one.item_id == item.id])
    return render_template(
        "approval/circulated.html",
        corrections=corrections,
        may_approve=policy.may_approve(person(), meeting.minutes),
        **facts_of_page(meeting),
    )


def corrections_of(minutes: Minutes) -> list[Correction]:
    """All of them, open ones first."""
    query = (
        select(Correction)
        .where(Correction.minutes_id == minutes.id, Correction.removed_at.is_(None))
        .order_by(Correction.state != "open", Correction.id)
        .options(joinedload(Correction.person), joinedload(Correction.settled_by))
    )
    return list(db.session.scalars(query))


Minutes.shown_by[MinutesState.CIRCULATED] = circulated


# Corrections


@blueprint.route("/items/<id>/corrections", methods=["GET", "POST"])
@login_required
@often
def propose(id: str) -> Any:
    """Propose another wording of a paragraph (its mark stands in the address), or what is missing."""
    item = find(AgendaItem, id)
    minutes = item.parent.minutes
    if minutes is None:
        abort(404)
    ask(minutes_policy.may_correct, minutes)
    texts = content(item.minutes)
    place = place_of(texts, request.values.get("paragraph", ""))
    given = {"paragraph": mark(texts[place]), "proposed": texts[place]} if place is not None else {}
    form = CorrectionForm(texts, data={"paragraph": "", **given})
    conflict, status = None, 422
    if form.validate_on_submit():
        try:
            actions.propose(current_user, minutes, key=form.key.data, item=item.id, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:
            conflict, status = stale.description, 409
            texts = content(item.minutes)
        else:
            flash(_("Your correction stands beside the minutes. You get a letter when it is settled."))
            return redirect(url_for("minutes.show", id=minutes.meeting_id, _anchor=item.dom_id), 303)
    page = render_template(
        "approval/propose.html",
        item=item,
        meeting=item.parent,
        form=form,
        texts=texts,
        was=texts[place] if place is not None else "",
        conflict=conflict,
    )
    return page, status if form.is_submitted() else 200


@blueprint.get("/corrections/<id>")
@login_required
def correction(id: str) -> Any:
    """One correction with what became of it; for those who settle it, both texts and what can be done."""
    return _correction(find(Correction, id))


def _correction(found: Correction, **more: Any) -> str:
    texts = content(found.parent.minutes)
    place = present_place(found) if found.place is not None else None
    usual = {"wording": found.proposed, "paragraph": mark(texts[place]) if place is not None else ""}
    facts = {
        "take_form": TakeForm(texts, formdata=None, data=usual),
        "decline_form": DeclineForm(formdata=None),
        **more,
    }
    return render_template(
        "approval/correction.html",
        correction=found,
        meeting=found.parent.parent,
        texts=texts,
        moved_on=found.is_open and found.place is not None and place is None,
        may_settle=policy.may_settle(person(), found),
        may_withdraw=policy.may_withdraw_correction(person(), found),
        may_propose_again=policy.may_propose_again(person(), found),
        **facts,
    )


@blueprint.post("/corrections/<id>/take")
@login_required
@often
def take(id: str) -> Any:
    """Let it come in, as it was proposed or in other words; both texts are shown if the text has moved on."""
    found = find(Correction, id)
    ask(policy.may_settle, found)
    form = TakeForm(content(found.parent.minutes))
    conflict, status = None, 422
    if form.validate():
        try:
            actions.take(current_user, found, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:
            conflict, status = stale.description, 409
        else:
            flash(_("The correction is taken, and its author is told."))
            return redirect(_place(found), 303)
    more = {"take_form": form} if "wording" in request.form else {}
    return _correction(found, conflict=conflict, **more), status


@blueprint.post("/corrections/<id>/decline")
@login_required
@often
def decline(id: str) -> Any:
    """Leave the text as it is, with a reason."""
    found = find(Correction, id)
    ask(policy.may_settle, found)
    form = DeclineForm()
    if form.validate():
        actions.decline(current_user, found, **form.facts())
        flash(_("The correction is declined, and its author is told why."))
        return redirect(_place(found), 303)
    return _correction(found, decline_form=form), 422


@blueprint.post("/corrections/<id>/withdraw")
@login_required
@often
def withdraw_correction(id: str) -> Any:
    """Take one's own correction back; the notice can undo it."""
    found = find(Correction, id)
    actions.withdraw(current_user, found)
    offer_undo(
        _("Your correction is withdrawn. Everybody sees that."), url_for(".propose_again", id=found.id)
    )
    return back(_place(found))


@blueprint.post("/corrections/<id>/again")
@login_required
@often
def propose_again(id: str) -> Any:
    """Let one's own correction be open after all."""
    found = find(Correction, id)
    actions.propose_again(current_user, found)
    return back(_place(found))


def _place(found: Correction) -> str:
    return url_for("minutes.show", id=found.parent.parent_id, _anchor=found.parent.dom_id)


# The approval


@blueprint.route("/meetings/<id>/minutes/approve", methods=["GET", "POST"])
@login_required
@often
def approve(id: str) -> Any:
    """Approve the minutes, with the result that the meeting has come to."""
    minutes = minutes_of(id, *with_attendances())
    ask(policy.may_approve, minutes)
    form = ApproveForm(data={"result": _("by consensus"), "seen": seen_text(minutes)})
    status = 422
    if form.validate_on_submit():
        try:
            actions.approve(current_user, minutes, **form.facts())
        except Stale as stale:
            form.form_errors.append(stale.description)
            form.seen.data, status = seen_text(minutes), 409
        else:
            flash(_("The minutes are approved. From now on nothing in them changes."))
            own = url_for(".approve", id=minutes.meeting_id)
            return back(url_for("minutes.show", id=minutes.meeting_id), own)
    page = render_template(
        "approval/approve.html",
        meeting=minutes.parent,
        minutes=minutes,
        form=form,
        number_open=number_open(minutes),
    )
    return page, status if form.is_submitted() else 200


blueprint.add_app_template_global(number_open, "open_corrections")


@blueprint.app_template_global()
def minutes_to_approve(item: AgendaItem) -> Minutes | None:
    """The minutes that an item of an agenda is there to approve."""
    id = whole(item.carried_as.removeprefix("minutes:")) if item.carried_as.startswith("minutes:") else None
    if id is None:
        return None
    query = select(Minutes).where(Minutes.meeting_id == id).options(joinedload(Minutes.parent))
    return db.session.scalars(query).one_or_none()
