"""What is asked about old minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice, ValidationError

from network import dates
from network.forms import (
    ChoiceField,
    ClockField,
    Creating,
    DayField,
    each_filled,
    line,
    moment,
    whole_or_none,
)
from network.imports.about_meeting import Head
from network.imports.head import Fields, fields_of
from network.imports.labels import LONGEST_TITLE, Kind
from network.imports.names import alone_named, first_named
from network.imports.pieces import Piece
from network.imports.reading import ACCEPTED
from network.imports.recognising import allowed
from network.meetings.models import Meeting
from network.people.models import Person
from network.things import now

USUAL_LENGTH = timedelta(minutes=90)


class PaperForm(Creating):
    """The document."""

    file = FileField(
        _l("Document"), [FileRequired(_l("Please choose a file."))], render_kw={"accept": ACCEPTED}
    )


class MeetingOfPaperForm(Creating):
    """Which meeting the document is of: a new one with these facts, or one that is there."""

    meeting_id = ChoiceField(_l("Which meeting was it?"), coerce=whole_or_none)
    title = line(_l("Title"), required=False)
    day = DayField(_l("Day"))
    start = ClockField(_l("Start"))
    end = ClockField(_l("End"))
    place = line(_l("Place"), required=False)
    chair_id = ChoiceField(_l("Chair"), coerce=whole_or_none)
    minute_taker_id = ChoiceField(_l("Minute-taker"), coerce=whole_or_none)

    def __init__(self, meetings: Sequence[Meeting], people: Sequence[Person], **more: Any) -> None:
        super().__init__(**more)
        for office in (self.chair_id, self.minute_taker_id):
            office.choices = [SelectChoice("", _("Nobody"))]
            office.choices += [SelectChoice(person.id, person.name) for person in people]
        self.moments: tuple[datetime, datetime] | None = None
        self.meeting_id.choices = [
            SelectChoice("", _("A meeting that is not here yet")),
            *(
                SelectChoice(
                    one.id,
                    _("%(meeting)s, %(day)s", meeting=one.title, day=dates.day_short(one.starts_at)),
                )
                for one in meetings
            ),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Title, day and times are needed for a new meeting only."""
        right: bool = super().validate(extra_validators)
        if not right or self.meeting_id.data is not None:
            return right
        for field in (self.title, self.day, self.start, self.end):
            if field.data in (None, ""):
                field.errors = [*field.errors, _l("Please fill this in.")]
        return each_filled([self.title, self.day, self.start, self.end]) and self._times_fit()

    def _times_fit(self) -> bool:
        day: date = self.day.data  # type: ignore[assignment]  # it is filled
        try:
            start, end = moment(day, self.start.data), moment(day, self.end.data)
        except ValidationError as error:
            self.start.errors = [*self.start.errors, error]
            return False
        if end <= start:
            self.end.errors = [*self.end.errors, _l("The end must come after the start.")]
        elif start > now():
            self.day.errors = [*self.day.errors, _l("Please give a day that has been.")]
        else:
            self.moments = (start, end)
        return self.moments is not None

    def facts(self) -> dict[str, Any]:
        """Those of `take_over` but the kinds."""
        offices = {"chair_id": self.chair_id.data, "minute_taker_id": self.minute_taker_id.data}
        if self.meeting_id.data is not None or self.moments is None:
            return {"meeting_id": self.meeting_id.data, **offices}
        return {
            **offices,
            "title": self.title.data,
            "starts_at": self.moments[0],
            "ends_at": self.moments[1],
            "place": self.place.data or _("Place not known"),
        }

    @property
    def bounded(self) -> bool:
        """Whether what was typed is no longer than it may be, so that it can be kept."""
        return all(len(field.data or "") <= LONGEST_TITLE for field in (self.title, self.place))

    def remembered(self) -> dict[str, str]:
        """What was typed, for the next look at the page; of choices only what is offered."""
        said = {name: self[name].data and str(self[name].data) or "" for name in REMEMBERED}
        for name in CHOSEN:
            if said[name] not in [str(choice.value) for choice in self[name].choices]:
                said[name] = ""
        return said

    def fields(self, meeting: Meeting | None) -> Fields:
        """What they say now, of the `meeting` that is chosen or of a new one."""
        names = {choice.value: choice.label for choice in self.chair_id.choices}
        chair, taker = (
            str(names.get(office.data, "")) if office.data else ""
            for office in (self.chair_id, self.minute_taker_id)
        )
        if meeting is not None:
            there = fields_of(meeting)
            return replace(there, chair=chair or there.chair, minute_taker=taker or there.minute_taker)
        return Fields(
            self.title.data or "",
            self.day.data,
            _clock(self.start.data),
            _clock(self.end.data),
            self.place.data or "",
            chair,
            taker,
        )


CHOSEN = ("meeting_id", "chair_id", "minute_taker_id")
REMEMBERED = (*CHOSEN, "title", "day", "start", "end", "place")


def _clock(said: Any) -> time | None:
    return said if isinstance(said, time) else None


def suggested(
    head: Head, meetings: Sequence[Meeting], last: Meeting | None, people: Sequence[Person]
) -> dict[str, str]:
    """What the form begins with: what the document says; for times that it does not say, the usual ones."""
    start = head.start or (dates.local(last.starts_at).time() if last else time(17))
    end = head.end if head.end and head.end > start else _later(start)
    same = next((one.id for one in meetings if dates.local(one.starts_at).date() == head.day), "")
    return {
        "meeting_id": str(same),
        "title": head.title,
        "day": head.day.isoformat() if head.day else "",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "place": head.place,
        "chair_id": _who(head.chair, people),
        "minute_taker_id": _who(head.minute_taker, people),
    }


def _who(said: str, people: Sequence[Person]) -> str:
    """The id of whom a document names; empty if it is nobody who can be chosen."""
    names = [(person.id, person.name) for person in people]
    found = first_named(said, names) or alone_named(said, names)
    return str(found[0]) if found else ""


def _later(start: time) -> time:
    end = datetime.combine(date(2000, 1, 1), start) + USUAL_LENGTH
    return end.time() if end.day == 1 else time(23, 59)


def begun_with(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The remembered facts as a form takes them; what cannot be read is left empty."""
    said: dict[str, Any] = dict(chosen)
    for name in CHOSEN:
        said[name] = whole_or_none(said.get(name))
    said["day"] = _read(date.fromisoformat, said.get("day"))
    for name in ("start", "end"):
        said[name] = _read(time.fromisoformat, said.get(name))
    return {name: said.get(name) for name in REMEMBERED}


def _read(parse: Any, said: Any) -> Any:
    try:
        return parse(said) if said else None
    except ValueError:
        return None


def kinds_from(sent: Mapping[str, str], pieces: Sequence[Piece], present: Sequence[str]) -> list[str]:
    """The kind of each piece as it was sent; where nothing was sent that it can be, as it was."""
    found = []
    for place, (piece, kind) in enumerate(zip(pieces, present, strict=True)):
        wanted = sent.get(f"kind-{place}", kind)
        can_be = [*allowed(piece), Kind.LEFT, Kind.LISTED]  # what may not be left out stays: see `plan`
        found.append(wanted if wanted in [one.value for one in can_be] else kind)
    return found
