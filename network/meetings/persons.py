"""What meetings have to do when somebody leaves the network."""

from sqlalchemy import or_, select

from network.changes import CLOCK
from network.extensions import db
from network.meetings import actions
from network.meetings.models import Meeting, MeetingState
from network.people import departures
from network.people.models import Person


def vacate_offices(person: Person) -> None:
    """Whoever has left chairs no meeting and takes no minutes any more; past meetings stay as they were."""
    ids = db.session.scalars(
        select(Meeting.id).where(
            or_(Meeting.chair_id == person.id, Meeting.minute_taker_id == person.id),
            Meeting.state.not_in((MeetingState.CLOSED, MeetingState.CANCELLED)),
        )
    ).all()
    person_id = person.id
    for id in ids:
        actions.vacate(CLOCK, db.session.get(Meeting, id), person_id=person_id)


def tell_people() -> None:
    """Add this to what happens when somebody leaves."""
    departures.add(vacate_offices)
