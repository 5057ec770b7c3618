"""Old minutes between their upload and what they become."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.extensions import db
from network.groups.models import Group
from network.minutes.models import Minutes
from network.things import UTCDateTime, now

KEPT = timedelta(days=1)

Minutes.sentences = {
    **Minutes.sentences,
    "taken over": _l("%(who)s took over the minutes of “%(what)s” from a document"),
}


class OldMinutes(db.Model):
    """A document that somebody is looking through: theirs alone, and gone after a day.

    Once its minutes are made, its text is gone and `became_id` names their meeting, so that a form that is
    sent twice leads to it.
    """

    __tablename__ = "old_minutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(64))  # of the sending that brought it
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    name: Mapped[str] = mapped_column(String(200))  # of the file
    source: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # see pieces.py
    # What the person has said of it so far: kinds, and the facts of the meeting as the form has them.
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    became_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))

    group: Mapped[Group] = relationship(
        primaryjoin="OldMinutes.group_id == Group.id", foreign_keys=[group_id]
    )

    __table_args__ = (UniqueConstraint("person_id", "key"),)
