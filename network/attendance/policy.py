"""Who answers an invitation, and who keeps the list of attendance."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.attendance.models import Attendance
from network.changes import because
from network.meetings import policy as meetings
from network.meetings.models import MeetingState
from network.things import rules


def may_see(user: Any, attendance: Attendance) -> bool:
    """The list of attendance is read with the meeting."""
    return meetings.may_read(user, attendance.parent)


@because(_l("Invitations can be answered until the meeting begins, each for oneself."))
def may_answer(user: Any, attendance: Attendance) -> bool:
    """The invited person, while the meeting has not begun."""
    return bool(
        user.is_authenticated
        and user.id == attendance.person_id
        and attendance.parent.state == MeetingState.ANNOUNCED
    )


def may_keep(user: Any, attendance: Attendance) -> bool:
    """As the list."""
    return meetings.may_keep_attendance(user, attendance.parent)


may_keep.because = meetings.may_keep_attendance.because  # type: ignore[attr-defined]


rules(Attendance, see=may_see)
