"""What the pieces of old minutes are likely to be. All of it is a suggestion that a person looks at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from flask_babel import lazy_gettext as _l

from network.drafts.tree import LISTS
from network.imports.days import days, times
from network.imports.pieces import Piece, Source, lines, said_in
from network.things import Labelled

LONGEST_TITLE = 200
LONGEST_DECISION = 5_000
LONGEST_ACTION = 500
END = 5  # pieces at the end, where the minute-taker may stand
HEAD = 25  # pieces in which the day and the time of the meeting are looked for


class Kind(Labelled):
    """What a piece becomes."""

    ITEM = "item", _l("Agenda item")
    SUB = "sub", _l("Sub-item")
    HEADING = "heading", _l("Heading in the text")
    TEXT = "text", _l("Text")
    DECISION = "decision", _l("Decision")
    ACTION = "action", _l("Action, still open")
    DONE = "done", _l("Action, done")
    ATTENDANCE = "attendance", _l("Attendance")
    LISTED = "listed", _l("Left out (stands on the list of attendance)")
    LEFT = "left", _l("Left out (stands in the fields above)")


_START = r"^[\s>→⇒➔=!*\[(]*"
_END = r"[\])]*\s*(?::|–(?=\s)|—|-(?=\s)|$)[\s*]*"
_MORE = r"(?:\s*\([^)]{1,80}\))?"
_NUMBER = r"(?:\s*(?:Nr\.?|No\.?|Number|#)?\s*[\w]{0,12}[-\s]?\d[\d./-]{0,12}[a-z]?)?"
_DECISION = re.compile(
    rf"{_START}(?:Beschl(?:u(?:ss|ß)|üsse)|Beschlossen(?:\s(?:wird|wurde|ist))?"
    r"|Es\s(?:wird|wurde|ist)(?:\s[\w-]+)?\sbeschlossen|Entscheidung(?:en)?|Festlegung(?:en)?"
    r"|Decisions?|Decided|Resolved|Resolutions?|Agreed)"
    rf"{_NUMBER}{_MORE}{_END}",
    re.IGNORECASE,
)
_ACTION = re.compile(
    rf"{_START}(?:(?:Arbeits)?Auftr(?:ag|äge)|Aufgaben?(?:verteilung)?|To[\s-]?Dos?|Zu\serledigen"
    r"|Maßnahmen?|Massnahmen?|Offene\sPunkte|Nächste\sSchritte|Next\ssteps?"
    r"|Actions?(?:\s(?:items?|points?))?|Tasks?)"
    rf"{_NUMBER}{_MORE}{_END}",
    re.IGNORECASE,
)
_PRESENT = (
    r"Anwesen(?:d|de|heit|heitsliste)|Teilnehm(?:er|ende|erinnen|erliste)\w*|Teilnahme|Dabei|TN"
    r"|Present|Attendees|Attendance|Attended|Participants|In\sattendance"
)
_ONLINE = r"Online|Digital|Per\sVideo|By\svideo|Remote|Zugeschaltet"
_EXCUSED = r"Entschuldigt|Excused|Apologies|Regrets"
_ABSENT = r"Abwesend|Fehlend|Unentschuldigt|Nicht\sanwesend|Absent|Not\spresent"
_LIST = re.compile(
    rf"(?:^|[\s;.(])(?P<word>(?P<absent>{_ABSENT})|(?P<excused>{_EXCUSED})|(?P<online>{_ONLINE})|(?P<present>{_PRESENT}))"
    rf"(?:\s(?:sind|waren|were|are|für|for|from)\b)?{_MORE}\s*(?::|$)",
    re.IGNORECASE | re.MULTILINE,
)
_ATTENDANCE = re.compile(
    rf"^\W*(?:{_ABSENT}|{_EXCUSED}|{_ONLINE}|{_PRESENT}|Gäste|Guests)(?:\s[\w/-]+){{0,3}}{_MORE}\s*(?::|$)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^(?P<word>TOP|Tagesordnungspunkt|Punkt|Agenda\sitem|Item|Agendapunkt|Top\.)\s*"
    r"(?P<number>\d{1,2})(?:[.](?P<sub>\d{1,2}))?(?:[.):]|\s*[–—-](?=\s)|(?=\s|$))[.:]?\s*",
    re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(r"^(?P<number>\d{1,2})(?:\.(?P<sub>\d{1,2}))?[.):]?(?<=[.):\d])\s+(?=\S)")
_TITLE = re.compile(
    r"protokoll|niederschrift|vermerk|minutes\b|mitschrift|sitzungsbericht|record of|notes of", re.IGNORECASE
)
_DAY_WORD = re.compile(r"\b(?:datum|vom|am|date|on|sitzung|meeting|termin|treffen)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:nächste\w*|next|bis(?! \d\d?[:. ])|until|due|frist|seit|since)\b", re.IGNORECASE)
_BEGIN = re.compile(r"\b(?:beginn|start|begin\w*|anfang)\b", re.IGNORECASE)
_FINISH = re.compile(r"\b(?:ende|schluss|end|closed|finish)\b", re.IGNORECASE)
PLACE = re.compile(
    r"^\W*(?:ort|place|venue|location|wo|where|sitzungsort)\s*:\s*(?P<place>.+)$", re.IGNORECASE
)
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
_AGENDA = re.compile(r"^\W*(?:tagesordnung|agenda|themen|ablauf|programme?)\W*$", re.IGNORECASE)
_CHECKED = re.compile(r"^\s*(?:\[(?P<box>[ xX])\]|(?P<sign>[☐☑☒✓✔]))\s*")


def begins_anew(line: str) -> bool:
    """Whether a line is the beginning of something of its own, and not the rest of what stands before it."""
    known = (_DECISION, _ACTION, _ATTENDANCE, _NUMBERED, _CHECKED)
    return any(one.match(line.strip()) for one in known)


def without_label(text: str, kind: str) -> str:
    """The words of a decision or action without the word that says what it is.

    A label that says more stays: its number in the old minutes, or how it was decided.
    """
    checked = _CHECKED.match(text)
    text = text[checked.end() :] if checked else text
    first, _break, more = text.partition("\n")
    if more and is_label(first, kind):
        return first.strip() + "\n" + more if re.search(r"\d|\(", first) else more
    found = (_DECISION if kind == Kind.DECISION else _ACTION).match(text)
    if found is None:
        return text.strip()
    label = found[0]
    says_more = re.search(r"\d|\(", label)
    return text.strip() if says_more or not text[found.end() :].strip() else text[found.end() :].strip()


def is_label(text: str, kind: str) -> bool:
    """Whether it is only the word that says what comes next."""
    found = (_DECISION if kind == Kind.DECISION else _ACTION).match(text.strip())
    return found is not None and not text.strip()[found.end() :].strip()


def without_number(title: str) -> tuple[str, str]:
    """The number with which a heading begins (3, 3.1), empty without one, and the heading without it."""
    found = _NUMBERED.match(title) or _PLAIN_NUMBER.match(title)
    rest = title[found.end() :].strip() if found else ""
    if found is None or not rest:
        return "", title
    sub = found["sub"]
    return (f"{found['number']}.{sub}" if sub else found["number"]), rest


# Kinds


def kinds_of(source: Source, *, today: date, held: date | None) -> list[Kind]:
    """A kind for each piece. Actions whose day has passed, or of long ago, are suggested as done."""
    pieces = source.pieces
    headings = _headings(pieces)
    first = min(headings, default=len(pieces))
    kinds: list[Kind] = []
    label: tuple[Kind, int] | None = None  # what a line has announced for those after it, and in which list
    for place, piece in enumerate(pieces):
        text = piece.text
        kind = _by_words(piece, text)
        if place in headings and piece.level and kind is not None and not _only_announces(text, kind):
            kind = None
        if place in headings and kind is None:
            kind, label = headings[place], None
            if kind != Kind.ITEM and (names := _announced(text)):
                label = (names, -1)
        elif kind is not None and _only_announces(text, kind):
            label = (kind, -1)
            kind = Kind.HEADING if piece.level else Kind.ATTENDANCE if kind == Kind.ATTENDANCE else Kind.TEXT
        elif kind is not None:
            label = None
        elif label is not None and _is_meant(piece, label):
            kind, label = label[0], (label[0], piece.list)
            if not piece.list and kind != Kind.ATTENDANCE:
                label = None
        else:
            label = None
        if kind == Kind.ATTENDANCE and place > first + 6:
            kind = Kind.TEXT
        kinds.append(_fitting(piece, kind or Kind.TEXT, today=today, held=held))
    return kinds


def allowed(piece: Piece) -> list[Kind]:
    """What a piece can become: of a table no heading, and nothing that is too long for its place."""
    text = piece.text
    if piece.is_table:
        return [Kind.TEXT, Kind.ATTENDANCE, *([Kind.ACTION, Kind.DONE] if columns(piece) else [])]
    found = [Kind.ITEM, Kind.SUB, Kind.HEADING, Kind.TEXT]
    found += [Kind.DECISION] if len(text) <= LONGEST_DECISION else []
    found += [Kind.ACTION, Kind.DONE] if len(text) <= LONGEST_ACTION else []
    return [*found, Kind.ATTENDANCE]


def _by_words(piece: Piece, text: str) -> Kind | None:
    if piece.is_table:
        if columns(piece):
            return Kind.ACTION
        head = [" ".join(lines(cell)) for cell in piece.node.children[0].children]
        return Kind.ATTENDANCE if any(_ATTENDANCE.match(cell) for cell in head) else None
    first = text.split("\n")[0]
    checked = _CHECKED.match(first)
    if checked:
        return (
            Kind.DONE
            if (checked["box"] or checked["sign"]) in ("x", "X", "☑", "☒", "✓", "✔")
            else Kind.ACTION
        )
    if _DECISION.match(first):
        return Kind.DECISION
    if _ACTION.match(first):
        return Kind.ACTION
    return Kind.ATTENDANCE if _ATTENDANCE.match(first) else None


def _announced(text: str) -> Kind | None:
    """What a heading says of the lines below it."""
    if is_label(text, Kind.DECISION):
        return Kind.DECISION
    if is_label(text, Kind.ACTION):
        return Kind.ACTION
    return Kind.ATTENDANCE if _ATTENDANCE.match(text) else None


def _only_announces(text: str, kind: Kind) -> bool:
    if kind in (Kind.DECISION, Kind.ACTION):
        return is_label(text, kind)
    return kind == Kind.ATTENDANCE and not re.sub(r"^[^:]*:?", "", text).strip()


def _is_meant(piece: Piece, label: tuple[Kind, int]) -> bool:
    """Whether a line still belongs to what was announced: the next one, or the list that it begins."""
    kind, in_list = label
    if kind == Kind.ATTENDANCE:
        return not piece.level
    return in_list in (-1, piece.list) and not piece.is_table


def _fitting(piece: Piece, kind: Kind, *, today: date, held: date | None) -> Kind:
    if kind not in allowed(piece):
        return Kind.TEXT
    if kind != Kind.ACTION:
        return kind
    due = [day for _at, day in days(piece.text, held)]
    last = max(due, default=None)
    if last is not None:
        return Kind.ACTION if last >= today else Kind.DONE
    return Kind.DONE if held is not None and (today - held).days > 180 else Kind.ACTION


# Headings


def _headings(pieces: Sequence[Piece]) -> dict[int, Kind]:
    """Which pieces are headings, and of what: by the way in which this document makes them."""
    titles = {place for place, piece in enumerate(pieces[:8]) if _is_title(piece, place)}
    styled = {p: one.level for p, one in enumerate(pieces) if one.level and p not in titles}
    numbered = _numbered(pieces, titles)
    if len(styled) >= 2 or (styled and not numbered):
        return _by_level(pieces, styled, numbered)
    if numbered:
        return numbered
    for mark in ("bold", "underline"):
        looking = {
            place
            for place, piece in enumerate(pieces)
            if place not in titles and _short(piece) and piece.looks(mark)
        }
        looking = {place for place in looking if not _only_said(pieces[place])}
        if looking:
            return dict.fromkeys(looking, Kind.ITEM)
    plain = {p for p, one in enumerate(pieces) if p not in titles and _stands_out(pieces, p, one)}
    return dict.fromkeys(plain, Kind.ITEM)


def _is_title(piece: Piece, place: int) -> bool:
    if piece.is_title or not _short(piece):
        return piece.is_title
    text = piece.text
    if place == 0 and any(True for _ in days(text)) and not text.endswith("."):
        return True
    return place < 3 and bool(_TITLE.search(text))


def _short(piece: Piece) -> bool:
    text = piece.text
    return not piece.is_table and 0 < len(text) <= LONGEST_TITLE and "\n" not in text


def _only_said(piece: Piece) -> bool:
    """Whether a line that looks like a heading is one of the head: "Anwesend:", "Ort: ...", "Beschluss"."""
    text = piece.text
    return bool(
        _by_words(piece, text)
        or _AGENDA.match(text)
        or PLACE.match(text)
        or re.match(r"^[\w\s-]{3,30}:\s*\S", text)
    )


def _stands_out(pieces: Sequence[Piece], place: int, piece: Piece) -> bool:
    """A short line in capitals, or one that ends with a colon, with more below it."""
    text = piece.text
    below = pieces[place + 1] if place + 1 < len(pieces) else None
    if piece.list or not _short(piece) or len(text) > 80 or below is None or _only_said(piece):
        return False
    return text.isupper() and len(text) > 3


def _by_level(pieces: Sequence[Piece], styled: dict[int, int], numbered: dict[int, Kind]) -> dict[int, Kind]:
    """By their levels: the highest that comes more than once makes items, what is below stays in the text."""
    heights = sorted(styled.values())
    top = heights[0]
    if (
        heights.count(top) == 1
        and len(heights) > 1
        and min(styled) == min(p for p in styled if styled[p] == top)
    ):
        below = [height for height in heights if height > top]
        top = below[0] if below else top
    found: dict[int, Kind] = {}
    for place, level in styled.items():
        text = pieces[place].text
        number, _rest = without_number(text)
        if level < top:
            found[place] = Kind.HEADING
        elif level == top:
            before_all = not any(kind == Kind.ITEM for kind in found.values())
            head = before_all and (_announced(text) == Kind.ATTENDANCE or _AGENDA.match(text))
            found[place] = (
                Kind.HEADING if head or _announced(text) in (Kind.DECISION, Kind.ACTION) else Kind.ITEM
            )
        else:
            found[place] = Kind.SUB if "." in number else Kind.HEADING
    if Kind.ITEM not in found.values():
        return numbered or dict.fromkeys(styled, Kind.ITEM)
    return {**{p: kind for p, kind in numbered.items() if _NUMBERED.match(pieces[p].text)}, **found}


def _numbered(pieces: Sequence[Piece], titles: set[int]) -> dict[int, Kind]:
    """Lines that begin with "TOP 1", or else with a number: those of the minutes, not of the list before."""
    for pattern in (_NUMBERED, _PLAIN_NUMBER):
        found: dict[int, tuple[int, int]] = {}
        for place, piece in enumerate(pieces):
            match = pattern.match(piece.text) if place not in titles and _short(piece) else None
            if match is None and pattern is _PLAIN_NUMBER and piece.list and piece.looks("bold"):
                found[place] = (_place_in_list(piece), 0)
            elif match is not None and not (pattern is _PLAIN_NUMBER and _is_sentence(piece, match.end())):
                found[place] = (int(match["number"]), int(match["sub"] or 0))
        kept = _after_the_list(found)
        if len(kept) >= 2:
            return {p: Kind.SUB if sub else Kind.ITEM for p, (_number, sub) in kept.items()}
    return {}


def _place_in_list(piece: Piece) -> int:
    return int(piece.node.attributes.get("start", 1)) if piece.node.name in LISTS else 0


def _is_sentence(piece: Piece, begins: int) -> bool:
    """A number before a whole sentence, or before what is no word: a day, a line of a list."""
    text = piece.text
    if any(at == 0 for at, _day in days(text)) or piece.looks("bold"):
        return not piece.looks("bold")
    return text.rstrip().endswith((".", ";", ",")) or not text[begins : begins + 1].isalpha()


def _after_the_list(found: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Without those whose number comes once more below: the agenda stands above the minutes as a list."""
    last = {number: place for place, number in found.items()}
    return {place: number for place, number in found.items() if last[number] == place}


# Tables of what is to be done

_WHAT = re.compile(
    r"^\W*(?:was|aufgabe\w*|to[\s-]?dos?|ma(?:ß|ss)nahmen?|what|tasks?|actions?(?: items?)?|auftr\w+)\W*$",
    re.I,
)
_WHO = re.compile(
    r"^\W*(?:wer|verantwortlich\w*|zuständig\w*|person|who|owner|responsible|by whom|durch)\W*$", re.I
)
_WHEN = re.compile(
    r"^\W*(?:bis(?: wann)?|wann|termin|frist|fällig\w*|when|by when|due(?: date)?|deadline)\W*$", re.I
)


def columns(piece: Piece) -> dict[str, int] | None:
    """In a table of actions the columns `what`, `who`, `when`; None for any other table."""
    if not piece.is_table or len(piece.node.children) < 2:
        return None
    found: dict[str, int] = {}
    for place, cell in enumerate(piece.node.children[0].children):
        words = " ".join(lines(cell))
        for name, pattern in (("what", _WHAT), ("who", _WHO), ("when", _WHEN)):
            if name not in found and pattern.match(words):
                found[name] = place
    return found if "what" in found and len(found) > 1 else None


# The meeting


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
    titled = next((piece for place, piece in enumerate(pieces[:8]) if _is_title(piece, place)), None)
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


def says_of_row(cells: Sequence[str]) -> str:
    """What a row of a table of attendance says of whoever stands in it; empty if it says nothing."""
    for cell in cells:
        for says, words in (
            ("absent", _ABSENT),
            ("excused", _EXCUSED),
            ("online", _ONLINE),
            ("present", _PRESENT),
        ):
            if re.match(rf"\W*(?:{words})\b", cell, re.IGNORECASE):
                return says
    return ""


def parts_of_list(text: str) -> list[tuple[str, str, bool]]:
    """The parts of a list of attendance, each with what it says: `present`, `online`, `excused`, `absent`.

    What stands before any such word says nothing of itself. The third is whether the word stands alone,
    without a number of people or anything else that is said of them all.
    """
    found = list(_LIST.finditer(text))
    starts = [one.start() for one in found] + [len(text)]
    parts = [("", text[: starts[0]], True)] if text[: starts[0]].strip() else []
    for one, end in zip(found, starts[1:], strict=True):
        says = next(name for name in ("absent", "excused", "online", "present") if one[name])
        parts.append((says, text[one.end() : end], "(" not in one[0].lstrip(" (;.")))
    return parts
