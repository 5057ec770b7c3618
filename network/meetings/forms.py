"""What is asked about a meeting."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectChoice, URLField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from network import dates
from network.doors import parts_of
from network.forms import (
    ChoiceField,
    ClockField,
    Creating,
    DayField,
    Form,
    clean_line,
    each_filled,
    line,
    moment,
    text,
    whole_or_none,
)
from network.groups.models import Group, Visibility
from network.meetings.models import Meeting, MeetingKind
from network.meetings.planning import default_kind, last_meeting, people_for_offices, templates_of
from network.people.models import Person
from network.things import now

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def web_address(label: Any, **more: Any) -> URLField:
    """An address that begins with http:// or https://; what comes without any is taken for https."""
    return URLField(
        label,
        [Optional(), Length(max=500, message=_l("Please use at most %(max)d characters.")), _is_web_address],
        filters=[clean_line, _with_scheme],
        **more,
    )


def _with_scheme(address: str | None) -> str | None:
    if not address or SCHEME.match(address):
        return address
    return f"https://{address}"


def _is_web_address(form: Any, field: Any) -> None:
    parts = parts_of(field.data)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in field.data:
        raise ValidationError(_l("Please give an address that begins with https://"))


@dataclass(frozen=True)
class Pattern:
    """What there is to plan by in a group: people for the offices, the last meeting, templates."""

    people: list[Person]
    last: Meeting | None
    templates: list[Meeting]

    @staticmethod
    def of(group: Group) -> "Pattern":
        """As it is now."""
        return Pattern(people_for_offices(group), last_meeting(group), templates_of(group))


class MeetingForm(Form):
    """When, where, who. Its facts are those of `plan_meeting`."""

    title = line(
        _l("Title"),
        required=False,
        description=_l("Left empty it becomes the name of the group and the day."),
    )
    kind = ChoiceField(_l("Kind"), choices=[SelectChoice(kind.value, kind.label) for kind in MeetingKind])
    day = DayField(_l("Day"), [InputRequired(_l("Please fill this in."))])
    start = ClockField(_l("Start"), [InputRequired(_l("Please fill this in."))])
    end = ClockField(_l("End"), [InputRequired(_l("Please fill this in."))])
    ends_next_day = BooleanField(_l("It ends on the day after, past midnight"))
    in_past = BooleanField(_l("Yes, the meeting was at this time and is entered afterwards"))
    place = line(_l("Place"), required=False)
    online_url = web_address(_l("Address of the online meeting"))
    chair_id = ChoiceField(_l("Chair"), coerce=whole_or_none)
    minute_taker_id = ChoiceField(_l("Minute-taker"), coerce=whole_or_none)
    public = BooleanField(
        _l("Public meeting"),
        description=_l("Everybody sees time, place and the public items and can follow live, without names."),
    )
    note = text(
        _l("Note for those invited"),
        limit=5000,
        description=_l("For example what to bring, how to get there, whether there is interpreting."),
    )
    like = ChoiceField(_l("The agenda begins with"))

    not_facts = ("csrf_token", "day", "start", "end", "ends_next_day", "in_past")

    def __init__(
        self,
        group: Group,
        pattern: Pattern | None = None,
        *args: Any,
        meeting: Meeting | None = None,
        **more: Any,
    ) -> None:
        self.group, self.meeting = group, meeting
        self.starts_at: datetime | None = None
        self.ends_at: datetime | None = None
        self.asks_about_past = False
        super().__init__(*args, **more)
        people = list(pattern.people) if pattern else people_for_offices(group)
        kept = [meeting.chair, meeting.minute_taker] if meeting else []
        people += [person for person in kept if person is not None and person not in people]
        choices = [
            SelectChoice("", _("Nobody yet")),
            *(SelectChoice(person.id, person.name) for person in people),
        ]
        self.chair_id.choices = choices
        self.minute_taker_id.choices = choices
        if group.visibility != Visibility.PUBLIC:
            del self.public
        if pattern:
            self.like.choices = _beginnings(pattern)
        else:
            del self.like

    @property
    def over_midnight(self) -> bool:
        """Whether the choice of the day after is to be shown."""
        return bool(self.ends_next_day.data) or bool(self.end.errors)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, then the times together."""
        right: bool = super().validate(extra_validators)
        if each_filled([self.day, self.start, self.end]):
            right = self._times_fit() and right
        return right

    def _times_fit(self) -> bool:
        day: date = self.day.data  # type: ignore[assignment]  # it is filled
        self.starts_at = self._moment(self.start, day)
        last_day = day + timedelta(days=1) if self.ends_next_day.data else day
        self.ends_at = self._moment(self.end, last_day)
        if self.starts_at is None or self.ends_at is None:
            return False
        if self.ends_at <= self.starts_at:
            return self._wrong(
                self.end,
                _l("The end is before the start. If the meeting goes past midnight, please say so below.")
                if not self.ends_next_day.data and self.end.data != self.start.data
                else _l("The end must come after the start."),
            )
        if self.ends_at - self.starts_at >= timedelta(hours=24):
            return self._wrong(
                self.end, _l("A meeting lasts less than a day. Please plan several for several days.")
            )
        moved = self.meeting is None or self.meeting.starts_at != self.starts_at
        open_ = self.meeting is None or self.meeting.coming
        if moved and open_ and self.starts_at < now():
            self.asks_about_past = True
            if not self.in_past.data:
                return self._wrong(self.day, _l("This time has passed. Was the meeting really then?"))
        return True

    def _moment(self, field: Any, day: date) -> datetime | None:
        try:
            return moment(day, field.data)
        except ValidationError as error:
            self._wrong(field, error)
        except OverflowError:
            self._wrong(field, _l("Please give a date between 1900 and 2200."))
        return None

    def _wrong(self, field: Any, sentence: Any) -> bool:
        field.errors = [*field.errors, sentence]
        return False

    def facts(self) -> dict[str, Any]:
        """With the two moments, and a title that says group and day if none was given."""
        day: date = self.day.data  # type: ignore[assignment]  # asked for after validation
        title = self.title.data or _(
            "%(group)s, %(day)s", group=self.group.name[:150], day=dates.day_short(day)
        )
        return {
            **super().facts(),
            "title": title,
            "place": self.place.data or "",
            "online_url": self.online_url.data or "",
            "note": self.note.data or "",
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
        }


class NewMeetingForm(Creating, MeetingForm):
    """A meeting that is planned."""


def _beginnings(pattern: Pattern) -> list[SelectChoice]:
    """What an agenda may begin with; the first one is suggested."""
    found = [
        SelectChoice("first", _("Welcome and any other business")),
        SelectChoice("empty", _("No items")),
    ]
    if pattern.last:
        said = _("The items of every meeting, as in “%(meeting)s”", meeting=pattern.last.title)
        found.insert(0, SelectChoice("last", said))
    return found + [
        SelectChoice(str(template.id), _("The template “%(template)s”", template=template.title))
        for template in pattern.templates
    ]


def suggestions(group: Group, pattern: Pattern, actor: Any, like: str = "") -> dict[str, Any]:
    """What the form for a new meeting begins with: as the last meeting, or as a template."""
    templates = {str(template.id): template for template in pattern.templates}
    model = templates.get(like) or pattern.last
    people = {person.id for person in pattern.people}
    begin: dict[str, Any] = {
        "kind": default_kind(group).value,
        # As the group meets: public only where it is, and its last meeting was.
        "public": group.visibility == Visibility.PUBLIC and (pattern.last is None or pattern.last.public),
    }
    if model is None:
        return {**begin, "chair_id": actor.id if actor.id in people else None, "like": "first"}
    start, end = dates.local(model.starts_at), dates.local(model.ends_at)
    return {
        **begin,
        "kind": model.kind,
        "start": start.time(),
        "end": end.time(),
        "ends_next_day": start.date() != end.date(),
        "place": model.place,
        "online_url": model.online_url,
        "chair_id": next((id for id in (model.chair_id, actor.id) if id in people), None),
        "minute_taker_id": model.minute_taker_id if model.minute_taker_id in people else None,
        "like": like if like in templates else "last",
    }


def present(meeting: Meeting) -> dict[str, Any]:
    """What the form for changing a meeting begins with."""
    start, end = dates.local(meeting.starts_at), dates.local(meeting.ends_at)
    names = ("title", "kind", "place", "online_url", "chair_id", "minute_taker_id", "public", "note")
    return {
        **{name: getattr(meeting, name) for name in names},
        "day": start.date(),
        "start": start.time(),
        "end": end.time(),
        "ends_next_day": start.date() != end.date(),
    }


class CancelForm(Form):
    """Why a meeting does not take place."""

    reason = text(
        _l("Why does it not take place?"),
        limit=2000,
        required=True,
        description=_l("Everybody who was invited reads this."),
    )


class TemplateForm(Creating):
    """What a template is called."""

    title = line(_l("Name of the template"))
