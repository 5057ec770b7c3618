"""Minutes as files: what is in them, for whom, and that they can be read by other programs."""

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from pypdf import PdfReader
from sqlalchemy import event

from network.approval import actions as approval
from network.approval import publishing
from network.approval.reading import newest
from network.exports import cores
from network.extensions import db
from network.meetings.models import Meeting
from network.minutes import actions, lines
from network.minutes.models import Minutes
from network.sitting import actions as sitting
from network.things import now
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.exports.reading import Tagged, read
from tests.world import World, make_item, make_meeting

pytestmark = pytest.mark.one_database  # what other programs read in files

SignIn = Callable[..., Reader]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DEEDS = """## Wartelisten

Vierzig Personen warten auf einen Kurs.

- Die Schule fragt den Landkreis.
- Alle **stimmen** zu.

| Ort | Plätze |
| --- | --- |
| Auenstadt | 12 |

1. Zuerst wird gefragt.
2. Dann wird entschieden."""
HOSTILE = """#eval("1 + 1") #import "@preview/x:1.0.0": y $x^2$ @nowhere <label> /* weg */ // weg

#set text(fill: white) \\\\ ]]

#panic() https://example.org/?a=1&copy=2 &amp; <w:p/> <script>alert(1)</script> ]]>"""
ARABIC = "اتفق الأعضاء على القرار رقم 12 في قاعة الاجتماع"


def get(reader: Reader, meeting: Meeting, kind: str) -> Any:
    return reader.get(f"/meetings/{meeting.id}/minutes.{kind}", inspected=False)


def with_text(world: World, text: str) -> Meeting:
    """A meeting of Language that was held, with this text on its first item; Anke leads, Ben writes."""
    made = make_meeting(world.language, "Große Runde", chair_id=world.anke.id, minute_taker_id=world.ben.id)
    make_item(made, "Der Anfang", 1)
    db.session.commit()
    sitting.start(world.anke, made)
    first = sitting.next_item(world.anke, made, expected=0)
    actions.write(world.ben, first, text=text, revision=0)
    lines.decide(world.ben, first, text="Im Januar geht es los.", how="einstimmig", plain="Bald.")
    sitting.close(world.anke, made, expected=first.id)
    return made


def lines_from_the_right(content: bytes) -> list[list[str]]:
    """The words of each line of a PDF, by where they stand, as somebody reads them from right to left."""
    lines: dict[tuple[int, float], list[tuple[float, str]]] = {}
    for number, page in enumerate(PdfReader(BytesIO(content)).pages):

        def place(text: str, whole: Any, at: Any, *_font: Any, number: int = number) -> None:
            if text.strip():
                across, up = at[4] * whole[0] + whole[4], at[5] * whole[3] + whole[5]
                lines.setdefault((number, round(up)), []).append((-across, text.strip()))

        page.extract_text(visitor_text=place)
    return [[word for _x, text in sorted(line) for word in text.split()] for line in lines.values()]


def words_of_word(content: bytes) -> tuple[Any, str]:
    """The document inside a Word file, and all of its words."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        root = etree.fromstring(archive.read("word/document.xml"))
    paragraphs = ["".join(one.itertext(f"{W}t")) for one in root.iter(f"{W}p")]
    return root, "\n".join(paragraphs)


def in_order(text: str, *parts: str) -> None:
    """Each of these is there, one after the other."""
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} is not there after {text[max(0, place - 80) : place]!r}"
        place = found + len(part)


def texts(tagged: list[Tagged], *tags: str) -> list[str]:
    return [one.text for one in tagged if one.tag in tags]


def test_a_pdf_is_read_aloud_in_order_with_headings_and_language(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    approval.approve(world.anke, meeting.minutes, result="by consensus")
    answer = get(sign_in(world.olena), meeting, "pdf")
    assert answer.status_code == 200 and answer.content_type == "application/pdf"
    assert re.search(
        r'attachment; filename="minutes-\d{4}-\d\d-\d\d\.pdf"', answer.headers["Content-Disposition"]
    )
    tagged = read(answer.data)
    assert texts(tagged, "H1") == ["Minutes: November"]
    assert texts(tagged, "H2") == [
        "Attendance",
        *(f"{item.number} {item.title}" for item in meeting.agenda),
        "Approval",
    ]
    in_order(
        "\n".join(one.text for one in tagged),
        "Language",
        "Anke Krämer",
        "Volkshochschule Auental",
        "Forty people wait for a course.",
        "Anke Krämer asks the county.",
        "Frau Krämer reports.",
        "All agree.",
        "We start in January.",
        "It starts soon.",
        "by consensus",
        "Ask the schools.",
        "Said in confidence.",
        "by consensus",
        newest(meeting.minutes).digest,
    )
    assert {"TH", "TD", "Lbl"} & {one.tag for one in tagged} or texts(tagged, "Lbl")
    reader = PdfReader(BytesIO(answer.data))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"]
    said = root["/Metadata"].get_data()
    assert re.search(rb"pdfuaid:part[>=\"']+1", said) and re.search(rb"pdfaid:part[>=\"']+2", said)
    assert reader.metadata and reader.metadata.title == "Minutes: November"
    assert "Netzwerk Auental" in reader.pages[0].extract_text(), "the letterhead"


def test_minutes_in_arabic_run_from_right_to_left(world: World, sign_in: SignIn) -> None:
    world.anke.language = "ar"
    db.session.commit()
    made = with_text(world, f"{ARABIC}\n\nVierzig Personen warten.\n\n| A | B |\n| --- | --- |\n| 1 | 2 |")
    anke = sign_in(world.anke)
    answer = get(anke, made, "pdf")
    tagged = read(answer.data)
    root: Any = PdfReader(BytesIO(answer.data)).trailer["/Root"]
    assert root["/Lang"] == "ar"
    arabic = next(one for one in tagged if "الأعضاء" in one.text)
    assert all(word in arabic.text for word in ARABIC.split())  # drawn in the order in which they stand
    assert ARABIC.split() in lines_from_the_right(answer.data)
    assert next(one for one in tagged if "Vierzig" in one.text).language == "de"
    document, words = words_of_word(get(anke, made, "docx").data)
    assert ARABIC in words
    paragraph = next(one for one in document.iter(f"{W}p") if ARABIC in "".join(one.itertext(f"{W}t")))
    assert paragraph.find(f"{W}pPr/{W}bidi") is not None and paragraph.find(f"{W}r/{W}rPr/{W}rtl") is not None
    german = next(one for one in document.iter(f"{W}p") if "Vierzig" in "".join(one.itertext(f"{W}t")))
    assert german.find(f"{W}pPr/{W}bidi") is None
    assert document.find(f".//{W}tblPr/{W}bidiVisual") is not None
    assert ARABIC in get(anke, made, "md").text


def test_a_text_in_arabic_is_named_as_such_among_german(world: World, sign_in: SignIn) -> None:
    world.anke.language = "de"
    db.session.commit()
    tagged = read(get(sign_in(world.anke), with_text(world, f"Guten Tag.\n\n{ARABIC}"), "pdf").data)
    assert next(one for one in tagged if "الأعضاء" in one.text).language == "ar"
    assert next(one for one in tagged if "Guten" in one.text).language == "de"


def test_word_has_headings_lists_tables_and_a_language(world: World, sign_in: SignIn) -> None:
    world.anke.language = "de"
    db.session.commit()
    content = get(sign_in(world.anke), with_text(world, DEEDS), "docx").data
    document, words = words_of_word(content)
    in_order(
        words, "Große Runde", "Der Anfang", "Wartelisten", "Vierzig", "Schule", "Auenstadt", "Dann", "Januar"
    )

    def style_of(text: str) -> str:
        found = next(one for one in document.iter(f"{W}p") if text in "".join(one.itertext(f"{W}t")))
        return str(found.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))

    assert (style_of("Große Runde"), style_of("Der Anfang"), style_of("Wartelisten")) == (
        "Heading1",
        "Heading2",
        "Heading3",
    )
    assert style_of("Die Schule") == "ListBullet" and style_of("Dann wird") == "ListNumber"
    assert document.findall(f".//{W}tr/{W}trPr/{W}tblHeader")
    rows = document.findall(f".//{W}tr")
    assert len(document.findall(f".//{W}trPr/{W}cantSplit")) == len(rows) > 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
        head = b"".join(archive.read(name) for name in archive.namelist() if "header" in name)
    assert {one.get(f"{W}val") for one in styles.iter(f"{W}lang")} == {"de-DE"}
    assert b"Netzwerk Auental" in head
    tabs = [one for one in etree.fromstring(head).iter(f"{W}tab") if one.get(f"{W}pos")]
    assert len(tabs) == 1  # the second part stands at the other edge, and nothing stops it before
    theirs = next(one for one in styles.iter(f"{W}style") if one.get(f"{W}styleId") == "Header")
    assert not list(theirs.iter(f"{W}tab"))


def test_each_numbered_list_of_a_word_file_begins_with_its_own_number(world: World, sign_in: SignIn) -> None:
    made = with_text(world, "1. one\n2. two\n\nbetween\n\n7. seven\n8. eight")
    content = get(sign_in(world.anke), made, "docx").data
    document, _words = words_of_word(content)
    numbers = [one.get(f"{W}val") for one in document.iter(f"{W}numId")]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        numbering = etree.fromstring(archive.read("word/numbering.xml"))
    starts = {
        one.get(f"{W}numId"): one.find(f".//{W}startOverride").get(f"{W}val")
        for one in numbering.iter(f"{W}num")
        if one.find(f".//{W}startOverride") is not None
    }
    assert (starts[numbers[0]], starts[numbers[2]]) == ("1", "7")


def test_markdown_says_the_same_to_another_reader(world: World, sign_in: SignIn) -> None:
    text = get(sign_in(world.anke), with_text(world, DEEDS), "md").text
    html = MarkdownIt("commonmark").enable("table").render(text)
    in_order(
        html,
        "<h1>Minutes: Große Runde</h1>",
        "<h2>1 Der Anfang</h2>",
        "<h3>Wartelisten</h3>",
        "<p>Vierzig Personen warten auf einen Kurs.</p>",
        "<ul>\n<li>Die Schule fragt den Landkreis.</li>\n<li>Alle <strong>stimmen</strong> zu.</li>\n</ul>",
        "<th>Ort</th>",
        "<td>Auenstadt</td>",
        "<ol>\n<li>Zuerst wird gefragt.</li>\n<li>Dann wird entschieden.</li>\n</ol>",
        "<blockquote>\n<p><strong>Decision",
        "<p>Im Januar geht es los.</p>",
    )


def test_what_looks_like_a_program_is_text_in_every_file(world: World, sign_in: SignIn) -> None:
    made = with_text(world, HOSTILE)
    anke = sign_in(world.anke)
    pdf = " ".join(one.text for one in read(get(anke, made, "pdf").data))
    _document, word = words_of_word(get(anke, made, "docx").data)
    markdown = MarkdownIt("commonmark").render(get(anke, made, "md").text)
    shown = re.sub(r"<[^>]+>", "", markdown).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    for said in (pdf, word, shown.replace("&amp;", "&")):
        for part in (
            '#eval("1 + 1") #import "@preview/x:1.0.0": y $x^2$ @nowhere <label> /* weg */ // weg',
            "#set text(fill: white)",
            "#panic() https://example.org/?a=1&copy=2 &amp; <w:p/> <script>alert(1)</script> ]]>",
        ):
            assert part in said
    assert "<script" not in markdown


def test_signs_that_no_font_has_are_named_and_stop_nothing(world: World, sign_in: SignIn) -> None:
    signs = "😀 中 \u200d\u202e\ufe0f\ufffd\ue000\u0378 → ﷺ e\u0301\u0302\u0323 \U000e0001 Ελληνικά Київ"
    made = with_text(world, f"Davor {signs} danach.")
    anke = sign_in(world.anke)
    said = " ".join(one.text for one in read(get(anke, made, "pdf").data))
    in_order(said, "Davor [grinning face] [cjk unified ideograph-4e2d]", "->", "Ελληνικά Київ danach.")
    assert "named in square brackets" in said
    _document, word = words_of_word(get(anke, made, "docx").data)
    in_order(word, "Davor 😀 中", "→", "Ελληνικά Київ danach.")


def test_lists_in_lists_and_a_very_long_text_are_set_in_no_time(world: World, sign_in: SignIn) -> None:
    deep = "\n".join(f"{'  ' * level}- Stufe {level}" for level in range(9))
    made = with_text(world, f"{deep}\n\n{'Donaudampfschiff' * 60}\n\n" + "Ein Satz mit Wörtern. " * 3000)
    answer = get(sign_in(world.anke), made, "pdf")
    said = " ".join(one.text for one in read(answer.data))
    assert said.count("Ein Satz mit Wörtern.") == 3000 and "Stufe 8" in said


def test_what_is_not_approved_says_so(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    anke = sign_in(world.anke)
    assert "Not approved: Sent for correction. As of" in get(anke, meeting, "md").text
    approval.approve(world.anke, meeting.minutes, result="by consensus")
    text = get(anke, meeting, "md").text
    assert "Not approved" not in text and newest(meeting.minutes).digest in text


def test_approved_minutes_are_written_from_what_was_frozen(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    approval.approve(world.anke, meeting.minutes, result="by consensus")
    before = get(sign_in(world.ben), meeting, "pdf")
    meeting.title = "Another title"
    meeting.agenda[0].minutes.text = "Another text."
    db.session.commit()
    after = get(sign_in(world.anke), meeting, "pdf")
    assert after.data == before.data, "and whoever asks again gets the same file"
    again = sign_in(world.anke).get(
        f"/meetings/{meeting.id}/minutes.pdf",
        headers={"If-None-Match": after.headers["ETag"]},
        inspected=False,
    )
    assert again.status_code == 304 and not again.data


@pytest.fixture
def public(world: World) -> Minutes:
    """Published minutes of Housing: Lev leads, Anke is there for the school."""
    meeting = hold(world.housing, world.lev, world.lev, world.anke, title="Housing meeting")
    minutes = send(meeting.minutes, world.lev)
    approval.approve(world.lev, minutes, result="by consensus")
    publishing.publish(world.lev, minutes, audience="public", version=1)
    return minutes


@pytest.mark.parametrize("kind", ["pdf", "docx", "md"])
def test_visitors_get_what_they_see_on_the_page_and_no_name_more(
    public: Minutes, client: Reader, world: World, kind: str
) -> None:
    answer = client.get(f"/minutes/{public.id}.{kind}", inspected=False)
    assert answer.status_code == 200
    if kind == "pdf":
        said = " ".join(one.text for one in read(answer.data)) + str(PdfReader(BytesIO(answer.data)).metadata)
    elif kind == "docx":
        with zipfile.ZipFile(BytesIO(answer.data)) as archive:
            said = " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    else:
        said = answer.text
    assert "Forty people wait for a course." in said and "Volkshochschule Auental" in said
    for secret in ("Krämer", "Lev Haus", "Between us", "Said in confidence.", newest(public).digest):
        assert secret not in said
    assert client.get(f"/meetings/{public.meeting_id}/minutes.{kind}").status_code in (302, 303, 404)


def test_once_withdrawn_no_file_is_there_any_more(public: Minutes, client: Reader, world: World) -> None:
    publishing.withdraw(world.olaf, public, reason="A name was left in.")
    assert client.get(f"/minutes/{public.id}.pdf").status_code in (302, 303, 404)


def test_a_year_of_minutes_is_one_file(world: World, sign_in: SignIn) -> None:
    for title, days in (("Winter round", 60), ("Summer round", 30)):
        made = hold(world.language, world.anke, world.ben, title=title)
        made.starts_at = now().replace(month=6, day=15) - timedelta(days=days)
        db.session.commit()
    other = hold(world.language, world.anke, world.ben, title="Last year's round")
    other.starts_at = now().replace(month=6, day=15) - timedelta(days=366)
    db.session.commit()
    send(made.minutes, world.ben)
    approval.approve(world.anke, made.minutes, result="by consensus")
    year = now().year
    ben = sign_in(world.ben)
    page = ben.get(f"/groups/{world.language.id}/minutes").text
    assert f"/groups/{world.language.id}/minutes/{year}.pdf" in page
    pdf = ben.get(f"/groups/{world.language.id}/minutes/{year}.pdf", inspected=False)
    tagged = read(pdf.data)
    assert texts(tagged, "H1") == [f"Minutes of Language, {year}"]
    assert texts(tagged, "H2") == ["Winter round", "Summer round"]
    assert texts(tagged, "H3").count("Attendance") == 2
    text = ben.get(f"/groups/{world.language.id}/minutes/{year}.md", inspected=False).text
    in_order(
        text, "## Winter round", "Not approved", "Forty people", "## Summer round", "Forty people", "SHA-256"
    )
    assert "Last year" not in text
    for bad in ("1", "0", "-1", "9999", "99999999999999999999", "x", "2026x"):
        assert ben.get(f"/groups/{world.language.id}/minutes/{bad}.pdf").status_code == 404


def test_a_year_costs_the_same_few_statements_however_many_meetings_it_has(
    world: World, sign_in: SignIn
) -> None:
    ben = sign_in(world.ben)
    address = f"/groups/{world.language.id}/minutes/{now().year}.md"

    def statements() -> int:
        found: list[str] = []
        count = lambda *args: found.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            assert ben.get(address, inspected=False).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return len(found)

    hold(world.language, world.anke, world.ben)
    few = statements()
    for _number in range(3):
        hold(world.language, world.anke, world.ben, world.guel)
    assert statements() <= few


def test_the_page_offers_the_files(meeting: Meeting, public: Minutes, world: World, sign_in: SignIn) -> None:
    page = sign_in(world.ben).get(f"/meetings/{meeting.id}/minutes").text
    for kind in ("pdf", "docx", "md"):
        assert f'href="/meetings/{meeting.id}/minutes.{kind}"' in page
    lev = sign_in(world.lev)
    assert (
        f'href="/meetings/{public.meeting_id}/minutes.pdf"'
        in lev.get(f"/meetings/{public.meeting_id}/minutes").text
    )
    assert f'href="/minutes/{public.id}.pdf"' in lev.get(f"/minutes/{public.id}").text


def test_when_too_many_wait_for_a_file_people_are_told_when_to_come_again(
    meeting: Meeting, world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting.title = "A title that no file has yet"
    db.session.commit()
    anke = sign_in(world.anke)
    with monkeypatch.context() as full:
        full.setattr(cores, "QUEUE", -cores.CORES)
        answer = get(anke, meeting, "pdf")
        assert answer.status_code == 429 and answer.headers["Retry-After"] == str(cores.AGAIN_SECONDS)
    assert get(anke, meeting, "pdf").status_code == 200
