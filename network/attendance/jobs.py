"""What becomes of attendance when a person takes their data along, or it is erased."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.attendance.models import Attendance
from network.extensions import db
from network.people import erasers, export
from network.people.models import Person


def erase_notes(person: Person) -> None:
    """Step: what the person wrote with answers goes; that somebody took part stays with the minutes."""
    for attendance in db.session.scalars(select(Attendance).where(Attendance.person_id == person.id)):
        attendance.answer_note = ""


def attendance_of(person: Person) -> list[dict[str, Any]]:
    """In which meetings the person was asked to take part, what they said, and when they were there."""
    found = db.session.scalars(
        select(Attendance)
        .where(Attendance.person_id == person.id, Attendance.removed_at.is_(None))
        .options(joinedload(Attendance.parent), joinedload(Attendance.organisation))
        .order_by(Attendance.id)
    )
    return [
        {
            "meeting": attendance.parent.title,
            "starts_at": attendance.parent.starts_at,
            "organisation": attendance.organisation_name,
            "answer": attendance.answer,
            "note": attendance.answer_note,
            "presence": attendance.presence,
            "arrived_at": attendance.arrived_at,
            "left_at": attendance.left_at,
        }
        for attendance in found
    ]


erasers.add(erase_notes)
export.add(
    "attendance",
    attendance_of,
    _l("Meetings that I was asked to"),
    {
        "meeting": _l("Meeting"),
        "starts_at": _l("Start"),
        "organisation": _l("Organisation"),
        "answer": _l("Answer"),
        "note": _l("Note"),
        "presence": _l("Presence"),
        "arrived_at": _l("Arrived at"),
        "left_at": _l("Left at"),
    },
)
