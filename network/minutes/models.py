"""The record of a meeting: text by agenda item, decisions and actions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from network.directory.models import Organisation
from network.extensions import db
from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting
from network.people.models import Person
from network.things import Thing, UTCDateTime, child_of, children, now, thing_id


class MinutesState(StrEnum):
    """writing -> circulated; approval and publication come with the life of minutes."""

    WRITING = "writing"
    CIRCULATED = "circulated"

    @property
    def label(self) -> Any:
        """What people read."""
        return MINUTES_STATES[self]


MINUTES_STATES = {
    MinutesState.WRITING: _l("Being written"),
    MinutesState.CIRCULATED: _l("Sent for correction"),
}


class Minutes(Thing):
    """The minutes of one meeting, heard in its room."""

    id: Mapped[int] = thing_id()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20), default=MinutesState.WRITING)
    circulated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrections_until: Mapped[date | None] = mapped_column(Date)

    parent: Mapped[Meeting] = child_of("Meeting")
    page = "minutes.show"
    sentences = {
        "begun": _l("The minutes of “%(what)s” were begun"),
        "circulated": _l("%(who)s sent the minutes of “%(what)s” for correction"),
        "taken back": _l("%(who)s took the minutes of “%(what)s” back to write on"),
    }
    placing = frozenset()

    @property
    def label(self) -> str:
        return self.parent.title

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return MinutesState(self.state).label


class ItemMinutes(Thing):
    """What was said on one item. `revision` is what a writer must have seen to write over it."""

    id: Mapped[int] = thing_id()
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), unique=True)
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[AgendaItem] = child_of("AgendaItem")
    written_by: Mapped[Person | None] = relationship(
        primaryjoin="ItemMinutes.written_by_id == Person.id", foreign_keys=[written_by_id]
    )
    sentences = {"written": _l("%(who)s wrote in the minutes on “%(what)s”")}
    placing = frozenset({"written"})

    @property
    def label(self) -> str:
        return self.parent.title

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent), joinedload(cls.written_by)]


class MinutesRevision(db.Model):
    """An earlier text of an item's minutes, kept so that nothing written is ever gone."""

    __tablename__ = "minutes_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_minutes_id: Mapped[int] = mapped_column(ForeignKey("item_minutes.id"))
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    written_by: Mapped[Person | None] = relationship()

    __table_args__ = (UniqueConstraint("item_minutes_id", "revision"),)


class Decision(Thing):
    """An entry of the register of decisions. Its number is given when the meeting closes."""

    id: Mapped[int] = thing_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    year: Mapped[int | None]
    number: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    plain: Mapped[str] = mapped_column(Text, default="")  # the same in plain language, by a person
    how: Mapped[str] = mapped_column(String(200), default="")  # "by consensus", "14 yes, 3 no"
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    review_on: Mapped[date | None] = mapped_column(Date, index=True)
    # in_force, carried_out, superseded, lifted
    state: Mapped[str] = mapped_column(String(20), default="in_force")

    parent: Mapped[AgendaItem] = child_of("AgendaItem")
    group: Mapped[Group] = relationship(primaryjoin="Decision.group_id == Group.id", foreign_keys=[group_id])
    organisation: Mapped[Organisation | None] = relationship(
        primaryjoin="Decision.organisation_id == Organisation.id", foreign_keys=[organisation_id]
    )

    __table_args__ = (UniqueConstraint("group_id", "year", "number"),)
    sentences = {
        "decided": _l("%(who)s recorded a decision"),
        "changed": _l("%(who)s changed a decision"),
        "removed": _l("%(who)s removed a decision"),
        "restored": _l("%(who)s brought back a decision"),
        "numbered": _l("A decision has been given its number"),
    }
    placing = frozenset({"decided", "restored"})

    @property
    def citation(self) -> str:
        """“Language 2026/07”, or empty while the meeting is not closed."""
        return f"{self.group.citation} {self.year}/{self.number:02d}" if self.number else ""

    @property
    def label(self) -> str:
        return self.citation or self.text[:80]

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.group), joinedload(cls.organisation), joinedload(cls.parent)]


class Action(Thing):
    """Who does what by when; lives on after the meeting until it is done."""

    id: Mapped[int] = thing_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20), default="open")  # open, done, dropped
    reason: Mapped[str] = mapped_column(Text, default="")  # why dropped
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[AgendaItem] = child_of("AgendaItem")
    group: Mapped[Group] = relationship(primaryjoin="Action.group_id == Group.id", foreign_keys=[group_id])
    person: Mapped[Person | None] = relationship(
        primaryjoin="Action.person_id == Person.id", foreign_keys=[person_id]
    )
    organisation: Mapped[Organisation | None] = relationship(
        primaryjoin="Action.organisation_id == Organisation.id", foreign_keys=[organisation_id]
    )
    sentences = {
        "agreed": _l("%(who)s recorded the action “%(what)s”"),
        "changed": _l("%(who)s changed the action “%(what)s”"),
        "done": _l("%(who)s ticked off the action “%(what)s”"),
        "dropped": _l("%(who)s dropped the action “%(what)s”"),
        "reopened": _l("%(who)s re-opened the action “%(what)s”"),
        "removed": _l("%(who)s removed the action “%(what)s”"),
        "restored": _l("%(who)s brought back the action “%(what)s”"),
    }
    placing = frozenset({"agreed", "restored"})

    @property
    def label(self) -> str:
        return self.text[:80]

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.person),
            joinedload(cls.organisation),
            joinedload(cls.group),
            joinedload(cls.parent),
        ]


AgendaItem.minutes = relationship(
    ItemMinutes, primaryjoin="AgendaItem.id == foreign(ItemMinutes.item_id)", viewonly=True, uselist=False
)
AgendaItem.decisions = children("Decision", "AgendaItem", order_by="Decision.id")
AgendaItem.actions = children("Action", "AgendaItem", order_by="Action.id")
Meeting.minutes = relationship(
    Minutes, primaryjoin="Meeting.id == foreign(Minutes.meeting_id)", viewonly=True, uselist=False
)


def with_minutes() -> list[Any]:
    """Loader options for a meeting with all that its minutes say: the same statements for any length."""
    items = selectinload(Meeting.agenda)
    return [
        items.joinedload(AgendaItem.minutes).joinedload(ItemMinutes.written_by),
        items.selectinload(AgendaItem.decisions).joinedload(Decision.organisation),
        items.selectinload(AgendaItem.actions).joinedload(Action.person),
        items.selectinload(AgendaItem.presenters),
        joinedload(Meeting.minutes),
    ]


Meeting.page_options.append(with_minutes)
