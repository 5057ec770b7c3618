"""Who answers, checks in and keeps the list: everybody the rules tell apart, in a table."""

from datetime import timedelta
from typing import Any

import pytest

from network.attendance import policy
from network.attendance.models import Attendance, LinkHolder
from network.changes import CLOCK
from network.extensions import db
from network.meetings import policy as meetings
from network.meetings.models import MeetingState
from network.people.models import Visitor
from network.things import now
from tests.world import World, make_meeting

PEOPLE = ["anke", "ben", "guel", "olena", "olaf", "ada", "visitor", "clock", "holder"]


@pytest.mark.parametrize(
    ("rule", "state", "allowed"),
    [
        ("may_see", "announced", "anke ben guel olena olaf ada"),
        ("may_answer", "announced", "ben holder"),
        ("may_answer", "running", ""),
        ("may_answer", "cancelled", ""),
        ("may_excuse", "announced", "ben"),
        ("may_excuse", "running", "ben"),
        ("may_excuse", "closed", ""),
        ("may_represent", "running", "ben"),
        ("may_represent", "closed", ""),
        ("may_keep", "announced", "anke olaf"),
        ("may_keep", "closed", "anke olaf"),
        ("may_keep", "cancelled", ""),
        ("may_check_out", "running", ""),
    ],
)
def test_bens_attendance(world: World, rule: str, state: str, allowed: str) -> None:
    meeting = make_meeting(world.language, state=state)
    row = Attendance(
        parent_id=meeting.id, room_id=meeting.room_id, meeting_id=meeting.id, person_id=world.ben.id
    )
    db.session.add(row)
    db.session.commit()
    users: dict[str, Any] = {name: getattr(world, name, None) for name in PEOPLE}
    users.update(visitor=Visitor(), clock=CLOCK, holder=LinkHolder(row))
    may = getattr(policy, rule)
    assert [name for name in PEOPLE if may(users[name], row)] == allowed.split()


@pytest.mark.parametrize(
    ("state", "minutes", "without_code", "with_code"),
    [
        (MeetingState.DRAFT, 5, "", ""),
        (MeetingState.ANNOUNCED, 31, "", ""),
        (MeetingState.ANNOUNCED, 29, "anke ben guel olaf", "anke ben guel olena olaf ada"),
        (MeetingState.RUNNING, -5, "anke ben guel olaf", "anke ben guel olena olaf ada"),
        (MeetingState.PAUSED, -5, "anke ben guel olaf", "anke ben guel olena olaf ada"),
        (MeetingState.CLOSED, -5, "", ""),
        (MeetingState.CANCELLED, 5, "", ""),
    ],
)
def test_who_checks_in(
    world: World, clock: Any, state: str, minutes: int, without_code: str, with_code: str
) -> None:
    meeting = make_meeting(world.language, state=state, starts_at=now() + timedelta(minutes=minutes))
    users: dict[str, Any] = {name: getattr(world, name, None) for name in PEOPLE[:-1]}
    users.update(visitor=Visitor(), clock=CLOCK)
    assert [n for n in PEOPLE[:-1] if meetings.may_check_in(users[n], meeting)] == without_code.split()
    assert [n for n in PEOPLE[:-1] if policy.may_check_in(users[n], meeting)] == with_code.split()
