"""What stands in the parts of a file of Word's: its elements, and what it says about itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título) ?(\d)$")
_MARKS = (("b", "bold"), ("i", "italic"), ("u", "underline"), ("strike", "strike"))
# What only stands around text.
AROUND = {
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
GONE = {"del", "moveFrom"}


@dataclass
class Style:
    """What is asked about a style, with what it takes over from others."""

    name: str = ""
    marks: dict[str, bool] = field(default_factory=dict)
    outline: int | None = None
    numbering: tuple[int, int] | None = None


def name_of(element: Any) -> str:
    """The name of an element of Word's; that of others with its namespace."""
    tag = element.tag
    if not isinstance(tag, str):  # a comment or a processing instruction
        return ""
    prefix, _brace, name = tag.rpartition("}")
    return name if prefix == qn("w:p")[: -len("p") - 1] else tag


def value_of(element: Any, path: str) -> str | None:
    """The value of a property somewhere below, None if there is none."""
    if element is None:
        return None
    found = element.find("/".join(qn(f"w:{part}") for part in path.split("/")))
    return None if found is None else found.get(qn("w:val"), "")


def number_of(value: str | None) -> int | None:
    """The whole number that a value is, None if it is none."""
    return int(value) if value is not None and value.isascii() and value.isdigit() else None


def own_words(element: Any) -> Iterator[str]:
    """The words of a paragraph, without those of paragraphs in it and of what was deleted."""
    for child in element:
        name = name_of(child)
        if name == "t":
            yield str(child.text or "")
        elif name not in ("p", *GONE, COMPATIBLE + "Fallback"):
            yield from own_words(child)


def below(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also inside what only stands around them."""
    for child in element:
        if name_of(child) == name:
            yield child
        elif name_of(child) in AROUND:
            yield from below(child, name)


def marks_of(properties: Any) -> dict[str, bool]:
    """Bold and the like, as far as something is said about it."""
    said = {}
    for name, mark in _MARKS:
        value = value_of(properties, name)
        if value is not None:
            said[mark] = value not in ("0", "false", "off", "none")
    return said


def numbering_of(properties: Any) -> tuple[int, int] | None:
    """The numbering and its level that a paragraph or style names."""
    id = number_of(value_of(properties, "numPr/numId"))
    return None if id is None else (id, number_of(value_of(properties, "numPr/ilvl")) or 0)


# What the document says about itself


def related(part: Any, kind: str) -> Any:
    """The root of a part that the document refers to; None without one."""
    for relation in part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            return parse_xml(relation.target_part.blob)
    return None


def styles_of(part: Any) -> dict[str, Style]:
    """The styles by their ids."""
    root = related(part, "styles")
    found = {} if root is None else {one.get(qn("w:styleId")): one for one in root.iter(qn("w:style"))}
    made: dict[str, Style] = {}
    for id in found:
        chain: list[Any] = []
        above: str | None = id
        while above in found and found[above] not in chain:
            chain.append(found[above])
            above = value_of(found[above], "basedOn")
        style = Style(name=(value_of(chain[0], "name") or "").lower())
        for one in reversed(chain):
            style.marks |= marks_of(one.find(qn("w:rPr")))
            outline = number_of(value_of(one, "pPr/outlineLvl"))
            style.outline = style.outline if outline is None else outline
            style.numbering = numbering_of(one.find(qn("w:pPr"))) or style.numbering
            heading = _HEADING.match((value_of(one, "name") or "").lower())
            style.outline = int(heading[1]) - 1 if heading else style.outline
        made[id] = style
    return made


def formats_of(part: Any) -> dict[tuple[int, int], str]:
    """Whether a level of a numbering shows bullets or numbers."""
    root = related(part, "numbering")
    if root is None:
        return {}
    levels = {
        (one.get(qn("w:abstractNumId")), number_of(level.get(qn("w:ilvl"))) or 0): value_of(level, "numFmt")
        for one in root.iter(qn("w:abstractNum"))
        for level in one.iter(qn("w:lvl"))
    }
    made = {}
    for one in root.iter(qn("w:num")):
        id, abstract = number_of(one.get(qn("w:numId"))) or 0, value_of(one, "abstractNumId")
        for (of, level), shown in levels.items():
            if of == abstract:
                made[id, level] = "bulletList" if shown in ("bullet", "none") else "orderedList"
    return made


def notes_of(part: Any, kind: str) -> dict[str, Any]:
    """Footnotes or endnotes by their ids."""
    root = related(part, f"{kind}s")
    found = [] if root is None else root.iter(qn(f"w:{kind}"))
    return {one.get(qn("w:id")): one for one in found if one.get(qn("w:type")) in (None, "normal")}
