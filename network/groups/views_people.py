"""The pages of the people in a group, and of how one comes in and goes."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.changes import Invalid
from network.dates import local
from network.extensions import db
from network.groups import actions, policy, requests
from network.groups.blueprint import again, blueprint, is_looking, with_people
from network.groups.forms import AskForm, DeclineForm, InviteForm, LeaveForm, PlaceForm, RemoveForm
from network.groups.models import Group, GroupDesk, JoinRequest, Membership, Place
from network.groups.places import is_only_lead
from network.people.models import Person
from network.things import find


def _desk(group: Group) -> GroupDesk | None:
    return (
        db.session.scalars(
            select(GroupDesk)
            .where(GroupDesk.parent_id == group.id)
            .options(
                joinedload(GroupDesk.room),
                joinedload(GroupDesk.requests.and_(JoinRequest.state == "open"))
                .joinedload(JoinRequest.person)
                .joinedload(Person.affiliations),
            )
        )
        .unique()
        .one_or_none()
    )


def _own_request(group: Group) -> JoinRequest | None:
    """What the reader has asked of this group, or was asked, and nobody has answered."""
    return db.session.scalars(
        select(JoinRequest).where(
            JoinRequest.group_id == group.id,
            JoinRequest.person_id == current_user.id,
            JoinRequest.state == "open",
        )
    ).first()


@blueprint.get("/groups/<id>/members")
@login_required
def members(id: str) -> str:
    """Who is in the group."""
    group = find(Group, id, policy.may_read, options=with_people())
    return render_template(
        "groups/members.html",
        group=group,
        desk=_desk(group) if policy.may_archive(current_user, group) else None,
        place=policy.membership(current_user, group),
        may=sorted(policy.rights(current_user, group)),
    )


@blueprint.route("/groups/<id>/invite", methods=["GET", "POST"])
@login_required
def invite(id: str) -> Any:
    """Ask people into the group, one or several at once."""
    group = find(Group, id, policy.may_steer, options=with_people())
    desk = _desk_of(group)
    form = InviteForm(role=Place.MEMBER)
    form.offer(without={place.person_id for place in group.active_memberships})
    if not is_looking(form) and form.validate_on_submit():
        try:
            requests.invite(current_user, desk, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            count = len(form.people.data)
            flash(ngettext("One person has been invited.", "%(num)s people have been invited.", count))
            return redirect(url_for(".members", id=group.id), 303)
    return again(form, "groups/invite.html", group=group)


def _desk_of(group: Group) -> GroupDesk:
    return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()


@blueprint.post("/groups/<id>/join")
@login_required
def join(id: str) -> Any:
    """Come in: by an invitation if there is one, otherwise freely."""
    group = find(Group, id)
    waiting = _own_request(group)
    if waiting is not None and waiting.invited:
        requests.accept(current_user, waiting)
    else:
        actions.join(current_user, group)
        if waiting is not None:
            requests.withdraw(current_user, waiting)
    flash(_("Welcome to the group “%(name)s”.", name=group.name))
    return redirect(url_for(".show", id=group.id), 303)


@blueprint.route("/groups/<id>/ask", methods=["GET", "POST"])
@login_required
def ask(id: str) -> Any:
    """Ask to join."""
    group = find(Group, id)
    desk = _desk_of(group)
    if not policy.may_ask_to_join(current_user, desk):
        return redirect(url_for(".show", id=group.id), 303)
    form = AskForm()
    if form.validate_on_submit():
        asked = requests.ask_to_join(current_user, desk, key=form.key.data, **form.facts())
        if asked.invited:
            flash(_("You have been invited to this group already."))
        else:
            flash(_("Your request has been sent to those who lead the group."))
        return redirect(url_for(".show", id=group.id), 303)
    return again(form, "groups/ask.html", group=group)


@blueprint.route("/groups/<id>/leave", methods=["GET", "POST"])
@login_required
def leave(id: str) -> Any:
    """Leave the group; whoever leads it alone names who leads next."""
    group = find(Group, id, options=with_people())
    place = policy.membership(current_user, group)
    if place is None or not policy.may_leave(current_user, place):
        abort(404)
    needed = is_only_lead(place)
    form = LeaveForm(place, needs_successor=needed)
    if form.validate_on_submit():
        try:
            actions.leave(current_user, place, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("You have left the group “%(name)s”.", name=group.name))
            return redirect(url_for(".index"), 303)
    return again(form, "groups/leave.html", group=group, needed=needed)


@blueprint.route("/memberships/<id>", methods=["GET", "POST"])
@login_required
def place(id: str) -> Any:
    """The role of somebody in the group."""
    membership = find(Membership, id, policy.may_give_place)
    last_day = membership.last_day
    form = PlaceForm(role=membership.role, until=last_day and local(last_day).date())
    context = {
        "membership": membership,
        "may_hand_over": membership.role != Place.LEAD and policy.may_hand_over(current_user, membership),
    }
    if form.validate_on_submit():
        return _done(
            lambda: actions.give_place(current_user, membership, **form.facts()),
            form,
            _("The role has been changed."),
            membership.group_id,
        ) or again(form, "groups/place.html", **context)
    return again(form, "groups/place.html", **context)


@blueprint.post("/memberships/<id>/hand-over")
@login_required
def hand_over(id: str) -> Any:
    """Make somebody lead the group in one's own place."""
    membership = find(Membership, id)
    actions.hand_over(current_user, membership)
    flash(_("%(name)s leads the group now.", name=membership.person.name))
    return redirect(url_for(".members", id=membership.group_id), 303)


@blueprint.route("/memberships/<id>/remove", methods=["GET", "POST"])
@login_required
def remove(id: str) -> Any:
    """Take somebody out of the group, with a reason."""
    membership = find(Membership, id, policy.may_give_place)
    if membership.person_id == current_user.id:  # the menu in the list is the same for everybody
        return redirect(url_for(".leave", id=membership.group_id), 303)
    form = RemoveForm()
    if form.validate_on_submit():
        name = membership.person.name
        return _done(
            lambda: actions.remove(current_user, membership, **form.facts()),
            form,
            _("%(name)s is no longer in the group.", name=name),
            membership.group_id,
        ) or again(form, "groups/remove.html", membership=membership)
    return again(form, "groups/remove.html", membership=membership)


def _done(deed: Callable[[], Any], form: Any, told: str, group_id: int) -> Any:
    """Do it and go to the members; None if facts were wrong, which the form then shows."""
    try:
        deed()
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return None
    flash(told)
    return redirect(url_for(".members", id=group_id), 303)


# Requests and invitations


@blueprint.post("/join-requests/<id>/accept")
@login_required
def accept(id: str) -> Any:
    """Take somebody in, or come in."""
    asked = find(JoinRequest, id)
    requests.accept(current_user, asked)
    if asked.invited:
        flash(_("Welcome to the group “%(name)s”.", name=asked.group.name))
        return redirect(url_for(".show", id=asked.group_id), 303)
    flash(_("%(name)s is now in the group.", name=asked.person.name))
    return redirect(url_for(".members", id=asked.group_id), 303)


@blueprint.route("/join-requests/<id>/decline", methods=["GET", "POST"])
@login_required
def decline(id: str) -> Any:
    """Say no: leads with a reason, the invited person without."""
    asked = find(JoinRequest, id)
    if not policy.may_answer(current_user, asked):
        return redirect(url_for(".show", id=asked.group_id), 303)
    if asked.invited:
        if request.method == "POST":
            requests.decline(current_user, asked)
            flash(_("You have declined the invitation."))
        return redirect(url_for(".show", id=asked.group_id), 303)
    form = DeclineForm()
    if form.validate_on_submit():
        requests.decline(current_user, asked, **form.facts())
        flash(_("The request has been declined. %(name)s gets a letter.", name=asked.person.name))
        return redirect(url_for(".members", id=asked.group_id), 303)
    return again(form, "groups/decline.html", asked=asked)


@blueprint.post("/join-requests/<id>/withdraw")
@login_required
def withdraw(id: str) -> Any:
    """Take back a request or an invitation."""
    asked = find(JoinRequest, id)
    requests.withdraw(current_user, asked)
    if asked.invited:
        flash(_("The invitation has been withdrawn."))
        return redirect(url_for(".members", id=asked.group_id), 303)
    flash(_("Your request has been withdrawn."))
    return redirect(url_for(".show", id=asked.group_id), 303)
