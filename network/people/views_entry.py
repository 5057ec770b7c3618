"""Coming in: applying, and whatever a signed link in a letter is for.

Opening a link never acts: its page has a button. Whoever holds the link acts as the person whom it
names, and the action looks once more, with the room held, whether the link is still good.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from network import links
from network.changes import Refused, Stale
from network.extensions import csrf, db
from network.forms import Empty
from network.people import accounts, actions, passwords, policy, profiles, rates
from network.people.blueprint import blueprint
from network.people.forms import AcceptForm, ApplyForm, AskReset, ResetForm
from network.people.letters import KINDS
from network.people.models import EmailChange, OfficeDesk, Person, PersonState
from network.people.session import begin_session, forget_session
from network.things import whole


class LinkGone(Exception):
    """The link cannot be used; `args[0]` says why, and `status` is 404 or 410."""

    def __init__(self, sentence: Any, status: int = 410) -> None:
        super().__init__(sentence)
        self.status = status


@blueprint.errorhandler(LinkGone)
def gone(error: LinkGone) -> Any:
    """Say what is wrong with the link and how to get another."""
    return render_template("people/link_gone.html", sentence=error.args[0]), error.status


@blueprint.after_request
def keep_no_copy(response: Response) -> Response:
    """Pages of links carry a secret in their address: no copy stays in the browser."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
    return response


def _read(purpose: str, token: str, age: timedelta | None) -> dict[str, Any]:
    try:
        return links.read(purpose, token, age)
    except links.Expired:
        raise LinkGone(_("This link is too old.")) from None
    except links.Broken:
        raise LinkGone(_("This link is not complete. Please copy all of it from the letter."), 404) from None


def _holder(facts: dict[str, Any], may: Callable[[Any, Person], bool]) -> Person:
    """The person as whom the link lets one act, if it is still good."""
    number = whole(facts.get("person"))
    person: Person | None = (
        db.session.get(Person, number, options=[joinedload(Person.room), *Person.look()]) if number else None
    )
    if person is None or person.removed_at is not None or not may(person, person):
        raise LinkGone(accounts.VOID)
    if "epoch" in facts and facts["epoch"] != person.links_epoch:
        raise LinkGone(accounts.VOID)
    return person


# A new password


@blueprint.route("/reset", methods=["GET", "POST"])
def ask_reset() -> Any:
    """Ask for a link. The answer does not tell whether there is such an account."""
    form = AskReset(email=request.args.get("email"))
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            wait = rates.spend("letters", form.email.data)
            if not wait:
                with rates.in_equal_time():
                    _send_reset(form.email.data)
                return redirect(url_for("people.reset_sent"), 303)
            form.form_errors.append(rates.sentence(wait))
            status = 429
    return render_template("people/ask_reset.html", form=form), status


def _send_reset(email: str) -> None:
    person = Person.by_email(email)
    if person is not None and policy.may_be_reminded(current_user, person):
        accounts.ask_reset(current_user, person)


@blueprint.get("/reset/sent")
def reset_sent() -> str:
    """What happens next, in both cases."""
    return render_template("people/reset_sent.html", hours=current_app.config["RESET_HOURS"])


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Any:
    """Set a new password, once."""
    facts = _read("reset", token, timedelta(hours=current_app.config["RESET_HOURS"]))
    person = _holder(facts, policy.may_use_own_link)
    form = ResetForm()
    form.own = passwords.known_of(person)
    if form.validate_on_submit():
        passwords.end_reading()
        password_hash = passwords.hashed(form.password.data)
        try:
            accounts.set_password(person, person, password_hash=password_hash, epoch=facts["epoch"])
        except (Refused, Stale) as refusal:
            raise LinkGone(refusal.description) from None
        forget_session()
        flash(_("Your new password is set.") + " " + str(passwords.strength(form.password.data)))
        flash(_("All devices are signed out. Please sign in with the new password."))
        return redirect(url_for("people.sign_in"), 303)
    page = render_template("people/reset.html", form=form, person=person)
    return page, 422 if form.is_submitted() else 200


# Invited or admitted


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
def accept(token: str) -> Any:
    """Come in: name, how to be addressed, language, password; then signed in."""
    facts = _read("invitation", token, timedelta(days=current_app.config["INVITATION_DAYS"]))
    person = _holder(facts, policy.may_accept)
    form = AcceptForm(name=person.name, address=person.address, language=person.language or str(get_locale()))
    form.own = passwords.known_of(person)
    if form.validate_on_submit():
        passwords.end_reading()
        password_hash = passwords.hashed(form.password.data)
        try:
            actions.accept(person, person, epoch=facts["epoch"], password_hash=password_hash, **form.facts())
            begin_session(person, kept=False, epoch=person.links_epoch)
        except (Refused, Stale) as refusal:
            raise LinkGone(refusal.description) from None
        flash(_("Welcome, %(name)s.", name=person.addressed))
        return redirect(url_for("people.edit", new=1), 303)
    page = render_template(
        "people/accept.html", form=form, person=person, invited=person.state == PersonState.INVITED
    )
    return page, 422 if form.is_submitted() else 200


# Applying


@blueprint.route("/apply", methods=["GET", "POST"])
def apply() -> Any:
    """Ask for an account. The answer is the same for an address that is known already."""
    if current_user.is_authenticated:
        return redirect(request.script_root + "/", 303)
    desk = OfficeDesk.the()
    if not policy.may_apply(current_user, desk):
        return render_template("people/apply_closed.html", contact=desk.parent.contact)
    form = ApplyForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            wait = rates.spend("letters", form.email.data)
            if not wait:
                with rates.in_equal_time():
                    if not form.website.data:  # people leave the trap empty
                        actions.apply(current_user, desk, language=str(get_locale()), **form.facts())
                return redirect(url_for("people.apply_sent"), 303)
            form.form_errors.append(rates.sentence(wait))
            status = 429
    return render_template("people/apply.html", form=form), status


@blueprint.get("/apply/sent")
def apply_sent() -> str:
    """What happens next."""
    return render_template("people/apply_sent.html")


# The address


def _change(token: str, purpose: str, age: timedelta) -> tuple[EmailChange, Person]:
    facts = _read(purpose, token, age)
    change: EmailChange | None = db.session.get(EmailChange, whole(facts.get("change")) or 0)
    if change is None:
        raise LinkGone(accounts.VOID)
    return change, _holder({"person": change.person_id}, policy.may_use_own_link)


@blueprint.route("/email/confirm/<token>", methods=["GET", "POST"])
def confirm_email(token: str) -> Any:
    """Confirm a new address, once."""
    age = timedelta(hours=current_app.config["EMAIL_CHANGE_HOURS"])
    change, person = _change(token, "email-confirm", age)
    if not change.is_open:
        raise LinkGone(accounts.VOID)
    form = Empty()
    if form.validate_on_submit():
        try:
            accounts.confirm_email(person, person, change_id=change.id)
        except (Refused, Stale) as refusal:
            raise LinkGone(refusal.description) from None
        except IntegrityError:  # somebody else took the address in this very moment
            raise LinkGone(accounts.VOID) from None
        flash(_("Your e-mail address is changed. From now on you sign in with the new one."))
        return redirect(url_for("people.sign_ins"), 303)
    return render_template("people/confirm_email.html", form=form, change=change)


@blueprint.route("/email/object/<token>", methods=["GET", "POST"])
def object_email(token: str) -> Any:
    """Object to a change of address from the old one: it comes back, and all sign-ins end."""
    age = timedelta(days=current_app.config["EMAIL_OBJECTION_DAYS"])
    change, person = _change(token, "email-object", age)
    if change.objected_at is not None or change.confirmed_at is None:
        raise LinkGone(accounts.VOID)
    form = Empty()
    if form.validate_on_submit():
        try:
            reset_token = accounts.object_to_email(person, person, change_id=change.id)
        except (Refused, Stale) as refusal:
            raise LinkGone(refusal.description) from None
        forget_session()
        flash(_("Your old address is back, and all devices are signed out. Please set a new password."))
        return redirect(url_for("people.reset", token=reset_token), 303)
    return render_template("people/object_email.html", form=form, change=change)


# Letters


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
@csrf.exempt  # mail programs send this without a page (RFC 8058); the token is the proof
def unsubscribe(token: str) -> Any:
    """End one kind of letters with one click."""
    facts = _read("unsubscribe", token, None)
    person = _holder({"person": facts.get("person")}, policy.may_use_own_link)
    kind = facts.get("kind")
    if kind not in KINDS:
        raise LinkGone(accounts.VOID)
    if request.method == "POST":
        profiles.unsubscribe(person, person, kind=kind)
        if request.form.get("List-Unsubscribe") == "One-Click":
            return "", 200  # a mail program follows no redirect
        return redirect(url_for("people.unsubscribe", token=token), 303)
    ended = kind in person.unwanted_letters
    return render_template("people/unsubscribe.html", label=KINDS[kind], ended=ended)
