"""Old minutes in Word's format, taken apart. Nothing in the file is run, and nothing outside of it is asked.

The library opens the package; what stands in it is walked through here, since text may stand in places that
the library leaves aside: tracked insertions, fields, text boxes, footnotes, headers.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from network.drafts.tree import BREAK, Node, Run, safe_address
from network.imports.pieces import Piece, Source, list_of, paragraph

MOST_PARTS = 2_000  # files in the package
MOST_UNPACKED = 60 * 1024 * 1024  # bytes of all of them
MOST_XML = 16 * 1024 * 1024  # bytes of one that is read
MOST_PARAGRAPHS = 4_000
DEEPEST_LIST = 6
COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_HEADING = re.compile(r"(?:heading|überschrift|titre|título) ?(\d)$")
_BULLET = re.compile(r"^[\s]*[•·▪◦‣–*-]\s+")
_DEEPER = re.compile(r"list (?:bullet|number|continue) (\d)$")
_ADDRESS = re.compile(r'HYPERLINK\s+(?!\\)"?([^"\s]+)"?')
_PAGE = re.compile(r"\b(?:PAGE|NUMPAGES|SECTIONPAGES)\b")
_OF_PAGES = re.compile(r"\W*(?:(?:seite|page|von|of)\W*)+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SYMBOLS = {"A8": "☐", "6F": "☐", "FE": "☑", "FC": "☑", "FD": "☒", "78": "☒", "E0": "→", "F0": "→"}
_MARKS = (("b", "bold"), ("i", "italic"), ("u", "underline"), ("strike", "strike"))
# What only stands around text.
_AROUND = {
    "sdt",
    "sdtContent",
    "customXml",
    "ins",
    "moveTo",
    "smartTag",
    "fldSimple",
    "hyperlink",
    "dir",
    "bdo",
}
_GONE = {"del", "moveFrom"}


class Unreadable(Exception):
    """The file cannot be read: `why` is `macros`, `old`, `locked`, `large`, `long` or `broken`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read(content: bytes) -> Source:
    """The pieces of a .docx. Raises Unreadable."""
    _look_into(content)
    try:
        return _Reading(Document(io.BytesIO(content))).source()
    except Unreadable:
        raise
    except Exception:  # made-up files make the library raise nearly anything
        raise Unreadable("broken") from None


def _look_into(content: bytes) -> None:
    """Refuse what is no document, or would be too much, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, LookupError):
        raise Unreadable("broken") from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("locked")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("large")
    if any(part.file_size > MOST_XML for part in parts if part.filename.endswith((".xml", ".rels"))):
        raise Unreadable("large")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable("macros")
    if "[Content_Types].xml" not in names:
        raise Unreadable("broken")


@dataclass
class _Style:
    """What is asked about a style, with what it takes over from others."""

    name: str = ""
    marks: dict[str, bool] = field(default_factory=dict)
    outline: int | None = None
    numbering: tuple[int, int] | None = None


def _name(element: Any) -> str:
    """The name of an element of Word's; that of others with its namespace."""
    tag = element.tag
    if not isinstance(tag, str):  # a comment or a processing instruction
        return ""
    prefix, _brace, name = tag.rpartition("}")
    return name if prefix == qn("w:p")[: -len("p") - 1] else tag


def _value(element: Any, path: str) -> str | None:
    """The value of a property somewhere below, None if there is none."""
    if element is None:
        return None
    found = element.find("/".join(qn(f"w:{part}") for part in path.split("/")))
    return None if found is None else found.get(qn("w:val"), "")


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdigit() else None


class _Reading:
    """One document while it is read."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.part = document.part
        self.left_out: Counter[str] = Counter()
        self.styles = self._styles()
        self.formats = self._formats()
        self.notes = {kind: self._notes(kind) for kind in ("footnote", "endnote")}
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

    # What the document says about itself

    def _related(self, kind: str) -> Any:
        """The root of a part that the document refers to; None without one."""
        for relation in self.part.rels.values():
            if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
                return parse_xml(relation.target_part.blob)
        return None

    def _styles(self) -> dict[str, _Style]:
        root = self._related("styles")
        found = {} if root is None else {one.get(qn("w:styleId")): one for one in root.iter(qn("w:style"))}
        made: dict[str, _Style] = {}
        for id in found:
            chain: list[Any] = []
            above: str | None = id
            while above in found and found[above] not in chain:
                chain.append(found[above])
                above = _value(found[above], "basedOn")
            style = _Style(name=(_value(chain[0], "name") or "").lower())
            for one in reversed(chain):
                style.marks |= _marks(one.find(qn("w:rPr")))
                outline = _number(_value(one, "pPr/outlineLvl"))
                style.outline = style.outline if outline is None else outline
                style.numbering = _numbering(one.find(qn("w:pPr"))) or style.numbering
                heading = _HEADING.match((_value(one, "name") or "").lower())
                style.outline = int(heading[1]) - 1 if heading else style.outline
            made[id] = style
        return made

    def _formats(self) -> dict[tuple[int, int], str]:
        """Whether a level of a numbering shows bullets or numbers."""
        root = self._related("numbering")
        if root is None:
            return {}
        levels = {
            (one.get(qn("w:abstractNumId")), _number(level.get(qn("w:ilvl"))) or 0): _value(level, "numFmt")
            for one in root.iter(qn("w:abstractNum"))
            for level in one.iter(qn("w:lvl"))
        }
        made = {}
        for one in root.iter(qn("w:num")):
            id, abstract = _number(one.get(qn("w:numId"))) or 0, _value(one, "abstractNumId")
            for (of, level), shown in levels.items():
                if of == abstract:
                    made[id, level] = "bulletList" if shown in ("bullet", "none") else "orderedList"
        return made

    def _notes(self, kind: str) -> dict[str, Any]:
        root = self._related(f"{kind}s")
        found = [] if root is None else root.iter(qn(f"w:{kind}"))
        return {one.get(qn("w:id")): one for one in found if one.get(qn("w:type")) in (None, "normal")}

    # Blocks

    def _blocks(self, parent: Any) -> Iterator[Piece]:
        for child in parent:
            name = _name(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name in _AROUND or name == COMPATIBLE + "Choice":
                yield from self._blocks(child)
            elif name == COMPATIBLE + "AlternateContent":
                yield from self._blocks(list(child)[:1])
            elif name == "altChunk":
                self.left_out["documents"] += 1

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        """The piece of a paragraph, followed by the text boxes and notes that hang on it."""
        properties = element.find(qn("w:pPr"))
        style = self.styles.get(_value(properties, "pStyle") or "", _Style())
        outline = _number(_value(properties, "outlineLvl"))
        outline = style.outline if outline is None else outline
        level = outline + 1 if outline is not None and outline < 9 else 0
        runs = self._runs(element, {} if level else style.marks)
        boxes, self.boxes = self.boxes, []
        asked, self.asked_for = self.asked_for, []
        numbering = _numbering(properties) or style.numbering
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

    def _in_list(self, runs: list[Run | Node], numbering: tuple[int, int] | None, style: _Style) -> Piece:
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
        rows = [self._row(row) for row in _below(element, "tr")]
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
        for cell in _below(row, "tc"):
            self.open_list = (0, "")
            cells.append(list(self._blocks(cell)))
            wide = _number(_value(cell, "tcPr/gridSpan")) or 1
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
            name = _name(child)
            if name == "r":
                yield from self._run(child, marks, address)
            elif name == "hyperlink":
                yield from self._inline(child, marks, self._address_of(child) or address)
            elif name == "fldSimple":
                said = child.get(qn("w:instr"), "")
                if not _PAGE.search(said):
                    yield from self._inline(child, marks, _link(said) or address)
            elif name in _AROUND or name == COMPATIBLE + "Choice":
                yield from self._inline(child, marks, address)
            elif name == COMPATIBLE + "AlternateContent":
                yield from self._inline(list(child)[:1], marks, address)
            elif name in _GONE:
                self.left_out["deleted"] += 1
            elif name.startswith(MATHS):
                yield Run("".join(one.text or "" for one in child.iter(MATHS + "t")))

    def _address_of(self, element: Any) -> str | None:
        relation = self.part.rels.get(element.get(qn("r:id"), ""))
        return safe_address(relation.target_ref) if relation is not None and relation.is_external else None

    def _run(self, run: Any, marks: dict[str, bool], address: str | None) -> Iterator[Run | Node]:
        properties = run.find(qn("w:rPr"))
        style = self.styles.get(_value(properties, "rStyle") or "", _Style())
        shown = {**marks, **style.marks, **_marks(properties)}
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
        name = _name(child)
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
        if self._related("comments") is not None:
            self.left_out["comments"] = sum(1 for _ in self._related("comments").iter(qn("w:comment")))
        for element in body.iter(qn("w:p")):
            said = "".join(_own_words(element))
            if letters(said) not in there:
                yield Piece(paragraph(" ".join(said.split())))


def letters(text: str) -> str:
    """Its letters and digits alone: by them is compared whether something is there."""
    return "".join(sign for sign in text if sign.isalpha() or sign.isdecimal())


def _own_words(element: Any) -> Iterator[str]:
    """The words of a paragraph, without those of paragraphs in it and of what was deleted."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield str(child.text or "")
        elif name not in ("p", *_GONE, COMPATIBLE + "Fallback"):
            yield from _own_words(child)


def _below(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also inside what only stands around them."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in _AROUND:
            yield from _below(child, name)


def _flat(node: Node) -> list[Node]:
    """A block for a cell: of a table in it the paragraphs."""
    if node.name != "table":
        return [node]
    return [one for row in node.children for cell in row.children for one in cell.children]


def _marks(properties: Any) -> dict[str, bool]:
    """Bold and the like, as far as something is said about it."""
    said = {}
    for name, mark in _MARKS:
        value = _value(properties, name)
        if value is not None:
            said[mark] = value not in ("0", "false", "off", "none")
    return said


def _numbering(properties: Any) -> tuple[int, int] | None:
    """The numbering and its level that a paragraph or style names."""
    id = _number(_value(properties, "numPr/numId"))
    return None if id is None else (id, _number(_value(properties, "numPr/ilvl")) or 0)


def _link(said: str) -> str | None:
    """The address in a field that is a link."""
    found = _ADDRESS.search(said)
    return safe_address(found[1]) if found else None
