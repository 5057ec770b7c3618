"""The words by which old minutes say what a line is: an item, a decision, an action, who was there."""

import re
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from network.things import Labelled

LONGEST_TITLE = 200
LONGEST_DECISION = 5_000
LONGEST_ACTION = 500


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
DECISION = re.compile(
    rf"{_START}(?:Beschl(?:u(?:ss|ß)|üsse)|Beschlossen(?:\s(?:wird|wurde|ist))?"
    r"|Es\s(?:wird|wurde|ist)(?:\s[\w-]+)?\sbeschlossen|Entscheidung(?:en)?|Festlegung(?:en)?"
    r"|Decisions?|Decided|Resolved|Resolutions?|Agreed)"
    rf"{_NUMBER}{_MORE}{_END}",
    re.IGNORECASE,
)
ACTION = re.compile(
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
ATTENDANCE = re.compile(
    rf"^\W*(?:{_ABSENT}|{_EXCUSED}|{_ONLINE}|{_PRESENT}|Gäste|Guests)(?:\s[\w/-]+){{0,3}}{_MORE}\s*(?::|$)",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"^(?P<word>TOP|Tagesordnungspunkt|Punkt|Agenda\sitem|Item|Agendapunkt|Top\.)\s*"
    r"(?P<number>\d{1,2})(?:[.](?P<sub>\d{1,2}))?(?:[.):]|\s*[–—-](?=\s)|(?=\s|$))[.:]?\s*",
    re.IGNORECASE,
)
PLAIN_NUMBER = re.compile(r"^(?P<number>\d{1,2})(?:\.(?P<sub>\d{1,2}))?[.):]?(?<=[.):\d])\s+(?=\S)")
PLACE = re.compile(
    r"^\W*(?:ort|place|venue|location|wo|where|sitzungsort)\s*:\s*(?P<place>.+)$", re.IGNORECASE
)
CHECKED = re.compile(r"^\s*(?:\[(?P<box>[ xX])\]|(?P<sign>[☐☑☒✓✔]))\s*")


def begins_anew(line: str) -> bool:
    """Whether a line is the beginning of something of its own, and not the rest of what stands before it."""
    known = (DECISION, ACTION, ATTENDANCE, NUMBERED, CHECKED)
    return any(one.match(line.strip()) for one in known)


def without_label(text: str, kind: str) -> str:
    """The words of a decision or action without the word that says what it is.

    A label that says more stays: its number in the old minutes, or how it was decided.
    """
    checked = CHECKED.match(text)
    text = text[checked.end() :] if checked else text
    first, _break, more = text.partition("\n")
    if more and is_label(first, kind):
        return first.strip() + "\n" + more if re.search(r"\d|\(", first) else more
    found = (DECISION if kind == Kind.DECISION else ACTION).match(text)
    if found is None:
        return text.strip()
    label = found[0]
    says_more = re.search(r"\d|\(", label)
    return text.strip() if says_more or not text[found.end() :].strip() else text[found.end() :].strip()


def is_label(text: str, kind: str) -> bool:
    """Whether it is only the word that says what comes next."""
    found = (DECISION if kind == Kind.DECISION else ACTION).match(text.strip())
    return found is not None and not text.strip()[found.end() :].strip()


def without_number(title: str) -> tuple[str, str]:
    """The number with which a heading begins (3, 3.1), empty without one, and the heading without it."""
    found = NUMBERED.match(title) or PLAIN_NUMBER.match(title)
    rest = title[found.end() :].strip() if found else ""
    if found is None or not rest:
        return "", title
    sub = found["sub"]
    return (f"{found['number']}.{sub}" if sub else found["number"]), rest


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
