"""A meeting whose minutes have been sent for correction."""

from datetime import timedelta

import pytest

from network.attendance.models import Attendance
from network.dates import today
from network.extensions import db
from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting
from network.minutes import actions, lines
from network.minutes.models import Minutes
from network.people.models import Person
from network.sitting import actions as sitting
from network.things import now
from tests.world import World, make_item, make_meeting

TEXT = (
    "Forty people wait for a course.\n\n- Anke Krämer asks the county.\n- Frau Krämer reports.\n\nAll agree."
)


def hold(group: Group, lead: Person, writer: Person, *present: Person, title: str = "November") -> Meeting:
    """A meeting that was held: text, decision and action on its first item; the last one is internal."""
    made = make_meeting(group, title, chair_id=lead.id, minute_taker_id=writer.id)
    for place, name in enumerate(("Waiting lists", "Child care", "Between us"), 1):
        make_item(made, name, place, internal=place == 3)
    for person in dict.fromkeys((lead, writer, *present)):
        db.session.add(
            Attendance(
                parent_id=made.id,
                room_id=made.room_id,
                meeting_id=made.id,
                person_id=person.id,
                organisation_id=person.organisation.id if person.organisation else None,
                invited=True,
                presence="room",
                arrived_at=now(),
            )
        )
    db.session.commit()
    sitting.start(lead, made)
    first = sitting.next_item(lead, made, expected=0)
    actions.write(writer, first, text=TEXT, revision=0)
    lines.decide(writer, first, text="We start in January.", how="by consensus", plain="It starts soon.")
    lines.agree(writer, first, text="Ask the schools.", person_id=lead.id)
    actions.write(writer, made.agenda[2], text="Said in confidence.", revision=0)
    sitting.close(lead, made, expected=first.id)
    return made


def send(minutes: Minutes, by: Person, days: int = 7) -> Minutes:
    """Send them for correction."""
    actions.circulate(by, minutes, until=today() + timedelta(days=days))
    return minutes


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Anke leads Language, Ben took the minutes, Gül was there as a guest; sent for correction for a week."""
    made = hold(world.language, world.anke, world.ben, world.guel)
    send(made.minutes, world.ben)
    return made


@pytest.fixture
def minutes(meeting: Meeting) -> Minutes:
    """Its minutes."""
    return meeting.minutes


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    """Its first item."""
    return meeting.agenda[0]
