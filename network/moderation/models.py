"""Reports, the cases that come of them, what was decided, and the network's own list of rules."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, joinedload, mapped_column, relationship, undefer_group

from network.directory.models import Network
from network.discussions.models import Message, Thread
from network.extensions import db
from network.files.models import File
from network.groups.models import Group
from network.people.models import Person
from network.things import Room, Thing, UTCDateTime, child_of, now, thing_id

CLAIM_LASTS = timedelta(minutes=30)  # then somebody else may take a case over


class CaseState(StrEnum):
    """A case's life. A new report opens a decided one again."""

    OPEN = "open"
    DECIDED = "decided"
    OBJECTED = "objected"

    @property
    def label(self) -> Any:
        """What people read."""
        return CASE_STATES[self]


CASE_STATES = {
    CaseState.OPEN: _l("Open"),
    CaseState.DECIDED: _l("Decided"),
    CaseState.OBJECTED: _l("Objection"),
}


class Measure(StrEnum):
    """What can be decided, from the mildest on."""

    NONE = "none"
    NOTE = "note"
    HIDE = "hide"
    LOCK = "lock"
    SLOW = "slow"
    MOVE = "move"
    SPLIT = "split"
    APPROVE_PERSON = "approve-person"
    APPROVE_GROUP = "approve-group"
    REMOVE = "remove"
    SILENCE = "silence"
    SUSPEND = "suspend"
    ERASE = "erase"

    @property
    def label(self) -> Any:
        """What people read."""
        return MEASURES[self]


MEASURES = {
    Measure.NONE: _l("No measure: the rules were kept"),
    Measure.NOTE: _l("A note to the author"),
    Measure.HIDE: _l("Hide it"),
    Measure.LOCK: _l("Close the discussion"),
    Measure.SLOW: _l("Slow the discussion down"),
    Measure.MOVE: _l("Move the discussion to another group"),
    Measure.SPLIT: _l("Move this message and all after it into a discussion of their own"),
    Measure.APPROVE_PERSON: _l("Messages of this person in the group wait for approval"),
    Measure.APPROVE_GROUP: _l("All messages in the group wait for approval"),
    Measure.REMOVE: _l("Take the person out of the group"),
    Measure.SILENCE: _l("The person may write nothing until a day"),
    Measure.SUSPEND: _l("Suspend the account"),
    Measure.ERASE: _l("Erase it for good"),
}
# What a person is told about what was theirs, without the words of a moderator's form.
TOLD = {
    Measure.NONE: _l("No measure was taken"),
    Measure.NOTE: _l("This is a note; nothing else follows from it"),
    Measure.HIDE: _l("It was hidden: only you and those who moderate can still read it"),
    Measure.LOCK: _l("The discussion was closed"),
    Measure.SLOW: _l("The discussion was slowed down"),
    Measure.MOVE: _l("The discussion was moved to another group"),
    Measure.SPLIT: _l("Messages were moved into a discussion of their own"),
    Measure.APPROVE_PERSON: _l("Your messages in this group wait for approval from now on"),
    Measure.APPROVE_GROUP: _l("All messages in this group wait for approval from now on"),
    Measure.REMOVE: _l("You were taken out of the group"),
    Measure.SILENCE: _l("You can read everything as before, and write nothing for a time"),
    Measure.SUSPEND: _l("Your account was suspended: you cannot sign in"),
    Measure.ERASE: _l("It was erased for good"),
}

# What goes on until it is ended.
LASTING = frozenset(
    {
        Measure.HIDE,
        Measure.LOCK,
        Measure.SLOW,
        Measure.APPROVE_PERSON,
        Measure.APPROVE_GROUP,
        Measure.SILENCE,
        Measure.SUSPEND,
    }
)

KINDS = {
    "message": _l("Message"),
    "person": _l("Profile"),
    "file": _l("File"),
}


ENTRY_KINDS = {
    "reported": _l("Reported"),
    "opened": _l("Opened"),
    "claimed": _l("Taken care of"),
    "taken over": _l("Taken over"),
    "released": _l("Given back"),
    "decided": _l("Decided"),
    "objected": _l("Objection"),
    "upheld": _l("The decision stands"),
    "fallen": _l("The decision falls"),
    "lifted": _l("The measure has ended"),
}


class NetworkRule(db.Model):
    """A rule of the network: a word that is shown where something is hidden, and what it means."""

    __tablename__ = "network_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)  # what messages, reports and cases keep
    place: Mapped[int]
    names: Mapped[dict[str, str]] = mapped_column(JSON)  # by language code
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    weight: Mapped[int] = mapped_column(default=2)  # 1 to 3: how much a report with this reason weighs
    retired: Mapped[bool] = mapped_column(default=False)  # chosen no more; what was decided by it stays

    @property
    def name(self) -> str:
        """In the reader's language, else in the first that there is."""
        return _spoken(self.names) or self.slug

    @property
    def text(self) -> str:
        """As the name."""
        return _spoken(self.texts)


def _spoken(by_language: dict[str, str]) -> str:
    code = str(get_locale())
    return by_language.get(code) or next((said for said in by_language.values() if said), "")


class ModerationSetting(db.Model):
    """What the Office has set for the network; without a row the defaults of config.py hold."""

    __tablename__ = "moderation_setting"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    words: Mapped[list[str]] = mapped_column(JSON, default=list)  # to watch
    objection_days: Mapped[int]
    first_posts: Mapped[int]  # until so many messages of an account stand, it is new; 0: no account is
    first_seconds: Mapped[int]  # between two messages of a new account


class ModerationCase(Thing):
    """All that was reported about one thing, and what was decided.

    It stands on a group's desk or the Office's, and keeps no text of what it is about. Its own room is heard
    by those who may judge it; the desks' queues show no more than its line. `version` is what a decision
    names, so that nobody decides on a case that has changed meanwhile.
    """

    id: Mapped[int] = thing_id()
    target_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # message, person, file
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # whose it is
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=CaseState.OPEN)
    weight: Mapped[int] = mapped_column(default=0)  # of the reports that nobody has answered yet
    reported: Mapped[int] = mapped_column(default=0)  # how many they are
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)  # this time
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What holds now: the last decision, unless it fell.
    measure: Mapped[str] = mapped_column(String(20), default="")
    rule: Mapped[str] = mapped_column(String(40), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    object_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stands: Mapped[bool] = mapped_column(default=False)  # whether the measure is in force

    parent: Mapped[Thing] = child_of("Thing")
    person: Mapped[Person | None] = relationship(
        primaryjoin="ModerationCase.person_id == Person.id", foreign_keys=[person_id]
    )
    group: Mapped[Group | None] = relationship(
        primaryjoin="ModerationCase.group_id == Group.id", foreign_keys=[group_id]
    )
    claimed_by: Mapped[Person | None] = relationship(
        primaryjoin="ModerationCase.claimed_by_id == Person.id", foreign_keys=[claimed_by_id]
    )
    reports: Mapped[list["Report"]] = relationship(order_by="Report.id", back_populates="case")
    entries: Mapped[list["CaseEntry"]] = relationship(order_by="CaseEntry.id", back_populates="case")

    page = "cases.show"
    placing: ClassVar[frozenset[str]] = frozenset({"reported", "opened", "opened again"})
    sentences = {
        "reported": _l("Something was reported"),
        "opened": _l("%(who)s opened a case"),
        "opened again": _l("A case was opened again"),
        "claimed": _l("%(who)s takes care of a case"),
        "released": _l("%(who)s gave a case back"),
        "decided": _l("%(who)s decided a case"),
        "objected": _l("Somebody objects to a decision"),
        "answered": _l("%(who)s answered an objection"),
        "lifted": _l("%(who)s ended a measure"),
        "forgotten": _l("What was written with an old case was deleted"),
    }
    __table_args__ = (Index("ix_moderation_case_state_opened_at", "state", "opened_at"),)

    @property
    def kind_label(self) -> Any:
        """What it is about, in a word."""
        return KINDS[self.kind]

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return CaseState(self.state).label

    @property
    def label(self) -> str:
        return str(self.kind_label)

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.state != CaseState.DECIDED

    @property
    def holder(self) -> Person | None:
        """Who takes care of it at the moment."""
        lapsed = self.claimed_at is None or self.claimed_at < now() - CLAIM_LASTS
        return None if lapsed else self.claimed_by

    @property
    def open_reports(self) -> list["Report"]:
        """Those that nobody has answered yet."""
        return [report for report in self.reports if report.right is None]

    @property
    def in_force(self) -> "list[CaseEntry]":
        """The decisions whose measures hold, in their order: a later one does not end an earlier one."""
        ended = {entry.about_id for entry in self.entries if entry.kind in ("fallen", "lifted")}
        return [
            entry
            for entry in self.entries
            if entry.kind == "decided"
            and entry.measure != Measure.NONE
            and entry.id not in ended
            and (entry.until is None or entry.until > now())
        ]

    @property
    def decision(self) -> "CaseEntry | None":
        """The decision that holds, or held last."""
        decided = [entry for entry in self.entries if entry.kind == "decided"]
        last = next((entry for entry in reversed(decided) if entry.measure == self.measure), None)
        return next(reversed(self.in_force), last)

    @property
    def contested(self) -> "CaseEntry | None":
        """The decision that the last objection is about."""
        objected = next((entry for entry in reversed(self.entries) if entry.kind == "objected"), None)
        about = objected.about_id if objected is not None else None
        return next((entry for entry in self.entries if entry.id == about), None)

    def home(self) -> str:
        """Queues of groups and of the Office are lists of the same name, each on its own page."""
        return "queue"

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """In its own room the head of its page, whose rest is drawn anew; elsewhere its line in a queue."""
        if room.id == self.room_id:
            return [(f"head_{self.dom_id}", "moderation/_head.html"), ("", "")]
        return [(self.dom_id, "moderation/_moderation_case.html")]

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.person),
            joinedload(cls.group),
            joinedload(cls.claimed_by),
            undefer_group("line"),
        ]


class Report(db.Model):
    """That somebody reported a thing. Only those who moderate see who; no `person_id` is the program."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    rule: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    right: Mapped[bool | None] = mapped_column()  # whether a measure followed; empty until it is decided

    case: Mapped[ModerationCase] = relationship(back_populates="reports")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


# The rule that the reports which nobody has answered yet name most often.
ModerationCase.named_rule = column_property(
    select(Report.rule)
    .where(Report.case_id == ModerationCase.id, Report.right.is_(None))
    .group_by(Report.rule)
    .order_by(func.count().desc(), func.min(Report.id))
    .limit(1)
    .correlate_except(Report)
    .scalar_subquery(),
    deferred=True,
    group="line",
)

_MESSAGE, _THREAD, _FILE = Message.__table__, Thread.__table__, File.__table__
# The beginning of what it is about, as long as it is where those of the case's desk read: a discussion may
# have been moved to another group since. What is erased is empty.
ModerationCase.first_line = column_property(
    func.coalesce(
        select(func.substr(_MESSAGE.c.text, 1, 300))
        .join(_THREAD, _THREAD.c.id == _MESSAGE.c.thread_id)
        .where(
            _MESSAGE.c.id == ModerationCase.target_id,
            _THREAD.c.group_id == ModerationCase.group_id,
            _MESSAGE.c.state != "erased",
        )
        .correlate_except(_MESSAGE, _THREAD)
        .scalar_subquery(),
        select(_FILE.c.name)
        .where(_FILE.c.id == ModerationCase.target_id, _FILE.c.sha256 != "")
        .correlate_except(_FILE)
        .scalar_subquery(),
        "",
    ),
    deferred=True,
    group="line",
)


class CaseEntry(db.Model):
    """One line of a case's history, which is only added to. `by_id` is empty for the program.

    kind: reported, opened, claimed, taken over, released, decided, objected, upheld, fallen, lifted.
    """

    __tablename__ = "moderation_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    measure: Mapped[str] = mapped_column(String(20), default="")
    rule: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of a silence
    since: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when what is answered here came
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what it takes to take it back
    # The decision that an objection, its answer or an early end is about.
    about_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_entry.id"))

    case: Mapped[ModerationCase] = relationship(back_populates="entries")
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])

    __table_args__ = (Index("ix_moderation_entry_kind_at", "kind", "at"),)

    @property
    def kind_label(self) -> Any:
        """What happened, in words."""
        return ENTRY_KINDS[self.kind]

    @property
    def measure_label(self) -> Any:
        """The measure as a moderator reads it."""
        return Measure(self.measure).label if self.measure else ""

    @property
    def told(self) -> Any:
        """The measure as the person reads it whom it concerns."""
        return TOLD[Measure(self.measure)] if self.measure else ""


class ApproveFirst(db.Model):
    """That messages wait for approval: of a person in a group, or (without a person) of the whole group."""

    __tablename__ = "approve_first"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (UniqueConstraint("group_id", "person_id"),)


Network.sentences |= {
    "changed rules": _l("%(who)s changed the rules of the network"),
    "changed moderation": _l("%(who)s changed the settings of moderation"),
}
