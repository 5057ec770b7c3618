"""Whatever people write can be set as a PDF: one that fails would fail for good once it is approved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.drafts import markdown
from network.drafts.tree import BREAK, HEADINGS, Node, Run
from network.exports import pdf, sheet, sources
from network.exports.sheet import Source
from network.meetings.models import Meeting
from network.texts import blocks
from tests.clients import Reader
from tests.exports.reading import read
from tests.world import World

pytestmark = pytest.mark.one_database  # texts that are set, no data

SignIn = Callable[..., Reader]

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
marks = st.dictionaries(st.sampled_from(["bold", "italic", "underline", "strike"]), st.just(True), max_size=2)
links = st.sampled_from([{}, {"link": "https://a.example/%ZZ"}, {"link": "mailto:x"}, {"link": "/groups/1"}])
runs = st.lists(
    st.builds(lambda text, one, other: Run(text, one | other), words, marks, links)
    | st.builds(lambda: Node(BREAK)),
    max_size=3,
)
paragraphs = st.builds(lambda inside: Node("paragraph", runs=inside), runs)
leaves = (
    paragraphs
    | st.builds(
        lambda at, inside: Node("heading", {"level": at}, runs=inside), st.sampled_from(HEADINGS), runs
    )
    | st.builds(lambda: Node("horizontalRule"))
    | st.builds(
        lambda name, id: Node(name, {"id": id}), st.sampled_from(["decisionLine", "actionLine"]), st.just(7)
    )
)


def _list(name: str, first: Node, inside: list[Node]) -> Node:
    return Node(
        name, children=[Node("listItem", children=[first, *inside]), Node("listItem", children=[first])]
    )


def _table(cells: list[Node]) -> Node:
    rows = [
        Node("tableRow", children=[Node(kind, children=[cell]) for cell in cells])
        for kind in ("tableHeader", "tableCell")
    ]
    return Node("table", children=rows)


def _nested(inside: Any) -> Any:
    several = st.lists(inside, min_size=1, max_size=3)
    return (
        st.builds(_list, st.sampled_from(["bulletList", "orderedList"]), paragraphs, several)
        | st.builds(lambda children: Node("blockquote", children=children), several)
        | st.builds(_table, st.lists(paragraphs, min_size=1, max_size=3))
    )


documents = st.lists(st.recursive(leaves, _nested, max_leaves=12), max_size=6)


def _with(source: Source, *texts: str) -> Source:
    """The same minutes with these texts on their first items."""
    items = [
        {**item, "paragraphs": [{"text": one} for one in blocks(text)]}
        for item, text in zip(source.said["items"], texts, strict=False)
    ]
    return replace(source, said={**source.said, "items": items})


@pytest.fixture
def source(meeting: Meeting) -> Source:
    [found] = sources.of_meetings([meeting])
    return found


def headings(content: bytes) -> list[tuple[str, str]]:
    return [(one.tag, one.text) for one in read(content) if one.tag in ("H2", "H3", "H4", "H5")]


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=documents, second=documents)
def test_every_text_that_can_be_written_is_set(
    source: Source, app: Flask, first: list[Node], second: list[Node]
) -> None:
    with app.test_request_context():
        paper = sheet.of_meeting(_with(source, markdown.write(first), markdown.write(second)))
        assert pdf.write(paper, 0).startswith(b"%PDF")


def test_no_level_of_headings_is_skipped_and_those_alike_stay_alike(source: Source, app: Flask) -> None:
    with app.test_request_context():
        text = "### Klein\n\nWort.\n\n### Auch klein\n\n## Groß\n\n### Darunter\n\n## \n\n## Wieder groß"
        made = headings(pdf.write(sheet.of_meeting(_with(source, text, "### Klein")), 0))
    assert [one for one in made if one[0] != "H2"] == [
        ("H3", "Klein"),
        ("H3", "Auch klein"),
        ("H3", "Groß"),
        ("H4", "Darunter"),
        ("H3", "Wieder groß"),
        ("H3", "Klein"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "> " * 500 + "zuunterst",
        "- " * 600 + "zuunterst",
        "> - 1. " * 200 + "zuunterst",
        "> " * 18 + "davor\n\n" + "> " * 12 + "zuunterst",
    ],
)
def test_what_is_nested_deeply_keeps_its_words(source: Source, app: Flask, text: str) -> None:
    with app.test_request_context():
        made = pdf.write(sheet.of_meeting(_with(source, text)), 0)
    assert "zuunterst" in " ".join(one.text for one in read(made))


def test_whoever_asks_for_a_pdf_that_cannot_be_set_reads_why_and_the_log_has_it(
    meeting: Meeting, world: World, sign_in: SignIn, monkeypatch: Any, caplog: Any
) -> None:
    monkeypatch.setattr(pdf, "STANDARDS", ["a-1b", "ua-1"])  # which exclude each other
    reader = sign_in(world.ben)
    answer = reader.get(f"/meetings/{meeting.id}/minutes.pdf", inspected=False)
    assert answer.status_code == 422
    assert "The PDF of this text cannot be made." in answer.text
    assert "a PDF was not set" in caplog.text
    assert reader.get(f"/meetings/{meeting.id}/minutes.docx", inspected=False).status_code == 200


def test_a_mark_above_a_letter_is_drawn_with_its_letter_where_bold_begins_between_them(
    source: Source, app: Flask
) -> None:
    with app.test_request_context():
        paper = sheet.of_meeting(_with(source, "\u0645**\u064f\u062d\u064e**\u0645\u0651\u064e\u062f"))
        [block] = [one for one in pdf._said(paper)["blocks"] if "\u0645" in str(one["runs"])]
        assert [(run["text"], "bold" in run) for run in block["runs"]] == [
            ("\u0645\u064f", False),
            ("\u062d\u064e", True),
            ("\u0645\u0651\u064e\u062f".replace("\u0651\u064e", "\u064e\u0651"), False),
        ]
        assert pdf.write(paper, 0).startswith(b"%PDF")
