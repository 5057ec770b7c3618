"""The pages of groups: all of them, one, and what it says of itself."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from network import menus
from network.changes import Invalid, Stale
from network.directory.models import Network, Organisation
from network.extensions import db
from network.groups import actions, news, parts, persons, policy, views_people
from network.groups.blueprint import again, blueprint, is_looking, with_people
from network.groups.forms import ChangeForm, NewGroupForm, first_values
from network.groups.models import Group, GroupDesk, JoinRequest, Place
from network.texts import folded
from network.things import Room, find, whole

__all__ = ["blueprint", "views_people"]

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


@blueprint.route("/groups/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    """Create a group. The search for leads sends the same form, and does nothing yet."""
    network = Network.the()
    if network is None or not policy.may_create(current_user, network):
        abort(404)
    form = NewGroupForm(by_office=True)
    form.offer()
    if not is_looking(form) and form.validate_on_submit():
        try:
            group = actions.create(current_user, network, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The group “%(name)s” has been created.", name=group.name))
            return redirect(url_for(".show", id=group.id), 303)
    return again(form, "groups/new.html")


@blueprint.route("/groups/<id>/edit", methods=["GET", "POST"])
@login_required
def edit(id: str) -> Any:
    """What the group says of itself, who sees it, how one joins; its end, too."""
    group = find(Group, id, policy.may_archive, options=[selectinload(Group.topics)])
    form = ChangeForm(by_office=current_user.works_in_office, data=first_values(group))
    meanwhile: list[tuple[Any, str]] = []
    status = 422
    if form.validate_on_submit():
        try:
            actions.change(current_user, group, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:
            form.form_errors.append(stale.description)
            meanwhile, status = form.compare(group), 409
        else:
            flash(_("Your changes have been saved."))
            return redirect(url_for(".show", id=group.id), 303)
    page = render_template("groups/edit.html", form=form, group=group, meanwhile=meanwhile)
    return page, status if form.is_submitted() else 200


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


@blueprint.app_template_global()
def group_tabs(group: Group, part_of: str = "") -> list[tuple[Any, ...]]:
    """The tabs of the group, for its own pages and those that features below give it; see `parts.tabs`."""
    return parts.tabs(current_user, group, request.endpoint or "", part_of)


persons.tell_people()
menus.add("main", 20, _l("Groups"), "groups.index", icon="users-group", part_of=("groups",))
