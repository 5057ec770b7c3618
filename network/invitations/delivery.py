"""Steps by which invitations and news of a meeting reach everybody once, some people at a time.

What a person has been told is noted with the person's attendance, so that a plenary of thousands is served
in portions, and a process that dies in between leaves the rest to the next one.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from network.attendance.models import Answer, Attendance
from network.changes import record
from network.extensions import db
from network.invitations import letters, tellings
from network.meetings import hooks
from network.meetings.models import Meeting, MeetingState
from network.people.models import Person
from network.things import now

PORTION = 40  # people whose letters are written in one action, which holds the meeting's room meanwhile


def ask_people(actor: Any, meeting: Meeting, people: Iterable[Person], *, extra: bool = False) -> None:
    """Put these people on the list as invited; their letters follow with `bring_up_to_date`."""
    known = {
        row.person_id: row
        for row in db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    for person in people:
        row = known.get(person.id)
        if row is None:
            main = person.organisation
            row = Attendance(
                parent_id=meeting.id,
                room_id=meeting.room_id,
                meeting_id=meeting.id,
                created_by_id=actor.id,
                person_id=person.id,
                organisation_id=main.id if main else None,
            )
            db.session.add(row)
        elif row.removed_at is not None:
            row.removed_at, row.told_number, row.answer = None, None, Answer.NONE
        row.invited, row.extra = True, extra
    db.session.flush()
    db.session.expire(meeting, ["attendances"])


def bring_up_to_date(actor: Any, meeting: Meeting) -> int:
    """Write to the next of those who have not been told how the meeting stands; how many are left then.

    Who has not heard of it is invited, who has is told what changed, or that it is called off.
    """
    behind = (
        Attendance.meeting_id == meeting.id,
        Attendance.invited,
        Attendance.removed_at.is_(None),
        or_(Attendance.told_number.is_(None), Attendance.told_number < meeting.told_number),
    )
    portion = db.session.scalars(
        select(Attendance)
        .where(*behind)
        .options(joinedload(Attendance.person).joinedload(Person.room))
        .order_by(Attendance.id)
        .limit(PORTION)
    ).all()
    told = tellings.all_of(meeting) if portion else {}
    for attendance in portion:
        before = told.get(attendance.told_number or 0)
        attendance.told_number = meeting.told_number
        if before is not None:
            _tell_more(meeting, attendance, before, told[meeting.told_number])
        elif meeting.state == MeetingState.ANNOUNCED:
            record("invited", attendance, by=actor, also=[attendance.person.room])
            letters.invite(attendance)
    if len(portion) < PORTION:
        return 0
    db.session.flush()
    return int(db.session.scalar(select(func.count()).select_from(Attendance).where(*behind)) or 0)


def _tell_more(meeting: Meeting, attendance: Attendance, before: Any, after: Any) -> None:
    if meeting.state == MeetingState.CANCELLED:
        letters.call_off(attendance)
    elif tellings.differ(before.facts, after.facts):
        letters.tell(attendance, before, after)


def take_off(actor: Any, attendance: Attendance) -> None:
    """Somebody who has left the group is not invited any more, and hears of it."""
    attendance.removed_at = now()
    record("removed", attendance, by=actor, also=[attendance.person.room] if attendance.person else [])
    if attendance.told_number is not None:
        letters.take_off(attendance)


def remind_people(meeting: Meeting, hours: int) -> int:
    """Remind the next ones; how many are left."""
    due = (
        Attendance.meeting_id == meeting.id,
        Attendance.invited,
        Attendance.removed_at.is_(None),
        Attendance.told_number.is_not(None),
        or_(Attendance.reminded == 0, Attendance.reminded > hours),
    )
    portion = db.session.scalars(
        select(Attendance)
        .where(*due)
        .options(joinedload(Attendance.person))
        .order_by(Attendance.id)
        .limit(PORTION)
    ).all()
    for attendance in portion:
        attendance.reminded = hours
        # Whoever was invited only after this reminder was due has just read about the meeting.
        if attendance.answer != Answer.DECLINED and not invited_within(attendance, hours):
            letters.remind(attendance)
    return 0 if len(portion) < PORTION else PORTION


def invited_within(attendance: Attendance, hours: int) -> bool:
    """Whether the person was put on the list when less than so many hours were left."""
    return (attendance.parent.starts_at - attendance.created_at).total_seconds() <= hours * 3600


# What planning calls


def begin_reminders_anew(actor: Any, meeting: Meeting) -> None:
    """Step: a meeting at another time is reminded of anew."""
    last = tellings.last(meeting)
    if last is not None and last.facts["starts_at"] != tellings.facts_of(meeting)["starts_at"]:
        meeting.reminded = 0
        for attendance in meeting.attendances:
            attendance.reminded = 0


def call_off(actor: Any, meeting: Meeting) -> None:
    """Step: a meeting is cancelled; everybody who was invited hears why."""
    tellings.note(meeting, meeting.room)
    bring_up_to_date(actor, meeting)


hooks.announced_changed.append(begin_reminders_anew)
hooks.cancelled.append(call_off)
