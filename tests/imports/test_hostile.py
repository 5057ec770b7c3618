"""Files that somebody has made to do harm, or that are something else than they say."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from network.changes import Invalid
from network.drafts import markdown
from network.imports import reading
from network.imports.building import plan
from network.imports.labels import Kind
from network.imports.names import Known
from network.imports.reading import read
from network.imports.recognising import kinds_of
from tests.clients import Reader
from tests.imports.papers import Paper, Typist, hidden_corners
from tests.unchanged import nothing_written
from tests.world import World

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def package(body: bytes, *, kind: str = MAIN, **more: bytes) -> bytes:
    """The least that a Word file is, around this content of `word/document.xml`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", body)
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def document(inside: str, before: str = "") -> bytes:
    """A Word file with this in its body."""
    return package(f"{before}<w:document {W}><w:body>{inside}</w:body></w:document>".encode())


def deep(levels: int) -> str:
    """Content controls, one in the other."""
    return "<w:sdt><w:sdtContent>" * levels + "<w:p/>" + "</w:sdtContent></w:sdt>" * levels


ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
DAMAGED = "This is no Word document, or it is damaged."
LARGE = "This document holds far more than minutes do."
LONG = "This document is too long"
OLD = "This is an old or encrypted Word file."

HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing in it": (lambda: b"", "leer.docx", "This file is empty."),
    "a page that says that it is Word": (lambda: b"<html>Hallo</html>", "brief.docx", DAMAGED),
    "a PDF": (lambda: b"%PDF-1.7 hallo", "brief.pdf", "Old minutes are read from Word"),
    "a program that says that it is text": (
        lambda: b"MZ\x90\x00\x03",
        "brief.txt",
        "Old minutes are read from",
    ),
    "Word of before 2007": (lambda: b"\xd0\xcf\x11\xe0" + bytes(900), "brief.docx", OLD),
    "a zip that is none": (lambda: b"PK\x03\x04" + bytes(90), "brief.docx", DAMAGED),
    "half of a document": (lambda: hidden_corners().content[:9000], "brief.docx", DAMAGED),
    "a table of Excel": (lambda: package(b"<a/>", kind="application/x-sheet"), "a.docx", DAMAGED),
    "no document in it": (lambda: package(b""), "brief.docx", DAMAGED),
    "no XML in it": (lambda: package(b"<w:document"), "brief.docx", DAMAGED),
    "no body in it": (lambda: package(f"<w:document {W}/>".encode()), "brief.docx", DAMAGED),
    "nothing written in it": (lambda: document("<w:p/>"), "brief.docx", "There is no text in this document."),
    "macros": (lambda: package(b"<a/>", **{"word__vbaProject.bin": b"x"}), "a.docx", "macros"),
    "what unpacks to 200 MB": (lambda: package(bytes(200 * 1024 * 1024)), "brief.docx", LARGE),
    "thousands of files": (
        lambda: package(b"<a/>", **{f"word__{number}.bin": b"" for number in range(2500)}),
        "brief.docx",
        LARGE,
    ),
    "10,000 paragraphs": (
        lambda: document("<w:p><w:r><w:t>Hallo</w:t></w:r></w:p>" * 10_000),
        "brief.docx",
        LONG,
    ),
    "10,000 lines of text": (lambda: b"Hallo.\n\n" * 10_000, "brief.md", LONG),
    "a word of a megabyte": (lambda: b"a" * 1024 * 1024, "brief.txt", LONG),
}


@pytest.fixture
def upload(world: World, sign_in: Callable[..., Reader]) -> Callable[..., Any]:
    """Anke sends a file."""
    anke = sign_in(world.anke)

    def upload(content: bytes, name: str) -> Any:
        return anke.post(
            f"/groups/{world.language.id}/minutes/old", data={"file": (io.BytesIO(content), name)}
        )

    return upload


@pytest.mark.one_database
@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_document_or_too_much_is_refused_in_words(what: str, upload: Callable[..., Any]) -> None:
    make, name, says = HOSTILE[what]
    content = make()
    with nothing_written():
        answer = upload(content, name)
    assert answer.status_code == 422 and says in answer.text


def test_a_file_that_is_too_large_is_refused(upload: Callable[..., Any], world: World) -> None:
    with nothing_written():
        answer = upload(b"Hallo. " * (3 * 1024 * 1024), "brief.md")
    assert answer.status_code == 422 and "too large" in answer.text


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE w [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w [<!ENTITY j SYSTEM "http://127.0.0.1:9/">]>',
        ENTITIES,
    ],
    ids=["a file of the server", "an address", "a thousand million laughs"],
)
def test_entities_are_not_resolved(before: str, app: Any) -> None:
    inside = "<w:p><w:r><w:t>Vorher &j; nachher</w:t></w:r></w:p>"
    try:
        said = " ".join(piece.text for piece in read(document(inside, before), "brief.docx").pieces)
    except Invalid as invalid:
        said = str(invalid.description)
    assert "root:" not in said and "lol" not in said and len(said) < 300


def test_what_is_nested_a_hundred_times_is_read_or_refused(app: Any) -> None:
    for levels in (100, 1000, 100_000):
        try:
            read(document(deep(levels)), "brief.docx")
        except Invalid as invalid:
            assert str(invalid.description) in map(str, reading.WHY.values())


def test_what_looks_like_markup_or_a_reference_stays_words(app: Any) -> None:
    said = (
        '<script>alert("1")</script>',
        "[[decision 1]]",
        "# keine Überschrift",
        "1. keine Liste | und keine Tabelle",
        "[Klick](javascript:alert(1))",
    )
    it = Typist()
    for line in said:
        it.line(line)
    text = "Eins.\n\n[[decision 1]]\n\n<script>alert(1)</script>\n\n[Klick](javascript:alert(1))"
    for paper in (it.saved("brief.docx"), Paper("brief.md", text.encode(), [])):
        source = read(paper.content, paper.name)
        assert not any("<script" in piece.shown or "href" in piece.shown for piece in source.pieces)
        made = plan(source.pieces, [Kind.TEXT] * len(source.pieces), Known((), ()), None)
        again = markdown.parse(markdown.write(made.items[0].parts))  # type: ignore[arg-type]  # all are blocks
        assert {node.name for node in again} == {"paragraph"}
        for line in paper.said:
            assert line in [" ".join(str(getattr(run, "text", "")) for run in node.runs) for node in again]


def test_a_document_is_no_heavier_than_it_says(app: Any) -> None:
    """Lines of a year are read in a moment, and each is looked at once."""
    it = Typist()
    for number in range(300):
        it.line(f"TOP {number % 90 + 1}: Punkt {number}")
        it.line("Beschluss: " + "Wir machen weiter. " * 10)
    source = read(it.saved("jahr.docx").content, "jahr.docx")
    kinds = kinds_of(source, today=date(2026, 12, 2), held=date(2026, 1, 1))
    assert kinds.count(Kind.DECISION) == 300
