"""What kind of file old minutes are, and their pieces; nothing of the source text is missing in them."""

import re
from functools import cache
from itertools import count

from flask_babel import lazy_gettext as _l

from network.changes import Invalid
from network.cores import CORES, Cores
from network.drafts.tree import BREAK, LISTS, Node, Run
from network.imports import plain, word
from network.imports.labels import begins_anew
from network.imports.pieces import Piece, Source, broken, list_of, paragraph, runs_of
from network.imports.word import letters
from network.imports.word_package import Unreadable

ACCEPTED = ".docx,.md,.markdown,.txt"
MOST_PIECES = 1_500
MOST_LETTERS = 300_000
QUEUE = 10  # documents that may wait for a core
AGAIN_SECONDS = 10

WHY = {
    "macros": _l(
        "This document carries macros, and such files are not opened. Please save it as a plain DOCX."
    ),
    "old": _l("This is an old or encrypted Word file. Please save it as DOCX without a password."),
    "locked": _l("This is an old or encrypted Word file. Please save it as DOCX without a password."),
    "large": _l("This document holds far more than minutes do. Please take pictures and attachments out."),
    "long": _l(
        "This document is too long: it may have %(pieces)s paragraphs. Please divide it.",
        pieces=MOST_PIECES,
    ),
    "broken": _l(
        "This is no Word document, or it is damaged. Please open it in Word and save it as DOCX anew."
    ),
    "kind": _l("Old minutes are read from Word (DOCX), Markdown and text files."),
    "empty": _l("There is no text in this document."),
}

_SIGN = re.compile(r"^[\s>*_#|+-]*(?:\d{1,9}[.)]\s)?")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f]")
_cores = cache(Cores)


def read(content: bytes, name: str) -> Source:
    """The pieces of a file, read where nobody else waits for it. Raises Invalid(file=...) with the reason."""
    try:
        return _cores().run(_read, content, name, most=CORES + QUEUE, again=AGAIN_SECONDS)
    except Unreadable as error:
        raise Invalid(file=WHY[error.why]) from None


def _read(content: bytes, name: str) -> Source:
    """By what it is; by its name only whether a text is Markdown."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old")
    if content.startswith(b"PK\x03\x04"):
        source = word.read(content)
    else:
        source = _of_text(content, name)
    source.pieces = [part for piece in source.pieces for part in _apart(piece)]
    lines = sum(len(piece.node.children) if piece.is_table else 1 for piece in source.pieces)
    if lines > MOST_PIECES or sum(len(piece.text) for piece in source.pieces) > MOST_LETTERS:
        raise Unreadable("long")
    if not source.pieces:
        raise Unreadable("empty")
    return source


def _of_text(content: bytes, name: str) -> Source:
    ending = name.lower().rpartition(".")[2]
    text = _decoded(content) if ending in ("md", "markdown", "txt") else None
    if text is None:
        raise Unreadable("broken" if ending == "docx" else "kind")
    if len(text) > 2 * MOST_LETTERS:
        raise Unreadable("long")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    if ending == "txt":
        return plain.read_text(text)
    source = plain.read_markdown(text)
    there = letters(" ".join(_with_addresses(piece.node) for piece in source.pieces))
    overlooked = [line for line in text.split("\n") if letters(_SIGN.sub("", line)) not in there]
    source.pieces += [Piece(paragraph(line.strip())) for line in overlooked]
    return source


def _decoded(content: bytes) -> str | None:
    """A text in one of the usual codings; None for bytes that are none."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for coding in ("utf-8-sig", "utf-16" if marked else "cp1252"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        return None if _UNSEEN.search(text) else text
    return None


def _with_addresses(node: Node) -> str:
    """All words of a block, each link followed by its address, as Markdown has them."""
    said, address = "", ""
    for run in runs_of(node):
        leads_to = str(run.marks.get("link", "")) if isinstance(run, Run) else ""
        if address and leads_to != address:
            said += f" {address} "
        address = leads_to
        said += run.text if isinstance(run, Run) else " "
    return f"{said} {address}"


# Lines that are something of their own


def _apart(piece: Piece) -> list[Piece]:
    """A piece, or several where a line in it begins something else: a decision, an action, an item."""
    node = piece.node
    if node.name == "paragraph":
        return _lines_apart(piece)
    if node.name in LISTS and _holds_more(node):
        return _levels_apart(piece)
    return [piece]


def _lines_apart(piece: Piece) -> list[Piece]:
    parts = broken(piece.node.runs)
    if len(parts) == 1 or piece.level:
        return [piece]
    found: list[Node] = []
    for runs in parts:
        said = "".join(run.text for run in runs if isinstance(run, Run))
        if not found or begins_anew(said):
            found.append(Node("paragraph", runs=runs))
        else:
            found[-1].runs += [Node(BREAK), *runs]
    return [Piece(node) for node in found if any(isinstance(run, Run) for run in node.runs)]


def _holds_more(node: Node) -> bool:
    """Whether an item has something below it, or a second line, that is a decision or an action."""
    [item] = node.children
    inside = [line for child in item.children[1:] for line in Piece(child).text.split("\n")]
    inside += Piece(item.children[0]).text.split("\n")[1:] if item.children else []
    return any(begins_anew(line) for line in inside)


def _levels_apart(piece: Piece) -> list[Piece]:
    """What stands below an item, each by itself."""
    [item] = piece.node.children
    found: list[Piece] = []
    lists = count(piece.list * 1000 + 1)
    for place, child in enumerate(item.children):
        if child.name in LISTS:
            number = next(lists)
            for at, inner in enumerate(child.children, int(child.attributes.get("start", 1))):
                found += _apart(Piece(list_of(inner, child.name, at), list=number))
        elif place:
            found += _apart(Piece(child))
        else:
            first, *more = _lines_apart(Piece(child)) or [Piece(child)]
            node = list_of(Node("listItem", children=[first.node]), piece.node.name)
            node.attributes = dict(piece.node.attributes)
            found += [Piece(node, list=piece.list), *more]
    return [one for one in found if one.text]
