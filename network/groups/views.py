"""The pages of groups, of the people in them, and of how one comes in and goes."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from network import menus
from network.changes import Invalid
from network.dates import local
from network.directory.models import Network, Organisation
from network.extensions import db
from network.groups import actions, news, parts, persons, policy, requests
from network.groups.forms import (
    AskForm,
    DeclineForm,
    GroupForm,
    InviteForm,
    LeaveForm,
    NewGroupForm,
    PeopleForm,
    PlaceForm,
    RemoveForm,
    first_values,
)
from network.groups.models import Group, GroupDesk, JoinRequest, Membership, Place
from network.groups.places import is_only_lead
from network.people.models import Affiliation, Person
from network.texts import folded
from network.things import Room, find, whole

blueprint = Blueprint("groups", __name__)

NEWS_ON_CARD = 2
NEWS_ON_PAGE = 8


@blueprint.get("/groups")
def index() -> str:
    """All groups that the reader may see: their own first, then those open to them, archived ones apart."""
    archived = "archived" in request.args
    seen = news.visits(current_user)
    rows = db.session.execute(
        select(Group, seen.number)
        .join(Group.room)
        .outerjoin(seen, seen.room_id == Room.id)
        .where(Group.removed_at.is_(None))
        .order_by(Group.name)
        .options(joinedload(Group.topics), joinedload(Group.room))
    ).unique()
    visits = {group: number for group, number in rows if policy.may_see(current_user, group)}
    groups = [group for group in visits if group.archived == archived]
    topics = sorted({topic for group in groups for topic in group.topics}, key=lambda topic: topic.place)
    wanted, chosen = request.args.get("q", "").strip()[:100], request.args.get("topic", "")
    shown = [group for group in groups if _fits(group, wanted, chosen)]
    mine = [group for group in shown if policy.role(current_user, group) is not None]
    found = news.latest(current_user, [group.room_id for group in mine], most=NEWS_ON_CARD)
    held = news.things(news.ids_in(change for changes in found.values() for change in changes))
    held += news.related(held)
    return render_template(
        "groups/index.html",
        mine=mine,
        others=[group for group in shown if group not in mine],
        parts=parts.of_cards(current_user, shown),
        news={g.id: _new(news.lines(found.get(g.room_id, []), visits[g] or 0)) for g in mine},
        held=held,
        topics=topics,
        wanted=wanted,
        chosen=chosen,
        archived=archived,
        any_archived=any(group.archived for group in visits),
        may_create=bool(current_user.works_in_office),
    )


def _fits(group: Group, wanted: str, topic: str) -> bool:
    text = folded(f"{group.name} {group.purpose}")
    return all(word in text for word in folded(wanted).split()) and (
        not topic or any(one.slug == topic for one in group.topics)
    )


def _new(lines: list[news.Line]) -> list[news.Line]:
    return [line for line in lines if line.is_new]


# A group


def with_people() -> list[Any]:
    """Loader options for a group with its topics and the people in it, all in its own statement."""
    person = joinedload(Group.memberships).joinedload(Membership.person)
    return [
        joinedload(Group.topics),
        person.joinedload(Person.affiliations).joinedload(Affiliation.organisation),
    ]


def _as_seen(id: str) -> tuple[int | None, JoinRequest | None]:
    """The number that the reader has seen of the group's room, and their open request or invitation.

    Loads the group as its page needs it, all in one statement.
    """
    seen = news.visits(current_user)
    asked = aliased(JoinRequest, flat=True)  # a thing as well, beside the group
    own = and_(asked.group_id == Group.id, asked.person_id == current_user.id, asked.state == "open")
    row = (
        db.session.execute(
            select(Group, seen.number, asked)
            .outerjoin(seen, seen.room_id == Group.room_id)
            .outerjoin(asked, own)
            .where(Group.id == whole(id))
            .options(
                joinedload(Group.room), joinedload(Group.desk).joinedload(GroupDesk.room), *with_people()
            )
        )
        .unique()
        .first()
    )
    g.group = row and row[0]  # held until the end of the request
    return (row[1], row[2]) if row else (None, None)


@blueprint.get("/groups/<id>")
def show(id: str) -> str:
    """The page of a group, in as much as the reader may see of it."""
    seen, asked = _as_seen(id)
    group = find(Group, id, policy.may_see)
    if not current_user.is_authenticated:
        facts, held = parts.of_page(current_user, group)
        return render_template(
            "groups/public.html", group=group, organisations=_organisations(group), held=held, **facts
        )
    if not policy.may_read(current_user, group):
        return render_template("groups/closed.html", group=group, asked=asked)
    changes = news.latest(current_user, [group.room_id], most=NEWS_ON_PAGE).get(group.room_id, [])
    facts, held = parts.of_page(current_user, group, also=news.ids_in(changes))
    place = policy.membership(current_user, group)
    page = render_template(
        "groups/show.html",
        group=group,
        desk=group.desk if policy.may_archive(current_user, group) else None,
        news=news.lines(changes, seen),
        been_here=seen is not None,
        place=place,
        may=sorted(policy.rights(current_user, group)),
        may_join=policy.may_join(current_user, group),
        asked=None if place else asked,
        held=held,
        **facts,
    )
    news.visited(current_user, group.room, seen)
    return page


def _organisations(group: Group) -> list[Organisation]:
    """Who is in the group, as visitors see it: organisations, no persons."""
    found = {place.person.organisation for place in group.active_memberships if place.role != Place.GUEST}
    return sorted((one for one in found if one), key=lambda one: one.name.casefold())


def _desk(group: Group) -> GroupDesk | None:
    return (
        db.session.scalars(  # type: ignore[no-any-return]
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
    return db.session.scalars(  # type: ignore[no-any-return]
        select(JoinRequest).where(
            JoinRequest.group_id == group.id,
            JoinRequest.person_id == current_user.id,
            JoinRequest.state == "open",
        )
    ).first()


@blueprint.route("/groups/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    """Create a group. The search for leads sends the same form, and does nothing yet."""
    network = Network.the()
    if network is None or not policy.may_create(current_user, network):
        abort(404)
    form = NewGroupForm(by_office=True)
    form.offer()
    if not _is_looking(form) and form.validate_on_submit():
        try:
            group = actions.create(current_user, network, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The group “%(name)s” has been created.", name=group.name))
            return redirect(url_for(".show", id=group.id), 303)
    return _again(form, "groups/new.html")


def _is_looking(form: PeopleForm) -> bool:
    """Whether the button of the search for people was pressed, so that nothing is to be done yet."""
    return "find" in request.form and bool(form.look_for.data)


def _again(form: Any, template: str, **context: Any) -> Any:
    page = render_template(template, form=form, **context)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/groups/<id>/edit", methods=["GET", "POST"])
@login_required
def edit(id: str) -> Any:
    """What the group says of itself, who sees it, how one joins; its end, too."""
    group = find(Group, id, policy.may_archive, options=[selectinload(Group.topics)])
    form = GroupForm(by_office=current_user.works_in_office, data=first_values(group))
    if form.validate_on_submit():
        try:
            actions.change(current_user, group, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Your changes have been saved."))
            return redirect(url_for(".show", id=group.id), 303)
    return _again(form, "groups/edit.html", group=group)


@blueprint.post("/groups/<id>/archive")
@login_required
def archive(id: str) -> Any:
    """Archive the group."""
    group = find(Group, id)
    actions.archive(current_user, group)
    flash(_("The group has been archived. Everything in it can still be read."))
    return redirect(url_for(".show", id=group.id), 303)


@blueprint.post("/groups/<id>/reopen")
@login_required
def reopen(id: str) -> Any:
    """Re-open an archived group."""
    group = find(Group, id)
    actions.reopen(current_user, group)
    flash(_("The group has been re-opened."))
    return redirect(url_for(".show", id=group.id), 303)


# The people in it


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
    if not _is_looking(form) and form.validate_on_submit():
        try:
            requests.invite(current_user, desk, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            count = len(form.people.data)
            flash(ngettext("One person has been invited.", "%(num)s people have been invited.", count))
            return redirect(url_for(".members", id=group.id), 303)
    return _again(form, "groups/invite.html", group=group)


def _desk_of(group: Group) -> GroupDesk:
    return db.session.scalars(  # type: ignore[no-any-return]
        select(GroupDesk).where(GroupDesk.parent_id == group.id)
    ).one()


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
        asked = requests.ask_to_join(current_user, desk, **form.facts())
        if asked.invited:
            flash(_("You have been invited to this group already."))
        else:
            flash(_("Your request has been sent to those who lead the group."))
        return redirect(url_for(".show", id=group.id), 303)
    return _again(form, "groups/ask.html", group=group)


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
    return _again(form, "groups/leave.html", group=group, needed=needed)


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
        ) or _again(form, "groups/place.html", **context)
    return _again(form, "groups/place.html", **context)


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
        ) or _again(form, "groups/remove.html", membership=membership)
    return _again(form, "groups/remove.html", membership=membership)


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
    return _again(form, "groups/decline.html", asked=asked)


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


@blueprint.app_template_global()
def group_tabs(group: Group, part_of: str = "") -> list[tuple[str, str, str]]:
    """The tabs of the group, for its own pages and those that features below give it; see `parts.tabs`."""
    return parts.tabs(group, request.endpoint or "", part_of)


persons.tell_people()
menus.add("main", 20, _l("Groups"), "groups.index", icon="users-group", part_of=("groups",))
