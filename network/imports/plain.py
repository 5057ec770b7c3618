"""Old minutes in Markdown or as plain text, taken apart."""

import re
from itertools import count

from network.drafts import markdown
from network.drafts.tree import LINES, LISTS, Node, Run
from network.imports.pieces import Piece, Source, list_of, paragraph

_UNDER = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_OWN_SIGN = re.compile(r"^\s*([#>|]|[-*+]\s|={2,}|-{2,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=[ \t]|$)", re.MULTILINE)
_BULLET = re.compile(r"^\s*[-*•·▪◦‣–]\s+")
_NUMBER = re.compile(r"^\s*(\d{1,3})[.)]\s+")
_LINE = re.compile(r"^(=|-)\1{2,}$")
_WRAPPED = 60  # characters; a longer line may go on in the next one


def read_markdown(text: str) -> Source:
    """The pieces of a Markdown text. Headings that are underlined with = or - are some too."""
    text = _with_signs(text)
    levels = [len(found[1]) for found in _HEADING.finditer(text)]
    nodes = [_harmless(node) for node in markdown.parse(text)]
    known = sum(node.name == "heading" for node in nodes) == len(levels)
    level = iter(levels)
    lists = count(1)
    pieces: list[Piece] = []
    for node in nodes:
        if node.name == "heading":
            height = next(level) if known else int(node.attributes["level"]) - 1
            pieces.append(Piece(Node("paragraph", runs=node.runs), level=height))
        elif node.name in LISTS:
            pieces += _items(node, next(lists))
        elif node.name != "horizontalRule":
            pieces.append(Piece(node))
    return Source(pieces)


def _with_signs(text: str) -> str:
    """Headings that are underlined, with the signs that our parser knows."""
    lines = text.split("\n")
    for place, line in enumerate(lines[1:], 1):
        sign, words = _UNDER.match(line), lines[place - 1]
        alone = place == 1 or not lines[place - 2].strip()
        if sign and words.strip() and alone and not _OWN_SIGN.match(words):
            lines[place - 1 : place + 1] = [f"{'#' if sign[1][0] == '=' else '##'} {words.strip()}", ""]
    return "\n".join(lines)


def _harmless(node: Node) -> Node:
    """What names a thing of ours stays what somebody wrote: the words."""
    if node.name in LINES:
        return paragraph(f"[[{node.name.removesuffix('Line')} {node.attributes['id']}]]")
    node.children = [_harmless(child) for child in node.children]
    return node


def _items(node: Node, number: int) -> list[Piece]:
    first = int(node.attributes.get("start", 1))
    return [
        Piece(list_of(item, node.name, place), list=number) for place, item in enumerate(node.children, first)
    ]


def read_text(text: str) -> Source:
    """The pieces of a plain text: a paragraph for each line, unless the line before was full."""
    pieces: list[Piece] = []
    lists, in_list, before = count(1), 0, ""
    for line in text.split("\n"):
        words = line.strip()
        if _LINE.match(words) and pieces and before:
            if not pieces[-1].list:
                pieces[-1].level = 1 if words[0] == "=" else 2
            before = ""
            continue
        bullet, number = _BULLET.match(line), _NUMBER.match(line)
        if not words:
            in_list = 0
        elif bullet:
            in_list = in_list or next(lists)
            item = Node("listItem", children=[paragraph(line[bullet.end() :].strip())])
            pieces.append(Piece(list_of(item, "bulletList"), list=in_list))
        elif before and len(before) >= _WRAPPED and not number and _goes_on(words):
            _append(pieces[-1], words)
        else:
            in_list = 0
            pieces.append(Piece(paragraph(words)))
        before = line.rstrip()
    return Source(pieces)


def _goes_on(words: str) -> bool:
    """Whether a line is the middle of a sentence: it begins small, or names nothing before a colon."""
    return words[0].islower() or ":" not in words[:40]


def _append(piece: Piece, words: str) -> None:
    node = piece.node
    while node.children:
        node = node.children[-1]
    node.runs.append(Run(f" {words}"))
