"""Who answers an invitation, who checks in, and who keeps the list of attendance."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.attendance.models import Attendance, LinkHolder
from network.changes import because
from network.meetings import policy as meetings
from network.meetings.models import Meeting, MeetingState
from network.things import now, rules


def may_see(user: Any, attendance: Attendance) -> bool:
    """The list of attendance is read with the meeting."""
    return meetings.may_read(user, attendance.parent)


@because(_l("Invitations can be answered until the meeting begins, each for oneself."))
def may_answer(user: Any, attendance: Attendance) -> bool:
    """The invited person, or the holder of the link in their letter, until the meeting begins."""
    if not may_be_answered(attendance):
        return False
    if isinstance(user, LinkHolder):
        return user.attendance_id == attendance.id
    return bool(user.is_authenticated and user.id == attendance.person_id)


def may_be_answered(attendance: Attendance) -> bool:
    """Whether the time for answers has not run out, whoever gives them."""
    meeting = attendance.parent
    return bool(
        attendance.invited
        and attendance.removed_at is None
        and meeting.state == MeetingState.ANNOUNCED
        and now() < meeting.starts_at
    )


@because(
    _l(
        "You can check in while the meeting is running, or in the half hour before it, if you belong to the"
        " group, were invited, or have the code that is shown in the room."
    )
)
def may_check_in(user: Any, meeting: Meeting) -> bool:
    """Oneself: who takes part; others who may read the meeting need the code, which the action asks for."""
    return meetings.may_check_in(user, meeting) or (
        meetings.may_read(user, meeting) and meetings.time_to_check_in(meeting)
    )


@because(_l("You can leave only a meeting that you are in."))
def may_check_out(user: Any, attendance: Attendance) -> bool:
    """Oneself, while being there."""
    return bool(
        user.is_authenticated
        and user.id == attendance.person_id
        and attendance.present
        and attendance.removed_at is None
        and not attendance.parent.over
    )


@because(
    _l("You can excuse yourself until the meeting is closed, if you were invited and have not been there.")
)
def may_excuse(user: Any, attendance: Attendance) -> bool:
    """Oneself, also while the meeting is running already."""
    meeting = attendance.parent
    return bool(
        user.is_authenticated
        and user.id == attendance.person_id
        and attendance.removed_at is None
        and not attendance.was_present
        and (meeting.running or meeting.state == MeetingState.ANNOUNCED)
    )


@because(
    _l("You choose for yourself for which of your organisations you take part, until the meeting is closed.")
)
def may_represent(user: Any, attendance: Attendance) -> bool:
    """Oneself."""
    return bool(
        user.is_authenticated
        and user.id == attendance.person_id
        and attendance.removed_at is None
        and attendance.parent.state != MeetingState.DRAFT
        and not attendance.parent.over
    )


def may_keep(user: Any, attendance: Attendance) -> bool:
    """As the list."""
    return meetings.may_keep_attendance(user, attendance.parent)


may_keep.because = meetings.may_keep_attendance.because  # type: ignore[attr-defined]  # a rule bears its sentence


@because(_l("The code for checking in is shown by the chair and by those who lead the group."))
def may_show_code(user: Any, meeting: Meeting) -> bool:
    """Who runs the meeting, once it has been announced and until it is closed."""
    return meetings.may_run(user, meeting)


rules(Attendance, see=may_see)
