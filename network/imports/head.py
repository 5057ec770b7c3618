"""What the head of a document says that stands in the fields of the meeting, too, and so can be left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from network.dates import local
from network.drafts.tree import Run
from network.imports.about_meeting import begins_with_office, offices_in
from network.imports.days import days, times, without
from network.imports.labels import PLACE
from network.imports.names import spaced, stands_in
from network.imports.pieces import Piece, runs_of, said_in
from network.meetings.models import Meeting

_WHEN = re.compile(
    r"^\W*(?:datum|tag|sitzungsdatum|zeit|uhrzeit|termin|wann|beginn|ende|date|day|time|when|start|end"
    r"|datum und zeit|date and time)\s*:\s*",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"\b(?:uhr|h|bis|von|vom|am|um|ca|zeit|uhrzeit|beginn|ende|from|to|until|at|on|time|start|end|a\.?m|p\.?m)\b",
    re.IGNORECASE,
)
_WEEKDAYS = (
    ("montag", "mo", "monday", "mon"),
    ("dienstag", "di", "tuesday", "tue"),
    ("mittwoch", "mi", "wednesday", "wed"),
    ("donnerstag", "do", "thursday", "thu"),
    ("freitag", "fr", "friday", "fri"),
    ("samstag", "sa", "saturday", "sat", "sonnabend"),
    ("sonntag", "so", "sunday", "sun"),
)


@dataclass(frozen=True)
class Fields:
    """What the fields of the meeting say."""

    title: str
    day: date | None
    start: time | None
    end: time | None
    place: str
    chair: str = ""  # names
    minute_taker: str = ""


def fields_of(meeting: Meeting) -> Fields:
    """Those of a meeting that is there."""
    starts, ends = local(meeting.starts_at), local(meeting.ends_at)
    return Fields(
        meeting.title,
        starts.date(),
        starts.time(),
        ends.time(),
        meeting.place,
        meeting.chair.name if meeting.chair else "",
        meeting.minute_taker.name if meeting.minute_taker else "",
    )


def is_office(piece: Piece) -> bool:
    """Whether it says who chaired or wrote, as the end of minutes often does."""
    said = said_in(piece)
    return bool(said) and all(offices_in(line) for line in said)


def stands_above(piece: Piece, fields: Fields) -> bool:
    """Whether each of its lines says what the fields say, and nothing else. A link always says more."""
    if any(isinstance(run, Run) and "link" in run.marks for run in runs_of(piece.node)):
        return False
    said = said_in(piece)
    return bool(said) and all(_stands(line, fields) for line in said)


def _stands(line: str, fields: Fields) -> bool:
    if not spaced(line):
        return True
    if stands_in(line, fields.title):
        return True
    if found := PLACE.match(line):
        return spaced(found["place"]) == spaced(fields.place)
    if offices := offices_in(line):
        names = {"chair": fields.chair, "minute_taker": fields.minute_taker}
        return all(
            bool(spaced(said)) and stands_in(said, names[office]) for office, said in offices
        ) and begins_with_office(line)
    return bool(_WHEN.match(line)) and _says_only_when(line, fields)


def _says_only_when(line: str, fields: Fields) -> bool:
    found = [day for _at, day in days(line)]
    clock = times(line)
    if not (found or clock) or any(day != fields.day for day in found):
        return False
    if any(one not in (fields.start, fields.end) for one in clock):
        return False
    words = _JOINING.sub(" ", without(_WHEN.sub("", line)))
    of_day: Sequence[str] = _WEEKDAYS[fields.day.weekday()] if fields.day else ()
    return all(word in of_day for word in spaced(words).split())
