"""What people fill in about taking part."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from network.attendance.actions import LEFT
from network.attendance.models import Answer, Attendance, Presence
from network.dates import local
from network.forms import ChoiceField, ClockField, Creating, Form, line, moment, whole_or_none

CITIZEN = "citizen"
HERE = (Presence.ROOM, Presence.ONLINE)
PLEASE_CHOOSE = _l("Please choose one of the entries.")


def id_or_citizen(form: Any, field: Any) -> None:
    """A whole number, or the word for citizens."""
    if field.data and field.data != CITIZEN and not (field.data.isascii() and field.data.isdigit()):
        raise ValidationError(PLEASE_CHOOSE)


class AnswerForm(Form):
    """Yes or no to an invitation, with a word if one likes."""

    value = ChoiceField(
        _l("Your answer"),
        [InputRequired(_l("Please say yes or no."))],
        choices=lambda: [
            SelectChoice(Answer.ACCEPTED, _l("Yes, I am coming")),
            SelectChoice(Answer.DECLINED, _l("No, I cannot come")),
        ],
    )
    note = line(_l("A word about it"), limit=300, required=False)

    def facts(self) -> dict[str, Any]:
        """A note that was not on the page at all stays as it was."""
        return {"answer": self.value.data, "note": self.note.data if self.note.raw_data else None}


class ExcuseForm(Form):
    """Why one cannot come, if one likes to say."""

    note = line(_l("A word about it"), limit=300, required=False)

    def facts(self) -> dict[str, Any]:
        """The note, empty if there is none."""
        return {"note": self.note.data or ""}


class CheckInForm(Form):
    """How one is there, and for whom: an organisation's id, `citizen`, or nothing for what the list has."""

    how = ChoiceField(
        _l("Where are you?"),
        choices=lambda: [
            SelectChoice(Presence.ROOM, _l("In the room")),
            SelectChoice(Presence.ONLINE, _l("Online")),
        ],
        default=Presence.ROOM,
    )
    organisation_id = line(
        _l("For whom do you take part?"), limit=20, required=False, validators=[id_or_citizen]
    )
    as_citizen = BooleanField(_l("As an engaged citizen"))
    code = line(_l("Code"), limit=40, required=False)

    def facts(self) -> dict[str, Any]:
        """As `check_in` takes them."""
        given = self.organisation_id.data or ""
        return {
            "how": self.how.data or Presence.ROOM,
            "organisation_id": int(given) if given.isdigit() else None,
            "as_citizen": self.as_citizen.data or given == CITIZEN,
            "code": self.code.data or "",
        }


class RepresentForm(Form):
    """For which of one's organisations: its id, or `citizen`."""

    organisation_id = line(_l("For whom do you take part?"), limit=20, validators=[id_or_citizen])

    def facts(self) -> dict[str, Any]:
        """None for an engaged citizen."""
        given = self.organisation_id.data
        return {"organisation_id": None if given == CITIZEN else int(given)}


class CodeForm(Form):
    """The code that is shown in the room."""

    code = line(_l("Code"), limit=40)


class MarkForm(Form):
    """Presence at one click."""

    presence = ChoiceField(
        _l("Presence"),
        [InputRequired(PLEASE_CHOOSE)],
        choices=lambda: [*presences(), SelectChoice(LEFT, _l("Has left"))],
    )


def presences() -> list[SelectChoice]:
    """Everything that can be noted about somebody."""
    return [SelectChoice(presence.value, presence.label) for presence in Presence]


class GuestForm(Creating):
    """Somebody without an account."""

    name = line(_l("Name of the guest"), limit=120)
    organisation = line(_l("Organisation of the guest"), limit=160, required=False)
    how = ChoiceField(_l("Presence"), choices=lambda: presences()[:3], default=Presence.ROOM)


class CorrectionForm(Form):
    """How it really was: presence, times on the meeting's day, for whom."""

    not_facts = ("csrf_token", "arrived", "left")

    presence = ChoiceField(_l("Presence"), [InputRequired(PLEASE_CHOOSE)], choices=presences)
    arrived = ClockField(_l("Arrived at"), [Optional()])
    left = ClockField(_l("Left at"), [Optional()], description=_l("Empty: stayed to the end."))
    organisation_id = ChoiceField(_l("For whom?"), coerce=whole_or_none)
    guest_name = line(_l("Name of the guest"), limit=120)
    guest_organisation = line(_l("Organisation of the guest"), limit=160, required=False)

    def __init__(self, attendance: Attendance, **more: Any) -> None:
        meeting = attendance.parent
        self.begins = local(meeting.started_at or meeting.starts_at)
        super().__init__(
            obj=attendance,
            arrived=attendance.arrived_at and local(attendance.arrived_at).time(),
            left=attendance.left_at and local(attendance.left_at).time(),
            **more,
        )
        if attendance.person is None:
            del self.organisation_id
        else:
            del self.guest_name, self.guest_organisation
            self.organisation_id.choices = organisations_for(attendance)

    def validate_arrived(self, field: Any) -> None:
        """A time that exists on that day."""
        self._moment(field.data)

    def validate_left(self, field: Any) -> None:
        """A time that exists, and comes after the arrival."""
        arrived, left = self._moment(self.arrived.data), self._moment(field.data)
        if arrived and left and left <= arrived and self.presence.data in HERE:
            raise ValidationError(_l("Leaving comes after arriving."))

    def _moment(self, clock: Any) -> datetime | None:
        """The time on the day of the meeting, or on the next one if it goes over midnight."""
        if clock is None:
            return None
        day: date = self.begins.date()
        if clock.hour + 12 < self.begins.hour:
            day += timedelta(days=1)
        return moment(day, clock)

    def facts(self) -> dict[str, Any]:
        """Times as moments; only of those who were there."""
        here = self.presence.data in HERE
        return {
            **super().facts(),
            "arrived_at": self._moment(self.arrived.data) if here else None,
            "left_at": self._moment(self.left.data) if here else None,
        }


def organisations_for(attendance: Attendance) -> list[SelectChoice]:
    """The person's organisations and the one that the list has already, or as an engaged citizen."""
    person = attendance.person
    known = {a.organisation_id: a.organisation.name for a in person.affiliations} if person else {}
    if attendance.organisation is not None:
        known.setdefault(attendance.organisation.id, attendance.organisation.name)
    return [
        *(SelectChoice(id, name) for id, name in known.items()),
        SelectChoice("", _l("As an engaged citizen")),
    ]
