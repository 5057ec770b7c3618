"""What people change about themselves: profile, picture, letters, language and theme."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, action, record
from network.directory.models import Organisation, folded_name
from network.extensions import db
from network.people import photos, policy
from network.people.letters import KINDS
from network.people.models import Affiliation, OfficeDesk, Person

MOST_ORGANISATIONS = 8


@action(policy.may_change)
def change_profile(
    actor: Any,
    person: Person,
    *,
    kept: list[int],
    main_organisation: int | None,
    further: str,
    further_kind: str,
    **facts: Any,
) -> None:
    """Set what others read about the person.

    Of the present organisations `kept` stay; `main_organisation` is shown beside the name.
    `further` names one more: the directory's of that name, else a wish that the Office settles. The
    other facts are columns: name, address, engaged_citizen, spoken, named_in_minutes, email_shown.
    """
    if person.is_silenced and facts["name"] != person.recorded_name:  # a name stands before everybody too
        raise Invalid(name=person.hindrance)
    for name in ("name", "address", "engaged_citizen", "spoken", "named_in_minutes", "email_shown"):
        setattr(person, name, facts[name])
    for affiliation in list(person.affiliations):
        if affiliation.organisation_id not in kept:
            person.affiliations.remove(affiliation)
    wished = bool(further) and not _joined(person, further)
    if wished:
        person.applied_organisation, person.applied_organisation_kind = further, further_kind
    for number, affiliation in enumerate(person.affiliations):
        affiliation.main = (
            affiliation.organisation_id == main_organisation if main_organisation in kept else number == 0
        )
    record("changed", person, by=actor)
    if wished:
        record("wished", person, by=actor, also=[OfficeDesk.the().room])


def _joined(person: Person, name: str) -> bool:
    """Whether the directory has it, so that the person now belongs to it."""
    found = db.session.scalars(
        select(Organisation).where(
            Organisation.folded_name == folded_name(name),
            ~Organisation.archived,
            Organisation.removed_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return False
    if found.id not in person.organisation_ids:
        if len(person.affiliations) >= MOST_ORGANISATIONS:
            raise Invalid(further=_l("Please take one of your organisations out first."))
        person.affiliations.append(Affiliation(organisation=found, main=False))
        db.session.flush()
    return True


@action(policy.may_change)
def take_back_wish(actor: Any, person: Person) -> None:
    """No longer ask for an organisation to be added."""
    person.applied_organisation = person.applied_organisation_kind = ""
    record("changed", person, by=actor, also=[OfficeDesk.the().room])


@action(policy.may_change)
def set_photo(actor: Any, person: Person, *, photo: str | None) -> None:
    """Show this stored picture (its SHA-256, from `photos.store`), or the initials again.

    Raises Invalid for a new picture of somebody who is silenced.
    """
    if photo and person.is_silenced:
        raise Invalid(photo=person.hindrance)
    former, person.photo = person.photo, photo
    record("changed", person, by=actor)
    if former and former != photo:
        drop_photo(former)


def drop_photo(photo: str) -> None:
    """Step of an action: delete a stored picture unless somebody else shows the very same one."""
    db.session.flush()
    if db.session.scalar(select(Person.id).where(Person.photo == photo).limit(1)) is None:
        photos.drop(photo)


@action(policy.may_change)
def set_letters(actor: Any, person: Person, *, wanted: list[str]) -> None:
    """Choose which kinds of letters come."""
    person.unwanted_letters = [kind for kind in KINDS if kind not in wanted]
    record("changed", person, by=actor)


@action(policy.may_use_own_link)
def unsubscribe(actor: Any, person: Person, *, kind: str) -> None:
    """End one kind of letters, by the link in one of them. Twice does no harm."""
    if kind in KINDS and kind not in person.unwanted_letters:
        person.unwanted_letters = [*person.unwanted_letters, kind]
        record("changed", person, by=actor)


@action(policy.may_change)
def set_interface(
    actor: Any, person: Person, *, language: str | None = None, theme: str | None = None
) -> None:
    """Choose the language (of pages and letters) or the theme; what is None stays."""
    for what, value in (("language", language), ("theme", theme)):
        if value is not None:
            if not is_offered(what, value):
                raise Invalid(**{what: _l("Please choose one of the entries.")})
            setattr(person, what, value)
    person.reads = None  # what is said about it is said in the new language


def is_offered(what: str, value: str) -> bool:
    """Whether it is a language or a theme that one can choose."""
    return value in (current_app.config["LANGUAGES"] if what == "language" else ("", "light", "dark"))
