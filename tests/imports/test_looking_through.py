"""What a document says of its meeting goes into fields and on the list; what stands there can be left out."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select

from network.attendance.models import Presence
from network.extensions import db
from network.imports import actions
from network.imports.about_meeting import offices_in
from network.imports.building import plan
from network.imports.head import Fields, stands_above
from network.imports.labels import Kind
from network.imports.models import OldMinutes
from network.imports.names import Known
from network.imports.pieces import Piece, paragraph
from network.imports.present import listed
from network.meetings.models import Meeting
from network.people.models import Affiliation
from tests.clients import Reader
from tests.imports.test_taking_over import TEXT as PLAIN
from tests.imports.test_taking_over import form_of, said, taken_over, uploaded
from tests.unchanged import nothing_written
from tests.world import World

pytestmark = pytest.mark.one_database  # a page about a document that is not in the database yet

TEXT = """# Protokoll der Sprachrunde

Datum: 12. März 2025, 17:00 bis 18:30 Uhr

Ort: Rathaus Auental

Protokoll: Ben Berger

Sitzungsleitung: Anke Krämer

Anwesend: Anke Krämer, Ben Berger (St. Marien), Dr. Erika Mustermann (Landkreis Auental)

Entschuldigt: Gül Yıldız, zwei Personen vom Café

## TOP 1: Begrüßung

Alle sind da.

## TOP 2: Personalfragen

**Beschluss:** Wir fragen nach.
"""


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    """She leads Language."""
    return sign_in(world.anke)


def line_of(reader: Reader, address: str, words: str) -> Any:
    """The line of the look that shows these words of the document."""
    lines = html.fromstring(reader.get(address).text).xpath("//li[starts-with(@id, 'line-')]")
    return next(line for line in lines if words in line.xpath("*[@data-source]")[0].text_content())


def kinds_for(line: Any) -> list[str]:
    return list(line.xpath(".//select/option/@value"))


def test_who_chaired_and_who_wrote_is_recognised_and_can_be_chosen(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    form = form_of(anke, address)
    assert (form["chair_id"], form["minute_taker_id"]) == (str(world.anke.id), str(world.ben.id))
    meeting = taken_over(anke, address, chair_id=str(world.guel.id))
    assert (meeting.chair, meeting.minute_taker) == (world.guel, world.ben)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Protokoll: Ben Berger", [("minute_taker", "Ben Berger")]),
        ("Sitzungsleitung: Anke Krämer", [("chair", "Anke Krämer")]),
        ("Moderation: Anke, Protokoll: Ben", [("chair", "Anke"), ("minute_taker", "Ben")]),
        ("Leitung und Protokoll: Anke", [("chair", "Anke"), ("minute_taker", "Anke")]),
        ("Chair: Kira Rat; Minutes: Ben", [("chair", "Kira Rat"), ("minute_taker", "Ben")]),
        ("Minutes taken by Kira Rat", [("minute_taker", "Kira Rat")]),
        ("Protokoll vom 12. März 2025", []),
        ("Projektleitung: Anke Krämer", []),
    ],
)
def test_offices_are_named_in_many_words(line: str, found: list[tuple[str, str]]) -> None:
    assert offices_in(line) == found


def test_whoever_was_there_is_on_the_list_for_an_organisation(world: World, anke: Reader) -> None:
    db.session.add(Affiliation(person_id=world.ben.id, organisation_id=world.school.id, main=False))
    db.session.commit()
    text = TEXT.replace("St. Marien", world.school.name)
    meeting = taken_over(anke, uploaded(anke, world.language.id, text))
    there = {row.label: (row.organisation_name, row.presence) for row in meeting.attendances}
    assert there == {
        "Anke Krämer": (world.school.name, Presence.ROOM),
        "Ben Berger": (world.school.name, Presence.ROOM),  # as the document says, not as his main one
        "Dr. Erika Mustermann": ("Landkreis Auental", Presence.ROOM),
        "Gül Yıldız": ("", Presence.EXCUSED),
    }


def test_the_look_says_who_becomes_a_guest_and_what_stays_only_as_text(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    assert "a guest by name" in line_of(anke, address, "Mustermann").text_content()
    rest = line_of(anke, address, "Café").text_content()
    assert "Stays only as text: zwei Personen vom Café" in " ".join(rest.split())
    [key] = line_of(anke, address, "Mustermann").xpath(".//input[@name='only_text']/@value")
    meeting = taken_over(anke, address, only_text=key)
    assert {row.person for row in meeting.attendances} == {world.anke, world.ben, world.guel}
    assert "Mustermann" in said(meeting.agenda[0])


def test_what_stands_in_the_fields_can_be_left_out_at_once_and_nothing_else(
    world: World, anke: Reader
) -> None:
    address = uploaded(anke, world.language.id, TEXT.replace("Ben Berger (St. Marien)", "Ben Berger"))
    for words in ("Sprachrunde", "Datum", "Ort:", "Protokoll: Ben", "Sitzungsleitung"):
        assert "left" in kinds_for(line_of(anke, address, words)), words
    assert "listed" in kinds_for(line_of(anke, address, "Mustermann"))
    for words in ("Café", "Alle sind da.", "Begrüßung"):
        assert not {"left", "listed"} & set(kinds_for(line_of(anke, address, words))), words
    assert anke.post(address, data={**form_of(anke, address), "then": "leave"}).status_code == 303
    meeting = taken_over(anke, address)
    before = meeting.agenda[0]
    assert said(before) == "Entschuldigt: Gül Yıldız, zwei Personen vom Café"
    assert {row.label for row in meeting.attendances} == {
        "Anke Krämer",
        "Ben Berger",
        "Dr. Erika Mustermann",
        "Gül Yıldız",
    }


def test_a_line_whose_field_was_changed_is_not_left_out(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    anke.post(address, data={**form_of(anke, address), "then": "leave"})
    meeting = taken_over(anke, address, place="Schule", minute_taker_id="")
    text = said(meeting.agenda[0])
    assert "Ort: Rathaus Auental" in text and "Protokoll: Ben Berger" in text
    assert "Datum" not in text and "Sitzungsleitung" not in text


FIELDS = Fields("Minutes of May", None, None, None, "Town hall", "Kira Rat", "")


@pytest.mark.parametrize(
    ("line", "stands"),
    [
        ("Minutes of May", True),
        ("Minutes of May, first part", False),
        ("Venue: Town hall", True),
        ("Venue: Town hall, second floor", False),
        ("Chair: Kira Rat", True),
        ("Chair: Kira Rat, who was late", False),
        ("Welcome. Chair: Kira Rat", False),
        ("Minutes: Ben Berger", False),
        ("Date: 12 March 2025", False),
    ],
)
def test_a_line_that_says_more_than_its_field_stays(line: str, stands: bool) -> None:
    assert stands_above(Piece(paragraph(line)), FIELDS) is stands


@pytest.mark.parametrize(
    ("text", "names", "rest", "whole"),
    [
        ("Present: Lev Haus, Kira Rat", ["Lev Haus", "Kira Rat"], [], True),
        ("Anwesend: Lev Haus und Frau Ott", ["Lev Haus", "Frau Ott"], [], True),
        ("Gäste: Herr Ünal (Ausländerbehörde)", ["Herr Ünal"], [], True),
        ("Anwesend: 12 Personen, Landkreis Auental", [], ["12 Personen", "Landkreis Auental"], False),
        ("Anwesend (12): Lev Haus", ["Lev Haus"], [], False),
        ("الحضور", [], ["الحضور"], False),
    ],
)
def test_names_on_a_list_are_told_from_other_words(
    text: str, names: list[str], rest: list[str], whole: bool
) -> None:
    found = listed(Piece(paragraph(text)), "present", Known((), ()), "0")
    assert ([one.name for one in found.there], found.rest, found.whole) == (names, rest, whole)


def test_no_more_than_300_people_are_put_on_a_list_and_the_rest_stays_as_text() -> None:
    letters = "abcdefghijklmnopqrst"
    names = ", ".join(f"Anna {one.upper()}{two}" for one in letters for two in letters)
    made = plan([Piece(paragraph(f"Present: {names}"))], [Kind.LISTED], Known((), ()), None)
    assert len(made.there) == 300 and made.items[0].parts


def test_an_item_can_be_marked_as_internal(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    [mark] = line_of(anke, address, "Personalfragen").xpath(".//input[@name='internal']/@value")
    anke.post(address, data={**form_of(anke, address), "internal": mark, "then": "look"})
    assert form_of(anke, address)["internal"] == mark
    meeting = taken_over(anke, address)
    assert [item.internal for item in meeting.agenda] == [False, False, True]
    text = uploaded(anke, world.language.id, TEXT)
    assert taken_over(anke, text, internal="before").agenda[0].internal


def test_the_look_says_that_decisions_get_their_final_number(world: World, anke: Reader) -> None:
    assert "final number" in anke.get(uploaded(anke, world.language.id, TEXT)).text
    assert "final number" not in anke.get(uploaded(anke, world.language.id, "Nur Text.")).text


def test_nobody_of_today_is_said_to_have_written_in_the_meeting(world: World, anke: Reader) -> None:
    meeting = taken_over(anke, uploaded(anke, world.language.id, PLAIN))
    assert {item.minutes.written_by for item in meeting.agenda} == {None}
    assert {item.minutes.draft.written_by for item in meeting.agenda} == {None}
    versions = anke.get(f"/items/{meeting.agenda[1].id}/minutes/versions").headers["Location"]
    assert anke.get(versions).status_code == 200
    shown = anke.get(f"/meetings/{meeting.id}/minutes").text
    assert not html.fromstring(shown).xpath(
        "//section//p[contains(@class, 'nw-no-print')][contains(., 'Anke')]"
    )


def test_before_a_document_is_discarded_the_person_is_asked(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    [link] = html.fromstring(anke.get(address).text).xpath("//a[contains(@href, '/discard')]/@href")
    with nothing_written():
        page = anke.get(link)
    assert "cannot be undone" in page.text
    [form] = html.fromstring(page.text).xpath("//form[contains(@action, '/discard')]")
    assert anke.post(form.get("action"), data=dict(form.form_values())).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(OldMinutes)) == 0


def test_whoever_confirms_in_a_second_tab_is_led_to_what_was_made(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    id = int(address.rpartition("/")[2])
    made = taken_over(anke, address)
    again = actions.take_over(world.anke, world.language, id=id, kinds=[])  # it had read the page before
    assert again.id == made.id
    assert db.session.scalar(select(func.count()).select_from(Meeting)) == 1


def test_what_is_too_long_for_a_field_is_not_kept_either(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    form = form_of(anke, address)
    for name in ("title", "place"):
        with nothing_written():
            answer = anke.post(address, data={**form, name: "a" * 100_000, "then": "look"})
        assert answer.status_code == 422
    many = {"internal": ["9" * 5000] * 50, "only_text": ["x" * 5000] * 50, "chair_id": "9" * 4000}
    anke.post(address, data={**form, **many, "then": "look"})
    [kept] = db.session.scalars(select(OldMinutes)).all()
    assert len(str(kept.chosen)) < 1000


def test_a_head_request_changes_nothing(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id, TEXT)
    for path in (address, f"{address}/discard"):
        with nothing_written():
            assert anke.head(path).status_code == 200


def test_a_document_that_is_refused_leaves_no_trace_in_the_errors() -> None:
    program = """
from gevent import monkey; monkey.patch_all()
from network.changes import Invalid
from network.imports.reading import read
try:
    read(b"PK\\x03\\x04 no document", "brief.docx")
except Invalid:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("refused", "")
