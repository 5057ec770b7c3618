"""What old minutes become: items with their texts, decisions and actions, in the order of the document."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flask_babel import gettext as _

from network.drafts.tree import LISTS, Node, Run
from network.imports.days import days
from network.imports.head import Fields, is_office, stands_above
from network.imports.labels import (
    LONGEST_ACTION,
    LONGEST_DECISION,
    LONGEST_TITLE,
    Kind,
    without_label,
    without_number,
)
from network.imports.names import Known, alone_named, first_named
from network.imports.pieces import Piece, lines, paragraph, runs_of
from network.imports.present import There, listed
from network.imports.recognising import allowed, columns
from network.texts import folded

_BY = re.compile(
    r"(?:\bbis(?:\s(?:zum|spätestens|ende))?|\bspätestens(?:\sam)?|\bfällig(?:\sam)?|\btermin:?|\bfrist:?"
    r"|\bby|\bdue(?:\son)?:?|\buntil|\bbefore|\bdeadline:?)\s*:?\s*(?:\w{2,10}\.?,?\s)?$",
    re.IGNORECASE,
)
MOST_THERE = 300  # on the list of attendance of one meeting
_MOST = {Kind.DECISION: LONGEST_DECISION, Kind.ACTION: LONGEST_ACTION, Kind.DONE: LONGEST_ACTION}


@dataclass(frozen=True)
class Deed:
    """A decision, or an action with who does it by when as far as that was recognised."""

    kind: Kind
    text: str
    person_id: int | None = None
    organisation_id: int | None = None
    due_on: date | None = None
    who: str = ""  # the name that was recognised, as the network has it


@dataclass
class Item:
    """An item of the agenda as it will be. `number` is 0 for what stands before the first heading."""

    title: str
    number: str
    mark: str  # by which the form names it
    is_sub: bool = False
    internal: bool = False
    parts: list[Node | Deed] = field(default_factory=list)

    @property
    def decides(self) -> bool:
        """Whether something was decided on it."""
        return any(isinstance(part, Deed) and part.kind == Kind.DECISION for part in self.parts)


@dataclass
class Line:
    """What one piece becomes, to be shown beside it."""

    piece: Piece
    kind: Kind
    item: Item | None = None  # that begins with it
    deeds: list[Deed] = field(default_factory=list)
    there: list[There] = field(default_factory=list)  # whom it puts on the list of attendance
    rest: list[str] = field(default_factory=list)  # what of a list of attendance is nobody's name
    above: bool = False  # all that it says stands in the fields of the meeting
    on_list: bool = False  # all that it says stands on the list of attendance

    @property
    def choices(self) -> list[Kind]:
        """What it can become: it is left out only if what it says stands elsewhere."""
        found = allowed(self.piece)
        found += [Kind.LEFT] if self.above else []
        return [*found, Kind.LISTED] if self.on_list else found


@dataclass
class Plan:
    """All that will be made of a document."""

    items: list[Item]
    lines: list[Line]
    there: list[There]  # each once


BEFORE = "before"  # the mark of what stands before the first item; of others it is the number of their line


def plan(
    pieces: Sequence[Piece],
    kinds: Sequence[Kind],
    known: Known,
    held: date | None,
    fields: Fields | None = None,
    internal: Collection[str] = (),
    only_text: Collection[str] = (),
) -> Plan:
    """Build it: every piece goes into exactly one place.

    What shall be left out stays all the same unless `fields` or the list of attendance say it. `internal`
    are marks of items, `only_text` the keys of names that shall not be on the list of attendance.
    """
    made = Plan([], [], [])
    says = "present"
    for number, (piece, kind) in enumerate(zip(pieces, kinds, strict=True)):
        line = Line(piece, kind)
        made.lines.append(line)
        if kind == Kind.ITEM or (kind == Kind.SUB and made.items):
            line.item = _item(piece, kind, made.items, str(number))
            line.item.internal = line.item.mark in internal
            made.items.append(line.item)
            continue
        begun = any(item.number != "0" for item in made.items)
        line.above = fields is not None and (not begun or is_office(piece)) and stands_above(piece, fields)
        if kind in (Kind.ATTENDANCE, Kind.LISTED, Kind.HEADING):
            says = _attend(line, number, says, known, made, only_text)
        if (kind == Kind.LEFT and line.above) or (kind == Kind.LISTED and line.on_list):
            continue
        if kind in (Kind.LEFT, Kind.LISTED):
            line.kind = Kind.TEXT if kind == Kind.LEFT else Kind.ATTENDANCE
        if not made.items:
            line.item = Item(_("Preliminary notes"), "0", BEFORE, internal=BEFORE in internal)
            made.items.append(line.item)
        parts = made.items[-1].parts
        if kind in (Kind.DECISION, Kind.ACTION, Kind.DONE):
            deeds = _deeds(piece, kind, known, held)
            if all(len(deed.text) <= _MOST[deed.kind] for deed in deeds):
                line.deeds = deeds
                parts += deeds
                continue
            line.kind = Kind.TEXT  # a row of a table may make more than an action can say
        _join(parts, _as_heading(piece) if kind in (Kind.HEADING, Kind.SUB) else piece)
    return made


def _attend(line: Line, number: int, says: str, known: Known, made: Plan, only_text: Collection[str]) -> str:
    """Note who is on the list; returns what the list says at its end."""
    found = listed(line.piece, says, known, str(number))
    if line.kind == Kind.HEADING:
        line.on_list = found.whole and not found.there  # it only says what the lines below it say
        return found.says
    seen = {one.whose for one in made.there}
    for one in found.there:
        if one.whose in seen or len(made.there) >= MOST_THERE:
            found.whole = False
            continue
        seen.add(one.whose)
        shown = replace(one, as_text=one.key in only_text)
        line.there.append(shown)
        found.whole = found.whole and not shown.as_text
        if not shown.as_text:
            made.there.append(shown)
    line.rest, line.on_list = found.rest, found.whole
    return found.says


def _item(piece: Piece, kind: Kind, items: list[Item], mark: str) -> Item:
    """The number of the heading is left out where the item gets the same one."""
    said = " ".join(piece.text.split())
    tops = [item for item in items if not item.is_sub and item.number != "0"]
    if kind == Kind.SUB and tops:
        subs = 0
        for item in reversed(items):
            if not item.is_sub:
                break
            subs += 1
        number = f"{len(tops)}.{subs + 1}"
    else:
        number = str(len(tops) + 1)
    given, rest = without_number(said)
    title = rest if given == number else said
    item = Item(title, number, mark, is_sub=kind == Kind.SUB and bool(tops))
    if len(title) > LONGEST_TITLE:
        item.title = title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
        item.parts.append(paragraph(said))
    elif (
        any(isinstance(run, Run) and "link" in run.marks for run in runs_of(piece.node)) or "\n" in piece.text
    ):
        item.parts.append(_paragraph_of(piece))  # a title holds no links and no lines
    return item


def _paragraph_of(piece: Piece) -> Node:
    return Node("paragraph", runs=list(runs_of(piece.node)))


def _as_heading(piece: Piece) -> Piece:
    """Below the heading of its item."""
    runs = [one if isinstance(one, Run) else Run(" ") for one in runs_of(piece.node)]
    return Piece(Node("heading", {"level": 3}, runs=[*runs]))


def _join(parts: list[Node | Deed], piece: Piece) -> None:
    """Add a text; an item of the list that stands there already is added to that."""
    last = parts[-1] if parts else None
    node = piece.node
    if (
        piece.list
        and isinstance(last, Node)
        and last.name == node.name
        and last.attributes.get("piece list") == piece.list
    ):
        last.children += node.children
        return
    if node.name in LISTS:
        node = Node(node.name, {**node.attributes, "piece list": piece.list}, list(node.children))
    parts.append(node)


# Decisions and actions


def _deeds(piece: Piece, kind: Kind, known: Known, held: date | None) -> list[Deed]:
    found = columns(piece)
    if found:
        return _of_rows(piece, kind, found, known, held)
    text = without_label(_with_addresses(piece), kind)
    if kind == Kind.DECISION:
        return [Deed(kind, text)]
    text = "; ".join(text.split("\n"))  # an action is one line
    person = _person(text, known)
    organisation = None if person else _organisation(text, known)
    who = person or organisation
    return [
        Deed(
            kind,
            text,
            person_id=person[0] if person else None,
            organisation_id=organisation[0] if organisation else None,
            due_on=_due(text, held),
            who=who[1] if who else "",
        )
    ]


def _with_addresses(piece: Piece) -> str:
    """The words, and behind those of a link its address: decisions and actions are plain text."""
    said, before = "", ""
    for run in [*_broken_runs(piece.node), Run("")]:
        address = str(run.marks.get("link", ""))
        if before and address != before and before not in (said, f"mailto:{said}") and before not in said:
            said = f"{said.rstrip()} ({before}) "
        before = address
        said += run.text
    parts = (" ".join(line.split()) for line in said.split("\n"))
    return re.sub(r"\(\s*(\S+)\s*\) (?=[.,;:])", r"(\1)", "\n".join(part for part in parts if part))


def _broken_runs(node: Node) -> list[Run]:
    """The runs of all paragraphs, with a line feed for each break and between two of them."""
    if node.children:
        found: list[Run] = []
        for child in node.children:
            found += [*([Run("\n")] if found else []), *_broken_runs(child)]
        return found
    return [run if isinstance(run, Run) else Run("\n") for run in node.runs]


def _of_rows(piece: Piece, kind: Kind, found: dict[str, int], known: Known, held: date | None) -> list[Deed]:
    """An action for each row. What was not recognised, and other columns, goes into its text."""
    heads = [" ".join(lines(cell)) for cell in piece.node.children[0].children]
    deeds = []
    for row in piece.node.children[1:]:
        cells = [_with_addresses(Piece(cell)).replace("\n", " ") for cell in row.children]
        if not any(cells):
            continue
        who = cells[found["who"]] if found.get("who", len(cells)) < len(cells) else ""
        by = cells[found["when"]] if found.get("when", len(cells)) < len(cells) else ""
        person = _person(who, known, alone=True)
        organisation = None if person else _organisation(who, known, alone=True)
        due = [day for _at, day in days(by, held) if held is None or day >= held]
        taken = {found["what"]}
        if person or organisation:
            taken.add(found["who"])
        if len(due) == 1 and not re.search(r"[^\W\d_]", _without_days(by)):
            taken.add(found["when"])
        rest = [
            f"{heads[place]}: {said}" if place < len(heads) and heads[place] else said
            for place, said in enumerate(cells)
            if said and place not in taken
        ]
        what = cells[found["what"]] if found["what"] < len(cells) else ""
        text = f"{what} ({'; '.join(rest)})" if rest and what else what or "; ".join(rest)
        named = person or organisation
        deeds.append(
            Deed(
                kind,
                text,
                person_id=person[0] if person else None,
                organisation_id=organisation[0] if organisation else None,
                due_on=due[0] if found.get("when") in taken else None,
                who=named[1] if named else "",
            )
        )
    return deeds


def _without_days(text: str) -> str:
    """What a cell says besides a day: a word makes it more than one."""
    words = re.sub(
        r"\d{1,4}[./-]\d{1,2}[./-]\d{0,4}|\d{1,2}\.?\s+\w+\s+\d{4}|\w+\s\d{1,2},?\s\d{4}", " ", text
    )
    return re.sub(r"\b(?:bis|zum|by|until|am|on)\b", " ", words, flags=re.IGNORECASE)


def _due(text: str, held: date | None) -> date | None:
    """The day that stands behind a word like "bis" or "by"; none that is before the meeting."""
    for at, day in days(text, held):
        if _BY.search(text[:at]) and (held is None or day >= held):
            return day
    return None


def _person(text: str, known: Known, *, alone: bool = False) -> tuple[int, str] | None:
    """Who is named first with first and last name; `alone` in a cell, the last one is enough."""
    return alone_named(text, known.people) if alone else first_named(text, known.people)


def _organisation(text: str, known: Known, *, alone: bool = False) -> tuple[int, str] | None:
    if alone:
        found = [one for one in known.organisations if folded(one[1]) == folded(text)]
        return found[0] if len(found) == 1 else None
    return None
