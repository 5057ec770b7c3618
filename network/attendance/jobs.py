"""What becomes of attendance when a person's data is erased."""

from sqlalchemy import select

from network.attendance.models import Attendance
from network.extensions import db
from network.people import erasers
from network.people.models import Person


def erase_notes(person: Person) -> None:
    """Step: what the person wrote with answers goes; that somebody took part stays, without a name."""
    for attendance in db.session.scalars(select(Attendance).where(Attendance.person_id == person.id)):
        attendance.answer_note = ""


erasers.add(erase_notes)
