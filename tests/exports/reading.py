"""A PDF read as a screen reader reads it: by its tags, in their order, with the words that each one holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, NullObject, TextStringObject

ARABIC = re.compile("[\u0600-\u06ff]")
HEX = rb"<([0-9A-Fa-f]+)>"


@dataclass(frozen=True)
class Tagged:
    """A tag (H1, P, TH, ...), its words, and the language that is said for it."""

    tag: str
    text: str
    language: str


def read(content: bytes) -> list[Tagged]:
    """All that is tagged, blocks only: what stands within a line belongs to its block."""
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    words = {page.indirect_reference.idnum: _words(page, reader) for page in reader.pages}  # type: ignore[union-attr]  # all have one
    return list(_walk(root["/StructTreeRoot"]["/K"], "", None, root["/Lang"], words))


BLOCKS = {"P", "TH", "TD", "Lbl", "LBody", *(f"H{level}" for level in range(1, 7))}


def _walk(node: Any, tag: str, page: int | None, language: str, words: Any) -> Iterator[Tagged]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, ArrayObject):
        for one in node:
            yield from _walk(one, tag, page, language, words)
    elif isinstance(node, DictionaryObject) and "/S" in node:
        name = str(node["/S"])[1:]
        page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        language = str(node.get("/Lang", language))
        inside = list(_walk(node.get("/K", ArrayObject()), name, page, language, words))
        if name not in BLOCKS or any(one.tag in BLOCKS for one in inside):
            yield from inside
        else:
            own = next((one.language for one in inside if one.text.strip()), language)
            yield Tagged(name, " ".join("".join(one.text for one in inside).split()), own)
    elif isinstance(node, DictionaryObject) and "/MCID" in node:
        page = node.raw_get("/Pg").idnum if "/Pg" in node else page
        yield Tagged("", words[page].get(int(node["/MCID"]), ""), language)
    elif isinstance(node, int):
        yield Tagged("", words[page].get(int(node), ""), language)


def _words(page: Any, reader: PdfReader) -> dict[int, str]:
    """The words of a page by the number of the marked content that they stand in."""
    letters = {
        name: _letters(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()
    }
    found: dict[int, str] = {}
    open_: list[tuple[int | None, str | None]] = []
    font: dict[int, str] = {}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"Tf":
            font = letters[operands[0]]
        elif operator in (b"BDC", b"BMC"):
            facts = operands[1] if operator == b"BDC" else {}
            facts = facts if isinstance(facts, DictionaryObject) else DictionaryObject()
            spoken = facts.get("/ActualText")
            open_.append((facts.get("/MCID"), None if spoken is None else str(spoken)))
            if spoken is not None:
                _put(found, open_, str(spoken))
        elif operator == b"EMC":
            open_.pop()
        elif operator in (b"Tj", b"TJ") and not any(spoken is not None for _number, spoken in open_):
            said: list[str] = []
            for piece in operands[0] if operator == b"TJ" else operands:
                if isinstance(piece, TextStringObject | bytes):
                    raw = piece.original_bytes if isinstance(piece, TextStringObject) else piece
                    said += [
                        font.get(int.from_bytes(raw[at : at + 2]), "\ufffd") for at in range(0, len(raw), 2)
                    ]
            # Letters are drawn from left to right, whichever way they are read.
            _put(found, open_, "".join(reversed(said) if ARABIC.search("".join(said)) else said))
    return found


def _put(found: dict[int, str], open_: Any, text: str) -> None:
    number = next((number for number, _spoken in reversed(open_) if number is not None), None)
    if number is not None:
        found[int(number)] = found.get(int(number), "") + text


def _letters(font: Any) -> dict[int, str]:
    """What each glyph says (the font's ToUnicode)."""
    if isinstance(font.get("/ToUnicode", NullObject()), NullObject):
        return {}
    table = font["/ToUnicode"].get_data()
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, said in re.findall(HEX + rb"\s*" + HEX, part):
            found[int(glyph, 16)] = _said(said)
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, said in re.findall(HEX + rb"\s*" + HEX + rb"\s*" + HEX, part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(ord(_said(said)) + step)
    return found


def _said(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")
