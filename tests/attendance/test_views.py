"""The pages of taking part, as different people see them."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from network.attendance import actions
from network.attendance.models import Answer, Attendance, Presence
from network.changes import Change
from network.extensions import db
from network.meetings.models import Meeting, MeetingState
from network.people.models import Affiliation
from network.things import now
from tests.clients import Reader
from tests.world import World, make_meeting, make_person

SignIn = Callable[..., Reader]


def invite(meeting: Meeting, person: Any, **facts: Any) -> Attendance:
    row = Attendance(
        parent_id=meeting.id,
        room_id=meeting.room_id,
        meeting_id=meeting.id,
        person_id=person.id if person else None,
        **facts,
    )
    db.session.add(row)
    db.session.commit()
    return row


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(Change)) or 0


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Running, of Language; Anke chairs."""
    meeting = make_meeting(
        world.language,
        state=MeetingState.RUNNING,
        starts_at=now() - timedelta(minutes=5),
        started_at=now() - timedelta(minutes=5),
        chair_id=world.anke.id,
        online_url="https://meet.example/1",
    )
    db.session.commit()
    return meeting


@pytest.fixture
def coming(world: World) -> Meeting:
    """Announced, in four days."""
    return make_meeting(world.language, "Coming meeting", chair_id=world.anke.id)


# Answering


def test_ben_answers_on_the_page(world: World, coming: Meeting, sign_in: SignIn) -> None:
    row = invite(coming, world.ben)
    reader = sign_in(world.ben)
    answer = reader.post(f"/meetings/{coming.id}/answer", data={"value": "accepted"})
    assert answer.status_code == 303
    db.session.refresh(row)
    assert row.answer == Answer.ACCEPTED
    page = reader.get(f"/meetings/{coming.id}/answer")
    assert page.status_code == 200 and "You have accepted." in page.text
    reader.post(f"/meetings/{coming.id}/answer", data={"value": "declined", "note": "I am on leave."})
    db.session.refresh(row)
    assert (row.answer, row.answer_note) == (Answer.DECLINED, "I am on leave.")


@pytest.mark.parametrize("value", ["", "perhaps", "ACCEPTED ", "\u202eaccepted", "1", "x" * 5000])
def test_an_answer_that_is_none_is_refused_and_nothing_typed_is_lost(
    world: World, coming: Meeting, sign_in: SignIn, value: str
) -> None:
    row = invite(coming, world.ben)
    before = changes()
    answer = sign_in(world.ben).post(
        f"/meetings/{coming.id}/answer", data={"value": value, "note": "With my own words"}
    )
    assert answer.status_code == 422 and "With my own words" in answer.text
    db.session.refresh(row)
    assert row.answer == Answer.NONE and changes() == before


def test_a_word_that_is_too_long_is_told(world: World, coming: Meeting, sign_in: SignIn) -> None:
    row = invite(coming, world.ben)
    answer = sign_in(world.ben).post(
        f"/meetings/{coming.id}/answer", data={"value": "accepted", "note": "x" * 301}
    )
    assert answer.status_code == 422 and "at most 300 characters" in answer.text
    db.session.refresh(row)
    assert row.answer == Answer.NONE


def test_who_was_not_invited_has_nothing_to_answer(
    world: World, coming: Meeting, sign_in: SignIn, client: Reader
) -> None:
    invite(coming, world.ben)
    assert sign_in(world.olena).get(f"/meetings/{coming.id}/answer").status_code == 404
    before = changes()
    client.post(f"/meetings/{coming.id}/answer", data={"value": "accepted"})
    assert changes() == before


# Being there


def test_ben_checks_in_and_leaves(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    row = invite(meeting, world.ben)
    reader = sign_in(world.ben)
    assert reader.post(f"/meetings/{meeting.id}/check-in", data={"how": "online"}).status_code == 303
    db.session.refresh(row)
    assert row.presence == Presence.ONLINE
    assert reader.post(f"/meetings/{meeting.id}/check-out").status_code == 303
    db.session.refresh(row)
    assert row.left_at is not None


@pytest.mark.parametrize(
    "facts",
    [
        {"how": "absent"},
        {"how": "room", "organisation_id": "-1"},
        {"how": "room", "organisation_id": "9" * 20},
        {"how": "room", "organisation_id": "9" * 19},
        {"how": "room", "organisation_id": "school"},
        {"how": "room", "code": "WRONG"},
    ],
)
def test_what_is_no_way_of_being_there_is_refused(
    world: World, meeting: Meeting, sign_in: SignIn, facts: dict[str, str]
) -> None:
    row = invite(meeting, world.ben)
    before = changes()
    assert sign_in(world.ben).post(f"/meetings/{meeting.id}/check-in", data=facts).status_code == 422
    db.session.refresh(row)
    assert row.presence == Presence.UNKNOWN and changes() == before


def test_the_code_leads_into_the_meeting(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    meeting.check_in_code = "ABC234"
    db.session.commit()
    reader = sign_in(world.olena)
    assert reader.get("/c").status_code == 200
    typed = reader.post("/c", data={"code": "abc 234"})
    assert typed.status_code == 303 and typed.location.endswith("/c/ABC234")
    page = reader.get("/c/ABC234")
    assert page.status_code == 200 and meeting.title in page.text
    assert not db.session.scalars(select(Attendance)).all(), "opening it does nothing"
    assert reader.post("/c/ABC234", data={"how": "room"}).status_code == 303
    assert db.session.scalars(select(Attendance)).one().person_id == world.olena.id


def test_a_wrong_code_says_so_and_guessing_ends(
    app: Flask, world: World, meeting: Meeting, sign_in: SignIn
) -> None:
    app.config["RATE_SIGN_IN_ACCOUNT"] = "3 per 15 minutes"
    meeting.check_in_code = "ABC234"
    db.session.commit()
    reader = sign_in(world.olena)
    for _try in range(3):
        answer = reader.post("/c", data={"code": "XYZ999"})
        assert answer.status_code == 422 and "No meeting has this code" in answer.text
    assert reader.post("/c", data={"code": "ABC234"}).status_code == 429
    assert sign_in(world.ben).post("/c", data={"code": "ABC234"}).status_code == 303


def test_the_code_of_a_closed_group_is_unknown_to_others(world: World, sign_in: SignIn) -> None:
    make_meeting(world.closed, starts_at=now() + timedelta(minutes=10), check_in_code="ABC234")
    reader = sign_in(world.olena)
    assert reader.get("/c/ABC234").status_code == 422
    assert "Closed" not in reader.get("/c/ABC234").text


def test_the_chair_shows_and_renews_the_code(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    chair = sign_in(world.anke)
    assert "no code yet" in chair.get(f"/meetings/{meeting.id}/code").text
    assert chair.post(f"/meetings/{meeting.id}/code").status_code == 303
    db.session.refresh(meeting)
    code = meeting.check_in_code
    assert f"{code[:3]} {code[3:]}" in chair.get(f"/meetings/{meeting.id}/code").text
    member = sign_in(world.ben)
    assert member.get(f"/meetings/{meeting.id}/code").status_code == 403
    assert member.post(f"/meetings/{meeting.id}/code").status_code == 403
    db.session.refresh(meeting)
    assert meeting.check_in_code == code


# The list


def test_the_list_is_read_by_members_of_the_network_and_kept_by_the_chair(
    world: World, meeting: Meeting, sign_in: SignIn, client: Reader
) -> None:
    invite(meeting, world.ben, organisation_id=world.parish.id, answer_note="Private words")
    path = f"/meetings/{meeting.id}/attendance"
    page = sign_in(world.olena).get(path).text
    assert "Ben Berger" in page and "Kirchengemeinde Auenstadt" in page
    assert "Private words" not in page and 'name="name"' not in page
    kept = sign_in(world.anke).get(path).text
    assert "Private words" in kept and 'name="name"' in kept
    assert client.get(path).status_code in (302, 303, 404)


def test_the_list_of_a_closed_group_does_not_exist_for_others(world: World, sign_in: SignIn) -> None:
    meeting = make_meeting(world.closed)
    row = invite(meeting, world.mo)
    for path in (
        f"/meetings/{meeting.id}/attendance",
        f"/meetings/{meeting.id}/attendance.csv",
        f"/meetings/{meeting.id}/attendance/signatures",
        f"/attendances/{row.id}",
        "/meetings/none/attendance",
        "/attendances/999999",
    ):
        assert sign_in(world.olena).get(path).status_code == 404, path
        assert sign_in(world.nina).get(path).status_code in (200, 404)


def test_the_list_costs_the_same_few_statements_however_long_it_is(
    world: World, meeting: Meeting, sign_in: SignIn, statements: Any
) -> None:
    reader = sign_in(world.anke)
    path = f"/meetings/{meeting.id}/attendance"
    invite(meeting, world.ben)
    reader.get(path)
    with statements() as few:
        reader.get(path)
    for number in range(30):
        person = make_person(world, f"Person {number}", f"p{number}@example.org")
        db.session.add(Affiliation(person_id=person.id, organisation_id=world.school.id))
        invite(meeting, person, organisation_id=world.school.id)
    with statements() as many:
        reader.get(path)
    assert len(many) == len(few) <= 8, many


def test_the_chair_adds_a_guest_and_undoes_it(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    chair = sign_in(world.anke)
    path = f"/meetings/{meeting.id}/attendance/guests"
    wrong = chair.post(path, data={"name": "", "organisation": "Hand in Hand", "how": "room"})
    assert wrong.status_code == 422 and "Hand in Hand" in wrong.text
    assert not db.session.scalars(select(Attendance)).all()
    added = chair.post(path, data={"name": "Frau Gast", "organisation": "Hand in Hand", "how": "room"})
    assert added.status_code == 303
    guest = db.session.scalars(select(Attendance)).one()
    gone = chair.post(f"/attendances/{guest.id}/remove")
    assert gone.status_code == 303
    page = chair.get(gone.location).text
    assert "has been taken off the list" in page and "Undo" in page
    assert chair.post(f"/attendances/{guest.id}/restore").status_code == 303
    db.session.refresh(guest)
    assert guest.removed_at is None


def test_the_chair_corrects_times(world: World, meeting: Meeting, sign_in: SignIn, clock: Any) -> None:
    begin = now().replace(hour=16, minute=0)  # 17:00 in the network
    meeting.starts_at = meeting.started_at = begin
    meeting.ends_at = meeting.ended_at = begin + timedelta(minutes=90)
    meeting.state = MeetingState.CLOSED
    row = invite(meeting, world.ben, presence=Presence.ABSENT)
    chair = sign_in(world.anke)
    path = f"/attendances/{row.id}"
    assert chair.get(path).status_code == 200
    wrong = chair.post(path, data={"presence": "room", "arrived": "18:00", "left": "17:30"})
    assert wrong.status_code == 422 and "Leaving comes after arriving." in wrong.text
    right = {"presence": "room", "arrived": "17:10", "left": "18:00", "organisation_id": world.parish.id}
    assert chair.post(path, data=right).status_code == 303
    db.session.refresh(row)
    assert row.arrived_at == begin + timedelta(minutes=10) and row.left_at == begin + timedelta(hours=1)
    assert row.organisation_id == world.parish.id
    for facts in (
        {"presence": "room", "arrived": "25:00"},
        {"presence": "there"},
        {"presence": "room", "organisation_id": world.school.id},
    ):
        assert chair.post(path, data=facts).status_code == 422


def test_members_may_not_keep_the_list(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    row = invite(meeting, world.anke)
    before = changes()
    member = sign_in(world.ben)
    for path in (
        f"/attendances/{row.id}/presence",
        f"/attendances/{row.id}/remove",
        f"/attendances/{row.id}/restore",
        f"/attendances/{row.id}",
    ):
        assert member.post(path, data={"presence": "absent"}).status_code == 403, path
    guest = {"name": "X", "how": "room"}
    assert member.post(f"/meetings/{meeting.id}/attendance/guests", data=guest).status_code == 403
    assert member.get(f"/meetings/{meeting.id}/attendance.csv").status_code == 403
    assert changes() == before


def test_a_name_is_no_formula_in_the_table(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    invite(meeting, world.ben, answer="accepted", organisation_id=world.parish.id)
    invite(meeting, None, guest_name='=HYPERLINK("https://evil.example")', invited=False)
    invite(meeting, None, guest_name="@SUM(1)", guest_organisation="-1+2; x", invited=False)
    answer = sign_in(world.anke).get(f"/meetings/{meeting.id}/attendance.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 4 and len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]
    assert "'-1+2; x" in cells and "Ben Berger" in cells


def test_the_list_for_signatures_names_everybody(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    invite(meeting, world.ben)
    invite(meeting, None, guest_name="Frau Gast", guest_organisation="Hand in Hand", invited=False)
    page = sign_in(world.anke).get(f"/meetings/{meeting.id}/attendance/signatures").text
    assert "Ben Berger" in page and "Frau Gast" in page and "Signature" in page


def test_html_in_a_name_stays_text(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    actions.add_guest(world.anke, meeting, name="<script>alert(1)</script>")
    page = sign_in(world.anke).get(f"/meetings/{meeting.id}/attendance").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_a_long_list_stands_on_a_page_of_its_own(world: World, meeting: Meeting, sign_in: SignIn) -> None:
    for number in range(151):
        db.session.add(
            Attendance(
                parent_id=meeting.id,
                room_id=meeting.room_id,
                meeting_id=meeting.id,
                guest_name=f"Guest {number}",
                invited=False,
            )
        )
    db.session.commit()
    reader = sign_in(world.ben)
    page = reader.get(f"/meetings/{meeting.id}").text
    assert "151 people are on the list." in page and "Guest 77" not in page
    assert "Guest 77" in reader.get(f"/meetings/{meeting.id}/attendance").text
