"""How many were asked, have answered, and are there."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, inspect, select

from network.attendance.models import Answer, Attendance, Presence
from network.extensions import db
from network.meetings.models import Meeting


@dataclass(frozen=True)
class Counts:
    """Of one meeting's list of attendance; `room` and `online` are there now."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    room: int = 0
    online: int = 0
    excused: int = 0
    absent: int = 0
    organisations: int = 0

    @property
    def present(self) -> int:
        """Who is there now."""
        return self.room + self.online

    @property
    def unanswered(self) -> int:
        """Invited people who have said nothing yet."""
        return self.invited - self.accepted - self.declined


def of(meeting: Meeting) -> Counts:
    """From the rows, if they have been loaded anyway; else by one statement."""
    if "attendances" in inspect(meeting).unloaded:
        return _asked(meeting)
    rows = meeting.attendances
    invited = [row for row in rows if row.invited]
    there = [row for row in rows if row.present]
    return Counts(
        invited=len(invited),
        accepted=sum(row.answer == Answer.ACCEPTED for row in invited),
        declined=sum(row.answer == Answer.DECLINED for row in invited),
        room=sum(row.presence == Presence.ROOM for row in there),
        online=sum(row.presence == Presence.ONLINE for row in there),
        excused=sum(row.presence == Presence.EXCUSED for row in rows),
        absent=sum(row.presence == Presence.ABSENT for row in rows),
        organisations=len({row.organisation_id for row in there if row.organisation_id}),
    )


def _asked(meeting: Meeting) -> Counts:
    here = (Attendance.presence.in_((Presence.ROOM, Presence.ONLINE))) & Attendance.left_at.is_(None)

    def number(*where: Any) -> Any:
        return func.count().filter(*where)

    row = db.session.execute(
        select(
            number(Attendance.invited),
            number(Attendance.invited, Attendance.answer == Answer.ACCEPTED),
            number(Attendance.invited, Attendance.answer == Answer.DECLINED),
            number(here, Attendance.presence == Presence.ROOM),
            number(here, Attendance.presence == Presence.ONLINE),
            number(Attendance.presence == Presence.EXCUSED),
            number(Attendance.presence == Presence.ABSENT),
            func.count(Attendance.organisation_id.distinct()).filter(here),
        ).where(Attendance.meeting_id == meeting.id, Attendance.removed_at.is_(None))
    ).one()
    return Counts(*row)
