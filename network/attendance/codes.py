"""The code that is shown in the room: who knows it is there."""

import hmac
import secrets

from sqlalchemy import select

from network.extensions import db
from network.meetings.models import Meeting, MeetingState

# Without letters and digits that look alike on a screen at the far end of a hall.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 6
OPEN = (MeetingState.ANNOUNCED, MeetingState.RUNNING, MeetingState.PAUSED)


def draw() -> str:
    """A new code that no other meeting uses at the moment."""
    while True:
        code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
        if meeting_of(code) is None:
            return code


def tidy(given: str) -> str:
    """A code as somebody typed it, without blanks, dashes and small letters."""
    return "".join(sign for sign in given[:40].upper() if sign.isalnum())


def fits(meeting: Meeting, given: str) -> bool:
    """Whether this is the meeting's code; a meeting without one has none that fits."""
    return bool(meeting.check_in_code) and hmac.compare_digest(
        meeting.check_in_code.encode(), tidy(given).encode()
    )


def meeting_of(given: str) -> Meeting | None:
    """The meeting that has this code and is not over."""
    code = tidy(given)
    if not code:
        return None
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.check_in_code == code, Meeting.state.in_(OPEN), Meeting.removed_at.is_(None))
        .limit(1)
    ).first()


def spaced(code: str) -> str:
    """As it is shown: in two halves, easier to read and to type."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"
