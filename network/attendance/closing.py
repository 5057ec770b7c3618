"""What becomes of the list of attendance when a meeting is closed."""

from sqlalchemy import update

from network.attendance.models import Answer, Attendance, Presence
from network.extensions import db
from network.meetings.models import Meeting


def settle_absences(meeting: Meeting) -> None:
    """Step of the action that closes a meeting: who was invited and not there is excused or absent.

    Whoever had declined told everybody beforehand and counts as excused. The change is heard with the
    meeting's own line of the journal, so that closing a plenary is one line and not three thousand.
    """
    missing = (
        Attendance.meeting_id == meeting.id,
        Attendance.invited,
        Attendance.presence == Presence.UNKNOWN,
    )
    for answered, presence in (
        (Attendance.answer == Answer.DECLINED, Presence.EXCUSED),
        (Attendance.answer != Answer.DECLINED, Presence.ABSENT),
    ):
        db.session.execute(
            update(Attendance).where(*missing, answered).values(presence=presence),
            execution_options={"synchronize_session": "fetch"},
        )
