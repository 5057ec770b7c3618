"""Between the blocks of a document and Markdown, in which texts are searched, sent and written by hand."""

import re
from collections.abc import Iterable

from markdown_it.token import Token

from network.drafts.tree import BREAK, CELLS, LISTS, Marks, Node, Run, begun_by_paragraph, safe_address
from network.texts import parser

_parser = parser("table", "strikethrough")
_parser.validateLink = lambda url: safe_address(url) is not None  # type: ignore[method-assign]  # as in texts

# References to things, on a line of their own.
_LINE = re.compile(r"\[\[(decision|action) (\d{1,15})\]\]")
_SIGNS = re.compile(r"([\\*`~\[\]<|])|(?<![^\W_])(_)|(_)(?![^\W_])")
_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|-{3,}\s*$|_{3,}\s*$)", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_MARKS = (("strike", "~~"), ("bold", "**"), ("italic", "*"))


# Reading


def parse(text: str) -> list[Node]:
    """The blocks of a Markdown text."""
    root = Node("")
    stack = [root]
    for token in _parser.parse(text):
        name = _NAMES.get(token.type.removesuffix("_open").removesuffix("_close"))
        if token.type == "hr":
            stack[-1].children.append(Node("horizontalRule"))
        elif token.type == "inline":
            _fill(stack, token)
        elif name is not None and token.nesting == 1:
            node = Node(name, _attributes(name, token))
            stack[-1].children.append(node)
            stack.append(node)
        elif name is not None and token.nesting == -1:
            node = stack.pop()
            if node.name == "listItem":
                node.children = begun_by_paragraph(node.children)
    return root.children


_NAMES = {
    "paragraph": "paragraph",
    "heading": "heading",
    "bullet_list": "bulletList",
    "ordered_list": "orderedList",
    "list_item": "listItem",
    "blockquote": "blockquote",
    "table": "table",
    "tr": "tableRow",
    "th": "tableHeader",
    "td": "tableCell",
}


def _attributes(name: str, token: Token) -> dict[str, int]:
    if name == "heading":
        return {"level": 2 if token.markup in ("#", "##", "=") else 3}
    start = token.attrGet("start") if name == "orderedList" else None
    return {"start": int(start)} if start and int(start) > 1 else {}


def _fill(stack: list[Node], token: Token) -> None:
    """The words of a paragraph, heading or cell; a paragraph that only names things becomes their lines."""
    node = stack[-1]
    lines = token.content.strip().split("\n")
    if node.name == "paragraph" and all(_LINE.fullmatch(line.strip()) for line in lines):
        named = [_LINE.fullmatch(line.strip()) for line in lines]
        around = stack[-2].children
        around.remove(node)
        around += [Node(f"{one[1]}Line", {"id": int(one[2])}) for one in named if one]
        stack[-1] = Node("")  # its end is still to come
        return
    if node.name in CELLS:
        node.children.append(Node("paragraph", runs=list(_runs(token.children or []))))
    else:
        node.runs = list(_runs(token.children or []))


def _runs(tokens: Iterable[Token]) -> Iterable[Run | Node]:
    marks: Marks = {}
    names = {"strong": "bold", "em": "italic", "s": "strike"}
    for token in tokens:
        kind, _under, end = token.type.rpartition("_")
        if token.type == "text":
            if token.content:
                yield Run(token.content, dict(marks))
        elif token.type in ("softbreak", "hardbreak"):
            yield Node(BREAK)
        elif kind == "link":
            address = safe_address(str(token.attrGet("href") or "")) if end == "open" else None
            marks.pop("link", None)
            if address:
                marks["link"] = address
        elif kind in names and end == "open":
            marks[names[kind]] = True
        elif kind in names:
            marks.pop(names[kind], None)


def without_lines(text: str) -> str:
    """The text without its lines for decisions and actions, which name them by ids that say nothing."""
    return _LINE.sub("", text)


# Writing


def write(nodes: Iterable[Node]) -> str:
    """The blocks as Markdown. What is only suggested is left out, what shall go is still there."""
    return "\n\n".join(part for part in map(block, nodes) if part)


def block(node: Node) -> str:
    """One block as Markdown; empty if it says nothing."""
    if node.name in ("decisionLine", "actionLine"):
        return f"[[{node.name.removesuffix('Line')} {node.attributes['id']}]]"
    if node.name == "horizontalRule":
        return "---"
    if node.name == "heading":
        words = inline(node.runs).replace("\n", " ").strip()
        return f"{'#' * node.attributes['level']} {words}" if words else ""
    if node.name == "blockquote":
        inside = write(node.children)
        return "\n".join(f"> {line}".rstrip() for line in inside.split("\n")) if inside else ""
    if node.name in LISTS:
        return _list(node)
    if node.name == "table":
        return _table(node)
    return _START.sub(r"\1\\\2", _NUMBER.sub(r"\1\\\2", inline(node.runs).strip()))


def _list(node: Node) -> str:
    number = node.attributes.get("start", 1)
    parts = []
    for item in node.children:
        sign = "- " if node.name == "bulletList" else f"{number}. "
        number += 1
        blocks = [(one, block(one)) for one in item.children]
        inside = ""
        for one, said in blocks:
            if said:
                inside += ("\n" if one.name in LISTS else "\n\n") + said if inside else said
        lines = inside.split("\n")
        parts.append(
            sign + ("\n".join([lines[0], *(" " * len(sign) + one if one else "" for one in lines[1:])]))
        )
    return "\n".join(part.rstrip() for part in parts)


def _table(node: Node) -> str:
    rows = [[_cell(cell) for cell in row.children] for row in node.children]
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _cell(cell: Node) -> str:
    return " ".join(block(one).replace("\n", " ") for one in cell.children)


def inline(runs: Iterable[Run | Node]) -> str:
    """The words of a paragraph with their marks."""
    said = ""
    for run in runs:
        if isinstance(run, Node):
            said = said.rstrip(" ") + "\n"
        elif "insertion" not in run.marks:
            words = _marked(run)
            if said.endswith("!") and words.startswith("["):
                said = said[:-1] + "\\!"  # or the link would be read as a picture
            said += words
    return said


def _marked(run: Run) -> str:
    text = _escaped(run.text)
    words = text.strip()
    if not words:
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    address = run.marks.get("link")
    if address and address not in (run.text, f"mailto:{run.text}"):
        words = f"[{words}]({address.replace('(', '%28').replace(')', '%29')})"
    elif address:
        words = run.text.strip()
    for mark, sign in _MARKS:
        if mark in run.marks:
            words = f"{sign}{words}{sign}"
    return f"{before}{words}{after}"


def _escaped(text: str) -> str:
    return _SIGNS.sub(lambda found: "\\" + found.group(0), text.replace("\n", " "))
