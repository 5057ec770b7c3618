"""The pieces of old minutes in their order: paragraphs, headings, items of lists and tables.

They are kept as JSON between the upload and the confirmation, and shown as they were read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from network.drafts import html
from network.drafts.tree import BREAK, Node, Run


@dataclass
class Piece:
    """A block of the document."""

    node: Node
    level: int = 0  # of a heading, 1 for the highest; 0 for what is none by its style
    is_title: bool = False  # the document's own title by its style
    list: int = 0  # items with the same number belong to one list; 0 for what is in none

    @property
    def text(self) -> str:
        """Its words on lines, without any marks."""
        return "\n".join(line for line in lines(self.node) if line)

    @property
    def shown(self) -> Markup:
        """As the document has it, to be read beside what it becomes."""
        return html.render([self.node])

    @property
    def is_table(self) -> bool:
        """Whether it has rows and columns."""
        return self.node.name == "table"

    def looks(self, mark: str) -> bool:
        """Whether all of its words bear a mark: `bold` or `underline`."""
        runs = [run for run in runs_of(self.node) if isinstance(run, Run) and run.text.strip()]
        return bool(runs) and all(mark in run.marks for run in runs)


@dataclass
class Source:
    """A document as it was read: its pieces, and how many of what else it holds could not be kept."""

    pieces: list[Piece]
    left_out: dict[str, int] = field(default_factory=dict)


def runs_of(node: Node) -> Iterable[Run | Node]:
    """All runs and line breaks of a block, however deep."""
    yield from node.runs
    for child in node.children:
        yield from runs_of(child)


def lines(node: Node) -> list[str]:
    """The words of a block: a line for each paragraph in it and for each line break."""
    if node.children:
        return [line for child in node.children for line in lines(child)]
    said = "".join(run.text if isinstance(run, Run) else "\n" for run in node.runs)
    return [" ".join(line.split()) for line in said.split("\n")]


def said_in(piece: "Piece") -> list[str]:
    """Its lines; a row of a table as one, with its first cell as what the others speak of."""
    if not piece.is_table:
        return piece.text.split("\n")
    rows = [[" ".join(lines(cell)) for cell in row.children] for row in piece.node.children]
    return [
        f"{row[0].rstrip(' :')}: {' '.join(row[1:])}" if len(row) > 1 and row[0] else " ".join(row)
        for row in rows
    ]


def paragraph(text: str) -> Node:
    """A paragraph of plain words."""
    return Node("paragraph", runs=[Run(text)])


def list_of(node: Node, name: str, number: int = 1) -> Node:
    """A list of this one item."""
    start = {"start": number} if name == "orderedList" and number > 1 else {}
    return Node(name, start, [node])


def broken(runs: Iterable[Run | Node]) -> list[list[Run | Node]]:
    """The lines of a paragraph."""
    found: list[list[Run | Node]] = [[]]
    for run in runs:
        if isinstance(run, Node):
            found.append([])
        else:
            found[-1].append(run)
    return found


# As JSON


def packed(source: Source) -> dict[str, Any]:
    """For a column of JSON."""
    return {
        "pieces": [
            {"node": _pack(one.node), "level": one.level, "title": one.is_title, "list": one.list}
            for one in source.pieces
        ],
        "left_out": source.left_out,
    }


def unpacked(kept: dict[str, Any]) -> Source:
    """From such a column."""
    pieces = [Piece(_unpack(one["node"]), one["level"], one["title"], one["list"]) for one in kept["pieces"]]
    return Source(pieces, dict(kept["left_out"]))


def _pack(node: Node) -> list[Any]:
    runs = [None if isinstance(run, Node) else [run.text, run.marks] for run in node.runs]
    return [node.name, node.attributes, [_pack(child) for child in node.children], runs]


def _unpack(kept: list[Any]) -> Node:
    name, attributes, children, runs = kept
    return Node(
        name,
        attributes,
        [_unpack(child) for child in children],
        [Node(BREAK) if run is None else Run(run[0], run[1]) for run in runs],
    )
