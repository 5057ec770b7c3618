"""The pages on which the Office settles needs: confirmed, declined, merged, met, re-opened."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from markupsafe import Markup
from sqlalchemy import select

from network.changes import Invalid
from network.doors import ask, back, often, person, with_reason
from network.extensions import db
from network.forms import clean_line
from network.loop.picking import said_of_merged
from network.needs import actions, policy
from network.needs.alike import Wanted, alike
from network.needs.blueprint import again, blueprint
from network.needs.forms import DeclineForm, MeetForm, MergeForm, ReopenForm
from network.needs.models import OPEN, Need, NeedState
from network.people.models import OfficeDesk
from network.texts import folded
from network.things import find, whole

MOST_TO_MERGE_INTO = 300
ALIKE_FIRST = 10


@blueprint.post("/needs/<id>/confirm")
@login_required
@often
def confirm(id: str) -> Any:
    """From now on all members of the network see it. Of several that wait one stays at their list."""
    need = find(Need, id)
    actions.confirm(person(), need)
    said = _(
        "“%(title)s” is confirmed. All members of the network see it now; whoever observed it is told.",
        title=need.title,
    )
    page = url_for(".show", id=need.id)
    link = '{} <a class="nw-btn nw-btn--small nw-btn--quiet" href="{}">{}</a>'
    flash(Markup(link).format(said, page, _("To the need")))
    return back(page)


@blueprint.route("/needs/<id>/decline", methods=["GET", "POST"])
@login_required
@often
def decline(id: str) -> Any:
    """Say no, with a reason."""
    need = find(Need, id)
    return with_reason(
        actions.decline,
        need,
        DeclineForm(),
        done=_("Declined. Whoever observed it and all who see it too are told why."),
        to=url_for(".show", id=need.id),
        template="needs/decline.html",
        need=need,
    )


@blueprint.route("/needs/<id>/reopen", methods=["GET", "POST"])
@login_required
@often
def reopen(id: str) -> Any:
    """It is missing after all, or again."""
    need = find(Need, id)
    return with_reason(
        actions.reopen,
        need,
        ReopenForm(),
        done=_("The need is open again."),
        to=url_for(".show", id=need.id),
        template="needs/reopen.html",
        need=need,
    )


@blueprint.route("/needs/<id>/merge", methods=["GET", "POST"])
@login_required
@often
def merge(id: str) -> Any:
    """Choose the need of which it becomes a part; those that are like it stand first, the best is chosen."""
    need = find(Need, id)
    ask(policy.may_merge, need)
    first, others = _to_merge_into(need, whole(request.args.get("into")))
    form = MergeForm([*first, *others], into_id=first[0].id if first else None)
    if form.validate_on_submit():
        into_id = form.into_id.data
        try:
            actions.merge(person(), OfficeDesk.the(), need_id=need.id, into_id=into_id)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Merged. All who saw it are counted here, and are told."))
            return redirect(url_for(".show", id=into_id), 303)
    return again(form, "needs/merge.html", need=need)


def _to_merge_into(need: Need, named: int | None) -> tuple[list[Need], list[Need]]:
    """The needs that are like it: the one that the list named, the most alike; and the others by title."""
    wanted = Wanted(need.title, need.municipality_id, need.topic.id if need.topic else None)
    like = alike(person(), wanted, most=ALIKE_FIRST, besides=need.id)
    first = sorted((one for one in like if policy.may_receive(one, need)), key=lambda one: one.id != named)
    there = [OPEN, (*OPEN, NeedState.REPORTED)][need.state == NeedState.REPORTED]
    others = db.session.scalars(
        select(Need)
        .where(
            Need.state.in_(there),
            Need.removed_at.is_(None),
            Need.id.not_in([need.id, *(one.id for one in first)]),
        )
        .order_by(Need.id.desc())
        .limit(MOST_TO_MERGE_INTO)
    )
    further = sorted(others, key=lambda one: (one.id != named, folded(one.title)))
    if further and further[0].id == named:
        return [further[0], *first], further[1:]
    return first, further


@blueprint.route("/needs/<id>/meet", methods=["GET", "POST"])
@login_required
@often
def meet(id: str) -> Any:
    """Record by what it is met."""
    need = find(Need, id)
    ask(policy.may_meet, need)
    form = MeetForm(by=clean_line(request.args.get("by", "")))
    if form.validate_on_submit():
        try:
            actions.meet(person(), need, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            told = _("Recorded. Whoever observed it and all who see it too are told.")
            flash(" ".join(filter(None, [told, said_of_merged(person(), form.by.data or "")])))
            return redirect(url_for(".show", id=need.id), 303)
    return again(form, "needs/meet.html", need=need)
