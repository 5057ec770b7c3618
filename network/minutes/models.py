"""The record of a meeting: text by agenda item, decisions and actions."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint, inspect, select
from sqlalchemy.orm import (
    Mapped,
    joinedload,
    mapped_column,
    relationship,
)
from sqlalchemy.orm.attributes import set_committed_value

from network import dates
from network.directory.models import Organisation
from network.drafts import html, markdown
from network.drafts.models import Draft
from network.extensions import db
from network.files.models import File
from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting
from network.people.models import Person
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, children, now, of_types, thing_id


class MinutesState(Labelled):
    """writing <-> circulated -> approved <-> published: what is approved is never written again."""

    WRITING = "writing", _l("Being written")
    CIRCULATED = "circulated", _l("Sent for correction")
    APPROVED = "approved", _l("Approved")
    PUBLISHED = "published", _l("Published")


class DecisionState(Labelled):
    """in force -> carried out | superseded | lifted."""

    IN_FORCE = "in_force", _l("In force")
    CARRIED_OUT = "carried_out", _l("Carried out")
    SUPERSEDED = "superseded", _l("Superseded")
    LIFTED = "lifted", _l("Lifted")


class ActionState(Labelled):
    """open -> done | dropped, with a reason."""

    OPEN = "open", _l("Open")
    DONE = "done", _l("Done")
    DROPPED = "dropped", _l("Dropped")


class Minutes(Thing):
    """The minutes of one meeting, heard in its room."""

    id: Mapped[int] = thing_id()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20), default=MinutesState.WRITING)
    circulated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrections_until: Mapped[date | None] = mapped_column(Date)
    # When those who lead were told that corrections are still open though their time is over.
    told_open_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_to: Mapped[str] = mapped_column(String(10), default="")  # group, network, public

    parent: Mapped[Meeting] = child_of("Meeting")
    page = "minutes.show"
    # How a feature below shows minutes of a state: `view(meeting) -> page`, in place of the page of writing.
    shown_by: ClassVar[dict[str, Callable[[Meeting], Any]]] = {}
    # Where a feature below shows minutes to those who may not read the meeting; None if it does not.
    led_to_by: ClassVar[Callable[[Meeting], str | None]] = staticmethod(lambda meeting: None)
    sentences = {
        "begun": _l("The minutes of “%(what)s” were begun"),
        "circulated": _l("%(who)s sent the minutes of “%(what)s” for correction"),
        "taken back": _l("%(who)s took the minutes of “%(what)s” back to write on"),
        "still open": _l("Corrections of the minutes of “%(what)s” are still open though their time is over"),
        "approved": _l("The minutes of “%(what)s” were approved"),
        "added to": _l("%(who)s added a correction to the approved minutes of “%(what)s”"),
        "published": _l("%(who)s published the minutes of “%(what)s”"),
        "withdrawn": _l("%(who)s withdrew the published minutes of “%(what)s”"),
        "erased": _l("%(who)s erased passages of the approved minutes of “%(what)s”"),
    }
    placing = frozenset()

    @property
    def label(self) -> str:
        return self.parent.title

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """Its stage; on the agenda of another meeting, where it is to be approved, how far it is."""
        if room.id not in (self.room_id, self.parent.parent.room_id):
            return [(f"approval_of_{self.dom_id}", "approval/_approval.html")]
        return [(self.dom_id, "minutes/_minutes.html")]

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent).joinedload(Meeting.parent)]

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return MinutesState(self.state).label if not self.corrections_over else _l("Corrections closed")

    @property
    def frozen(self) -> bool:
        """Whether they are approved: what they say stands in their versions and changes no more."""
        return self.state in (MinutesState.APPROVED, MinutesState.PUBLISHED)

    @property
    def corrections_over(self) -> bool:
        """Whether the last day for corrections has passed."""
        until = self.corrections_until if self.state == MinutesState.CIRCULATED else None
        return until is not None and until < dates.today()


class ItemMinutes(Thing):
    """What was said on one item, in Markdown as its draft says it. A writer must have seen the `revision`.

    It has a draft, in which several people write, since somebody first wrote here.
    """

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
    draft: Mapped[Draft | None] = relationship(
        primaryjoin="ItemMinutes.id == foreign(Draft.owner_id)", viewonly=True, uselist=False, lazy="joined"
    )
    sentences = {
        "begun": _l("%(who)s began the minutes on “%(what)s”"),
        "written": _l("%(who)s wrote in the minutes on “%(what)s”"),
    }
    placing = frozenset({"begun"})

    @property
    def label(self) -> str:
        return self.parent.title

    @property
    def list_dom_id(self) -> str:
        """Where it stands below its item's heading."""
        return f"{self.parent.dom_id}_minutes"

    @property
    def html(self) -> Markup:
        """What it says, to be shown; decisions and actions still have to be put in (`with_things`)."""
        return Markup(self.draft.html) if self.draft is not None else html.render(markdown.parse(self.text))

    draft_needs = "minutes"

    def names(self, thing: Thing) -> bool:
        """Whether its text names a decision or an action, which then stands there and nowhere else."""
        return f"[[{thing.type} {thing.id}]]" in self.text

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """Its text, and below it what the text does not name."""
        item = f"agenda_item_{self.item_id}"
        return [
            (self.dom_id, "minutes/_item_minutes.html"),
            (f"{item}_decisions", "minutes/_unnamed_decisions.html"),
            (f"{item}_actions", "minutes/_unnamed_actions.html"),
        ]

    @property
    def begun_on(self) -> int:
        """The text is begun on the page of its item, when there are no minutes of it yet."""
        return self.item_id

    def follow_draft(self, draft: Draft, text: str) -> None:
        """Say what the draft says."""
        self.text, self.revision = text, draft.shown_number
        self.written_by_id, self.written_at = draft.written_by_id, draft.written_at

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


class MinutesReader(db.Model):
    """That somebody asked to get all minutes of a group by e-mail, invited to the meeting or not."""

    __tablename__ = "minutes_reader"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


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
    state: Mapped[str] = mapped_column(String(20), default=DecisionState.IN_FORCE)
    # The later decision that replaces it. A bare id, since not everybody who sees this one may see that one.
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)

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
        "numbered": _l("The decision %(what)s has been given its number"),
        "settled": _l("%(who)s changed what became of a decision"),
        "superseded": _l("%(who)s recorded that a decision has been replaced"),
        "erased": _l("%(who)s erased what a decision said"),
    }
    page = "minutes.decision"
    # Said from below: called with a reader and a decision, why it must stay, or nothing.
    kept: ClassVar[list[Callable[[Any, "Decision"], Any]]] = []

    @property
    def placing(self) -> frozenset[str]:  # type: ignore[override]  # a class variable where it is always the same
        return frozenset() if text_around(self) else frozenset({"decided", "restored"})

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """A line below its item; where the text names it, all of the text."""
        return [(self.dom_id, "minutes/_decision.html"), *_text_face(self)]

    @property
    def citation(self) -> str:
        """“Language 2026/07”, or empty while the meeting is not closed."""
        return f"{self.group.citation} {self.year}/{self.number:02d}" if self.number else ""

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return DecisionState(self.state).label

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
    state: Mapped[str] = mapped_column(String(20), default=ActionState.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")  # why dropped
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # For which day its person was reminded, ahead of it and on it: when the day moves, reminding starts anew.
    reminded_ahead_of: Mapped[date | None] = mapped_column(Date)
    reminded_on: Mapped[date | None] = mapped_column(Date)

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
        "erased": _l("%(who)s erased what an action said"),
        "removed": _l("%(who)s removed the action “%(what)s”"),
        "restored": _l("%(who)s brought back the action “%(what)s”"),
    }
    page = "minutes.action"

    @property
    def placing(self) -> frozenset[str]:  # type: ignore[override]  # a class variable where it is always the same
        return frozenset() if text_around(self) else frozenset({"agreed", "restored"})

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return ActionState(self.state).label

    @property
    def label(self) -> str:
        return self.text[:80]

    @property
    def who(self) -> str:
        """Who has it to do: a person, else an organisation, else nobody yet."""
        if self.person:
            return self.person.name
        return self.organisation.name if self.organisation else ""

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """As a decision, and a row in the table at the end of the minutes."""
        return [
            (self.dom_id, "minutes/_action.html"),
            (f"row_{self.dom_id}", "minutes/_action_row.html"),
            *_text_face(self),
        ]

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.person),
            joinedload(cls.organisation),
            joinedload(cls.group),
            joinedload(cls.parent),
        ]


def text_around(line: Decision | Action) -> ItemMinutes | None:
    """The text of its item, if that names it."""
    minutes: ItemMinutes | None = line.parent.minutes
    return minutes if minutes is not None and minutes.names(line) else None


def _text_face(line: Decision | Action) -> list[tuple[str, str]]:
    """One that comes back into a text comes with all of it; once removed it goes by itself."""
    text = text_around(line) if line.removed_at is None else None
    return [(text.dom_id, "minutes/_text_around.html")] if text else []


AgendaItem.minutes = relationship(
    ItemMinutes, primaryjoin="AgendaItem.id == foreign(ItemMinutes.item_id)", viewonly=True, uselist=False
)
AgendaItem.decisions = children("Decision", "AgendaItem", order_by="Decision.id")
AgendaItem.actions = children("Action", "AgendaItem", order_by="Action.id")
Meeting.minutes = relationship(
    Minutes, primaryjoin="Meeting.id == foreign(Minutes.meeting_id)", viewonly=True, uselist=False
)


def load_lines(items: list[AgendaItem], *others: Thing) -> None:
    """Fill in decisions, actions and files of all these items: one statement, however many they are.

    `others` get their files filled in by the same statement.
    """
    line = of_types(Decision, Action, File)
    query = (
        select(line)
        .where(
            line.parent_id.in_([thing.id for thing in (*items, *others)]),
            line.type.in_([model.__tablename__ for model in (Decision, Action, File)]),
            line.removed_at.is_(None),
        )
        .order_by(line.id)
        .options(
            joinedload(line.Decision.organisation),
            joinedload(line.Action.person),
            joinedload(line.Action.organisation),
        )
    )
    found: dict[int | None, list[Thing]] = {}
    for one in db.session.scalars(query).unique():
        found.setdefault(one.parent_id, []).append(one)

    def fill(thing: Thing, name: str, kind: type[Thing]) -> None:
        if hasattr(type(thing), name):
            set_committed_value(
                thing, name, [one for one in found.get(thing.id, []) if isinstance(one, kind)]
            )

    for item in items:
        fill(item, "decisions", Decision)
        fill(item, "actions", Action)
    for thing in (*items, *others):
        fill(thing, "files", File)


def load_record(meeting: Meeting) -> Meeting:
    """Fill in texts, decisions and actions of a meeting where a page has not: two statements in all."""
    items = [item for item in meeting.agenda if {"minutes", "decisions", "actions"} & inspect(item).unloaded]
    if items:
        texts = db.session.scalars(
            select(ItemMinutes)
            .where(ItemMinutes.item_id.in_([item.id for item in items]))
            .options(joinedload(ItemMinutes.written_by))
        )
        found = {text.item_id: text for text in texts}
        for item in items:
            set_committed_value(item, "minutes", found.get(item.id))
        load_lines(items)
    return meeting


Meeting.further_faces.append(("record", "minutes/_record.html"))
html.lines.update(decision="minutes/_decision_line.html", action="minutes/_action_line.html")
