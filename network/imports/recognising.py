"""What the pieces of old minutes are likely to be. All of it is a suggestion that a person looks at."""

import re
from collections.abc import Sequence
from datetime import date

from network.drafts.tree import LISTS
from network.imports.days import days
from network.imports.labels import (
    ACTION,
    ATTENDANCE,
    CHECKED,
    DECISION,
    LONGEST_ACTION,
    LONGEST_DECISION,
    LONGEST_TITLE,
    NUMBERED,
    PLACE,
    PLAIN_NUMBER,
    Kind,
    is_label,
    without_number,
)
from network.imports.pieces import Piece, Source, lines

_TITLE = re.compile(
    r"protokoll|niederschrift|vermerk|minutes\b|mitschrift|sitzungsbericht|record of|notes of", re.IGNORECASE
)
_AGENDA = re.compile(r"^\W*(?:tagesordnung|agenda|themen|ablauf|programme?)\W*$", re.IGNORECASE)


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
        return Kind.ATTENDANCE if any(ATTENDANCE.match(cell) for cell in head) else None
    first = text.split("\n")[0]
    checked = CHECKED.match(first)
    if checked:
        return (
            Kind.DONE
            if (checked["box"] or checked["sign"]) in ("x", "X", "☑", "☒", "✓", "✔")
            else Kind.ACTION
        )
    if DECISION.match(first):
        return Kind.DECISION
    if ACTION.match(first):
        return Kind.ACTION
    return Kind.ATTENDANCE if ATTENDANCE.match(first) else None


def _announced(text: str) -> Kind | None:
    """What a heading says of the lines below it."""
    if is_label(text, Kind.DECISION):
        return Kind.DECISION
    if is_label(text, Kind.ACTION):
        return Kind.ACTION
    return Kind.ATTENDANCE if ATTENDANCE.match(text) else None


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
    titles = {place for place, piece in enumerate(pieces[:8]) if is_title(piece, place)}
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


def is_title(piece: Piece, place: int) -> bool:
    """Whether a piece at the beginning is the title of the whole document."""
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
    return {**{p: kind for p, kind in numbered.items() if NUMBERED.match(pieces[p].text)}, **found}


def _numbered(pieces: Sequence[Piece], titles: set[int]) -> dict[int, Kind]:
    """Lines that begin with "TOP 1", or else with a number: those of the minutes, not of the list before."""
    for pattern in (NUMBERED, PLAIN_NUMBER):
        found: dict[int, tuple[int, int]] = {}
        for place, piece in enumerate(pieces):
            match = pattern.match(piece.text) if place not in titles and _short(piece) else None
            if match is None and pattern is PLAIN_NUMBER and piece.list and piece.looks("bold"):
                found[place] = (_place_in_list(piece), 0)
            elif match is not None and not (pattern is PLAIN_NUMBER and _is_sentence(piece, match.end())):
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
