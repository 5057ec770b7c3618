"""Who is asked to a meeting, what they answer, and who is there."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from network.directory.models import Organisation
from network.extensions import db
from network.meetings.models import Meeting
from network.people.models import Person
from network.texts import folded
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, thing_id


class Answer(Labelled):
    """What somebody invited has said."""

    NONE = "none", _l("No answer yet")
    ACCEPTED = "accepted", _l("Accepted")
    DECLINED = "declined", _l("Not coming")


class Presence(Labelled):
    """Whether somebody was there."""

    UNKNOWN = "unknown", _l("Not yet here")
    ROOM = "room", _l("Present in the room")
    ONLINE = "online", _l("Present online")
    EXCUSED = "excused", _l("Excused")
    ABSENT = "absent", _l("Absent")


# The counts above the list: every line changes them, and they bear the meeting's id.
COUNTS = "attendance/_summary.html"


class Attendance(Thing):
    """A person's (or a named guest's) part in a meeting: asked, answered, present from and to, for whom.

    Heard in the meeting's room as a line of the list, and in the person's own room as their own part.
    """

    id: Mapped[int] = thing_id()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    guest_name: Mapped[str] = mapped_column(String(120), default="")
    guest_organisation: Mapped[str] = mapped_column(String(160), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    invited: Mapped[bool] = mapped_column(default=True)
    # Invited by choice and not as one of the group, so that leaving the group changes nothing.
    extra: Mapped[bool] = mapped_column(default=False)
    # The number of the meeting's room up to which the person was told; empty: not invited by letter yet.
    told_number: Mapped[int | None]
    # Hours before the start of the last reminder; 0: none yet.
    reminded: Mapped[int] = mapped_column(default=0)
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
        "added": _l("%(who)s put %(what)s on the list of attendance"),
        "answered": _l("%(what)s answered the invitation"),
        "checked in": _l("%(what)s is present"),
        "checked out": _l("%(what)s left the meeting"),
        "excused": _l("%(what)s is excused"),
        "changed": _l("%(who)s changed the attendance of %(what)s"),
        "removed": _l("%(who)s took %(what)s off the list of attendance"),
        "restored": _l("%(who)s put %(what)s back on the list of attendance"),
    }
    placing = frozenset({"invited", "added", "restored"})

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

    @property
    def answer_label(self) -> Any:
        """The answer in words."""
        return Answer(self.answer).label

    @property
    def presence_label(self) -> Any:
        """In words whether the person is there."""
        return PRESENT_AND_LEFT if self.was_present and self.left_at else Presence(self.presence).label

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """A line of the list and the counts above it; in the person's own room their own part."""
        if room.id != self.room_id:
            return [(f"my_{self.dom_id}", "attendance/_my_part.html")]
        line = (self.dom_id, "attendance/_attendance.html")
        if self.removed_at is not None:
            return [line]
        return [line, (f"meeting_{self.meeting_id}_counts", COUNTS)]

    @property
    def position(self) -> tuple[Any, ...]:
        """By organisation, engaged citizens last, and by name."""
        return place_on_list(self.organisation_name, self.label, self.id)

    def placed(self) -> tuple[str, str]:
        """Where it goes on a page that does not have it yet."""
        people, organisations = Person.__table__, Organisation.__table__  # their own columns are enough
        listed = db.session.execute(
            select(
                Attendance.id,
                organisations.c.name,
                Attendance.guest_organisation,
                people.c.name,
                Attendance.guest_name,
            )
            .outerjoin(people, people.c.id == Attendance.person_id)
            .outerjoin(organisations, organisations.c.id == Attendance.organisation_id)
            .where(Attendance.meeting_id == self.meeting_id, Attendance.removed_at.is_(None))
        )
        places = (
            place_on_list(organisation or guest_of, name or guest, id)
            for id, organisation, guest_of, name, guest in listed
        )
        before = max((place for place in places if place < self.position), default=None)
        return ("after", f"attendance_{before[-1]}") if before else ("prepend", self.list_dom_id)

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.person).selectinload(Person.affiliations),
            joinedload(cls.organisation),
            joinedload(cls.parent),
        ]


PRESENT_AND_LEFT = _l("Was present, has left")


def place_on_list(organisation: str, name: str, id: int) -> tuple[Any, ...]:
    """Where somebody stands on the list: by organisation, those without one last, and by name."""
    return (not organisation, folded(organisation), folded(name), id)


class LinkHolder:
    """Whoever holds the signed link of an invitation: may answer this one, and nothing else.

    What they do is recorded as done by the person who was invited.
    """

    is_authenticated = False
    is_clock = False
    works_in_office = False
    in_coordination = False
    administers = False
    organisation_ids: frozenset[int] = frozenset()
    memberships: tuple[()] = ()

    def __init__(self, attendance: Attendance) -> None:
        self.id = attendance.person_id
        self.attendance_id = attendance.id


def with_attendances() -> list[Any]:
    """Loader options for a meeting with its list of attendance: one statement for any length."""
    listed = selectinload(Meeting.attendances)
    return [listed.joinedload(Attendance.person), listed.joinedload(Attendance.organisation)]
