"""What a document says, as a tree of what we know: read from a Yjs document, and written into one.

A document may hold anything that somebody's program has put there. Here it becomes blocks that fit into each
other: what is unknown falls away and its text stays, what is nested too deep becomes one paragraph.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pycrdt import XmlElement, XmlFragment, XmlText

from network.things import whole

DEEPEST = 20  # levels of blocks
HEADINGS = (2, 3)
LISTS = ("bulletList", "orderedList")
CELLS = ("tableHeader", "tableCell")
LINES = ("decisionLine", "actionLine")  # they stand for a thing
MARKS = ("bold", "italic", "underline", "strike", "link", "comment", "insertion", "deletion")
_OVERLAPPING = re.compile(r"--[A-Za-z0-9+/=]{8}$")  # the editor's binding adds it to marks that may overlap
_ADDRESS = re.compile(r"(?:https?://[^/]|mailto:.|/(?![/\\]))")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")

Marks = dict[str, Any]  # by name: an address, an id, or True


@dataclass
class Run:
    """Text with the same marks."""

    text: str
    marks: Marks = field(default_factory=dict)
    written: dict[str, Any] = field(default_factory=dict)  # the same marks as the document has them


@dataclass
class Node:
    """A block, or a line break between runs."""

    name: str
    attributes: dict[str, Any] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    runs: list["Run | Node"] = field(default_factory=list)  # of paragraphs and headings


BREAK = "hardBreak"


def read(fragment: XmlFragment) -> list[Node]:
    """The blocks of a document, the top ones with all that is in them."""
    with fragment.doc.transaction():
        return _freed(_blocks(fragment, 0))


def read_each(fragment: XmlFragment) -> list[list[Node]]:
    """The same for each child of the document by itself; one that we do not know may be several blocks."""
    found = []
    child: Any
    for child in fragment.children:
        if type(child) is XmlText:
            found.append([Node("paragraph", runs=list(_runs(child)))])
        elif child.tag == BREAK:
            found.append([Node("paragraph", runs=[Node(BREAK)])])
        else:
            found.append(_freed(_block(child, 1)))
    return found


def safe_address(address: object) -> str | None:
    """An address that a link may lead to: the web, e-mail, or a page of ours."""
    if not isinstance(address, str) or len(address) > 2000 or _UNSEEN.search(address):
        return None
    return address if _ADDRESS.match(address) else None


def _blocks(parent: Any, depth: int) -> list[Node]:
    """The blocks below an element; text that stands between them becomes a paragraph."""
    found: list[Node] = []
    loose: list[Run | Node] = []

    def settle() -> None:
        if loose:
            found.append(Node("paragraph", runs=list(loose)))
            loose.clear()

    for child in parent.children:
        if type(child) is XmlText:
            loose += _runs(child)
        elif child.tag == BREAK:
            loose.append(Node(BREAK))
        else:
            settle()
            found += _block(child, depth + 1)
    settle()
    return found


def _block(element: XmlElement, depth: int) -> list[Node]:
    """The block that an element is; for one that we do not know, those in it."""
    name = element.tag or ""
    if name in LINES:
        id = _number(_attributes(element).get("id"))
        return [Node(name, {"id": id})] if id else []
    if name == "horizontalRule":
        return [Node(name)]
    if name in ("paragraph", "heading"):
        attributes = {}
        if name == "heading":
            level = _number(_attributes(element).get("level"))
            attributes = {"level": level if level in HEADINGS else HEADINGS[-1]}
        return [Node(name, attributes, runs=list(_inline(element)))]
    if depth >= DEEPEST:
        runs = list(_inline(element))
        return [Node("paragraph", runs=runs)] if runs else []
    inside = _blocks(element, depth)
    if name == "blockquote":
        return [Node(name, children=_freed(inside))] if inside else []
    if name in ("listItem", *CELLS, "tableRow"):
        return [Node(name, children=inside)]  # whatever is around it looks whether it is in its place
    if name in LISTS:
        return _list(name, _attributes(element), inside)
    if name == "table":
        return _table(inside)
    return _freed(inside)


def _attributes(element: XmlElement) -> dict[str, Any]:
    view: Any = element.attributes  # pairs, whatever its type says
    return dict(view)


def _list(name: str, attributes: dict[str, Any], inside: list[Node]) -> list[Node]:
    items = [one if one.name == "listItem" else Node("listItem", children=_freed([one])) for one in inside]
    start = _number(attributes.get("start")) if name == "orderedList" else None
    for item in items:
        item.children = begun_by_paragraph(_freed(item.children))
    return [Node(name, {"start": start} if start and start > 1 else {}, items)] if items else []


def _table(inside: list[Node]) -> list[Node]:
    rows = [one if one.name == "tableRow" else Node("tableRow", children=[one]) for one in inside]
    for row in rows:
        row.children = [
            one if one.name in CELLS else Node("tableCell", children=_freed([one])) for one in row.children
        ]
        for cell in row.children:
            cell.children = _freed(cell.children) or [Node("paragraph")]
    return [Node("table", children=rows)] if any(row.children for row in rows) else []


def begun_by_paragraph(blocks: list[Node]) -> list[Node]:
    """What an item of a list holds: the editor takes away one that does not begin with a paragraph."""
    if blocks and blocks[0].name == "paragraph":
        return blocks
    return [Node("paragraph"), *blocks]


def _freed(nodes: list[Node]) -> list[Node]:
    """Blocks that can stand anywhere: parts of lists and tables that are in none give what is in them."""
    found: list[Node] = []
    for one in nodes:
        found += _freed(one.children) if one.name in ("listItem", "tableRow", *CELLS) else [one]
    return found


def _inline(element: Any) -> Iterator[Run | Node]:
    """All text below an element, however deep."""
    waiting = [iter(element.children)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif type(child) is XmlText:
            yield from _runs(child)
        elif child.tag == BREAK:
            yield Node(BREAK)
        elif hasattr(child, "children"):
            waiting.append(iter(child.children))


def _runs(text: XmlText) -> Iterator[Run]:
    for said, attributes in text.diff():
        if not isinstance(said, str) or not said:
            continue
        run = Run(said.replace("\x00", ""))
        for written, value in (attributes or {}).items():
            known = _mark(_OVERLAPPING.sub("", written), value)
            if known is not None:
                run.marks[known[0]] = known[1]
                run.written[written] = value
        yield run


def _mark(name: str, value: object) -> tuple[str, Any] | None:
    """A mark that we know, and what is to be known of it."""
    given: dict[str, Any] = value if isinstance(value, dict) else {}
    if name == "link":
        address = safe_address(given.get("href"))
        return (name, address) if address is not None else None
    if name == "comment":
        id = _number(given.get("id"))
        return (f"comment {id}", id) if id else None
    if name in ("insertion", "deletion"):
        return name, _number(given.get("by")) or 0
    return (name, True) if name in MARKS and value is not None else None


def _number(value: object) -> int | None:
    """An id: numbers of JavaScript arrive as floats."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return whole(value)


# Writing


def write(parent: Any, nodes: Iterable[Node], at: int | None = None) -> None:
    """Write blocks into a fragment or element of a document, at its end or before the child `at`."""
    for node in nodes:
        element = XmlElement(node.name, dict(node.attributes))
        if at is None:
            element = parent.children.append(element)
        else:
            parent.children.insert(at, element)
            element = parent.children[at]
            at += 1
        write(element, node.children)
        _write_runs(element, node.runs)


def _write_runs(element: Any, runs: Iterable[Run | Node]) -> None:
    text: XmlText | None = None
    for run in runs:
        if isinstance(run, Node):
            text = None
            element.children.append(XmlElement(run.name))
            continue
        if text is None:
            text = element.children.append(XmlText())
        marks = run.written or {
            name: {"href": value} if name == "link" else {} for name, value in run.marks.items()
        }
        text.insert(len(text), run.text, marks)
