"""The Office's pages: what needs a hand, and people."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from network import menus
from network.changes import Change, Invalid, Refused, sentence
from network.directory import actions as directory
from network.directory.forms import kinds
from network.directory.models import Network, OrganisationKind
from network.extensions import db
from network.moderation import persons as judged
from network.moderation.policy import may_open
from network.needs.alike import alike_among
from network.office import lists, persons, waiting
from network.office.forms import (
    AdmitForm,
    DeclineForm,
    EmailForm,
    EraseForm,
    InviteForm,
    ListForm,
    PlaceForm,
    RoleForm,
)
from network.office.views_administration import blueprint as administration
from network.people import accounts, actions, leaving, policy
from network.people.models import OfficeDesk, Person, PersonState
from network.things import find

blueprint = Blueprint("office", __name__, url_prefix="/office")
blueprints = [blueprint, administration]


@blueprint.before_request
@login_required
def only_office() -> None:
    """The Office's pages do not exist for others."""
    if not policy.may_work_in_office(current_user):
        abort(404)


@blueprint.get("/")
def show() -> str:
    """What needs a hand; of the kind that is named by `all` everything."""
    found = waiting.lists(current_user, request.args.get("all", ""))
    like = alike_among(found.observed[: waiting.MOST], found.observed + found.untaken + found.perhaps_met)
    return render_template("office/show.html", waiting=found, like=like, desk=OfficeDesk.the())


@blueprint.get("/people")
def people() -> str:
    """Everybody, by state, with a search by name or address."""
    state = request.args.get("state", PersonState.ADMITTED)
    if state not in persons.STATES:
        abort(404)
    wanted = request.args.get("q", "").strip()[:100]
    query = persons.found(Person.state == state, wanted)
    pages = db.paginate(query, per_page=50, max_per_page=50)
    return render_template(
        "office/people.html", pages=pages, state=state, states=persons.STATES, wanted=wanted
    )


@blueprint.route("/people/<id>", methods=["GET", "POST"])
def person(id: str) -> Any:
    """One person: role, invitation, address, what is on record; forms are told apart by `deed`."""
    found = find(Person, id, policy.may_see)
    deed = request.form.get("deed") if request.method == "POST" else None
    forms = {
        "role": RoleForm(formdata=request.form if deed == "role" else None, obj=found, prefix=""),
        "email": EmailForm(formdata=request.form if deed == "email" else None, prefix="new-"),
    }
    if deed in forms and forms[deed].validate():
        try:
            if deed == "role":
                actions.give_role(current_user, found, **forms[deed].facts())
            else:
                accounts.office_change_email(current_user, found, **forms[deed].facts())
        except Invalid as invalid:
            forms[deed].refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(url_for(".person", id=found.id), 303)
    record = db.session.scalars(
        select(Change)
        .where(Change.thing_id == found.id, Change.room_id == found.room_id)  # others hear of the same
        .order_by(Change.id.desc())
        .limit(30)
        .options(selectinload(Change.actor), selectinload(Change.thing))
    )
    lines = [(line, sentence(line, _actor(line.actor))) for line in record]
    page = render_template(
        "office/person.html",
        person=found,
        forms=forms,
        lines=lines,
        cases=judged.cases_of(current_user, found),
        may_judge=may_open(current_user, found),
    )
    return page, 422 if deed else 200


def _actor(actor: Any) -> str:
    return actor.label if actor is not None else _("The program")


@blueprint.route("/people/<id>/admit", methods=["GET", "POST"])
def admit(id: str) -> Any:
    """Say yes to an application."""
    found = find(Person, id, policy.may_see)
    form = AdmitForm(create_organisation=bool(found.applied_organisation))
    if form.validate_on_submit() and _done(form, actions.admit, found):
        flash(_("%(name)s has been admitted and gets an e-mail to set a password.", name=found.name))
        return redirect(url_for(".show"), 303)
    page = render_template("office/admit.html", person=found, form=form, kind_label=_kind(found))
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/people/<id>/decline", methods=["GET", "POST"])
def decline(id: str) -> Any:
    """Say no to an application, with a reason."""
    found = find(Person, id, policy.may_see)
    form = DeclineForm()
    if form.validate_on_submit() and _done(form, actions.decline, found):
        flash(_("The application has been declined. The person gets your reason by e-mail."))
        return redirect(url_for(".show"), 303)
    page = render_template("office/decline.html", person=found, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/people/<id>/place", methods=["GET", "POST"])
def place(id: str) -> Any:
    """Settle the organisation that somebody asked for."""
    found = find(Person, id, policy.may_see)
    form = PlaceForm(create_organisation=True)
    if form.validate_on_submit() and _done(form, actions.place, found):
        flash(_("Settled."))
        return redirect(url_for(".show"), 303)
    page = render_template("office/place.html", person=found, form=form, kind_label=_kind(found))
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/people/<id>/erase", methods=["GET", "POST"])
def erase(id: str) -> Any:
    """Delete what is known about a person, for good."""
    found = find(Person, id, policy.may_see)
    if not policy.may_erase(current_user, found):
        abort(404)
    form = EraseForm()
    if form.validate_on_submit():
        try:
            leaving.erase(current_user, found, reason=form.reason.data)
        except (Invalid, Refused) as refused:
            form.form_errors.append(refused.description)
        else:
            flash(_("The data of this person have been erased."))
            return redirect(url_for(".people"), 303)
    page = render_template("office/erase.html", person=found, form=form)
    return page, 422 if form.is_submitted() else 200


def _done(form: Any, deed: Any, person: Person) -> bool:
    """Do it; what is wrong with the facts stands beside the form's fields."""
    try:
        deed(current_user, person, **form.facts())
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return False
    return True


def _kind(person: Person) -> Any:
    kind = person.applied_organisation_kind
    return OrganisationKind(kind).label if kind in list(OrganisationKind) else ""


@blueprint.post("/people/<id>/invite-again")
def invite_again(id: str) -> Any:
    """Send a new link."""
    found = find(Person, id, policy.may_see)
    actions.invite_again(current_user, found)
    flash(_("%(name)s has been invited again.", name=found.name))
    return redirect(request.form.get("back") == "office" and url_for(".show") or url_for(".people"), 303)


@blueprint.post("/people/<id>/take-back")
def take_back(id: str) -> Any:
    """Make an invitation void."""
    found = find(Person, id, policy.may_see)
    actions.take_back_invitation(current_user, found)
    flash(_("The invitation has been taken back."))
    return redirect(url_for(".people", state="invited"), 303)


@blueprint.route("/invite", methods=["GET", "POST"])
def invite() -> Any:
    """Invite one person."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            actions.invite(current_user, OfficeDesk.the(), key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("%(name)s has been invited.", name=form.name.data))
            return redirect(url_for(".people", state="invited"), 303)
    page = render_template("office/invite.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/invite/list", methods=["GET", "POST"])
def invite_list() -> Any:
    """Invite several people: a pasted list, a preview with what is wrong in it, then the invitations."""
    form = ListForm()
    lines = lists.read(form.people.data) if form.validate_on_submit() else None
    if lines is not None and request.form.get("step") == "send":
        sent, refused = _invite_all(lines, form.language.data)
        if not refused:
            flash(ngettext("One person has been invited.", "%(num)s people have been invited.", sent))
            return redirect(url_for(".people", state="invited"), 303)
        flash(ngettext("One person has been invited.", "%(num)s people have been invited.", sent))
        lines = refused
    page = render_template("office/invite_list.html", form=form, lines=lines, kinds=kinds())
    return page, 422 if form.is_submitted() and (lines is None or any(x.problem for x in lines)) else 200


def _invite_all(lines: list[lists.Line], language: str) -> tuple[int, list[lists.Line]]:
    """Invite whom nothing speaks against; returns how many, and the lines that were refused meanwhile."""
    add_as = request.form.get("add_as", "")
    network = Network.the()
    sent, refused = 0, []
    made: dict[str, int] = {}
    for line in lines:
        if line.problem:
            continue
        organisation_id = line.organisation.id if line.organisation else made.get(line.organisation_name)
        try:
            if organisation_id is None and line.organisation_name and add_as in list(OrganisationKind):
                added = directory.add_organisation(
                    current_user, network, name=line.organisation_name, kind=add_as
                )
                organisation_id = made[line.organisation_name] = added.id
            actions.invite(
                current_user,
                OfficeDesk.the(),
                email=line.email,
                name=line.name,
                organisation_id=organisation_id,
                language=language,
            )
            sent += 1
        except Invalid as invalid:
            line.problem = invalid.description
            refused.append(line)
    return sent, refused


@blueprint.after_app_request
def count_anew(response: Response) -> Response:
    """After any deed the menu counts again."""
    if request.method == "POST":
        waiting.forget_number()
    return response


menus.add(
    "main",
    35,
    _l("Coordination Office"),
    "office.show",
    may=lambda user: user.works_in_office,
    icon="hand-click",
    count=waiting.number_for_menu,
    part_of=("office",),
)
menus.add(
    "office", 10, _l("What needs a hand"), "office.show", icon="hand-click", may=policy.may_work_in_office
)
menus.add("office", 20, _l("People"), "office.people", icon="users", may=policy.may_work_in_office)
menus.add("office", 30, _l("Invite"), "office.invite", icon="user-plus", may=policy.may_work_in_office)
menus.add(
    "profile",
    70,
    _l("Settings of the network"),
    "directory.settings",
    icon="adjustments-horizontal",
    may=lambda user: user.administers or user.works_in_office,
)

Person.answers[:] = [(_l("Admit"), "office.admit"), (_l("Decline"), "office.decline")]
