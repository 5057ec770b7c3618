"""How people go: by themselves, or erased by the Office."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from network import letters, live
from network.changes import DeedKey, Invalid, Refused, action, afterwards, record, revoke
from network.extensions import db
from network.people import erasers, hindrances, jobs, policy
from network.people.hindrances import Hindrance
from network.people.last import LAST_ADMINISTRATOR, LAST_OF_OFFICE, of_the_desk
from network.people.models import EmailChange, OfficeDesk, Person, PersonState, Role, SignIn, Visit
from network.people.profiles import drop_photo
from network.things import now


@action(policy.may_leave, rooms=of_the_desk)
def leave(actor: Any, person: Person, *, nameless: bool) -> None:
    """Leave the network: the account ends, and the name goes from everywhere but the record, if wished.

    Raises Refused with a sentence if something has to be settled first.
    """
    for hindrance in hindrances.of(person):
        raise Refused(hindrance.sentence)
    letters.erase_for(person.id)
    letters.write(person, "people_left", _l("You have left the network"), nameless=nameless)
    _close(person)
    person.left_at = now()
    person.nameless = nameless
    if nameless:
        person.affiliations.clear()
    record("left", person, by=actor, also=[OfficeDesk.the().room])
    jobs.tell_departure.later(person.id)


@action(policy.may_erase, rooms=of_the_desk)
def erase(actor: Any, person: Person, *, reason: str) -> None:
    """Delete everything that is known about a person; the row stays as a former member, with this mark.

    The record of decisions and minutes stays as it was approved.
    """
    if not reason:
        raise Invalid(reason=_l("Please say why."))
    if person.works_in_office and person.is_last_with(Person.role == Role.OFFICE):
        raise Refused(LAST_OF_OFFICE)
    if person.administers and person.is_last_with(Person.administers.is_(True)):
        raise Refused(LAST_ADMINISTRATOR)
    erasers.erase(person)
    _close(person)
    letters.erase_for(person.id)
    db.session.execute(delete(DeedKey).where(DeedKey.actor_id == person.id))
    person.recorded_name, person.nameless = "", True
    person.affiliations.clear()
    person.spoken, person.unwanted_letters = [], []
    person.engaged_citizen = person.named_in_minutes = person.email_shown = False
    person.language = person.last_seen_at = person.answered_at = person.invited_until = None
    person.theme = ""
    person.left_at = person.left_at or now()
    person.erased_at, person.erased_by_id, person.erased_reason = now(), actor.id, reason
    record("erased", person, by=actor, also=[OfficeDesk.the().room])
    jobs.tell_departure.later(person.id)


def _close(person: Person) -> None:
    """End the account: nothing signs in any more, nothing is sent, nothing personal but the name is left."""
    photo, person.photo = person.photo, None
    if photo:
        drop_photo(photo)
    for table in (SignIn, EmailChange, Visit):
        db.session.execute(delete(table).where(table.person_id == person.id))
    person.state = PersonState.LEFT
    person.role, person.administers = Role.MEMBER, False
    person.email = person.password_hash = person.calendar_token = None
    person.address = person.applied_text = person.answer = ""
    person.applied_organisation = person.applied_organisation_kind = ""
    person.links_epoch += 1
    revoke(person.room)
    person_id = person.id
    afterwards(lambda: live.end_connections(person_id=person_id))


def _last_of_the_office(person: Person) -> list[Hindrance]:
    """The network cannot be without an Office, nor without an administrator."""
    found = []
    if person.works_in_office and person.is_last_with(Person.role == Role.OFFICE):
        found.append(
            Hindrance(_l("Before you leave, please name somebody else for the Coordination Office."))
        )
    if person.administers and person.is_last_with(Person.administers.is_(True)):
        found.append(Hindrance(_l("Before you leave, please name another administrator.")))
    return found


hindrances.add(_last_of_the_office)
