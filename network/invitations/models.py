"""What those invited to a meeting have been told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.extensions import db
from network.things import UTCDateTime, now


class Telling(db.Model):
    """A meeting as it was told to those invited: by the invitation, and by each letter about changes.

    What has changed since then is the difference to the meeting as it is now, so that something added
    and taken off again is not told at all. `number` is that of the meeting's room.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    sequence: Mapped[int]  # of the calendar file that went along
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (UniqueConstraint("meeting_id", "number"),)
