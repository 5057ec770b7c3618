"""What can be done to an account: signing in and out, the password, the address."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from network import letters, links, live
from network.changes import Invalid, Stale, action, afterwards, record, revoke
from network.extensions import db
from network.people import policy
from network.people.addresses import NO_ADDRESS, normal
from network.people.letters import site_url
from network.people.models import EmailChange, OfficeDesk, Person, SignIn, token_hash
from network.things import now

VOID = _l("This link does not work any more. It works once, and only the newest one does.")


@action(policy.may_sign_in)
def sign_in(
    actor: Any, person: Person, *, device: str, kept: bool, epoch: int, rehashed: str | None = None
) -> str:
    """Begin a sign-in on a device; returns its token, of which only the hash is kept.

    `epoch` is the account's as it was when the password was compared. Raises Stale if it was
    changed meanwhile.
    """
    if person.links_epoch != epoch:
        raise Stale(_l("The password has just been changed. Please sign in with the new one."))
    if rehashed:
        person.password_hash = rehashed
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            person_id=person.id,
            token_hash=token_hash(token),
            until=_lasts(kept),
            kept=kept,
            device=device[:80],
        )
    )
    person.last_seen_at = now()
    return token


@action(policy.may_change)
def mark_seen(actor: Any, person: Person, *, sign_in_id: int) -> None:
    """Note that a sign-in is in use, which also lets it last longer."""
    found = db.session.get(SignIn, sign_in_id)
    if found is not None and found.ended_at is None and found.person_id == person.id:
        found.seen_at = person.last_seen_at = now()
        found.until = _lasts(found.kept)


@action(policy.may_care_for)
def end_sign_in(actor: Any, person: Person, *, sign_in_id: int) -> None:
    """End one sign-in, wherever it is. Ending it twice does no harm."""
    found = db.session.get(SignIn, sign_in_id)
    if found is None or found.person_id != person.id:
        raise Invalid(sign_in_id=_l("This sign-in is not one of yours."))
    if found.ended_at is None:
        found.ended_at = now()
    afterwards(lambda: live.end_connections(sign_in_id=sign_in_id))


@action(policy.may_care_for)
def end_all_sign_ins(actor: Any, person: Person) -> None:
    """Sign out everywhere: no device is signed in any more, and every open page of the person goes silent."""
    _end_all(person)
    record("signed out", person, by=actor)


@action(policy.may_be_reminded)
def ask_reset(actor: Any, person: Person) -> None:
    """Send a link with which a new password can be set; to the invited, their invitation once more."""
    if person.invitation_open:
        token = links.make("invitation", person=person.id, epoch=person.links_epoch)
        letters.write(
            person,
            "people_known",
            _l("You are known to the network already"),
            state=str(person.state),
            url=site_url(f"/invitation/{token}"),
            reset_url=site_url("/reset"),
        )
        return
    letters.write(
        person,
        "people_reset",
        _l("Set a new password"),
        url=_link_to_reset(person),
        hours=current_app.config["RESET_HOURS"],
    )


@action(policy.may_use_own_link)
def set_password(actor: Any, person: Person, *, password_hash: str, epoch: int) -> None:
    """Keep a new password, which ends all sign-ins and makes all links void.

    `epoch` is the account's as the page or the link knew it. Raises Stale if it has moved on.
    """
    if person.links_epoch != epoch:
        raise Stale(VOID)
    person.password_hash = password_hash
    person.links_epoch += 1
    _end_all(person)
    record("set password", person, by=actor)
    letters.write(
        person,
        "people_password_set",
        _l("Your password was changed"),
        reset_url=site_url("/reset"),
    )


# Moderation


@action(policy.may_silence)
def silence(actor: Any, person: Person, *, until: datetime | None) -> None:
    """Let the person read and write nothing until a moment, or write again (None). At once, everywhere.

    Open pages connect anew, and so learn what their reader may do now.
    """
    person.silenced_until = until
    record("silenced" if until else "unsilenced", person, by=actor)
    person_id = person.id
    afterwards(lambda: live.end_connections(person_id=person_id))


@action(policy.may_suspend)
def suspend(actor: Any, person: Person, *, suspended: bool) -> None:
    """Close the account, which ends every sign-in and connection at once; or open it again."""
    if suspended == (person.suspended_at is not None):
        return
    person.suspended_at = now() if suspended else None
    if suspended:
        person.links_epoch += 1
        _end_all(person)
    record("suspended" if suspended else "unsuspended", person, by=actor)


@action(policy.may_change)
def see_moderation(actor: Any, person: Person) -> None:
    """The person has read what was decided about them."""
    person.moderated_at = None


# The address


@action(policy.may_change)
def ask_email_change(actor: Any, person: Person, *, email: str) -> None:
    """Send a link to a new address, which becomes the account's when the link is used.

    An address that has an account gets a letter that says so; the person is told nothing else.
    """
    if email == person.email:
        raise Invalid(email=_l("This is your address already."))
    owner = Person.by_email(email)
    if owner is not None:
        letters.write(owner, "people_address_known", _l("Somebody wanted to use your e-mail address"))
        return
    change = EmailChange(person_id=person.id, old_email=person.email, new_email=email, made_by_id=person.id)
    db.session.add(change)
    db.session.flush()
    letters.write(
        email,
        "people_email_confirm",
        _l("Please confirm your new e-mail address"),
        language=person.language,
        about=person,
        person=person,
        url=site_url(f"/email/confirm/{links.make('email-confirm', change=change.id)}"),
        hours=current_app.config["EMAIL_CHANGE_HOURS"],
    )


@action(policy.may_use_own_link)
def confirm_email(actor: Any, person: Person, *, change_id: int) -> None:
    """Take the new address; the old one is told and can object for some days.

    Raises Stale if the link was used before, or another address was asked for or taken since.
    """
    change = db.session.get(EmailChange, change_id)
    if change is None or not change.is_open or Person.by_email(change.new_email) is not None:
        raise Stale(VOID)
    change.confirmed_at = now()
    _take_address(actor, person, change)


@action(policy.may_help_with_address)
def office_change_email(actor: Any, person: Person, *, email: str, reason: str) -> None:
    """Give the account of somebody who has lost the old address a new one at once; both are told."""
    if not reason:
        raise Invalid(reason=_l("Please say why."))
    try:
        email = normal(email)
    except ValueError:
        raise Invalid(email=NO_ADDRESS) from None
    if Person.by_email(email) is not None:
        raise Invalid(email=_l("There is an account with this address already."))
    change = EmailChange(
        person_id=person.id,
        old_email=person.email,
        new_email=email,
        made_by_id=actor.id,
        reason=reason,
        confirmed_at=now(),
    )
    db.session.add(change)
    db.session.flush()
    _take_address(actor, person, change)


@action(policy.may_use_own_link)
def object_to_email(actor: Any, person: Person, *, change_id: int) -> str:
    """Restore the address before this change, and end all sign-ins and the password; returns a reset token.

    Whoever objects holds the old address, and somebody else may know the password. Raises Stale if
    it was objected to before, or if the old address belongs to another account by now.
    """
    change = db.session.get(EmailChange, change_id)
    if change is None or change.confirmed_at is None or change.objected_at is not None:
        raise Stale(VOID)
    owner = Person.by_email(change.old_email)
    if owner is not None and owner is not person:
        raise Stale(_l("This address belongs to another account. Please write to the Coordination Office."))
    later = EmailChange.person_id == person.id, EmailChange.id >= change.id
    db.session.execute(update(EmailChange).where(*later).values(objected_at=now()))
    person.email = change.old_email
    person.password_hash = None
    person.links_epoch += 1
    _end_all(person)
    record("objected", person, by=actor, also=[OfficeDesk.the().room])
    return links.make("reset", person=person.id, epoch=person.links_epoch)


# Steps of these actions


def _take_address(actor: Any, person: Person, change: EmailChange) -> None:
    by_office = bool(change.reason)
    old = change.old_email
    person.email = change.new_email
    person.links_epoch += 1  # links that were sent to the old address
    record("changed address", person, by=actor, also=[OfficeDesk.the().room])
    letters.write(
        old,
        "people_email_told",
        _l("The e-mail address of your account was changed"),
        language=person.language,
        about=person,
        person=person,
        reason=change.reason,
        by_office=by_office,
        url=site_url(f"/email/object/{links.make('email-object', change=change.id)}"),
        days=current_app.config["EMAIL_OBJECTION_DAYS"],
    )
    letters.write(
        person,
        "people_email_changed",
        _l("This is now the e-mail address of your account"),
        reason=change.reason,
        by_office=by_office,
        reset_url=site_url("/reset"),
    )


def _end_all(person: Person) -> None:
    """All sign-ins, and what somebody else may have begun in one of them: a change of address."""
    db.session.execute(
        update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=now())
    )
    waiting = EmailChange.person_id == person.id, EmailChange.confirmed_at.is_(None)
    db.session.execute(
        update(EmailChange).where(*waiting, EmailChange.objected_at.is_(None)).values(objected_at=now())
    )
    revoke(person.room)
    person_id = person.id
    afterwards(lambda: live.end_connections(person_id=person_id))


def _lasts(kept: bool) -> datetime:
    config = current_app.config
    if kept:
        return now() + timedelta(days=config["SIGN_IN_DAYS"])
    return now() + timedelta(hours=config["SIGN_IN_HOURS_UNKEPT"])


def _link_to_reset(person: Person) -> str:
    return site_url(f"/reset/{links.make('reset', person=person.id, epoch=person.links_epoch)}")
