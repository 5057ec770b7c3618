"""The pages of organisations, of the network's settings, and the legal pages."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy import select

from network import menus
from network.changes import Invalid
from network.config import ROOT
from network.directory import actions, policy
from network.directory.forms import NewOrganisationForm, OrganisationForm, SettingsForm
from network.directory.models import (
    Network,
    Organisation,
    Topic,
    languages,
    municipalities,
    organisations_of,
)
from network.extensions import db
from network.forms import Creating, clean_line
from network.things import find, whole

blueprint = Blueprint("directory", __name__)

LEGAL = {"imprint": _l("Imprint"), "privacy": _l("Privacy"), "accessibility": _l("Accessibility statement")}


def the_network() -> Network:
    """The one network, or 404 before it is set up."""
    network = Network.the()
    if network is None:
        abort(404)
    return network


@blueprint.get("/organisations")
@login_required
def organisations() -> str:
    """All organisations by name, with a search."""
    wanted = request.args.get("q", "").strip()[:100]
    pages = organisations_of(wanted, archived="archived" in request.args)
    return render_template(
        "directory/organisations.html",
        pages=pages,
        wanted=wanted,
        may_keep=policy.may_keep_organisations(current_user, the_network()),
    )


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@login_required
def new_organisation() -> Any:
    """Add an organisation."""
    network = the_network()
    if not policy.may_keep_organisations(current_user, network):
        abort(404)
    form = NewOrganisationForm()
    if form.validate_on_submit():
        try:
            added = actions.add_organisation(current_user, network, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("“%(name)s” has been added.", name=added.name))
            return redirect(url_for(".organisation", id=added.id), 303)
    page = render_template("directory/organisation_form.html", form=form, organisation=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organisations/<id>")
@login_required
def organisation(id: str) -> str:
    """An organisation, and who of the network belongs to it."""
    found = find(Organisation, id, policy.may_see)
    return render_template(
        "directory/organisation.html",
        organisation=found,
        people=PEOPLE_OF[0](found) if PEOPLE_OF else [],
        may_change=policy.may_change(current_user, found),
    )


# Who belongs to an organisation; people say it, since they stand below.
PEOPLE_OF: list[Any] = []


@blueprint.route("/organisations/<id>/edit", methods=["GET", "POST"])
@login_required
def edit_organisation(id: str) -> Any:
    """Correct its name or kind."""
    found = find(Organisation, id, policy.may_change)
    form = OrganisationForm(obj=found)
    if form.validate_on_submit():
        try:
            actions.change_organisation(current_user, found, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(url_for(".organisation", id=found.id), 303)
    page = render_template("directory/organisation_form.html", form=form, organisation=found)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organisations/<id>/archive")
@login_required
def archive_organisation(id: str) -> Any:
    """Take it out of the lists to choose from."""
    found = find(Organisation, id, policy.may_see)
    actions.archive_organisation(current_user, found)
    flash(_("“%(name)s” has been archived. You can bring it back on its page.", name=found.name))
    return redirect(url_for(".organisation", id=found.id), 303)


@blueprint.post("/organisations/<id>/restore")
@login_required
def restore_organisation(id: str) -> Any:
    """Bring it back."""
    found = find(Organisation, id, policy.may_see)
    actions.restore_organisation(current_user, found)
    flash(_("“%(name)s” is back.", name=found.name))
    return redirect(url_for(".organisation", id=found.id), 303)


@blueprint.route("/settings/network", methods=["GET", "POST"])
@login_required
def settings() -> Any:
    """The network's settings."""
    network = the_network()
    if not policy.may_change_settings(current_user, network):
        abort(404)
    form = SettingsForm(obj=network, reminders=", ".join(str(hour) for hour in network.reminder_hours))
    if form.validate_on_submit():
        actions.change_settings(current_user, network, **form.facts())
        flash(_("Saved."))
        return redirect(url_for(".settings"), 303)
    return render_template("directory/settings.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/settings/topics", methods=["GET", "POST"])
@login_required
def topics() -> Any:
    """The topic list: names by language, in the order that gives the colours."""
    network = the_network()
    if not policy.may_change_settings(current_user, network):
        abort(404)
    known = db.session.scalars(select(Topic).order_by(Topic.place)).all()
    rows = [{"id": topic.id, "place": i + 1, "names": topic.names} for i, topic in enumerate(known)]
    form, problem = Creating(), None
    if request.method == "POST":
        rows, problem = _topic_rows()
        if problem is None:
            try:
                actions.set_topics(current_user, network, key=form.key.data, topics=rows)
            except Invalid as invalid:
                form.refuse(invalid.errors)
                problem = form.key.errors[0] if form.key.errors else invalid.description
            else:
                flash(_("Saved."))
                return redirect(url_for(".topics"), 303)
    page = render_template("directory/topics.html", rows=rows, problem=problem, key=form.key.data)
    return page, 422 if problem else 200


def _topic_rows() -> tuple[list[dict[str, Any]], str | None]:
    """The rows of the form in their wished-for order, and what is wrong with them."""
    rows: list[dict[str, Any]] = []
    for number in range(min(len(request.form), 400)):
        if f"place-{number}" not in request.form:
            continue
        names = {
            code: " ".join(value.split())[:80]
            for key, value in request.form.items()
            for code in [key.removeprefix(f"name-{number}-")]
            if key.startswith(f"name-{number}-") and code in languages() and value.strip()
        }
        given = request.form.get(f"id-{number}", "")
        place = request.form.get(f"place-{number}", "")
        rows.append(
            {
                "id": whole(given),
                "place": whole(place) or 9999,
                "names": names,
            }
        )
    rows = sorted((row for row in rows if row["names"]), key=lambda row: row["place"])
    if not rows:
        return rows, _("Please keep at least one topic.")
    return rows, None


@blueprint.route("/settings/municipalities", methods=["GET", "POST"])
@login_required
def set_municipalities() -> Any:
    """The municipalities of the district, in the order in which they are offered."""
    network = the_network()
    if not policy.may_change_settings(current_user, network):
        abort(404)
    rows = [{"id": one.id, "place": i + 1, "name": one.name} for i, one in enumerate(municipalities())]
    form, problem = Creating(), None
    if request.method == "POST":
        rows = _municipality_rows()
        try:
            actions.set_municipalities(current_user, network, key=form.key.data, municipalities=rows)
        except Invalid as invalid:
            form.refuse(invalid.errors)
            problem = form.key.errors[0] if form.key.errors else invalid.description
        else:
            flash(_("Saved."))
            return redirect(url_for(".set_municipalities"), 303)
    page = render_template("directory/municipalities.html", rows=rows, problem=problem, key=form.key.data)
    return page, 422 if problem else 200


def _municipality_rows() -> list[dict[str, Any]]:
    """The rows of the form in their wished-for order; one whose name was emptied is left out."""
    rows = [
        {
            "id": whole(request.form.get(f"id-{number}", "")),
            "place": whole(request.form.get(f"place-{number}", "")) or 9999,
            "name": clean_line(request.form.get(f"name-{number}", ""))[:80],
        }
        for number in range(min(len(request.form), 400))
        if f"place-{number}" in request.form
    ]
    return sorted((row for row in rows if row["name"]), key=lambda row: row["place"])


@blueprint.get("/legal/<page>")
def legal(page: str) -> str:
    """Imprint, privacy, accessibility: what the network has written."""
    if page not in LEGAL:
        abort(404)
    network = the_network()
    return render_template("directory/legal.html", title=LEGAL[page], text=getattr(network, page))


@blueprint.get("/legal/licences")
def licences() -> str:
    """Whose work the pages use, and under which licences."""
    text = (ROOT / "static" / "dist" / "licences.txt").read_text()
    return render_template("directory/licences.html", text=text)


for place, (name, label) in enumerate(LEGAL.items()):
    menus.add("footer", place, label, "directory.legal", values={"page": name})
menus.add("footer", 9, _l("Licences"), "directory.licences")
menus.add("office", 40, _l("Organisations"), "directory.organisations", icon="building-community")
menus.add(
    "office",
    80,
    _l("Settings of the network"),
    "directory.settings",
    icon="adjustments-horizontal",
    may=lambda user: user.works_in_office or user.administers,
)
menus.add(
    "office",
    81,
    _l("Topics"),
    "directory.topics",
    icon="list-check",
    may=lambda user: user.works_in_office or user.administers,
)
menus.add(
    "office",
    82,
    _l("Municipalities"),
    "directory.set_municipalities",
    icon="map-pin",
    may=lambda user: user.works_in_office or user.administers,
)
