"""What the Office fills in about people."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, EmailField, SelectChoice
from wtforms.validators import InputRequired, Length

from network.directory.models import Organisation
from network.extensions import db
from network.forms import ChoiceField, Creating, Form, clean_line, line, text, whole_or_none
from network.people.forms import interface_languages
from network.people.models import Role


def organisations() -> list[SelectChoice]:
    """The organisations to choose from, and none."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.archived.is_(False), Organisation.removed_at.is_(None))
        .order_by(Organisation.folded_name)
    )
    return [SelectChoice("", _l("None")), *(SelectChoice(str(id), name) for id, name in rows)]


def address(label: Any, **more: Any) -> EmailField:
    """A line for an e-mail address; people.actions says whether it is one."""
    check = [InputRequired(_l("Please fill this in.")), Length(max=254)]
    return EmailField(label, check, filters=[clean_line], **more)


class InviteForm(Creating):
    """One person to invite."""

    name = line(_l("Name"), limit=120)
    email = address(_l("E-mail address"))
    organisation_id = ChoiceField(_l("Organisation"), choices=organisations, coerce=whole_or_none)
    role = ChoiceField(_l("Role"), choices=lambda: [SelectChoice(role.value, role.label) for role in Role])
    language = ChoiceField(_l("Language of the letter"), choices=interface_languages)


class ListForm(Form):
    """Several people to invite, a line each."""

    people = text(_l("People to invite, one on each line"), limit=60_000, required=True)
    language = ChoiceField(_l("Language of the letters"), choices=interface_languages)


class AdmitForm(Form):
    """Yes to an application."""

    organisation_id = ChoiceField(_l("Organisation"), choices=organisations, coerce=whole_or_none)
    create_organisation = BooleanField(_l("Add the organisation of the application to the list"))
    answer = text(_l("A word of welcome"), limit=2000)


class DeclineForm(Form):
    """No to an application."""

    answer = text(_l("Why? The person will read this."), limit=2000, required=True)


class PlaceForm(Form):
    """The organisation that somebody asked for on the profile."""

    organisation_id = ChoiceField(_l("Organisation"), choices=organisations, coerce=whole_or_none)
    create_organisation = BooleanField(_l("Add the organisation to the list"))


class RoleForm(Form):
    """A role in the network."""

    role = ChoiceField(
        _l("Role"), choices=lambda: [SelectChoice(role.value, Role(role).label) for role in Role]
    )


class EmailForm(Form):
    """A new address for somebody who has lost the old one."""

    email = address(_l("New e-mail address"))
    reason = text(_l("How do you know that the address belongs to this person?"), limit=1000, required=True)


class EraseForm(Form):
    """The final word about a person's data."""

    reason = text(_l("Reason"), limit=1000, required=True)
    sure = BooleanField(
        _l("I understand that this cannot be undone"), [InputRequired(_l("Please confirm this."))]
    )
