"""How people come into the network: invited, or applying; and the role that they have in it."""

from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network import letters, links, live
from network.changes import Invalid, Refused, Stale, action, afterwards, open_room, record, revoke, take
from network.directory.models import Organisation, folded_name
from network.extensions import db
from network.people import policy
from network.people.addresses import NO_ADDRESS, normal
from network.people.last import LAST_ADMINISTRATOR, LAST_OF_OFFICE, of_the_desk
from network.people.letters import site_url
from network.people.models import Affiliation, OfficeDesk, Person, PersonState, Role
from network.things import now


@action(policy.may_admit)
def invite(
    actor: Any,
    desk: OfficeDesk,
    *,
    email: str,
    name: str,
    organisation_id: int | None = None,
    role: str = Role.MEMBER,
    language: str | None = None,
) -> Person:
    """Invite somebody by e-mail, with a link that works once. Raises Invalid for an address that is taken."""
    try:
        email = normal(email)
    except ValueError:
        raise Invalid(email=NO_ADDRESS) from None
    if role not in list(Role):
        raise Invalid(role=_l("Please choose one of the entries."))
    person = _of_address(email)
    if person is not None and person.state != PersonState.DECLINED:
        raise Invalid(email=_STANDING[PersonState(person.state)])
    if person is None:
        person = _new(desk, email)
        person.created_by_id = actor.id
    person.name, person.role, person.language = name, role, language
    _forget_application(person)
    _affiliate(person, _organisation(organisation_id))
    _open_invitation(person)
    record("invited", person, by=actor, also=[desk.room])
    _write_invitation(person, actor)
    return person


@action(policy.may_invite_again)
def invite_again(actor: Any, person: Person) -> None:
    """Send a new link, which makes the earlier one void and works as long as a first one."""
    _expect(person, PersonState.INVITED)
    _open_invitation(person)
    record("invited again", person, by=actor, also=[OfficeDesk.the().room])
    _write_invitation(person, actor)


@action(policy.may_decide)
def take_back_invitation(actor: Any, person: Person) -> None:
    """Make the link void and forget the person, who can be invited again."""
    _expect(person, PersonState.INVITED)
    _forget(person)
    record("took back", person, by=actor, also=[OfficeDesk.the().room])


@action(policy.may_accept)
def accept(
    actor: Any,
    person: Person,
    *,
    epoch: int,
    name: str,
    address: str,
    language: str | None,
    password_hash: str,
) -> None:
    """Become a member with a password: the end of an invitation, or of an admission.

    Raises Stale if the link, which carries the `epoch`, was used or replaced meanwhile.
    """
    if person.links_epoch != epoch:
        raise Stale(policy.may_accept.because)  # type: ignore[attr-defined]  # a rule bears its sentence
    person.state = PersonState.ADMITTED
    person.name, person.address, person.language = name, address, language
    person.password_hash = password_hash
    person.links_epoch += 1
    person.invited_until = None
    record("joined", person, by=actor, also=[OfficeDesk.the().room])


@action(policy.may_apply)
def apply(
    actor: Any,
    desk: OfficeDesk,
    *,
    email: str,
    name: str,
    organisation: str,
    organisation_kind: str,
    engaged_citizen: bool,
    spoken: list[str],
    text: str,
    language: str,
) -> Person:
    """Ask for an account. Whoever has one, or has asked already, gets a letter that says so instead."""
    person = _of_address(email)
    if person is not None and person.state != PersonState.DECLINED:
        _remind(person)
        return person
    if person is None:
        person = _new(desk, email)
    person.state = PersonState.APPLIED
    person.name, person.language, person.spoken, person.engaged_citizen = (
        name,
        language,
        spoken,
        engaged_citizen,
    )
    _forget_application(person)
    person.applied_text = text
    person.applied_organisation, person.applied_organisation_kind = organisation, organisation_kind
    record("applied", person, by=actor, also=[desk.room])
    letters.write(person, "people_applied", _l("Your application has arrived"))
    return person


@action(policy.may_decide)
def admit(
    actor: Any,
    person: Person,
    *,
    organisation_id: int | None = None,
    create_organisation: bool = False,
    answer: str = "",
) -> None:
    """Say yes to an application, with a link to set the password.

    The person belongs to the organisation given, or to the one of the application, which is added
    unless the directory has it; to none with neither.
    """
    _expect(person, PersonState.APPLIED)
    organisation = _organisation(organisation_id)
    if organisation is None and create_organisation and person.applied_organisation:
        organisation = _wished_for(person, actor)
    _affiliate(person, organisation)
    person.state = PersonState.ADMITTED
    person.answer, person.answered_at = answer, now()
    person.applied_organisation = person.applied_organisation_kind = ""
    record("admitted", person, by=actor, also=[OfficeDesk.the().room])
    letters.write(
        person,
        "people_admitted",
        _l("Welcome: your account is ready"),
        answer=answer,
        url=_link_to_accept(person),
        days=current_app.config["INVITATION_DAYS"],
    )


@action(policy.may_decide)
def decline(actor: Any, person: Person, *, answer: str) -> None:
    """Say no to an application, with the reason that the person reads."""
    _expect(person, PersonState.APPLIED)
    if not answer:
        raise Invalid(answer=_l("Please say why, the person will read it."))
    person.state = PersonState.DECLINED
    person.answer, person.answered_at = answer, now()
    record("declined", person, by=actor, also=[OfficeDesk.the().room])
    letters.write(person, "people_declined", _l("About your application for an account"), answer=answer)


@action(policy.may_decide)
def place(
    actor: Any, person: Person, *, organisation_id: int | None = None, create_organisation: bool = False
) -> None:
    """Settle the organisation that a person asked for on the profile: found, added, or (neither) left out."""
    if not person.applied_organisation:
        raise Stale(_l("Somebody has already settled this."))
    organisation = _organisation(organisation_id)
    if organisation is None and create_organisation:
        organisation = _wished_for(person, actor)
    _affiliate(person, organisation)
    person.applied_organisation = person.applied_organisation_kind = ""
    record("placed", person, by=actor, also=[OfficeDesk.the().room])


@action(policy.may_give_role, rooms=of_the_desk)
def give_role(actor: Any, person: Person, *, role: str) -> None:
    """Name somebody for the coordination group or the Office, or take that back; its last one stays."""
    if role not in list(Role):
        raise Invalid(role=_l("Please choose one of the entries."))
    if person.role == Role.OFFICE and role != Role.OFFICE and person.is_last_with(Person.role == Role.OFFICE):
        raise Invalid(role=LAST_OF_OFFICE)
    person.role = role
    _told_anew("made role", person, actor)


@action(policy.may_name_administrator, rooms=of_the_desk)
def name_administrator(actor: Any, person: Person, *, administers: bool) -> None:
    """Let somebody administer the program, or take that back. The last administrator stays."""
    if person.administers and not administers and person.is_last_with(Person.administers.is_(True)):
        raise Refused(LAST_ADMINISTRATOR)
    if person.administers == administers:
        return
    person.administers = administers
    _told_anew("made administrator" if administers else "unmade administrator", person, actor)


@action(policy.may_clear_away)
def let_run_out(actor: Any, person: Person) -> None:
    """Note for the Office that an invitation was not accepted in time."""
    if person.state == PersonState.INVITED and not person.invitation_open and person.answered_at is None:
        person.answered_at = now()
        record("ran out", person, by=actor, also=[OfficeDesk.the().room])


@action(policy.may_clear_away)
def clear_away(actor: Any, person: Person) -> None:
    """Delete what is known of somebody who was declined, or who let an invitation run out, long ago."""
    _forget(person)
    record("forgotten", person, by=actor, also=[OfficeDesk.the().room])


# Steps of these actions


def _told_anew(verb: str, person: Person, actor: Any) -> None:
    """Rights in many rooms hang on it: every page of the person enters again by rules asked anew."""
    revoke(person.room)
    record(verb, person, by=actor, also=[OfficeDesk.the().room])
    person_id = person.id
    afterwards(lambda: live.end_connections(person_id=person_id))


_STANDING = {
    PersonState.ADMITTED: _l("There is an account with this address already."),
    PersonState.INVITED: _l("Somebody with this address has been invited already."),
    PersonState.APPLIED: _l("Somebody with this address has applied; please answer the application."),
}


def _of_address(email: str) -> Person | None:
    """Who has the address, with their room held for what this action does to them."""
    person = Person.by_email(email)
    if person is not None:
        take(person.room_id)
        db.session.refresh(person)
    return person


def _new(desk: OfficeDesk, email: str) -> Person:
    person = Person(
        parent_id=desk.parent_id, room_id=open_room().id, owns_room=True, email=email.strip().lower(), name=""
    )
    db.session.add(person)
    return person


def _expect(person: Person, state: PersonState) -> None:
    if person.state != state:
        raise Stale(_l("Somebody has already settled this."))


def _forget_application(person: Person) -> None:
    person.applied_text = person.applied_organisation = person.applied_organisation_kind = person.answer = ""
    person.answered_at = None


def _open_invitation(person: Person) -> None:
    person.state = PersonState.INVITED
    person.invited_until = now() + timedelta(days=current_app.config["INVITATION_DAYS"])
    person.answered_at = None
    person.links_epoch = (person.links_epoch or 0) + 1


def _write_invitation(person: Person, inviter: Any) -> None:
    letters.write(
        person,
        "people_invited",
        _l("Your invitation to the network"),
        inviter=inviter.name,
        organisation=person.organisation,
        url=_link_to_accept(person),
        until=person.invited_until,
    )


def _link_to_accept(person: Person) -> str:
    db.session.flush()
    return site_url(f"/invitation/{links.make('invitation', person=person.id, epoch=person.links_epoch)}")


def _remind(person: Person) -> None:
    """Tell somebody who seems to have forgotten it how they stand."""
    if person.state == PersonState.LEFT or (
        person.state == PersonState.INVITED and not person.invitation_open
    ):
        return
    letters.write(
        person,
        "people_known",
        _l("You are known to the network already"),
        state=str(person.state),
        url=_link_to_accept(person) if person.invitation_open else site_url("/sign-in"),
        reset_url=site_url("/reset"),
    )


def _organisation(organisation_id: int | None) -> Organisation | None:
    if organisation_id is None:
        return None
    found: Organisation | None = db.session.get(Organisation, organisation_id)
    if found is None or found.archived or found.removed_at is not None:
        raise Invalid(organisation_id=_l("Please choose one of the entries."))
    return found


def _wished_for(person: Person, actor: Any) -> Organisation:
    """The organisation of an application: the directory's, or a new one. Unarchived if need be."""
    folded = folded_name(person.applied_organisation)
    found: Organisation | None = db.session.scalars(
        select(Organisation).where(Organisation.folded_name == folded)
    ).one_or_none()
    if found is None:
        network = person.parent
        found = Organisation(
            parent_id=network.id,
            room_id=network.room_id,
            created_by_id=actor.id,
            name=person.applied_organisation,
            folded_name=folded,
            kind=person.applied_organisation_kind or "association",
        )
        db.session.add(found)
        record("added", found, by=actor)
    elif found.archived:
        found.archived = False
        record("restored", found, by=actor)
    return found


def _affiliate(person: Person, organisation: Organisation | None) -> None:
    if organisation is None:
        return
    db.session.flush()
    if organisation.id not in person.organisation_ids:
        main = not person.affiliations
        person.affiliations.append(Affiliation(organisation=organisation, main=main))
        db.session.flush()


def _forget(person: Person) -> None:
    """Take out all that was known; the row stays, since the journal speaks of it."""
    letters.erase_for(person.id)
    person.email = person.password_hash = None
    person.name, person.nameless, person.address, person.spoken = "", True, "", []
    _forget_application(person)
    person.affiliations.clear()
    person.links_epoch += 1
    person.removed_at = now()
