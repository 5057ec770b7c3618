"""Whatever a document is made of: each of its words is looked at, and each stands in what it becomes."""

import io
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.imports.building import Deed, plan
from network.imports.head import Fields
from network.imports.labels import Kind
from network.imports.names import Known
from network.imports.pieces import Piece
from network.imports.reading import read
from network.imports.recognising import allowed, kinds_of
from network.imports.word import letters

LABELS = (
    "",
    "Beschluss: ",
    "Aufgabe: ",
    "TOP 3: ",
    "Anwesend: ",
    "Ort: ",
    "Gäste: Frau W",
    "Protokoll: ",
    "Datum: 12.3.2024 ",
    "- ",
    "2. ",
    "[ ] ",
    "Decision 4/2020 (agreed): ",
)
AROUND_RUNS = ("", "ins", "hyperlink", "smartTag", "sdt")
AROUND_BLOCKS = ("", "sdt", "customXml")

FIELDS = Fields("wortaaax wortaabx", date(2024, 3, 12), None, None, "wortaaax")

runs = st.tuples(
    st.sampled_from(AROUND_RUNS), st.booleans(), st.sampled_from(("", "br", "tab", "noBreakHyphen"))
)
paragraphs = st.tuples(
    st.just("p"),
    st.sampled_from(("", "Heading1", "Heading2", "ListBullet", "ListNumber2", "Title")),
    st.sampled_from(LABELS),
    st.lists(runs, min_size=1, max_size=3),
)
blocks = st.recursive(
    paragraphs,
    lambda inner: st.tuples(
        st.sampled_from(("tbl", *AROUND_BLOCKS[1:])),
        st.lists(inner, min_size=1, max_size=4),
        st.integers(1, 3),
    ),
    max_leaves=12,
)


class Words:
    """Words that are all different, and those that were given out."""

    def __init__(self) -> None:
        self.numbers = count()
        self.said: list[str] = []

    def __call__(self) -> str:
        number = next(self.numbers)
        word = "wort" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:03d}") + "x"
        self.said.append(word)
        return word


def xml_of(block: Any, word: Words) -> str:
    """A block as Word has it."""
    if block[0] == "p":
        _p, style, label, parts = block
        inside = f"<w:r><w:t xml:space='preserve'>{label}</w:t></w:r>" if label else ""
        for around, bold, sign in parts:
            look = "<w:rPr><w:b/></w:rPr>" if bold else ""
            run = f"<w:r>{look}{f'<w:{sign}/>' if sign else ''}<w:t>{word()}</w:t></w:r>"
            inside += wrapped(around, run)
        style = f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>" if style else ""
        return f"<w:p>{style}{inside}</w:p>"
    kind, inner, width = block
    found = [xml_of(one, word) for one in inner]
    if kind != "tbl":
        return wrapped(kind, "".join(found))
    rows = [found[at : at + width] for at in range(0, len(found), width)]
    cells = ["".join(f"<w:tc>{cell}<w:p/></w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def wrapped(around: str, inside: str) -> str:
    if around == "sdt":
        return f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"
    return f"<w:{around}>{inside}</w:{around}>" if around else inside


def everything(pieces: list[Piece], kinds: list[Kind]) -> Iterator[str]:
    """All that stands in what becomes of it."""
    made = plan(pieces, kinds, Known((), ()), date(2024, 3, 12), FIELDS)
    yield from (FIELDS.title, FIELDS.place, *(f"{one.name} {one.organisation}" for one in made.there))
    for item in made.items:
        yield item.title
        for part in item.parts:
            yield part.text if isinstance(part, Deed) else Piece(part).text


def nothing_is_missing(content: bytes, name: str, said: list[str], chosen: st.DataObject) -> None:
    """Neither in the pieces, nor in what they become, whatever somebody makes of them."""
    source = read(content, name)
    pieces = source.pieces
    there = letters(" ".join(piece.text for piece in pieces))
    assert [word for word in said if word not in there] == []
    suggested = kinds_of(source, today=date(2026, 1, 1), held=date(2024, 3, 12))
    left_out = (Kind.LEFT, Kind.LISTED)  # wherever somebody may send it
    others = [chosen.draw(st.sampled_from([*allowed(piece), *left_out])) for piece in pieces]
    for kinds in (suggested, others):
        there = letters(" ".join(everything(pieces, kinds)))
        assert [word for word in said if word not in there] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(blocks, min_size=1, max_size=8), st.data())
def test_no_word_of_a_word_file_is_missing(app: Flask, made: list[Any], chosen: st.DataObject) -> None:
    word, document = Words(), Document()
    for block in made:
        for element in parse_xml(f"<w:body {nsdecls('w')}>{xml_of(block, word)}</w:body>"):
            document.element.body.insert(len(document.element.body) - 1, element)
    out = io.BytesIO()
    document.save(out)
    nothing_is_missing(out.getvalue(), "brief.docx", word.said, chosen)


SHAPES = (
    "# {}",
    "## {}\n",
    "{}\n====",
    "{}\n---",
    "- {}\n  - {}\n    - {}",
    "1. {}\n2. {}",
    "> {}\n> {}",
    "    {}",
    "```\n{}\n```",
    "| {} | {} |\n| --- | --- |\n| {} | {} |",
    "**{}** {}",
    "[{}](https://a.example/{})",
    "{}  \n{}",
    "![{}]({}.png)",
    "[{}]: {}",
    "<b>{}</b>",
    "{}[^1]\n\n[^1]: {}",
    "* * *\n{}",
    "- [x] {}\n\n  {}",
    "`{}` \\*{}\\*",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(SHAPES), st.sampled_from(LABELS), st.sampled_from(("\n", "\n\n"))),
        max_size=8,
    ),
    st.sampled_from(("brief.md", "brief.txt")),
    st.data(),
)
def test_no_word_of_a_text_is_missing(app: Flask, made: list[Any], name: str, chosen: st.DataObject) -> None:
    word, text = Words(), "Anfang.\n\n"
    for shape, label, end in made:
        filled = shape.replace("{}", label + "{}", 1)
        text += filled.format(*(word() for _ in range(shape.count("{}")))) + end
    addresses = [said for said in word.said if f"a.example/{said}" in text]
    nothing_is_missing(text.encode(), name, [said for said in word.said if said not in addresses], chosen)
