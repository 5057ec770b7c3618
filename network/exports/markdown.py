"""A sheet as Markdown (CommonMark with tables), for those who keep minutes as text."""

import re
from collections.abc import Iterable

from network.drafts import markdown
from network.drafts.tree import BREAK, Node, Run
from network.exports.sheet import Sheet

# What other readers of Markdown take for more than we do ourselves. These signs stand for them until the end;
# no text holds them, since a sheet leaves out signs that may mean anything.
END_OF_LINE, AMPERSAND, EQUALS = "\ue002", "\ue003", "\ue004"
_ENTITY = re.compile(r"&(?=#?\w+;)")
_UNDERLINE = re.compile(r"^(\s*)=")


def write(sheet: Sheet) -> str:
    """The file's text."""
    letterhead = ", ".join(part for part in (sheet.network, sheet.district) if part)
    head = Node("paragraph", runs=[Run(letterhead)])
    text = markdown.write(_plain([head, *sheet.blocks]))
    text = text.replace(f"{END_OF_LINE}\n", "\\\n").replace(END_OF_LINE, "")
    return text.replace(AMPERSAND, "\\&").replace(EQUALS, "\\=") + "\n"


def _plain(nodes: Iterable[Node]) -> list[Node]:
    """The blocks in the words of Markdown alone."""
    found = []
    for node in nodes:
        inside = _plain(node.children)
        runs = list(_runs(node.runs))
        if node.name == "terms":
            found.append(Node("bulletList", children=inside))
        elif node.name == "term":
            label = Run(f"{node.attributes['label']}:", {"bold": True})
            found.append(Node("listItem", children=[Node("paragraph", runs=[label, Run(" "), *runs])]))
        elif node.name == "box" or node.attributes.get("look") == "notice":
            found.append(Node("blockquote", children=inside or [Node("paragraph", runs=runs)]))
        elif node.name == "break":
            found.append(Node("horizontalRule"))
        else:
            found.append(Node(node.name, node.attributes, inside, runs))
    return found


def _runs(runs: Iterable[Run | Node]) -> Iterable[Run | Node]:
    for run in runs:
        if isinstance(run, Node):
            yield from (Run(END_OF_LINE), Node(BREAK))
        elif run.marks.get("link") in (run.text, f"mailto:{run.text}"):
            yield run  # written as it is, and found by every reader
        else:
            yield Run(_UNDERLINE.sub(rf"\1{EQUALS}", _ENTITY.sub(AMPERSAND, run.text)), run.marks)
