"""The administrators' pages: accounts, the record of errors, failed jobs. They show no content of groups."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy import func, select

from network import error_record, jobs, menus
from network.changes import Refused
from network.directory import actions as directory
from network.directory.models import Network
from network.extensions import db
from network.letters import Letter
from network.office import persons
from network.people import accounts, actions, policy, rates
from network.people.models import FORMER_MEMBER, Person, PersonState, SignIn
from network.things import find, now, whole

blueprint = Blueprint("administration", __name__, url_prefix="/administration")

ADMINISTRATORS = "administrators"

# What an account is called that is none of a member: of those the role says it.
STATES: dict[str, Any] = {
    **{state: persons.STATES[state] for state in ("invited", "applied", "declined")},
    PersonState.LEFT: FORMER_MEMBER,
}


@blueprint.before_request
@login_required
def only_administrators() -> None:
    """These pages do not exist for others."""
    if not policy.may_administer(current_user):
        abort(404)


# Accounts


@blueprint.get("/accounts")
def accounts_found() -> str:
    """All accounts, by state, with a search by name or address."""
    state = request.args.get("state", PersonState.ADMITTED)
    if state not in persons.STATES and state != ADMINISTRATORS:
        abort(404)
    wanted = request.args.get("q", "").strip()[:100]
    which = Person.administers.is_(True) if state == ADMINISTRATORS else Person.state == state
    pages = db.paginate(persons.found(which, wanted), per_page=50, max_per_page=50)
    return render_template(
        "office/accounts.html",
        pages=pages,
        state=state,
        states={**persons.STATES, ADMINISTRATORS: _l("Administrators")},
        wanted=wanted,
    )


@blueprint.get("/accounts/<id>")
def account(id: str) -> str:
    """How an account stands, and what can be done for it."""
    person = find(Person, id, policy.may_see_account)
    standing = select(func.count(SignIn.id)).where(
        SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.until > now()
    )
    lost = (
        select(Letter.last_error, func.count(Letter.id))
        .where(Letter.person_id == person.id, Letter.state == "failed")
        .group_by(Letter.last_error)
    )
    return render_template(
        "office/account.html",
        person=person,
        state=STATES.get(PersonState(person.state)),
        sign_ins=db.session.scalar(standing),
        lost=db.session.execute(lost).all(),
        may_help_with_address=policy.may_help_with_address(current_user, person),
    )


def _back_to(person: Person) -> Any:
    return redirect(url_for(".account", id=person.id), 303)


@blueprint.post("/accounts/<id>/sign-out")
def sign_out(id: str) -> Any:
    """End all sign-ins of somebody, whose device was lost, say."""
    person = find(Person, id, policy.may_see_account)
    accounts.end_all_sign_ins(current_user, person)
    flash(_("All sign-ins of %(name)s have been ended.", name=person.name))
    return _back_to(person)


@blueprint.post("/accounts/<id>/reset")
def send_reset(id: str) -> Any:
    """Send the person a link to set a new password; nobody else learns it."""
    person = find(Person, id, policy.may_see_account)
    wait = rates.spend("letters", person.email or "")
    if wait:
        flash(rates.sentence(wait), "error")
    else:
        accounts.ask_reset(current_user, person)
        flash(_("%(name)s gets an e-mail to set a new password.", name=person.name))
    return _back_to(person)


@blueprint.post("/accounts/<id>/invite-again")
def invite_again(id: str) -> Any:
    """Send an invitation once more, with a new link."""
    person = find(Person, id, policy.may_see_account)
    actions.invite_again(current_user, person)
    flash(_("%(name)s has been invited again.", name=person.name))
    return _back_to(person)


@blueprint.post("/accounts/<id>/administrator")
def name_administrator(id: str) -> Any:
    """Let somebody administer the program."""
    person = find(Person, id, policy.may_see_account)
    actions.name_administrator(current_user, person, administers=True)
    flash(_("%(name)s administers the program now.", name=person.name))
    return _back_to(person)


@blueprint.post("/accounts/<id>/administrator/take-back")
def take_back_administrator(id: str) -> Any:
    """Let somebody, also oneself, administer the program no longer."""
    person = find(Person, id, policy.may_see_account)
    try:
        actions.name_administrator(current_user, person, administers=False)
    except Refused as refused:
        flash(str(refused.description), "error")
        return _back_to(person)
    flash(_("%(name)s does not administer the program any more.", name=person.name))
    return redirect(url_for("home.start"), 303) if person.id == current_user.id else _back_to(person)


# The record of errors


@blueprint.get("/errors")
def errors() -> str:
    """What failed on our side, the newest first, or the one with the number that somebody has told us."""
    number = request.args.get("number", "").strip().lower()[:16]
    return render_template("office/errors.html", found=error_record.open_ones(number), number=number)


@blueprint.post("/errors/<id>/settle")
def settle_error(id: str) -> Any:
    """Settle an error and the earlier ones like it."""
    error = db.session.get(error_record.RecordedError, whole(id) or 0)
    if error is None:
        abort(404)
    directory.settle_error(current_user, Network.the(), error_id=error.id)
    flash(_("Settled."))
    return redirect(url_for(".errors"), 303)


# Failed jobs


@blueprint.get("/jobs")
def failed_jobs() -> str:
    """Jobs that failed for good, and whose letters did not arrive."""
    failures = jobs.failures()
    ids = {failure.arguments[0] for failure in failures if failure.job == "letters.send_again"}
    letters = {letter.id: letter for letter in db.session.scalars(select(Letter).where(Letter.id.in_(ids)))}
    return render_template("office/jobs.html", failures=failures, letters=letters)


@blueprint.post("/jobs/<id>/retry")
def retry_job(id: str) -> Any:
    """Start a failed job again."""
    directory.retry_job(current_user, Network.the(), failure_id=_failure(id))
    flash(_("It has been started again."))
    return redirect(url_for(".failed_jobs"), 303)


@blueprint.post("/jobs/<id>/dismiss")
def dismiss_job(id: str) -> Any:
    """Leave it at that."""
    directory.dismiss_job(current_user, Network.the(), failure_id=_failure(id))
    flash(_("Settled."))
    return redirect(url_for(".failed_jobs"), 303)


def _failure(id: str) -> int:
    number = whole(id)
    if number is None or number not in {failure.id for failure in jobs.failures()}:
        abort(404)
    return number


menus.add("administration", 10, _l("Accounts"), "administration.accounts_found", icon="users")
menus.add("administration", 20, _l("Record of errors"), "administration.errors", icon="alert-triangle")
menus.add("administration", 30, _l("Failed jobs"), "administration.failed_jobs", icon="repeat")
menus.add(
    "profile",
    80,
    _l("Administration"),
    "administration.accounts_found",
    may=policy.may_administer,
    icon="server",
    part_of=("administration",),
)
