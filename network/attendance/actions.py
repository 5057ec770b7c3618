"""What can be done about taking part: answering, checking in and out, and keeping the list."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.attendance import codes, policy
from network.attendance.models import Answer, Attendance, Presence
from network.changes import Invalid, Refused, action, record
from network.extensions import db
from network.meetings import policy as meetings
from network.meetings.models import Meeting, MeetingState
from network.people.models import Person
from network.things import now

# What the keeper of the list may set besides a presence.
LEFT = "left"


# Oneself


@action(policy.may_answer)
def answer(actor: Any, attendance: Attendance, *, answer: str, note: str | None = None) -> Attendance:
    """Say yes or no to an invitation, or change one's mind; `note` None leaves an earlier note as it is.

    The actor may be the holder of a signed link; it is on record as the person's own answer.
    """
    note = attendance.answer_note if note is None else note
    if (attendance.answer, attendance.answer_note) == (answer, note):
        return attendance
    attendance.answer, attendance.answer_note, attendance.answered_at = Answer(answer), note, now()
    if attendance.presence == Presence.EXCUSED and answer == Answer.ACCEPTED:
        attendance.presence = Presence.UNKNOWN
    _told_to_room_and_person("answered", attendance, actor)
    return attendance


@action(policy.may_check_in)
def check_in(
    actor: Any,
    meeting: Meeting,
    *,
    how: str = Presence.ROOM,
    organisation_id: int | None = None,
    as_citizen: bool = False,
    code: str = "",
) -> Attendance:
    """Be present, in the room or online, for one of one's own organisations or as a citizen.

    Without `organisation_id` and `as_citizen` it is the organisation that the list has, else the main one.
    Whoever does not belong to the meeting needs the code shown in the room. Checking in again after having
    left goes on with the first arrival. Raises Invalid for a wrong code or somebody else's organisation.
    """
    if (code or not meetings.may_check_in(actor, meeting)) and not codes.fits(meeting, code):
        raise Invalid(code=_l("This is not the code of this meeting. Please look at the screen again."))
    if organisation_id is not None and organisation_id not in actor.organisation_ids:
        raise Invalid(organisation_id=_l("Please choose one of your own organisations."))
    attendance = _of(meeting, actor)
    new = attendance is None or attendance.removed_at is not None
    if attendance is None:
        main = actor.organisation
        attendance = _new(
            meeting, actor, person_id=actor.id, organisation_id=main.id if main else None, invited=False
        )
    elif attendance.removed_at is not None:
        attendance.removed_at, attendance.invited = None, False
    if organisation_id is not None or as_citizen:
        attendance.organisation_id = organisation_id
    if (
        not new
        and attendance.present
        and attendance.presence == how
        and organisation_id is None
        and not as_citizen
    ):
        return attendance
    _arrive(attendance, how)
    if new:
        record("added", attendance, by=actor, also=[actor.room])
    record("checked in", attendance, by=actor, also=[actor.room])
    return attendance


@action(policy.may_check_out)
def check_out(actor: Any, attendance: Attendance) -> None:
    """Leave the meeting before it ends."""
    attendance.left_at = now()
    _told_to_room_and_person("checked out", attendance, actor)


@action(policy.may_excuse)
def excuse(actor: Any, attendance: Attendance, *, note: str = "") -> None:
    """Say that one cannot come, also when the meeting is running already."""
    attendance.answer, attendance.answered_at = Answer.DECLINED, now()
    attendance.answer_note = note or attendance.answer_note
    _set_presence(attendance, Presence.EXCUSED)
    _told_to_room_and_person("excused", attendance, actor)


@action(policy.may_represent)
def represent(actor: Any, attendance: Attendance, *, organisation_id: int | None) -> None:
    """Choose for which of one's own organisations one takes part; None is as an engaged citizen."""
    if organisation_id is not None and organisation_id not in actor.organisation_ids:
        raise Invalid(organisation_id=_l("Please choose one of your own organisations."))
    attendance.organisation_id = organisation_id
    _told_to_room_and_person("changed", attendance, actor)


# Others: who keeps the list


@action(policy.may_keep)
def mark(actor: Any, attendance: Attendance, *, presence: str) -> None:
    """Note at one click a presence: room, online, excused, absent, unknown; or that somebody has `left`."""
    meeting = attendance.parent
    if presence == LEFT:
        if not attendance.present:
            raise Refused(_l("Only somebody who is there can leave."))
        attendance.left_at = (meeting.ended_at or meeting.ends_at) if meeting.over else now()
    elif presence in (Presence.ROOM, Presence.ONLINE):
        _refuse_too_early(meeting)
        _arrive(attendance, presence)
    else:
        _set_presence(attendance, Presence(presence))
    _told_to_room_and_person("changed", attendance, actor)


@action(policy.may_keep)
def correct(
    actor: Any,
    attendance: Attendance,
    *,
    presence: str,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    organisation_id: int | None = None,
    guest_name: str | None = None,
    guest_organisation: str = "",
) -> None:
    """Set presence, times and organisation as they really were; name and organisation in words for guests."""
    if presence in (Presence.ROOM, Presence.ONLINE):
        _refuse_too_early(attendance.parent)
        attendance.presence = Presence(presence)
        attendance.arrived_at = arrived_at or attendance.arrived_at or _moment_in(attendance.parent)
        if left_at is not None and left_at <= attendance.arrived_at:
            raise Invalid(left_at=_l("Leaving comes after arriving."))
        attendance.left_at = left_at
    else:
        _set_presence(attendance, Presence(presence))
    if attendance.person is None:
        attendance.guest_name = guest_name or attendance.guest_name
        attendance.guest_organisation = guest_organisation
    else:
        if organisation_id not in (None, attendance.organisation_id, *attendance.person.organisation_ids):
            raise Invalid(organisation_id=_l("Please choose one of this person's organisations."))
        attendance.organisation_id = organisation_id
    _told_to_room_and_person("changed", attendance, actor)


@action(meetings.may_keep_attendance)
def add_guest(
    actor: Any, meeting: Meeting, *, name: str, organisation: str = "", how: str = Presence.ROOM
) -> Attendance:
    """Put somebody without an account on the list; `how` is a presence, unknown for awaited guests."""
    if how in (Presence.ROOM, Presence.ONLINE):
        _refuse_too_early(meeting)
    attendance = _new(meeting, actor, guest_name=name, guest_organisation=organisation, invited=False)
    if how in (Presence.ROOM, Presence.ONLINE):
        _arrive(attendance, how)
    record("added", attendance, by=actor)
    return attendance


@action(policy.may_keep)
def remove(actor: Any, attendance: Attendance) -> None:
    """Take a guest, or a person who checked in without an invitation, off the list. It can be undone."""
    if attendance.invited:
        raise Refused(
            _l("Those who were invited stay on the list. You can mark them as excused or absent instead.")
        )
    if attendance.removed_at is None:
        attendance.removed_at = now()
        _told_to_room_and_person("removed", attendance, actor)


@action(policy.may_keep)
def restore(actor: Any, attendance: Attendance) -> None:
    """Undo taking somebody off the list."""
    if attendance.removed_at is not None:
        attendance.removed_at = None
        _told_to_room_and_person("restored", attendance, actor)


@action(policy.may_show_code)
def renew_code(actor: Any, meeting: Meeting) -> None:
    """Give the meeting a new code for checking in; the one before is good for nothing any more."""
    meeting.check_in_code = codes.draw()
    record("renewed code", meeting, by=actor)


# Steps


def _of(meeting: Meeting, person: Person) -> Attendance | None:
    """The person's row, also one that was taken off the list."""
    return db.session.scalars(
        select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.person_id == person.id)
    ).one_or_none()


def _new(meeting: Meeting, actor: Any, **facts: Any) -> Attendance:
    attendance = Attendance(
        parent_id=meeting.id, room_id=meeting.room_id, meeting_id=meeting.id, created_by_id=actor.id, **facts
    )
    db.session.add(attendance)
    db.session.flush()
    return attendance


def _arrive(attendance: Attendance, how: str) -> None:
    attendance.presence = Presence(how)
    attendance.arrived_at = attendance.arrived_at or _moment_in(attendance.parent)
    attendance.left_at = None


def _set_presence(attendance: Attendance, presence: Presence) -> None:
    """One without times: excused, absent, not yet here."""
    attendance.presence, attendance.arrived_at, attendance.left_at = presence, None, None


def _moment_in(meeting: Meeting) -> datetime:
    """Now, or what stands for it when the list is put right after the meeting."""
    if meeting.state == MeetingState.CLOSED:
        return meeting.started_at or meeting.starts_at
    return now()


def _refuse_too_early(meeting: Meeting) -> None:
    if meeting.state != MeetingState.CLOSED and not meetings.time_to_check_in(meeting):
        raise Refused(_l("Nobody can be present yet: the meeting begins in more than half an hour."))


def _told_to_room_and_person(verb: str, attendance: Attendance, actor: Any) -> None:
    """The person's own part is heard in the person's room."""
    record(verb, attendance, by=actor, also=[attendance.person.room] if attendance.person else [])
