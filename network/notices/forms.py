"""What people choose about notices."""

from datetime import time as clock
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice
from wtforms.validators import Optional

from network.forms import ChoiceField, ClockField, Form
from network.notices.models import KINDS, MENTIONS, MESSAGES, OFTEN, Preferences

AS_ALL = _l("As in all groups")


def _offered() -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in OFTEN.items()]


class NoticesForm(Form):
    """What holds for all groups."""

    mentions = ChoiceField(KINDS[MENTIONS], choices=_offered())
    messages = ChoiceField(KINDS[MESSAGES], choices=_offered())
    quiet_from = ClockField(_l("Quiet from"), [Optional()])
    quiet_until = ClockField(_l("Quiet until"), [Optional()])

    def facts(self) -> dict[str, Any]:
        """Times of day as minutes since midnight."""
        found = super().facts()
        for name in ("quiet_from", "quiet_until"):
            time = found[name]
            found[name] = time.hour * 60 + time.minute if time is not None else None
        return found


class GroupNoticesForm(Form):
    """What is different in one group."""

    mentions = ChoiceField(KINDS[MENTIONS], choices=[SelectChoice("", AS_ALL), *_offered()])
    messages = ChoiceField(KINDS[MESSAGES], choices=[SelectChoice("", AS_ALL), *_offered()])

    def say_what_holds(self, everywhere: dict[str, str]) -> None:
        """The first choice names what it means: what was chosen for all groups."""
        for field in (self.mentions, self.messages):
            words = _l("As in all groups (%(often)s)", often=OFTEN[everywhere[field.name]])
            field.choices = [SelectChoice("", words), *_offered()]


def times_of(found: Preferences | None) -> dict[str, Any]:
    """The quiet hours as times of day, to be shown in the form."""
    if found is None or found.quiet_from is None or found.quiet_until is None:
        return {"quiet_from": None, "quiet_until": None}
    return {
        "quiet_from": clock(*divmod(found.quiet_from, 60)),
        "quiet_until": clock(*divmod(found.quiet_until, 60)),
    }
