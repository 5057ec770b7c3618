"""What is asked about old minutes."""

from collections.abc import Mapping, Sequence
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
from network.imports.pieces import Piece
from network.imports.reading import ACCEPTED
from network.imports.recognising import Head, Kind, allowed
from network.meetings.models import Meeting
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

    def __init__(self, meetings: Sequence[Meeting], **more: Any) -> None:
        super().__init__(**more)
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
        if self.meeting_id.data is not None or self.moments is None:
            return {"meeting_id": self.meeting_id.data}
        return {
            "title": self.title.data,
            "starts_at": self.moments[0],
            "ends_at": self.moments[1],
            "place": self.place.data or _("Place not known"),
        }

    def remembered(self) -> dict[str, str]:
        """What was typed, for the next look at the page."""
        return {name: self[name].data and str(self[name].data) or "" for name in REMEMBERED}


REMEMBERED = ("meeting_id", "title", "day", "start", "end", "place")


def suggested(head: Head, meetings: Sequence[Meeting], last: Meeting | None) -> dict[str, str]:
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
    }


def _later(start: time) -> time:
    end = datetime.combine(date(2000, 1, 1), start) + USUAL_LENGTH
    return end.time() if end.day == 1 else time(23, 59)


def begun_with(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The remembered facts as a form takes them; what cannot be read is left empty."""
    said: dict[str, Any] = dict(chosen)
    said["meeting_id"] = whole_or_none(said.get("meeting_id"))
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
        found.append(wanted if wanted in [Kind(one).value for one in allowed(piece)] else kind)
    return found
