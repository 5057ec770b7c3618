"""Meetings, what is on their agenda, and who takes part."""

from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from network.extensions import db
from network.files.models import File
from network.groups.models import Group
from network.people.models import Person
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, children, now, thing_id, whole


class MeetingKind(Labelled):
    """Ordinary, plenary or joint activity."""

    ORDINARY = "ordinary", _l("Ordinary meeting")
    PLENARY = "plenary", _l("Plenary meeting")
    JOINT = "joint", _l("Joint activity")


class MeetingState(Labelled):
    """draft -> announced -> running (<-> paused) -> closed; or cancelled with a reason."""

    DRAFT = "draft", _l("Draft")
    ANNOUNCED = "announced", _l("Announced")
    RUNNING = "running", _l("Running now")
    PAUSED = "paused", _l("Paused")
    CLOSED = "closed", _l("Closed")
    CANCELLED = "cancelled", _l("Cancelled")


class ItemKind(Labelled):
    """What an agenda item is for."""

    FORMALITY = "formality", _l("Formality")
    INFORMATION = "information", _l("Information")
    EXCHANGE = "exchange", _l("Exchange")
    DECISION = "decision", _l("Decision")
    GOAL_REVIEW = "goal_review", _l("Goal review")
    OPEN_ACTIONS = "open_actions", _l("Open actions")
    OTHER_BUSINESS = "other_business", _l("Any other business")


class ItemState(Labelled):
    """planned -> current -> done | postponed; it may be re-opened."""

    PLANNED = "planned", _l("Planned")
    CURRENT = "current", _l("Now")
    DONE = "done", _l("Done")
    POSTPONED = "postponed", _l("Postponed")


class Meeting(Thing):
    """A meeting of a group. Owns a room, heard by all who may read the group (a draft: by those who plan)."""

    id: Mapped[int] = thing_id()
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default=MeetingKind.ORDINARY)
    state: Mapped[str] = mapped_column(String(20), default=MeetingState.DRAFT, index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(String(200), default="")
    online_url: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")  # what those invited should know
    public: Mapped[bool] = mapped_column(default=False)  # has a public side
    is_template: Mapped[bool] = mapped_column(default=False)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    minute_taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    series_date: Mapped[str | None] = mapped_column(String(10))  # the pattern's day, also if moved

    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_seconds: Mapped[int] = mapped_column(default=0)
    cancelled_because: Mapped[str] = mapped_column(Text, default="")

    # The calendar file: RFC 5545 UID and SEQUENCE.
    calendar_uid: Mapped[str] = mapped_column(String(100), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    # Changes after announcing: when the first one not yet told was made.
    untold_since: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    told_number: Mapped[int] = mapped_column(default=0)  # of the room, when those invited were last told
    reminded: Mapped[int] = mapped_column(default=0)  # how many reminders have gone out
    check_in_code: Mapped[str] = mapped_column(String(12), default="")

    parent: Mapped[Group] = child_of("Group")
    chair: Mapped[Person | None] = relationship(
        primaryjoin="Meeting.chair_id == Person.id", foreign_keys=[chair_id]
    )
    minute_taker: Mapped[Person | None] = relationship(
        primaryjoin="Meeting.minute_taker_id == Person.id", foreign_keys=[minute_taker_id]
    )
    series: Mapped[Any] = relationship(
        "Series", primaryjoin="Meeting.series_id == Series.id", foreign_keys=[series_id]
    )
    agenda: Mapped[list["AgendaItem"]] = children(
        "AgendaItem", "Meeting", order_by="(AgendaItem.place, AgendaItem.sub_place)"
    )
    attendances: Mapped[list[Any]] = children("Attendance", "Meeting", order_by="Attendance.id")

    __table_args__ = (UniqueConstraint("series_id", "series_date"),)
    page = "sitting.show"
    placing = frozenset({"planned"})
    # What features below show of it in its own room besides the stage: (end of the element's id, fragment).
    further_faces: ClassVar[list[tuple[str, str]]] = []
    sentences = {
        "planned": _l("%(who)s planned “%(what)s”"),
        "prepared": _l("“%(what)s” was prepared by its series"),
        "changed": _l("%(who)s changed “%(what)s”"),
        "set agenda": _l("%(who)s worked on the agenda of “%(what)s”"),
        "announced": _l("%(who)s announced “%(what)s”"),
        "told": _l("Those invited to “%(what)s” were told of changes"),
        "reminded": _l("Those invited to “%(what)s” were reminded"),
        "started": _l("%(who)s opened “%(what)s”"),
        "paused": _l("%(who)s paused “%(what)s”"),
        "continued": _l("%(who)s continued “%(what)s”"),
        "closed": _l("%(who)s closed “%(what)s”"),
        "cancelled": _l("%(who)s cancelled “%(what)s”"),
        "handed over": _l("%(who)s handed over the chair or the minutes of “%(what)s”"),
        "moved on": _l("“%(what)s” moved on to the next item"),
        "renewed code": _l("%(who)s renewed the check-in code of “%(what)s”"),
        "removed": _l("%(who)s removed the draft “%(what)s”"),
        "restored": _l("%(who)s brought back the draft “%(what)s”"),
        "saved": _l("%(who)s saved “%(what)s” as a template"),
    }

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """In its own room the stage of its page, and what features below show; in the group's room a card."""
        if room.id == self.room_id:
            further = [(f"{self.dom_id}_{name}", template) for name, template in self.further_faces]
            return [(self.dom_id, "meetings/_meeting.html"), *further]
        return [(f"card_{self.dom_id}", "meetings/_meeting_card.html")]

    @property
    def planned_length(self) -> int:
        """Minutes from start to end as planned."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def items(self) -> list["AgendaItem"]:
        """The items of the agenda without their sub-items."""
        return [item for item in self.agenda if item.under_id is None]

    @property
    def families(self) -> list[tuple["AgendaItem", list["AgendaItem"]]]:
        """The items with their sub-items: in one go, since an item that is asked looks through the agenda."""
        found: dict[int, tuple[AgendaItem, list[AgendaItem]]] = {item.id: (item, []) for item in self.items}
        for item in self.agenda:
            if item.under_id in found:
                found[item.under_id][1].append(item)
        return list(found.values())

    @property
    def planned_sum(self) -> int:
        """Minutes that all items take as planned."""
        return sum(planned_with(item, subs) for item, subs in self.families)

    @property
    def coming(self) -> bool:
        """Whether it is still to be held: planned or announced, and not yet opened."""
        return self.state in (MeetingState.DRAFT, MeetingState.ANNOUNCED)

    def note_change(self, *, in_calendar: bool = False) -> None:
        """Those invited know something that is no longer so, or not all; `in_calendar`: also their calendars.

        Before announcing nobody has been told anything, and while it runs everybody can see it.
        """
        if self.state == MeetingState.ANNOUNCED:
            self.untold_since = self.untold_since or now()
            self.sequence += int(in_calendar)

    @property
    def running(self) -> bool:
        """Whether it has been opened and not closed; a pause belongs to it."""
        return self.state in (MeetingState.RUNNING, MeetingState.PAUSED)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.state in (MeetingState.CLOSED, MeetingState.CANCELLED)

    @property
    def current(self) -> "AgendaItem | None":
        """The item that is on."""
        return next((item for item in self.agenda if item.state == ItemState.CURRENT), None)

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return MeetingState(self.state).label

    @property
    def kind_label(self) -> Any:
        """Its kind in words."""
        return MeetingKind(self.kind).label

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.parent),
            joinedload(cls.chair),
            joinedload(cls.minute_taker),
            *with_agenda(),
            selectinload(cls.attendances),
        ]


class Presenter(db.Model):
    """Who presents an item: a person of the network, or a name."""

    __tablename__ = "presenter"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(160), default="")

    person: Mapped[Person | None] = relationship()

    @property
    def shown(self) -> str:
        """The name to show."""
        return self.person.name if self.person else self.name


class AgendaItem(Thing):
    """A numbered point of a meeting. Sub-items stand one level down and move with their item."""

    id: Mapped[int] = thing_id()
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default=ItemKind.INFORMATION)
    text: Mapped[str] = mapped_column(Text, default="")
    planned_minutes: Mapped[int] = mapped_column(default=0)
    # 1, 2, 3 among items; sub-items share their item's place and count in sub_place from 1.
    place: Mapped[int]
    sub_place: Mapped[int] = mapped_column(default=0)
    under_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    internal: Mapped[bool] = mapped_column(default=False)  # not on the public side
    standing: Mapped[bool] = mapped_column(default=False)  # on every agenda
    state: Mapped[str] = mapped_column(String(20), default=ItemState.PLANNED)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # while it is current
    spent_seconds: Mapped[int] = mapped_column(default=0)  # before `opened_at`, pauses left out
    first_opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_after_announcing: Mapped[bool] = mapped_column(default=False)
    # The item of an earlier meeting that it continues.
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    # The item that it was copied from into a template, out of one, or as a meeting was planned like another.
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    # What it was carried over as ("item:31", "decision:7"), so that nothing is carried over twice.
    carried_as: Mapped[str] = mapped_column(String(40), default="")

    parent: Mapped[Meeting] = child_of("Meeting")
    files: Mapped[list[File]] = children("File", "AgendaItem", order_by="File.id")
    presenters: Mapped[list[Presenter]] = relationship(
        order_by="Presenter.id", cascade="all, delete-orphan", foreign_keys="Presenter.item_id"
    )

    sentences = {
        "added": _l("%(who)s put “%(what)s” on the agenda"),
        "changed": _l("%(who)s changed the item “%(what)s”"),
        "moved": _l("%(who)s moved the item “%(what)s”"),
        "removed": _l("%(who)s took “%(what)s” off the agenda"),
        "restored": _l("%(who)s put “%(what)s” back on the agenda"),
        "opened": _l("%(who)s opened the item “%(what)s”"),
        "left": _l("%(who)s closed the item “%(what)s”"),
        "postponed": _l("%(who)s postponed the item “%(what)s”"),
        "reopened": _l("%(who)s re-opened the item “%(what)s”"),
        "carried over": _l("“%(what)s” was carried over from the last meeting"),
    }
    placing = frozenset({"added", "moved", "restored", "carried over"})
    files_need = "agenda"

    @property
    def number(self) -> str:
        """As it is called in the meeting: 3, or 3.1."""
        return f"{self.place}.{self.sub_place}" if self.sub_place else str(self.place)

    @property
    def position(self) -> tuple[int, ...]:
        return (self.place, self.sub_place)

    @property
    def subs(self) -> list["AgendaItem"]:
        """Its sub-items, in order."""
        return [item for item in self.parent.agenda if item.under_id == self.id]

    @property
    def above(self) -> "AgendaItem | None":
        """The item that it is a sub-item of."""
        return next((item for item in self.parent.agenda if item.id == self.under_id), None)

    @property
    def kept_internal(self) -> bool:
        """Whether it is left out of the public side: by itself, or with the item that it belongs to."""
        above = self.above if self.under_id else None
        return self.internal or bool(above and above.internal)

    @property
    def approves_minutes_of(self) -> int | None:
        """The id of the earlier meeting whose minutes it is there to approve; None of any other item."""
        kind, _colon, id = self.carried_as.partition(":")
        return whole(id) if kind == "minutes" else None

    @property
    def planned_in_all(self) -> int:
        """Planned minutes with those of its sub-items, which an item's own minutes may already hold."""
        return planned_with(self, self.subs)

    def home(self) -> str:
        """A sub-item stands in the list of its item."""
        return f"agenda_item_{self.under_id}" if self.under_id else f"meeting_{self.parent_id}"

    def before_it(self) -> "AgendaItem | None":
        """The item before it in the same list."""
        before = [
            item
            for item in self.parent.agenda
            if item.under_id == self.under_id and item.position < self.position
        ]
        return before[-1] if before else None

    def placed(self) -> tuple[str, str]:
        """Where it goes on a page that does not have it yet."""
        previous = self.before_it()
        return ("after", previous.dom_id) if previous else ("prepend", self.list_dom_id)

    @property
    def kind_label(self) -> Any:
        """Its kind in words."""
        return ItemKind(self.kind).label

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return ItemState(self.state).label

    def seconds_spent(self, at: datetime | None = None) -> int:
        """Seconds that the item has been on so far, pauses of the meeting left out."""
        if self.opened_at is None:
            return self.spent_seconds
        return self.spent_seconds + max(0, round(((at or now()) - self.opened_at).total_seconds()))

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.parent).options(*with_agenda()),
            selectinload(cls.presenters).joinedload(Presenter.person),
            selectinload(cls.files),
        ]


def with_agenda() -> list[Any]:
    """Loader options for a meeting with all that its agenda shows: the same statements for any length."""
    items = selectinload(Meeting.agenda)
    return [
        items.selectinload(AgendaItem.presenters).joinedload(Presenter.person),
        items.selectinload(AgendaItem.files),
    ]


def planned_with(item: AgendaItem, subs: list[AgendaItem]) -> int:
    """Planned minutes of an item and its sub-items, which its own minutes may already hold."""
    return max(item.planned_minutes, sum(sub.planned_minutes for sub in subs))


class PublicSide(Thing):
    """What visitors see of a public meeting, in a room of its own: public items, no names, no attendance."""

    id: Mapped[int] = thing_id()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)

    parent: Mapped[Meeting] = child_of("Meeting")
    sentences = {
        "opened": _l("The meeting can be followed publicly"),
        "changed": _l("The public side of the meeting changed"),
    }
    placing = frozenset()

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent).selectinload(Meeting.agenda)]


Meeting.public_side = relationship(
    PublicSide, primaryjoin="Meeting.id == foreign(PublicSide.meeting_id)", viewonly=True, uselist=False
)
