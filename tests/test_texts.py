"""What people write is shown as they meant it, and never as anything else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.config import ROOT
from network.texts import MOST, blocks, folded, in_alphabet, no_formula, plain, render, summary


def test_paragraphs_emphasis_lists_and_quotations_are_shown() -> None:
    html = render("Guten **Tag**, *alle*\nzusammen\n\n- eins\n- zwei\n\n3. drei\n\n> Zitat")
    assert '<p dir="auto">Guten <strong>Tag</strong>, <em>alle</em><br>\nzusammen</p>' in html
    assert '<li dir="auto">eins</li>' in html
    assert '<ol start="3" dir="auto">' in html
    assert '<blockquote dir="auto">' in html


def test_a_text_falls_into_its_paragraphs_and_lists_and_nothing_of_it_is_lost() -> None:
    text = "# Kopf\nDirekt darunter\nzweite Zeile\n\n- a\n- b\n\n  noch b\n\n> q\n---\n1. x\n2. y\n\n\n* z\n"
    parts = blocks(text)
    assert parts == [
        "# Kopf",
        "Direkt darunter\nzweite Zeile",
        "- a\n- b\n\n  noch b",
        "> q",
        "---",
        "1. x\n2. y",
        "* z",
    ]
    assert "".join(map(render, parts)).replace("\n", "") == render(text).replace("\n", "")
    assert blocks("") == blocks(None) == blocks(" \n\n ") == []


def test_a_heading_becomes_a_bold_paragraph_since_the_page_has_its_own() -> None:
    assert render("# Top 1") == '<p dir="auto"><strong>Top 1</strong></p>'


def test_an_address_becomes_a_link_that_gives_nothing_away() -> None:
    html = render("Siehe https://example.org/a?b=1&c=2 und [hier](https://example.org).")
    assert html.count('rel="noopener nofollow ugc"') == 2
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert 'href="mailto:anke@example.org"' in render("anke@example.org")


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](/t/12)",
        "![x](https://example.org/pixel.png)",
        '<https://example.org/" onclick="x>',
        '[a](https://example.org "title\\" onmouseover=\\"x")',
        "<a href='javascript:x'>x</a>",
        "&#106;avascript:alert(1)",
        "[x](java\tscript:alert(1))",
    ],
)
def test_nothing_dangerous_comes_through(written: str) -> None:
    html = render(written)
    for tag in ("<script", "<img", "<svg", "<iframe", "<style"):
        assert tag not in html.lower()
    links = [piece.split('"')[0] for piece in html.split('href="')[1:]]
    assert all(link.startswith(("http://", "https://", "mailto:")) for link in links)
    tags = [piece.split(">")[0] for piece in html.split("<")[1:]]
    assert not any(" on" in tag for tag in tags), html


def test_what_looks_like_code_or_html_stays_the_text_that_it_is() -> None:
    assert render("    eingerückt") == '<p dir="auto">eingerückt</p>'
    assert "`x`" in render("`x`")
    assert "&lt;b&gt;" in render("<b>")
    assert "&amp;amp;" in render("&amp;")
    assert "#3" in render("#3 ist offen")


@pytest.mark.parametrize(
    "opened", ["> ", ">", "- ", "1. ", "[", "![", "*", "_a ", "**a *b ", "[a](", "<http:"]
)
def test_ten_thousand_levels_of_nesting_are_shown_quickly_and_whole(opened: str) -> None:
    began = time.monotonic()
    html = render(opened * 10_000 + "Ende")
    assert "Ende" in html
    assert "Ende" in plain(opened * 10_000 + "Ende")
    assert time.monotonic() - began < 10  # generous: it takes a fraction of a second


@pytest.mark.parametrize("piece", ["http://a.de/(", "https://", "a@b.", "x\n", "- x\n", "\\", "[x](<"])
def test_a_hundred_thousand_characters_are_shown_quickly(piece: str) -> None:
    began = time.monotonic()
    render(piece * (MOST // len(piece)))
    assert time.monotonic() - began < 15


@given(st.text(max_size=300))
def test_any_text_can_be_shown_told_and_folded(text: str) -> None:
    assert "<script" not in render(text)
    plain(text)
    assert len(summary(text, 40)) <= 40
    assert folded(folded(text)) == folded(text)


def test_nothing_written_is_nothing_shown() -> None:
    assert render(None) == render("") == ""
    assert plain(None) == ""


def test_the_plain_twin_keeps_lists_quotations_and_addresses() -> None:
    text = plain("# Titel\n\n- **eins**\n- zwei\n  - innen\n\n> Zitat\n\n[Ort](https://example.org)")
    assert text == "Titel\n\n- eins\n- zwei\n  - innen\n\n> Zitat\n\nOrt (https://example.org)"


def test_a_summary_ends_after_a_word() -> None:
    assert summary("Sprachkurse **für** Eltern, mit Betreuung", 20) == "Sprachkurse für…"
    assert summary("kurz", 20) == "kurz"
    assert summary("x" * 50, 10) == "x" * 9 + "…"


def test_a_summary_shows_no_signs_of_lists_and_quotations() -> None:
    assert summary("Was ist zu klären?\n\n- Wer?\n- Wie - und wo?\n\n> - Hier") == (
        "Was ist zu klären? Wer? Wie - und wo? Hier"
    )


@pytest.mark.parametrize(
    "alike",
    [
        ("Müller", "Mueller", "Muller", "MÜLLER"),
        ("Straße", "Strasse", "STRASSE", "strasse"),
        ("Börde", "Boerde", "Borde"),
        ("Çelik", "celik"),
        ("Yıldız", "yildiz"),
        ("Ёлка", "елка"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("zwei  Worte", " zwei Worte "),
    ],
)
def test_spellings_of_one_word_find_each_other(alike: tuple[str, ...]) -> None:
    assert len({folded(word) for word in alike}) == 1


@given(st.text(alphabet="aeoubßäöüÄ nr", max_size=12), st.integers(0, 12))
def test_the_beginning_of_a_word_is_found_while_it_is_typed(word: str, length: int) -> None:
    assert folded(word).startswith(folded(word[:length]))


@pytest.mark.parametrize(
    "begins", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "\n=", "\u3000@", "＝", "＋", "－", "＠"]
)
def test_what_people_wrote_is_no_formula_in_a_spreadsheet(begins: str) -> None:
    assert no_formula(f"{begins}SUM(A1:A9)") == f"'{begins}SUM(A1:A9)"
    assert no_formula(f"a{begins}b") == f"a{begins}b"


def test_nothing_at_all_stays_an_empty_cell() -> None:
    assert no_formula("") == ""


def test_every_table_that_is_exported_holds_no_formula() -> None:
    tables = [path for path in (ROOT / "network").rglob("*.py") if "csv.writer(" in path.read_text()]
    assert tables
    assert [path.name for path in tables if "no_formula(" not in path.read_text()] == []


def test_names_with_accents_stand_where_people_look_for_them() -> None:
    names = ["Zulu", "Türkisch", "Deutsche Gebärdensprache", "Turkmenisch", "Dänisch"]
    assert sorted(names, key=in_alphabet) == [
        "Dänisch",
        "Deutsche Gebärdensprache",
        "Türkisch",
        "Turkmenisch",
        "Zulu",
    ]
