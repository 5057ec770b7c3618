"""Old minutes in Word's format, taken apart. Nothing in the file is run, and nothing outside of it is asked.

The library opens the package; what stands in it is walked through here, since text may stand in places that
the library leaves aside: tracked insertions, fields, text boxes, footnotes, headers.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from network.drafts.tree import BREAK, Node, Run, safe_address
from network.imports.pieces import Piece, Source, list_of, paragraph
from network.imports.word_package import Unreadable, look_into
from network.imports.word_parts import (
    AROUND,
    COMPATIBLE,
    GONE,
    Style,
    below,
    formats_of,
    marks_of,
    name_of,
    notes_of,
    number_of,
    numbering_of,
    own_words,
    related,
    styles_of,
    value_of,
)

MOST_PARAGRAPHS = 4_000
DEEPEST_LIST = 6
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_BULLET = re.compile(r"^[\s]*[•·▪◦‣–*-]\s+")
_DEEPER = re.compile(r"list (?:bullet|number|continue) (\d)$")
_ADDRESS = re.compile(r'HYPERLINK\s+(?!\\)"?([^"\s]+)"?')
_PAGE = re.compile(r"\b(?:PAGE|NUMPAGES|SECTIONPAGES)\b")
_OF_PAGES = re.compile(r"\W*(?:(?:seite|page|von|of)\W*)+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SYMBOLS = {"A8": "☐", "6F": "☐", "FE": "☑", "FC": "☑", "FD": "☒", "78": "☒", "E0": "→", "F0": "→"}


def read(content: bytes) -> Source:
    """The pieces of a .docx. Raises Unreadable."""
    look_into(content)
    try:
        return _Reading(Document(io.BytesIO(content))).source()
    except Unreadable:
        raise
    except Exception:  # made-up files make the library raise nearly anything
        raise Unreadable("broken") from None


class _Reading:
    """One document while it is read."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.part = document.part
        self.left_out: Counter[str] = Counter()
        self.styles = styles_of(self.part)
        self.formats = formats_of(self.part)
        self.notes = {kind: notes_of(self.part, kind) for kind in ("footnote", "endnote")}
        self.asked_for: list[tuple[str, str]] = []  # notes of the paragraph that is read
        self.boxes: list[Any] = []  # text boxes in it
        self.note_number = 0
        self.lists = count(1)
        self.open_list: tuple[int, str] = (0, "")  # its number among the pieces, and its kind
        self.counts: Counter[int] = Counter()
        self.field: list[str] = []  # of the field that is read: what it is, then that its result has begun
        self.field_shown = False

    def source(self) -> Source:
        """All pieces: what stands in headers first, then the document."""
        body = self.document.element.body
        if sum(1 for _ in body.iter(qn("w:p"))) > MOST_PARAGRAPHS:
            raise Unreadable("long")
        pieces = [*self._around_pages(), *self._blocks(body)]
        return Source([*pieces, *self._overlooked(body, pieces)], dict(self.left_out))

    # Blocks

    def _blocks(self, parent: Any) -> Iterator[Piece]:
        for child in parent:
            name = name_of(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name in AROUND or name == COMPATIBLE + "Choice":
                yield from self._blocks(child)
            elif name == COMPATIBLE + "AlternateContent":
                yield from self._blocks(list(child)[:1])
            elif name == "altChunk":
                self.left_out["documents"] += 1

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        """The piece of a paragraph, followed by the text boxes and notes that hang on it."""
        properties = element.find(qn("w:pPr"))
        style = self.styles.get(value_of(properties, "pStyle") or "", Style())
        outline = number_of(value_of(properties, "outlineLvl"))
        outline = style.outline if outline is None else outline
        level = outline + 1 if outline is not None and outline < 9 else 0
        runs = self._runs(element, {} if level else style.marks)
        boxes, self.boxes = self.boxes, []
        asked, self.asked_for = self.asked_for, []
        numbering = numbering_of(properties) or style.numbering
        if any(isinstance(run, Run) and run.text.strip() for run in runs):
            if level or style.name in ("title", "subtitle"):
                self.open_list = (0, "")
                yield Piece(Node("paragraph", runs=runs), level, style.name == "title")
            else:
                yield self._in_list(runs, numbering, style)
        else:
            self.open_list = self.open_list if boxes else (0, "")
        for box in boxes:
            yield from self._blocks(box)
        for number, (kind, id) in enumerate(asked, self.note_number - len(asked) + 1):
            yield from self._note(kind, id, number)

    def _in_list(self, runs: list[Run | Node], numbering: tuple[int, int] | None, style: Style) -> Piece:
        """A paragraph, as an item if it stands in a list or begins as if it did."""
        bullet = _BULLET.match(runs[0].text) if isinstance(runs[0], Run) else None
        kind = self.formats.get(numbering, "") if numbering and numbering[0] else ""
        if not kind and bullet and isinstance(runs[0], Run):
            runs[0].text = runs[0].text[bullet.end() :]
            kind, numbering = "bulletList", (0, 0)
        if not kind or numbering is None:
            self.open_list = (0, "")
            return Piece(Node("paragraph", runs=runs))
        deeper = _DEEPER.match(style.name)
        depth = min(int(deeper[1]) - 1 if deeper else numbering[1], DEEPEST_LIST)
        if not self.open_list[0] or (self.open_list[1] != kind and not depth):
            self.open_list = (next(self.lists), kind)
        if depth:
            number = 1
        else:
            self.counts[numbering[0]] += 1
            number = self.counts[numbering[0]]
        node = list_of(Node("listItem", children=[Node("paragraph", runs=runs)]), kind, number)
        for _level in range(depth):
            node = list_of(Node("listItem", children=[Node("paragraph"), node]), "bulletList")
        return Piece(node, list=self.open_list[0])

    def _note(self, kind: str, id: str, number: int) -> Iterator[Piece]:
        note = self.notes[kind].get(id)
        if note is not None:
            first, *more = [*self._blocks(note), Piece(paragraph(""))]
            sign = Run(str(number).translate(_RAISED) + " ")
            first.node.runs.insert(0, sign)
            yield from (one for one in (first, *more) if one.text)

    # Tables

    def _table(self, element: Any) -> Iterator[Piece]:
        """A table; one that is only a frame around text gives what is in it."""
        rows = [self._row(row) for row in below(element, "tr")]
        self.open_list = (0, "")
        filled = [[cell for cell in row if any(piece.text for piece in cell)] for row in rows]
        if all(len(row) <= 1 for row in filled):
            for row in filled:
                for cell in row:
                    yield from cell
            return
        width = max(map(len, rows))
        made = []
        for place, row in enumerate(rows):
            name = "tableCell" if place else "tableHeader"
            cells = [
                Node(
                    name, children=[one for piece in cell for one in _flat(piece.node)] or [Node("paragraph")]
                )
                for cell in row
            ]
            cells += [Node(name, children=[Node("paragraph")]) for _ in range(width - len(row))]
            made.append(Node("tableRow", children=cells))
        yield Piece(Node("table", children=made))

    def _row(self, row: Any) -> list[list[Piece]]:
        """The cells of a row, those that others reach into empty."""
        cells: list[list[Piece]] = []
        for cell in below(row, "tc"):
            self.open_list = (0, "")
            cells.append(list(self._blocks(cell)))
            wide = number_of(value_of(cell, "tcPr/gridSpan")) or 1
            cells += [[] for _ in range(min(wide, 60) - 1)]
        return cells

    # What stands in a paragraph

    def _runs(self, element: Any, marks: dict[str, bool]) -> list[Run | Node]:
        found: list[Run | Node] = []
        for run in self._inline(element, marks, None):
            last = found[-1] if found else None
            if isinstance(run, Run) and isinstance(last, Run) and last.marks == run.marks:
                last.text += run.text
            elif isinstance(run, Node) or run.text:
                found.append(run)
        while found and isinstance(found[-1], Node):
            found.pop()
        while found and isinstance(found[0], Node):
            found.pop(0)
        return found

    def _inline(self, parent: Any, marks: dict[str, bool], address: str | None) -> Iterator[Run | Node]:
        for child in parent:
            name = name_of(child)
            if name == "r":
                yield from self._run(child, marks, address)
            elif name == "hyperlink":
                yield from self._inline(child, marks, self._address_of(child) or address)
            elif name == "fldSimple":
                said = child.get(qn("w:instr"), "")
                if not _PAGE.search(said):
                    yield from self._inline(child, marks, _link(said) or address)
            elif name in AROUND or name == COMPATIBLE + "Choice":
                yield from self._inline(child, marks, address)
            elif name == COMPATIBLE + "AlternateContent":
                yield from self._inline(list(child)[:1], marks, address)
            elif name in GONE:
                self.left_out["deleted"] += 1
            elif name.startswith(MATHS):
                yield Run("".join(one.text or "" for one in child.iter(MATHS + "t")))

    def _address_of(self, element: Any) -> str | None:
        relation = self.part.rels.get(element.get(qn("r:id"), ""))
        return safe_address(relation.target_ref) if relation is not None and relation.is_external else None

    def _run(self, run: Any, marks: dict[str, bool], address: str | None) -> Iterator[Run | Node]:
        properties = run.find(qn("w:rPr"))
        style = self.styles.get(value_of(properties, "rStyle") or "", Style())
        shown = {**marks, **style.marks, **marks_of(properties)}
        known: dict[str, Any] = {name: True for name, is_on in shown.items() if is_on}
        for child in run:
            text = self._said(child)
            if isinstance(text, Node):
                yield text
            elif text and not (self.field_shown and _PAGE.search("".join(self.field))):
                leads_to = address or _link("".join(self.field))
                own = {name: value for name, value in known.items() if not (leads_to and name == "underline")}
                yield Run(text, {**own, **({"link": leads_to} if leads_to else {})})

    def _said(self, child: Any) -> str | Node:
        """What a part of a run says, a line break as such; boxes, notes and pictures are noted."""
        name = name_of(child)
        if name == "t":
            return str(child.text or "")
        if name in ("br", "cr"):
            return "" if child.get(qn("w:type")) in ("page", "column") else Node(BREAK)
        if name in ("tab", "ptab"):
            return "\t"
        if name == "noBreakHyphen":
            return "-"
        if name == "sym":
            return _SYMBOLS.get(child.get(qn("w:char"), "")[-2:].upper(), "•")
        if name == "fldChar":
            self._turn(child.get(qn("w:fldCharType")))
        elif name == "instrText" and self.field:
            self.field.append(str(child.text or ""))
        elif name in ("footnoteReference", "endnoteReference"):
            self.note_number += 1
            self.asked_for.append((name.removesuffix("Reference"), child.get(qn("w:id"), "")))
            return str(self.note_number).translate(_RAISED)
        elif name == COMPATIBLE + "AlternateContent":
            for one in list(child)[:1]:
                for inside in one:
                    self._said(inside)
        elif name in ("drawing", "pict", "object"):
            boxes = list(child.iter(qn("w:txbxContent")))
            self.boxes += boxes
            self.left_out["pictures"] += not boxes
        return ""

    def _turn(self, kind: str | None) -> None:
        """A field of Word's begins, shows its result, or ends."""
        if kind == "begin":
            self.field, self.field_shown = [" "], False
        elif kind == "separate":
            self.field_shown = True
        else:
            self.field, self.field_shown = [], False

    # What is easily overlooked

    def _around_pages(self) -> Iterator[Piece]:
        """Headers and footers, each once; not those that only count pages."""
        seen = set()
        for kind in ("header", "footer"):
            for relation in self.part.rels.values():
                if relation.is_external or not relation.reltype.endswith(f"/{kind}"):
                    continue
                for piece in self._blocks(parse_xml(relation.target_part.blob)):
                    if piece.text not in seen and not _OF_PAGES.fullmatch(piece.text.lower()):
                        yield piece
                    seen.add(piece.text)

    def _overlooked(self, body: Any, pieces: list[Piece]) -> Iterator[Piece]:
        """Paragraphs whose words are in no piece, whatever the reason: nothing may be missing."""
        there = letters(" ".join(piece.text for piece in pieces))
        if related(self.part, "comments") is not None:
            self.left_out["comments"] = sum(1 for _ in related(self.part, "comments").iter(qn("w:comment")))
        for element in body.iter(qn("w:p")):
            said = "".join(own_words(element))
            if letters(said) not in there:
                yield Piece(paragraph(" ".join(said.split())))


def letters(text: str) -> str:
    """Its letters and digits alone: by them is compared whether something is there."""
    return "".join(sign for sign in text if sign.isalpha() or sign.isdecimal())


def _flat(node: Node) -> list[Node]:
    """A block for a cell: of a table in it the paragraphs."""
    if node.name != "table":
        return [node]
    return [one for row in node.children for cell in row.children for one in cell.children]


def _link(said: str) -> str | None:
    """The address in a field that is a link."""
    found = _ADDRESS.search(said)
    return safe_address(found[1]) if found else None
