"""Who is asked to a meeting, what they answer, and who is there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from network.directory.models import Organisation
from network.meetings.models import Meeting
from network.people.models import Person
from network.things import Thing, UTCDateTime, child_of, thing_id


class Answer(StrEnum):
    """What somebody invited has said."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def label(self) -> Any:
        """What people read."""
        return ANSWERS[self]


ANSWERS = {
    Answer.NONE: _l("No answer yet"),
    Answer.ACCEPTED: _l("Accepted"),
    Answer.DECLINED: _l("Declined"),
}


class Presence(StrEnum):
    """Whether somebody was there."""

    UNKNOWN = "unknown"
    ROOM = "room"
    ONLINE = "online"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def label(self) -> Any:
        """What people read."""
        return PRESENCES[self]


PRESENCES = {
    Presence.UNKNOWN: _l("Not yet here"),
    Presence.ROOM: _l("Present in the room"),
    Presence.ONLINE: _l("Present online"),
    Presence.EXCUSED: _l("Excused"),
    Presence.ABSENT: _l("Absent"),
}


class Attendance(Thing):
    """A person's (or a named guest's) part in a meeting: asked, answered, present from and to, for whom."""

    id: Mapped[int] = thing_id()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    guest_name: Mapped[str] = mapped_column(String(120), default="")
    guest_organisation: Mapped[str] = mapped_column(String(160), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    invited: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[str] = mapped_column(String(20), default=Answer.NONE)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_note: Mapped[str] = mapped_column(String(300), default="")
    presence: Mapped[str] = mapped_column(String(20), default=Presence.UNKNOWN)
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[Meeting] = child_of("Meeting")
    person: Mapped[Person | None] = relationship(
        primaryjoin="Attendance.person_id == Person.id", foreign_keys=[person_id]
    )
    organisation: Mapped[Organisation | None] = relationship(
        primaryjoin="Attendance.organisation_id == Organisation.id", foreign_keys=[organisation_id]
    )

    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    sentences = {
        "invited": _l("%(what)s was invited"),
        "answered": _l("%(what)s answered the invitation"),
        "checked in": _l("%(what)s is present"),
        "checked out": _l("%(what)s left the meeting"),
        "excused": _l("%(what)s is excused"),
        "changed": _l("%(who)s changed the attendance of %(what)s"),
        "removed": _l("%(who)s took %(what)s off the list of attendance"),
    }
    placing = frozenset({"invited", "checked in"})

    @property
    def label(self) -> str:
        return self.person.name if self.person else self.guest_name

    @property
    def organisation_name(self) -> str:
        """For which organisation; empty for an engaged citizen."""
        return self.organisation.name if self.organisation else self.guest_organisation

    @property
    def present(self) -> bool:
        """Whether the person is there now."""
        return self.presence in (Presence.ROOM, Presence.ONLINE) and self.left_at is None

    @property
    def was_present(self) -> bool:
        """Whether the person was there for a part of it."""
        return self.presence in (Presence.ROOM, Presence.ONLINE)

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.person), joinedload(cls.organisation), joinedload(cls.parent)]
