"""What open pages hear of attendance, and what can be done over the socket."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network.attendance import actions
from network.attendance.models import Answer, Attendance
from network.extensions import db
from network.meetings.models import Meeting, MeetingState
from network.things import now
from tests.clients import Ear
from tests.world import World, make_meeting

Listen = Callable[..., Ear]


def invite(meeting: Meeting, person: Any, **facts: Any) -> Attendance:
    row = Attendance(
        parent_id=meeting.id, room_id=meeting.room_id, meeting_id=meeting.id, person_id=person.id, **facts
    )
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def running(world: World) -> Meeting:
    return make_meeting(
        world.language, state=MeetingState.RUNNING, starts_at=now() - timedelta(minutes=1), started_at=now()
    )


def test_everybody_sees_who_comes_in(world: World, running: Meeting, listen: Listen) -> None:
    row = invite(running, world.ben)
    ear = listen(world.olena, running)
    actions.check_in(world.ben, running)
    assert f'target="{row.dom_id}"' in ear.html() and "Present in the room" in ear.html()
    assert f'target="meeting_{running.id}_counts"' in ear.html() and "1 in the room" in ear.html()


def test_who_comes_unasked_is_put_in_their_place(world: World, running: Meeting, listen: Listen) -> None:
    first = invite(running, world.ben, organisation_id=world.parish.id)
    ear = listen(world.olena, running)
    actions.check_in(world.anke, running)  # of the Volkshochschule, which comes after the Kirchengemeinde
    assert f'action="after" target="{first.dom_id}"' in ear.html()


def test_ben_hears_in_his_own_room_what_the_chair_has_noted(
    world: World, running: Meeting, listen: Listen
) -> None:
    row = invite(running, world.ben)
    ear = listen(world.ben, world.ben)
    actions.mark(world.anke, row, presence="room")
    assert f'target="my_{row.dom_id}"' in ear.html() and "You are there." in ear.html()


def test_ben_answers_over_the_socket_and_anke_cannot_for_him(world: World, listen: Listen) -> None:
    meeting = make_meeting(world.language)
    row = invite(meeting, world.ben)
    refused = listen(world.anke).do("attendance.answer", row, value="declined")
    assert refused["error"] == "forbidden" and "each for oneself" in refused["message"]
    ben = listen(world.ben)
    assert ben.do("attendance.answer", row, value="perhaps")["error"] == "invalid"
    db.session.refresh(row)
    assert row.answer == Answer.NONE
    assert ben.do("attendance.answer", row, value="accepted", note="With pleasure")["ok"]
    db.session.refresh(row)
    assert (row.answer, row.answer_note) == (Answer.ACCEPTED, "With pleasure")


def test_ben_checks_in_and_out_over_the_socket(world: World, running: Meeting, listen: Listen) -> None:
    row = invite(running, world.ben)
    ear = listen(world.ben)
    assert ear.do("attendance.check_in", running, how="online")["ok"]
    assert ear.do("attendance.check_out", row)["ok"]
    db.session.refresh(row)
    assert row.presence == "online" and row.left_at is not None


def test_visitors_do_nothing_over_the_socket(world: World, running: Meeting, listen: Listen) -> None:
    row = invite(running, world.ben)
    nobody = listen(None)
    assert nobody.do("attendance.check_in", running)["error"] == "not_found"
    assert nobody.do("attendance.mark", row, presence="absent")["error"] == "not_found"
    db.session.refresh(row)
    assert row.presence == "unknown"
