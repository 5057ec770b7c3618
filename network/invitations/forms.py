"""What is chosen when people are invited, and what the page of a signed link sends."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Optional

from network.forms import Creating
from network.groups.forms import ChecksField, PeopleForm


class AnnounceForm(PeopleForm):
    """Who is invited besides the group."""

    people = ChecksField(_l("Invite also"), [Optional()], coerce=int)


class InviteAlsoForm(Creating, PeopleForm):
    """Who is invited to a meeting that has been announced."""

    people = ChecksField(
        _l("Invite also"), [InputRequired(_l("Please choose at least one person."))], coerce=int
    )
