"""From an upload to minutes: what is suggested, what can be chosen, what comes of it, and who hears of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from lxml import html
from sqlalchemy import func, select

from network.approval.policy import may_approve
from network.attendance.models import Attendance, Presence
from network.changes import Change
from network.drafts import markdown
from network.extensions import db
from network.imports.jobs import forget_old_documents
from network.imports.models import OldMinutes
from network.imports.reading import read
from network.imports.word import letters
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from network.minutes import lines
from network.minutes.models import Action, ActionState, Decision, Minutes, MinutesState
from network.things import now
from tests.clients import Ear, Reader
from tests.letterbox import Letterbox
from tests.unchanged import nothing_written
from tests.world import World, make_item, make_meeting

TEXT = """# Protokoll vom 12. März 2025

Anwesend: Anke Krämer, Ben Berger; entschuldigt: Gül Yıldız

## TOP 1: Begrüßung

Alle sind da. Mehr steht im [Bericht](https://auental.example/bericht).

## TOP 2: Räume

- Die Schule ist *abends* zu.
- **Beschluss:** Wir fragen den [Landkreis](https://kreis.example).
- Das Rathaus hat Platz.

Aufgabe: Ben Berger schreibt an das Amt bis 1. Februar 2027
Aufgabe: Anke Krämer dankt der Schule bis 1. April 2025
"""


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    """She leads Language."""
    return sign_in(world.anke)


def uploaded(reader: Reader, group_id: int, text: str = TEXT, query: str = "") -> str:
    """The address of the look at an uploaded text."""
    answer = reader.post(
        f"/groups/{group_id}/minutes/old{query}", data={"file": (BytesIO(text.encode()), "protokoll.md")}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def form_of(reader: Reader, address: str) -> dict[str, str]:
    """What the page would send as it stands."""
    form = html.fromstring(reader.get(address).text).get_element_by_id("old-minutes")
    return {name: value or "" for name, value in form.form_values()}


def taken_over(reader: Reader, address: str, **chosen: str) -> Meeting:
    """The meeting that becomes of it."""
    answer = reader.post(address, data={**form_of(reader, address), **chosen})
    assert answer.status_code == 303, answer.text
    found = db.session.get(Meeting, int(answer.headers["Location"].split("/")[2]), populate_existing=True)
    assert found is not None
    return found


def said(item: AgendaItem) -> str:
    """Its minutes as Markdown, with what its decisions and actions say in their places."""
    text = item.minutes.text
    for kind, found in (("decision", item.decisions), ("action", item.actions)):
        for one in found:
            text = text.replace(f"[[{kind} {one.id}]]", f"{kind}: {one.text}")
    return str(text)


def test_minutes_keep_their_order_their_lists_and_their_links(world: World, anke: Reader) -> None:
    meeting = taken_over(anke, uploaded(anke, world.language.id))
    before, welcome, rooms = meeting.agenda
    assert said(before) == (
        "Protokoll vom 12. März 2025\n\nAnwesend: Anke Krämer, Ben Berger; entschuldigt: Gül Yıldız"
    )
    assert welcome.minutes.text == ("Alle sind da. Mehr steht im [Bericht](https://auental.example/bericht).")
    assert said(rooms).split("\n\n") == [
        "- Die Schule ist *abends* zu.",
        "decision: Wir fragen den Landkreis (https://kreis.example).",
        "- Das Rathaus hat Platz.",
        "action: Ben Berger schreibt an das Amt bis 1. Februar 2027",
        "action: Anke Krämer dankt der Schule bis 1. April 2025",
    ]
    assert {item.state for item in meeting.agenda} == {ItemState.DONE}
    assert markdown.write(markdown.parse(welcome.minutes.text)) == welcome.minutes.text


def test_who_has_to_do_it_by_when_is_recognised_and_what_is_long_ago_counts_as_done(
    world: World, anke: Reader
) -> None:
    rooms = taken_over(anke, uploaded(anke, world.language.id)).agenda[-1]
    open_, done = rooms.actions
    assert (open_.person, str(open_.due_on), open_.state) == (world.ben, "2027-02-01", ActionState.OPEN)
    assert (done.person, str(done.due_on), done.state) == (world.anke, "2025-04-01", ActionState.DONE)


def test_who_was_there_is_on_the_list_and_may_correct_the_minutes(world: World, anke: Reader) -> None:
    meeting = taken_over(anke, uploaded(anke, world.language.id))
    there = {row.person: row.presence for row in meeting.attendances}
    assert there == {
        world.anke: Presence.ROOM,
        world.ben: Presence.ROOM,
        world.guel: Presence.EXCUSED,
    }


def test_old_minutes_go_through_correction_and_approval_like_any_others(world: World, anke: Reader) -> None:
    meeting = taken_over(anke, uploaded(anke, world.language.id))
    assert meeting.minutes.state == MinutesState.WRITING
    assert not may_approve(world.anke, meeting.minutes)
    until = (now() + timedelta(days=14)).date().isoformat()
    answer = anke.post(f"/meetings/{meeting.id}/minutes/circulate", data={"until": until})
    assert answer.status_code == 303
    db.session.refresh(meeting.minutes)
    assert meeting.minutes.state == MinutesState.CIRCULATED


def test_what_was_taken_over_leaves_as_a_file_and_can_be_read_again(world: World, anke: Reader) -> None:
    meeting = taken_over(anke, uploaded(anke, world.language.id))
    assert anke.get(f"/meetings/{meeting.id}/minutes.pdf").data.startswith(b"%PDF-")
    for kind in ("docx", "md"):
        source = read(anke.get(f"/meetings/{meeting.id}/minutes.{kind}").data, f"minutes.{kind}")
        there = letters(" ".join(piece.text for piece in source.pieces))
        for sentence in ("Mehr steht im Bericht.", "Wir fragen den Landkreis", "Das Rathaus hat Platz."):
            assert letters(sentence) in there


def test_decisions_get_the_next_free_numbers_of_the_year_of_their_meeting(world: World, anke: Reader) -> None:
    with time_machine.travel(datetime(2025, 5, 1, 9, tzinfo=UTC), tick=False):
        held = make_meeting(
            world.language, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=1), title="May"
        )
        lines.decide(world.anke, make_item(held, "Rooms", 1), text="First of its year.")
    for _time in range(2):
        taken_over(anke, uploaded(anke, world.language.id))
    numbered = db.session.execute(select(Decision.year, Decision.number).order_by(Decision.id)).all()
    assert [tuple(one) for one in numbered] == [(2025, 1), (2025, 2), (2025, 3)]


def test_nobody_hears_of_it_before_it_is_confirmed_and_nobody_gets_a_letter(
    world: World, anke: Reader, listen: Callable[..., Ear], letters: Letterbox
) -> None:
    ear = listen(world.ben, world.language)
    address = uploaded(anke, world.language.id)
    anke.post(address, data={**form_of(anke, address), "then": "look"})
    assert not ear.heard()
    assert not db.session.scalars(select(Meeting)).all()
    taken_over(anke, address)
    assert ear.heard()
    assert not letters.all()


def test_every_line_can_become_something_else_and_is_remembered(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id)
    form = form_of(anke, address)
    texts = html.fromstring(anke.get(address).text).xpath("//*[@data-source]")
    place = next(n for n, one in enumerate(texts) if "Rathaus" in one.text_content())
    chosen = {**form, f"kind-{place}": "decision", "title": "Räume für Kurse", "then": "look"}
    assert anke.post(address, data=chosen).status_code == 303
    again = form_of(anke, address)
    assert (again[f"kind-{place}"], again["title"]) == ("decision", "Räume für Kurse")
    meeting = taken_over(anke, address)
    assert meeting.title == "Räume für Kurse"
    assert [one.text for one in meeting.agenda[-1].decisions][1] == "Das Rathaus hat Platz."


def test_a_meeting_that_was_planned_here_gets_its_minutes(world: World, anke: Reader) -> None:
    planned = make_meeting(world.language, starts_at=datetime(2025, 3, 12, 16, tzinfo=UTC), title="März")
    rooms, other = make_item(planned, "Räume", 1), make_item(planned, "Verschiedenes", 2)
    db.session.add(
        Attendance(
            parent_id=planned.id,
            room_id=planned.room_id,
            meeting_id=planned.id,
            person_id=world.ben.id,
            told_number=0,
        )
    )
    db.session.commit()
    page = anke.get(f"/meetings/{planned.id}").text
    link = html.fromstring(page).xpath("//a[contains(@href, '/minutes/old?meeting=')]/@href")
    address = uploaded(anke, world.language.id, query="?" + link[0].partition("?")[2])
    meeting = taken_over(anke, address)
    assert meeting.id == planned.id and meeting.title == "März"
    assert meeting.state == MeetingState.CLOSED and meeting.ended_at == meeting.ends_at
    assert [item.title for item in meeting.agenda] == [
        "Räume",
        "Verschiedenes",
        "Preliminary notes",
        "Begrüßung",
    ]
    assert rooms.decisions and other.state == ItemState.POSTPONED
    [row] = [row for row in meeting.attendances if row.person_id == world.ben.id]
    assert row.invited and row.presence == Presence.ROOM


def test_whoever_was_taken_off_the_list_of_a_planned_meeting_is_put_back(world: World, anke: Reader) -> None:
    planned = make_meeting(world.language, starts_at=datetime(2025, 3, 12, 16, tzinfo=UTC), title="März")
    facts = {"parent_id": planned.id, "room_id": planned.room_id, "meeting_id": planned.id}
    db.session.add(Attendance(**facts, person_id=world.ben.id, invited=False, removed_at=now()))
    db.session.commit()
    meeting = taken_over(anke, uploaded(anke, world.language.id, query=f"?meeting={planned.id}"))
    assert {row.person for row in meeting.attendances} == {world.anke, world.ben, world.guel}


def test_a_meeting_about_which_somebody_has_written_is_not_offered(world: World, anke: Reader) -> None:
    meeting = taken_over(anke, uploaded(anke, world.language.id))
    address = uploaded(anke, world.language.id)
    assert str(meeting.id) not in html.fromstring(anke.get(address).text).xpath(
        "//select[@name='meeting_id']/option/@value"
    )
    form = form_of(anke, address)
    with nothing_written():
        answer = anke.post(address, data={**form, "meeting_id": str(meeting.id)})
    assert answer.status_code == 422


def test_what_is_taken_over_is_deleted_and_its_page_leads_to_the_minutes(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id)
    meeting = taken_over(anke, address)
    [kept] = db.session.scalars(select(OldMinutes)).all()
    assert kept.source is None and kept.became_id == meeting.id
    assert anke.get(address).headers["Location"] == f"/meetings/{meeting.id}/minutes"


def test_a_document_that_is_discarded_is_gone(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id)
    assert anke.post(f"{address}/discard").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(OldMinutes)) == 0
    assert anke.get(address).status_code == 404


def test_a_document_is_gone_after_a_day(world: World, anke: Reader, sign_in: Callable[..., Reader]) -> None:
    address = uploaded(anke, world.language.id)
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        assert sign_in(world.anke).get(address).status_code == 404
        forget_old_documents()
    assert db.session.scalar(select(func.count()).select_from(OldMinutes)) == 0


def test_whoever_leads_no_longer_sees_their_document_no_longer(world: World, anke: Reader) -> None:
    address = uploaded(anke, world.language.id)
    next(place for place in world.anke.memberships if place.group_id == world.language.id).role = "member"
    db.session.commit()
    form = {"title": "März", "day": "2025-03-12", "start": "17:00", "end": "18:00"}
    with nothing_written():
        assert anke.get(address).status_code == 404
        assert anke.post(address, data=form).status_code == 404


def test_if_anything_fails_nothing_has_been_made(world: World, anke: Reader) -> None:
    headings = "\n\n".join(f"## Punkt {number}" for number in range(61))
    address = uploaded(anke, world.language.id, f"# Protokoll vom 1.2.2024\n\n{headings}")
    form = form_of(anke, address)
    with nothing_written():
        answer = anke.post(address, data=form)
    assert answer.status_code == 422 and "more than 60 agenda items" in answer.text
    for model in (Meeting, Minutes, Action):
        assert not db.session.scalars(select(model)).all()


def test_the_look_at_a_long_document_asks_few_questions(
    world: World, anke: Reader, statements: Callable[..., Any]
) -> None:
    address = uploaded(anke, world.language.id, TEXT * 20)
    for number in range(3):
        make_meeting(world.language, starts_at=now() - timedelta(days=9 + number), title=f"Past {number}")
    with statements() as made:
        anke.get(address)
    assert len(made) <= 8, made


def test_in_a_table_of_attendance_each_row_speaks_for_itself(world: World, anke: Reader) -> None:
    text = """# Protokoll vom 3.4.2025

| Name | Anwesenheit |
| --- | --- |
| Anke Krämer | Entschuldigt |
| Ben Berger | Vor Ort |
| Gül Yıldız | Online dabei |

## 1. Anfang

Aufgabe
Räume suchen
Ben Berger, bis 1.5.2025

Beschluss 7/2025
Wir fangen an.
"""
    meeting = taken_over(anke, uploaded(anke, world.language.id, text))
    assert {row.person: row.presence for row in meeting.attendances} == {
        world.anke: Presence.EXCUSED,
        world.ben: Presence.ROOM,
        world.guel: Presence.ONLINE,
    }
    [action], [decision] = meeting.agenda[1].actions, meeting.agenda[1].decisions
    assert (action.text, action.person) == ("Räume suchen; Ben Berger, bis 1.5.2025", world.ben)
    assert decision.text == "Beschluss 7/2025\nWir fangen an."


def test_many_lines_are_written_in_few_statements_and_told_item_by_item(
    anke: Reader, world: World, statements: Callable[..., Any]
) -> None:
    lines_of = [f"Beschluss: Wir tun {n}.\n\nAufgabe: Ben Berger prüft {n}." for n in range(6)]
    items = [f"## TOP {n}: Punkt {n}\n\nText {n}.\n\n" + "\n\n".join(lines_of) for n in range(1, 9)]
    address = uploaded(anke, world.language.id, "# Protokoll vom 12. März 2025\n\n" + "\n\n".join(items))
    form = form_of(anke, address)
    with statements() as sent:
        answer = anke.post(address, data=form)
    assert answer.status_code == 303, answer.text
    things = db.session.query(Action).count() + db.session.query(Decision).count()
    assert things == 96 and len(sent) < 3 * things, sent
    meeting = db.session.get(Meeting, int(answer.headers["Location"].split("/")[2]))
    assert meeting is not None
    last = meeting.agenda[-1]
    told = db.session.scalars(select(Change).where(Change.room_id == meeting.room_id).order_by(Change.number))
    journal = told.all()
    assert [line.number for line in journal] == list(range(1, meeting.room.number + 1))
    begun = next(place for place, line in enumerate(journal) if line.thing_id == last.id)
    verbs = [line.verb for line in journal[begun:]]
    each = ["added", "set agenda", *["decided", "agreed", "done"] * 6, "begun", "begun", "left"]
    assert verbs[: len(each)] == each and verbs[len(each) :].count("numbered") == 48
    in_group = db.session.scalars(select(Change).where(Change.room_id == world.language.room_id)).all()
    assert [line.verb for line in in_group].count("agreed") == 48
    of_ben = db.session.scalars(select(Change).where(Change.room_id == world.ben.room_id)).all()
    assert [line.verb for line in of_ben].count("agreed") == 48  # once the minutes are there
