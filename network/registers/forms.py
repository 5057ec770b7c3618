"""What is entered about decisions in the register."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice
from wtforms.validators import InputRequired

from network.forms import ChoiceField, Form, whole_or_none
from network.minutes.models import Decision
from network.texts import summary

LONGEST_CHOICE = 90  # characters of a decision's text in a list of choices


class SupersedeForm(Form):
    """The decision that replaces another one."""

    by_id = ChoiceField(
        _l("Which decision replaces it?"),
        [InputRequired(_l("Please choose one of the entries."))],
        coerce=whole_or_none,
    )

    def __init__(self, later: list[Decision], **more: Any) -> None:
        super().__init__(**more)
        self.by_id.choices = [SelectChoice("", _l("Please choose"))] if later else []
        self.by_id.choices += [
            SelectChoice(one.id, f"{one.citation}: {summary(one.text, LONGEST_CHOICE)}") for one in later
        ]
