"""What people fill in about organisations and the network."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from network.directory.models import OrganisationKind, municipalities
from network.forms import ChoiceField, Creating, Form, line, text, whole_or_none

STATES = {
    "": _l("None"),
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}


def kinds() -> list[SelectChoice]:
    """The kinds of organisations, to choose from."""
    return [SelectChoice(kind.value, kind.label) for kind in OrganisationKind]


def places() -> list[SelectChoice]:
    """The municipalities to choose from, and none of them."""
    return [
        SelectChoice("", _l("Not said, or the whole district")),
        *(SelectChoice(one.id, one.name) for one in municipalities()),
    ]


class OrganisationForm(Form):
    """Name, kind and municipality."""

    name = line(_l("Name of the organisation"), limit=160)
    kind = ChoiceField(_l("Kind"), [InputRequired(_l("Please choose one of the entries."))], choices=kinds)
    municipality_id = ChoiceField(_l("Municipality"), [Optional()], choices=places, coerce=whole_or_none)


class NewOrganisationForm(Creating, OrganisationForm):
    """An organisation that is added."""


class SettingsForm(Form):
    """What the network is called, whom to turn to, and its legal pages."""

    name = line(_l("Name of the network"), limit=120)
    district = line(_l("District"), limit=120, required=False)
    state = ChoiceField(
        _l("Federal state"),
        choices=lambda: [SelectChoice(code, name) for code, name in STATES.items()],
        description=_l("Planning a meeting warns of the public holidays of this state."),
    )
    contact = text(_l("Contact of the Coordination Office"), limit=1000)
    applications_open = BooleanField(_l("People may apply for an account on the site"))
    reminders = line(
        _l("Reminders before a meeting"),
        limit=60,
        required=False,
        description=_l("Hours before the start, separated by commas: 168 is a week, 24 a day."),
    )
    imprint = text(_l("Imprint"), limit=20_000)
    privacy = text(_l("Privacy"), limit=60_000)
    accessibility = text(_l("Accessibility statement"), limit=60_000)

    def validate_reminders(self, field: Any) -> None:
        """Whole numbers of hours, at most five, at most 60 days before."""
        hours = [part for part in re.split(r"[,;\s]+", field.data or "") if part]
        if (
            not all(hour.isascii() and hour.isdigit() and 0 < int(hour) <= 1440 for hour in hours)
            or len(hours) > 5
        ):
            raise ValidationError(_l("Please give at most five whole numbers of hours from 1 to 1440."))

    def facts(self) -> dict[str, Any]:
        """As the settings are kept: reminders as a list, the longest first, without doubles."""
        given = super().facts()
        hours = {int(part) for part in re.split(r"[,;\s]+", given.pop("reminders") or "") if part}
        return {**given, "reminder_hours": sorted(hours, reverse=True)}
