"""What speaks to me, how I want to hear of it, and the end of letters by one click."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network import links, menus
from network.changes import Invalid
from network.doors import often, person
from network.extensions import csrf, db
from network.groups import policy as groups
from network.groups.models import Group
from network.notices import actions, counts, policy, preferences
from network.notices.composing import PURPOSE
from network.notices.forms import GroupNoticesForm, NoticesForm, times_of
from network.notices.models import DEFAULTS, KINDS, NEVER, OFTEN, WHYS, GroupPreferences, Preferences
from network.people.forms import letters_form
from network.people.models import Person
from network.things import find, whole

blueprint = Blueprint("notices", __name__)


@blueprint.get("/my/notices")
@login_required
def index() -> str:
    """Who mentioned or answered me."""
    listed, held = counts.listed(person())
    return render_template("notices/index.html", listed=listed, held=held, whys=WHYS)


@blueprint.route("/profile/notices", methods=["GET", "POST"])
@login_required
@often
def choose() -> Any:
    """How I want to hear of discussions by e-mail."""
    user = person()
    found: Preferences | None = db.session.get(Preferences, user.id)
    present = {"mentions": found.mentions, "messages": found.messages} if found is not None else DEFAULTS
    form = NoticesForm(data={**present, **times_of(found)})
    if form.validate_on_submit():
        try:
            actions.choose(user, user, **form.facts())
            flash(_("Saved."))
            return redirect(url_for(".choose"), 303)
        except Invalid as invalid:
            form.refuse(invalid.errors)
    page = render_template(
        "notices/choose.html",
        form=form,
        letters=letters_form(user, formdata=None),
        groups=_groups(),
        often=OFTEN,
    )
    return (page, 422) if request.method == "POST" else page


def _groups() -> list[tuple[Group, GroupPreferences | None]]:
    """The user's groups and those in which they have chosen something, by name."""
    user = person()
    mine = [place.group_id for place in user.memberships if place.active]
    rows = db.session.execute(
        select(Group, GroupPreferences)
        .outerjoin(
            GroupPreferences,
            (GroupPreferences.group_id == Group.id) & (GroupPreferences.person_id == user.id),
        )
        .where(
            Group.removed_at.is_(None),
            Group.id.in_(mine) | GroupPreferences.person_id.is_not(None),
        )
        .order_by(Group.name)
    )
    return [(group, chosen) for group, chosen in rows if groups.may_read(user, group)]


@blueprint.route("/groups/<id>/notices", methods=["GET", "POST"])
@login_required
@often
def of_group(id: str) -> Any:
    """What is different in one group."""
    user, group = person(), find(Group, id, groups.may_read)
    found = db.session.get(GroupPreferences, (user.id, group.id))
    everywhere = db.session.get(Preferences, user.id)
    form = GroupNoticesForm(obj=found)
    form.say_what_holds(
        {"mentions": everywhere.mentions, "messages": everywhere.messages} if everywhere else DEFAULTS
    )
    if form.validate_on_submit():
        actions.choose_for_group(user, user, group_id=group.id, **form.facts())
        flash(_("Saved."))
        return redirect(url_for(".choose"), 303)
    page = render_template("notices/of_group.html", form=form, group=group)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/notices/end/<token>", methods=["GET", "POST"])
@csrf.exempt  # mail programs send this without a page (RFC 8058); the token is the proof
def end(token: str) -> Any:
    """End letters of a kind about a group with one click; the page asks first."""
    try:
        facts = links.read(PURPOSE, token)
    except (links.Broken, links.Expired):
        abort(404)
    holder = _holder(facts.get("person"))
    kinds = [kind for kind in facts.get("kinds", []) if kind in KINDS]
    group_ids = [id for id in facts.get("groups", []) if whole(id)]
    if request.method == "POST":
        actions.end(holder, holder, kinds=kinds, group_ids=group_ids)
        if request.form.get("List-Unsubscribe") == "One-Click":
            return "", 200  # a mail program follows no redirect
        return redirect(url_for(".end", token=token), 303)
    named = db.session.scalars(select(Group.name).where(Group.id.in_(group_ids)).order_by(Group.name))
    return render_template(
        "notices/end.html",
        kinds=[KINDS[kind] for kind in kinds],
        groups=list(named),
        ended=_has_ended(holder, kinds, group_ids),
    )


@blueprint.after_request
def keep_no_copy(response: Response) -> Response:
    """Pages of links carry a secret in their address: no copy stays in the browser."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
    return response


def _holder(id: Any) -> Person:
    """The person who got the letter, if there is still an account."""
    number = whole(id)
    found: Person | None = (
        db.session.get(Person, number, options=[joinedload(Person.room)]) if number else None
    )
    if found is None or not policy.may_end(found, found):
        abort(404)
    return found


def _has_ended(holder: Person, kinds: list[str], group_ids: list[int]) -> bool:
    chosen = preferences.of([holder.id])
    places: list[int | None] = [*group_ids] or [None]
    return all(chosen.often(holder.id, place, kind) == NEVER for place in places for kind in kinds)


menus.add("profile", 30, _l("Notifications"), "notices.choose", icon="mail")
menus.add(
    "profile",
    50,
    _l("Mentions and answers"),
    "notices.index",
    may=lambda user: bool(user.is_authenticated),
    icon="bell",
)
