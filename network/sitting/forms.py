"""What the chair sends along with a command."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from network.forms import ChoiceField, Creating, Form, line, minutes, whole_or_none
from network.meetings.models import ItemKind, Meeting
from network.things import whole


class ExpectedForm(Form):
    """The item that is believed to be on, by its id; 0 for none."""

    expected = IntegerField(validators=[InputRequired(_l("Please load the page again."))])

    def validate_expected(self, field: Any) -> None:
        """An id or 0."""
        if field.data != 0 and whole(field.data) is None:
            raise ValidationError(_l("Please load the page again."))


class StartForm(Form):
    """That whoever opens a meeting long before its time means it."""

    sure = BooleanField()


class NewItemForm(Creating):
    """An item on the fly: a title is enough."""

    title = line(_l("What is it about?"))
    kind = ChoiceField(
        _l("Kind"),
        choices=[SelectChoice(kind.value, kind.label) for kind in ItemKind],
        default=ItemKind.EXCHANGE.value,
    )
    planned_minutes = minutes(_l("Planned minutes"))


class HandOverForm(Form):
    """Who takes over an office."""

    office = ChoiceField(
        _l("What is handed over?"),
        choices=[SelectChoice("chair", _l("The chair")), SelectChoice("minute_taker", _l("The minutes"))],
    )
    person_id = ChoiceField(_l("Who takes over?"), coerce=whole_or_none)

    def __init__(self, meeting: Meeting, people: list[Any], *, chairs: bool, **more: Any) -> None:
        super().__init__(**more)
        if not chairs:
            self.office.choices = [SelectChoice("minute_taker", _l("The minutes"))]
        self.person_id.choices = [
            SelectChoice(person.id, person.name)
            for person in people
            if not (meeting.chair_id == person.id == meeting.minute_taker_id)
        ]
