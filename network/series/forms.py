"""What is asked about a series."""

from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from network import dates, forms
from network.forms import ChoiceField, ClockField, Creating, DayField, Form, line, whole_or_none
from network.groups.models import Group
from network.meetings.forms import web_address
from network.meetings.planning import last_meeting
from network.series.models import NTH, WEEKDAYS, Rhythm, Series
from network.series.pattern import days


class SeriesForm(Form):
    """A pattern of days, and what its meetings have in common. Its facts are those of `plan_series`."""

    title = line(_l("Title of the meetings"))
    rhythm = ChoiceField(_l("Rhythm"), choices=[SelectChoice(one.value, one.label) for one in Rhythm])
    every = forms.minutes(
        _l("Every how many weeks or months?"), required=True, most=52, description=_l("1 is each of them.")
    )
    nth = ChoiceField(
        _l("Which one of the month?"),
        coerce=whole_or_none,
        choices=[SelectChoice(number, word) for number, word in NTH.items()],
        default=1,
        description=_l("Only for a weekday of the month."),
    )
    weekday = ChoiceField(
        _l("Weekday"),
        coerce=int,
        choices=[SelectChoice(number, word) for number, word in enumerate(WEEKDAYS)],
    )
    first_on = DayField(_l("From this day on"), [InputRequired(_l("Please fill this in."))])
    last_on = DayField(_l("Until"), [Optional()])
    start_time = ClockField(_l("Start"), [InputRequired(_l("Please fill this in."))])
    minutes = forms.minutes(_l("Length in minutes"), required=True, most=720)
    place = line(_l("Place"), required=False)
    online_url = web_address(_l("Address of the online meeting"))
    days_ahead = forms.minutes(
        _l("Prepare the draft how many days before?"),
        required=True,
        most=180,
        description=_l("The draft takes over what the last meeting left; you look at it and announce it."),
    )

    def validate_every(self, field: Any) -> None:
        if field.data is not None and field.data < 1:
            raise ValidationError(_l("Please give a number from 1 to 52."))

    def validate_minutes(self, field: Any) -> None:
        if field.data is not None and field.data < 5:
            raise ValidationError(_l("Please give at least five minutes."))

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_l("The last day must come after the first."))

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields, and that there is at least one day."""
        if not super().validate(extra_validators):
            return False
        pattern = self.pattern()
        if next(days(pattern, pattern.first_day), None) is None:
            self.last_on.errors = [_l("No day of this pattern comes before it.")]
            return False
        return True

    def facts(self) -> dict[str, Any]:
        """With days and time as they are kept."""
        first_on: date = self.first_on.data  # type: ignore[assignment]  # asked for after validation
        start_time: time = self.start_time.data  # type: ignore[assignment]  # as above
        return {
            **super().facts(),
            "nth": self.nth.data if self.rhythm.data == Rhythm.MONTH else None,
            "first_on": first_on.isoformat(),
            "last_on": self.last_on.data.isoformat() if self.last_on.data else None,
            "start_time": start_time.strftime("%H:%M"),
            "place": self.place.data or "",
            "online_url": self.online_url.data or "",
        }

    def pattern(self) -> Series:
        """The series as it would be, for its days; it belongs to no session."""
        return Series(**self.facts())


class NewSeriesForm(Creating, SeriesForm):
    """A series that begins."""


def suggestions(group: Group) -> dict[str, Any]:
    """What the form for a new series begins with: as the last meeting was, from today on."""
    begin: dict[str, Any] = {
        "rhythm": Rhythm.MONTH.value,
        "every": 1,
        "nth": 1,
        "weekday": 2,
        "first_on": dates.today(),
        "minutes": 90,
        "days_ahead": 28,
        "title": group.name,
    }
    last = last_meeting(group)
    if last is None:
        return begin
    start = dates.local(last.starts_at)
    week = (start.day - 1) // 7 + 1
    return {
        **begin,
        "title": group.name,
        "nth": week if week in NTH else -1,
        "weekday": start.weekday(),
        "start_time": start.time(),
        "minutes": last.planned_length,
        "place": last.place,
        "online_url": last.online_url,
    }


def present(series: Series) -> dict[str, Any]:
    """What the form for changing a series begins with."""
    names = ("title", "rhythm", "every", "weekday", "minutes", "place", "online_url", "days_ahead")
    return {
        **{name: getattr(series, name) for name in names},
        "nth": series.nth or 1,
        "first_on": series.first_day,
        "last_on": series.last_day,
        "start_time": time.fromisoformat(series.start_time),
    }
