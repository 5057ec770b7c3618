"""What a document of old minutes says of its meeting: when and where it was, who led it and wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from network.imports.days import days, times
from network.imports.labels import LONGEST_TITLE, PLACE
from network.imports.pieces import Piece, Source, said_in
from network.imports.recognising import is_title

END = 5  # pieces at the end, where the minute-taker may stand
HEAD = 25  # pieces in which the day and the time of the meeting are looked for
_DAY_WORD = re.compile(r"\b(?:datum|vom|am|date|on|sitzung|meeting|termin|treffen)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:nächste\w*|next|bis(?! \d\d?[:. ])|until|due|frist|seit|since)\b", re.IGNORECASE)
_BEGIN = re.compile(r"\b(?:beginn|start|begin\w*|anfang)\b", re.IGNORECASE)
_FINISH = re.compile(r"\b(?:ende|schluss|end|closed|finish)\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"(?:^|(?<=[;,.|(/–])|(?<=\s))[\s*]*(?:"
    r"(?P<both>(?:Sitzungsleitung|Leitung|Moderation|Chair)\s*(?:und|and|&|/|,)\s*(?:Protokoll\w*|Minutes))"
    r"|(?P<chair>Sitzungsleitung|Leitung|Moderation|Moderator(?:in)?|Vorsitz(?:ende[rn]?)?|Gesprächsleitung"
    r"|Versammlungsleitung|Chair(?:person|man|woman)?|Facilitat(?:or|ion))"
    r"|(?P<minute_taker>(?:Für\sdas\s)?Protokoll(?:führung|führer(?:in)?|ant(?:in)?)?|Schriftführ(?:ung|er(?:in)?)"
    r"|Niederschrift|Minutes(?:\sby)?|Minute[\s-]taker|Note[\s-]?taker|Notes(?:\sby)?|Secretary)"
    r")[\s*]*:[\s*]*"
    r"|(?:^|(?<=[;,.|(]\s))(?:(?P<chaired>Chaired\sby|Moderated\sby|Geleitet\svon|Moderiert\svon)"
    r"|(?P<written>Minutes\staken\sby|Recorded\sby|Protokolliert\svon))[\s:]+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Head:
    """What a document says of its meeting; None and empty for what it does not say."""

    title: str = ""
    day: date | None = None
    start: time | None = None
    end: time | None = None
    place: str = ""
    chair: str = ""  # as the document names them
    minute_taker: str = ""


def head_of(source: Source, name: str, today: date) -> Head:
    """Title, day, times and place of the meeting, from the head of the document or from the file's name."""
    pieces = source.pieces[:HEAD]
    said = [line for piece in pieces for line in piece.text.split("\n")]
    stem = name.rpartition(".")[0].replace("_", " ") or name
    titled = next((piece for place, piece in enumerate(pieces[:8]) if is_title(piece, place)), None)
    titled = titled or next((piece for piece in pieces[:3] if piece.level == 1), None)
    start, end = _times(said)
    rows = [line for piece in pieces for line in said_in(piece)]
    place = next((found["place"] for line in rows if (found := PLACE.match(line))), "")
    offices: dict[str, str] = {}
    for line in [*rows, *(line for piece in source.pieces[-END:] for line in said_in(piece))]:
        for office, who in offices_in(line):
            offices.setdefault(office, who)
    return Head(
        title=_title(titled, pieces, stem)[:LONGEST_TITLE],
        day=_day([*(titled.text.split("\n") if titled else ())], said, stem, today),
        start=start,
        end=end,
        place=place[:LONGEST_TITLE],
        chair=offices.get("chair", ""),
        minute_taker=offices.get("minute_taker", ""),
    )


def offices_in(line: str) -> list[tuple[str, str]]:
    """Who a line says was the `chair` and the `minute_taker`, in its words."""
    marks = list(_OFFICE.finditer(line))
    found = []
    ends = [one.start() for one in marks[1:]] + [len(line)]
    for mark, end in zip(marks, ends, strict=False):  # without any mark there is one end
        said = line[mark.end() : end].strip(" \t,;.|(/–*")
        names = {
            "chair": mark["chair"] or mark["chaired"],
            "minute_taker": mark["minute_taker"] or mark["written"],
        }
        found += [(office, said) for office, named in names.items() if said and (named or mark["both"])]
    return found


def begins_with_office(line: str) -> bool:
    """Whether no words stand before the first of `offices_in`."""
    first = _OFFICE.search(line)
    return first is not None and not re.search(r"\w", line[: first.start()])


def _title(titled: Piece | None, pieces: Sequence[Piece], stem: str) -> str:
    """The title; what goes on with small letters in the next line belongs to it."""
    if titled is None:
        return stem
    place = next(place for place, piece in enumerate(pieces) if piece is titled)
    below = pieces[place + 1].text if place + 1 < len(pieces) else ""
    more = below if below[:1].islower() and len(below) < LONGEST_TITLE else ""
    return " ".join(f"{titled.text} {more}".split())


def _day(titled: list[str], said: list[str], stem: str, today: date) -> date | None:
    """The first day that has been: of the title, of a line that speaks of the meeting, of any other line."""
    said = [line for line in said if not _LATER.search(line)]
    of_name = re.sub(r"(\d{4})(\d\d)(\d\d)", r"\1-\2-\3", stem)
    for line in (*titled, *filter(_DAY_WORD.search, said), *said, of_name):
        for _at, day in days(line):
            if day <= today:
                return day
    return None


def _times(said: list[str]) -> tuple[time | None, time | None]:
    start = end = None
    for line in said:
        found = times(line)
        if len(found) >= 2 and start is None:
            return found[0], found[1]
        if found and start is None and not _FINISH.search(line):
            start = found[0]
        elif found and end is None and _FINISH.search(line) and not _BEGIN.search(line):
            end = found[0]
    return start, end
