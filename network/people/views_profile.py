"""What a person keeps about themself: profile, picture, sign-ins, letters, data, and leaving."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from network.changes import Invalid, Refused
from network.directory.models import Organisation
from network.extensions import db
from network.people import accounts, export, hindrances, leaving, passwords, photos, profiles, rates
from network.people.blueprint import blueprint
from network.people.forms import (
    EmailForm,
    InterfaceForm,
    LeaveForm,
    PasswordAsked,
    PasswordForm,
    PhotoForm,
    ProfileForm,
    letters_form,
)
from network.people.models import EmailChange, Person, SignIn
from network.people.session import begin_session, forget_session
from network.things import now, whole


def me() -> Person:
    """The signed-in person."""
    person: Person = current_user._get_current_object()
    return person


@blueprint.route("/profile", methods=["GET", "POST"])
@login_required
def edit() -> Any:
    """What the others read about me."""
    form = ProfileForm(obj=me())
    form.offer(me())
    if form.validate_on_submit():
        try:
            profiles.change_profile(me(), me(), **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Your profile is saved."))
            return redirect(url_for("people.edit"), 303)
    page = render_template(
        "people/edit.html",
        form=form,
        photo_form=PhotoForm(formdata=None),
        interface_form=InterfaceForm(formdata=None, obj=me()),
        organisations=_organisation_names(),
        person=me(),
    )
    return page, 422 if form.is_submitted() else 200


def _organisation_names() -> list[str]:
    query = select(Organisation.name).where(~Organisation.archived, Organisation.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(Organisation.folded_name)))


@blueprint.post("/profile/wish/take-back")
@login_required
def take_back_wish() -> Any:
    """No longer ask for an organisation to be added."""
    profiles.take_back_wish(me(), me())
    return redirect(url_for("people.edit"), 303)


@blueprint.route("/profile/photo", methods=["GET", "POST"])
@login_required
def change_photo() -> Any:
    """Upload a picture of myself."""
    form = PhotoForm()
    status = 200
    if form.is_submitted():
        status = 422
        wait = rates.spend("uploads", me().id)
        if wait:
            form.form_errors.append(rates.sentence(wait))
            status = 429
        elif form.validate() and _photo_is_set(form):
            flash(_("Your picture is saved."))
            return redirect(url_for("people.edit"), 303)
    return render_template("people/photo.html", form=form), status


def _photo_is_set(form: PhotoForm) -> bool:
    """Whether what was uploaded is a picture, which is then shown; else the form says what is wrong."""
    if not form.photo.data:
        form.refuse({"photo": [_("Please choose a picture first.")]})
        return False
    try:
        stored = photos.store(form.photo.data)
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return False
    try:
        profiles.set_photo(me(), me(), photo=stored)
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return False
    return True


@blueprint.post("/profile/photo/remove")
@login_required
def remove_photo() -> Any:
    """Show my initials again."""
    profiles.set_photo(me(), me(), photo=None)
    flash(_("Your picture is deleted."))
    return redirect(url_for("people.edit"), 303)


@blueprint.post("/profile/interface")
@login_required
def change_interface() -> Any:
    """Language and theme, from the profile."""
    form = InterfaceForm()
    if not form.validate():
        raise Invalid(**{name: found[0] for name, found in form.errors.items() if name})
    profiles.set_interface(me(), me(), **form.facts())
    flash(_("Saved."))
    return redirect(url_for("people.edit"), 303)


# Sign-in and devices


@blueprint.get("/profile/sign-ins")
@login_required
def sign_ins() -> str:
    """Where I am signed in, my address and my password."""
    standing = db.session.scalars(
        select(SignIn)
        .where(SignIn.person_id == me().id, SignIn.ended_at.is_(None), SignIn.until > now())
        .order_by(SignIn.seen_at.desc())
    ).all()
    asked = db.session.scalars(
        select(EmailChange)
        .where(EmailChange.person_id == me().id, EmailChange.confirmed_at.is_(None))
        .order_by(EmailChange.id.desc())
    ).first()
    return render_template(
        "people/sign_ins.html", sign_ins=standing, asked=asked if asked and asked.is_open else None
    )


@blueprint.post("/profile/sign-ins/<id>/end")
@login_required
def end_sign_in(id: str) -> Any:
    """End one of my sign-ins, on a device that I no longer have, say."""
    accounts.end_sign_in(me(), me(), sign_in_id=whole(id) or 0)
    if whole(id) == me().sign_in_id:
        forget_session()
        return redirect(url_for("people.sign_in"), 303)
    flash(_("That device is signed out."))
    return redirect(url_for("people.sign_ins"), 303)


@blueprint.route("/profile/sign-ins/end", methods=["GET", "POST"])
@login_required
def sign_out_everywhere() -> Any:
    """Ask, and then end all of my sign-ins, this one as well."""
    if request.method == "GET":
        return render_template("people/sign_out_everywhere.html")
    accounts.end_all_sign_ins(me(), me())
    forget_session()
    flash(_("You are signed out on all devices."))
    return redirect(url_for("people.sign_in"), 303)


def _password_fits(form: PasswordAsked) -> int:
    """200 if the present password is right, else the status of the refusal, which the form then shows."""
    person = me()
    wait = rates.spend("sign-in", person.email or "")
    if wait:
        form.form_errors.append(rates.sentence(wait))
        return 429
    email = person.email or ""
    if not passwords.matches(person.password_hash, form.present.data):
        form.refuse({"present": [_("This is not your present password.")]})
        return 422
    rates.forgive("sign-in", email)
    return 200


@blueprint.route("/profile/password", methods=["GET", "POST"])
@login_required
def change_password() -> Any:
    """Set another password, which signs out all other devices."""
    form = PasswordForm()
    form.own = passwords.known_of(me())
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            epoch = me().links_epoch
            status = _password_fits(form)
            if status == 200:
                password_hash = passwords.hashed(form.password.data)
                person = me()
                kept = _this_sign_in_is_kept()
                accounts.set_password(person, person, password_hash=password_hash, epoch=epoch)
                begin_session(person, kept=kept, epoch=person.links_epoch)
                flash(_("Your new password is set.") + " " + str(passwords.strength(form.password.data)))
                flash(_("All other devices are signed out."))
                return redirect(url_for("people.sign_ins"), 303)
    return render_template("people/password.html", form=form), status


def _this_sign_in_is_kept() -> bool:
    found = db.session.get(SignIn, me().sign_in_id or 0)
    return bool(found and found.kept)


@blueprint.route("/profile/email", methods=["GET", "POST"])
@login_required
def change_email() -> Any:
    """Ask for another address. The answer does not tell whether it belongs to somebody else."""
    form = EmailForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            status = _password_fits(form)
            if status == 200:
                wait = rates.spend("letters", f"person {me().id}")
                if wait:
                    form.form_errors.append(rates.sentence(wait))
                    status = 429
        if status == 200:
            try:
                with rates.in_equal_time():
                    accounts.ask_email_change(me(), me(), key=form.key.data, **form.facts())
            except Invalid as invalid:
                form.refuse(invalid.errors)
                status = 422
            else:
                flash(_("We have sent a letter to the new address. It changes when you use the link in it."))
                return redirect(url_for("people.sign_ins"), 303)
    return render_template("people/email.html", form=form), status


# Letters


@blueprint.route("/profile/notifications", methods=["GET", "POST"])
@login_required
def notifications() -> Any:
    """Which letters I want."""
    form = letters_form(me())
    if form.validate_on_submit():
        profiles.set_letters(me(), me(), **form.facts())
        flash(_("Saved."))
        return redirect(url_for("notices.choose", _anchor="letters"), 303)
    page = render_template("people/notifications.html", form=form)
    return page, 422 if form.is_submitted() else 200


# My data, and leaving


@blueprint.get("/profile/data")
@login_required
def data() -> str:
    """What the network holds about me, to take along; and the way out."""
    return render_template("people/my_data.html")


@blueprint.get("/profile/data.zip")
@login_required
def download() -> Response:
    """My data, in one file."""
    response = Response(export.pack(me()), mimetype="application/zip")
    name = f"network-{now():%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/profile/leave", methods=["GET", "POST"])
@login_required
def leave() -> Any:
    """Leave the network."""
    form = LeaveForm()
    in_the_way = hindrances.of(me())
    status = 200
    if form.is_submitted():
        status = 422
        if not in_the_way and form.validate():
            status = _password_fits(form)
            if status == 200:
                person = me()
                try:
                    leaving.leave(person, person, nameless=form.become.data == "former")
                except Refused:  # somebody else has left meanwhile, and one is the last now
                    in_the_way, status = hindrances.of(me()), 422
                else:
                    forget_session()
                    return redirect(url_for("people.left"), 303)
    return render_template("people/leave.html", form=form, hindrances=in_the_way), status


@blueprint.get("/left")
def left() -> str:
    """Good-bye."""
    return render_template("people/left.html")
