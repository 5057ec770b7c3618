"""Signing in and out, language and theme for everybody, and how people see each other."""

import logging
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy import select
from werkzeug.wrappers import Response

from network import menus, unsent
from network.changes import Invalid, Stale
from network.directory.models import Organisation
from network.directory.views import PEOPLE_OF
from network.extensions import db, login
from network.people import (
    accounts,
    passwords,
    photos,
    policy,
    profiles,
    rates,
    sections,
    views_entry,
    views_profile,
)
from network.people.blueprint import blueprint
from network.people.forms import SignInForm, language_name
from network.people.models import Affiliation, Person, PersonState
from network.people.session import begin_session, forget_session
from network.people.ways import safe_next, signed_out_page
from network.things import find, now

__all__ = ["blueprint", "views_entry", "views_profile"]

log = logging.getLogger(__name__)

SEEN_EVERY = 600  # seconds between notes that a sign-in is in use


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """E-mail and password. Whatever does not fit, the answer is the same, and takes as long."""
    target = safe_next(request.values.get("next"))
    if signed_out_page(target):
        target = safe_next(None)
    if current_user.is_authenticated:
        return redirect(target, 303)
    form = SignInForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            wait = rates.spend("sign-in", form.email.data.lower())
            if wait:
                form.form_errors.append(rates.sentence(wait))
                status = 429
            else:
                problem = _problem(form)
                if not problem:
                    rates.forgive("sign-in", form.email.data.lower())
                    return redirect(target, 303)
                form.form_errors.append(problem)
    return render_template("people/sign_in.html", form=form, next=request.values.get("next", "")), status


def _problem(form: SignInForm) -> str:
    """Why nobody is signed in. If address and password fit, nothing: the session is then the person's.

    Whose account is suspended is told so, if it is they: whoever does not know the password learns nothing.
    """
    person = Person.by_email(form.email.data)
    usable = person is not None and person.state == PersonState.ADMITTED
    password_hash = person.password_hash if person is not None and usable else None
    epoch = person.links_epoch if person is not None else 0
    if not passwords.matches(password_hash, form.password.data) or person is None or password_hash is None:
        return _("E-mail address and password do not fit together.")
    if person.suspended_at is not None:
        return _(
            "This account is suspended. You were told why by e-mail;"
            " with the link in that e-mail you can object without signing in."
        )
    rehashed = passwords.hashed(form.password.data) if passwords.outdated(password_hash) else None
    try:
        begin_session(person, kept=form.kept.data, epoch=epoch, rehashed=rehashed)
    except Stale:  # the password was changed while we compared it
        return _("E-mail address and password do not fit together.")
    return ""


@blueprint.post("/sign-out")
def sign_out() -> Any:
    """End this sign-in, on this device."""
    if current_user.is_authenticated:
        accounts.end_sign_in(current_user, current_user, sign_in_id=current_user.sign_in_id)
    forget_session()
    flash(_("You are signed out."))
    return redirect(url_for("people.sign_in"), 303)


@login.unauthorized_handler
def ask_to_sign_in() -> Any:
    """Pages for signed-in people lead to the door, and from there to themselves."""
    if request.method == "GET":
        wanted = request.full_path if request.query_string else request.path
        return redirect(url_for("people.sign_in", next=request.script_root + wanted), 303)
    if unsent.is_turbo_deed() or unsent.can_be_sent_again():
        abort(401)  # whose sign-in has ended while they typed loses nothing
    return redirect(url_for("people.sign_in"), 303)


@blueprint.after_app_request
def note_use(response: Response) -> Response:
    """Now and then, after the answer was made, note that this sign-in is in use."""
    user = g.get("_login_user")
    seen = getattr(user, "sign_in_seen_at", None)
    if seen is None or (now() - seen).total_seconds() < SEEN_EVERY or not user.is_authenticated:
        return response
    try:
        accounts.mark_seen(user, user, sign_in_id=user.sign_in_id)
    except Exception:  # the answer stands all the same, and the next one tries again
        log.warning("sign-in not marked as seen", exc_info=True)
    if session.permanent:
        session.modified = True  # the cookie lasts as long again
    return response


# Language and theme


@blueprint.post("/language")
def choose_language() -> Any:
    """For everybody: kept with the person, or in a visitor's session."""
    _choose("language", request.form.get("language", ""))
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.post("/theme")
def choose_theme() -> Any:
    """Light, dark or the device's, for everybody."""
    _choose("theme", request.form.get("theme", ""))
    return redirect(safe_next(request.form.get("next")), 303)


def _choose(what: str, value: str) -> None:
    if current_user.is_authenticated:
        profiles.set_interface(current_user, current_user, **{what: value})
    elif not profiles.is_offered(what, value):
        raise Invalid(**{what: _("Please choose one of the entries.")})
    else:
        session.permanent = True
        session[what] = value


# How people see each other


@blueprint.get("/people/<id>")
@login_required
def show(id: str) -> str:
    """What the other members of the network see of a person."""
    person = find(Person, id, policy.may_see, options=Person.look())
    return render_template(
        "people/show.html",
        person=person,
        spoken=[language_name(code) for code in person.spoken],
        sections=sections.of(current_user, person),
        is_me=person.id == current_user.id,
    )


@blueprint.get("/people/<id>/photo")
@login_required
def photo(id: str) -> Any:
    """The person's picture, for those who may see the person."""
    person = find(Person, id, policy.may_see)
    digest = person.photo or ""
    content = photos.read(digest) if digest else None
    if content is None:
        abort(404)
    response = Response(content, mimetype=photos.TYPE)
    fresh = request.args.get("v") == digest[:10]
    response.headers["Cache-Control"] = (
        "private, max-age=31536000, immutable" if fresh else "private, no-cache"
    )
    return response


def people_of(organisation: Organisation) -> list[Person]:
    """The members of the network who belong to an organisation, by name."""
    query = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.organisation_id == organisation.id, Person.state == PersonState.ADMITTED)
        .options(*Person.look())
    )
    return list(db.session.scalars(query.order_by(Person.name)).unique())


PEOPLE_OF.append(people_of)

menus.add("profile", 10, _l("My profile"), "people.edit", icon="user")
menus.add("profile", 20, _l("Sign-in and devices"), "people.sign_ins", icon="lock")
menus.add("profile", 40, _l("My data"), "people.data", icon="download")
