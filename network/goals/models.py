"""Goals: what a group wants to reach, the plans of it that were adopted, and what has been reached."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import JSON, BigInteger, Date, ForeignKey, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from network import dates
from network.directory.models import Organisation, Topic, topic_of
from network.drafts import html, markdown
from network.drafts.models import Draft
from network.extensions import db
from network.goals import measures
from network.groups.models import Group, GroupKind
from network.minutes.models import Decision
from network.people.models import Person
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, now, thing_id

PLACES = 4  # decimals of a value that are kept
MOST_REVIEW_MONTHS = 24
REVIEW_MONTHS = 3  # between two reviews, unless a goal says otherwise


class Exact(TypeDecorator):  # type: ignore[type-arg]  # SQLAlchemy's generic has no runtime form here
    """A number with up to four decimals, kept as whole ten-thousandths, so that nothing is rounded."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int(Decimal(value).scaleb(PLACES).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-PLACES)


class GoalState(Labelled):
    """draft -> proposed -> adopted -> achieved | missed | dropped | superseded."""

    DRAFT = "draft", _l("Draft")
    PROPOSED = "proposed", _l("Proposed")
    ADOPTED = "adopted", _l("Adopted")
    ACHIEVED = "achieved", _l("Achieved")
    MISSED = "missed", _l("Missed")
    DROPPED = "dropped", _l("Dropped")
    SUPERSEDED = "superseded", _l("Superseded")


ENDED = (GoalState.ACHIEVED, GoalState.MISSED, GoalState.DROPPED, GoalState.SUPERSEDED)
IN_FORCE = (GoalState.ADOPTED, *ENDED)  # what was adopted once, and so stands in the record
REOPEN_DAYS = 14  # after which the end of a goal stands: a slip is noticed by then

HEALTH_LABELS = {
    measures.Health.ON_TRACK: _l("On track"),
    measures.Health.AT_RISK: _l("Needs help"),
    measures.Health.OFF_TRACK: _l("Off track"),
    measures.Health.NO_NEWS: _l("No news"),
}


NOT_JUDGED = _l("No assessment yet")


class PlanState(Labelled):
    """proposed -> adopted | sent back for rework | withdrawn."""

    PROPOSED = "proposed", _l("Proposed")
    ADOPTED = "adopted", _l("Adopted")
    SENT_BACK = "sent_back", _l("To be reworked")
    WITHDRAWN = "withdrawn", _l("Withdrawn")


class Consent(Labelled):
    """What the Office says to a plan."""

    NONE = "", _l("Not yet")
    GIVEN = "given", _l("Consent")
    REMARK = "remark", _l("Consent with a remark")
    REWORK = "rework", _l("Please rework")


goal_organisation = db.Table(
    "goal_organisation",
    db.Column("goal_id", ForeignKey("goal.id"), primary_key=True),
    db.Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class Goal(Thing):
    """What a group wants to reach. Owns a room; its line is heard in the group's room too.

    The columns say what the plan is now: while it is drafted as its group writes it, afterwards as the plan
    in force. The plans themselves are frozen (see `GoalPlan`). `last_value` and `value_before` are those of
    the two newest reports that count, so that lists need no reports.
    """

    id: Mapped[int] = thing_id()
    state: Mapped[str] = mapped_column(String(12), default=GoalState.DRAFT)
    title: Mapped[str] = mapped_column(String(200))
    indicator: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    baseline: Mapped[Decimal | None] = mapped_column(Exact)
    baseline_on: Mapped[date | None] = mapped_column(Date)
    target: Mapped[Decimal | None] = mapped_column(Exact)
    target_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(200), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    review_months: Mapped[int] = mapped_column(default=REVIEW_MONTHS)
    # The goal of the network that it serves, and how much it counts there.
    serves_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"), index=True)
    weight: Mapped[int] = mapped_column(default=1)
    public: Mapped[bool] = mapped_column(default=False)  # as far as the group is public

    last_value: Mapped[Decimal | None] = mapped_column(Exact)
    last_on: Mapped[date | None] = mapped_column(Date)
    value_before: Mapped[Decimal | None] = mapped_column(Exact)
    health_said: Mapped[str] = mapped_column(String(12), default="")  # in place of what the reports say
    health_reason: Mapped[str] = mapped_column(Text, default="")
    health_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    health_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    adopted_on: Mapped[date | None] = mapped_column(Date)  # first; amendments have days of their own
    review_on: Mapped[date | None] = mapped_column(Date, index=True)
    reminded_of: Mapped[date | None] = mapped_column(Date)  # the review of which people were told
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_reason: Mapped[str] = mapped_column(Text, default="")  # of a reopened one, why it was
    # A bare id, since not everybody who sees this one may see that one.
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id"))

    parent: Mapped[Group] = child_of("Group")
    owner: Mapped[Person | None] = relationship(
        primaryjoin="Goal.owner_id == Person.id", foreign_keys=[owner_id]
    )
    health_by: Mapped[Person | None] = relationship(
        primaryjoin="Goal.health_by_id == Person.id", foreign_keys=[health_by_id]
    )
    topics: Mapped[list[Topic]] = relationship(
        secondary=topic_of,
        primaryjoin="Goal.id == topic_of.c.thing_id",
        secondaryjoin="Topic.id == topic_of.c.topic_id",
        order_by="Topic.place",
    )
    organisations: Mapped[list[Organisation]] = relationship(
        secondary=goal_organisation,
        primaryjoin="Goal.id == goal_organisation.c.goal_id",
        secondaryjoin="Organisation.id == goal_organisation.c.organisation_id",
        order_by="Organisation.name",
    )

    page = "goals.show"
    placing: ClassVar[frozenset[str]] = frozenset({"drafted", "restored"})
    files_need = "propose"
    sentences = {
        "drafted": _l("%(who)s began the goal “%(what)s”"),
        "changed": _l("%(who)s changed the draft of the goal “%(what)s”"),
        "removed": _l("%(who)s removed the draft of the goal “%(what)s”"),
        "restored": _l("%(who)s brought back the draft of the goal “%(what)s”"),
        "proposed": _l("%(who)s proposed the goal “%(what)s”"),
        "taken back": _l("%(who)s took the goal “%(what)s” back to work on it"),
        "sent back": _l("%(who)s asked to rework the goal “%(what)s”"),
        "consented": _l("%(who)s consented to the goal “%(what)s”"),
        "adopted": _l("%(who)s recorded that the goal “%(what)s” was adopted"),
        "amended": _l("%(who)s recorded that an amendment of the goal “%(what)s” was adopted"),
        "reported": _l("%(who)s reported on the goal “%(what)s”"),
        "health said": _l("%(who)s said how the goal “%(what)s” does"),
        "health computed": _l("%(who)s lets the reports say how the goal “%(what)s” does"),
        "handed over": _l("%(who)s recorded who looks after the goal “%(what)s”"),
        "vacated": _l("Whoever looked after the goal “%(what)s” has left the network"),
        "reviewed": _l("%(who)s recorded the review of the goal “%(what)s”"),
        "published": _l("%(who)s showed the goal “%(what)s” to the public"),
        "unpublished": _l("%(who)s no longer shows the goal “%(what)s” to the public"),
        "achieved": _l("The goal “%(what)s” was achieved (%(who)s)"),
        "missed": _l("The goal “%(what)s” was missed (%(who)s)"),
        "dropped": _l("The goal “%(what)s” was dropped (%(who)s)"),
        "superseded": _l("The goal “%(what)s” was superseded (%(who)s)"),
        "reopened": _l("%(who)s recorded that the goal “%(what)s” has not ended after all"),
    }

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return GoalState(self.state).label

    @property
    def ended(self) -> bool:
        """Whether nothing is reported on it any more."""
        return self.state in ENDED

    @property
    def reopened_until(self) -> datetime | None:
        """Until when its end can be taken back; None if it has not ended."""
        return self.ended_at + timedelta(days=REOPEN_DAYS) if self.ended and self.ended_at else None

    @property
    def in_force(self) -> bool:
        """Whether it was adopted, whatever became of it."""
        return self.state in IN_FORCE

    @property
    def of_network(self) -> bool:
        """Whether it sets direction for all: a goal of the coordination group or of the plenary."""
        return self.parent.kind in (GroupKind.COORDINATION, GroupKind.PLENARY)

    @property
    def measured(self) -> bool:
        """Whether its plan names something to be counted; else it is reported on in words alone."""
        return bool(self.indicator) or self.baseline is not None or self.target is not None

    @property
    def line(self) -> measures.Line | None:
        """The planned way; None as long as a value or a day of it is missing."""
        baseline, since, target, until = self.baseline, self.baseline_on, self.target, self.target_on
        if baseline is None or since is None or target is None or until is None:
            return None
        return measures.Line(baseline, since, target, until)

    @property
    def falls(self) -> bool:
        """Whether less is better, or a level is to be held: then "5 of 3" would say the wrong thing."""
        return self.baseline is not None and self.target is not None and self.target <= self.baseline

    @property
    def reading(self) -> measures.Reading | None:
        """The value as it was last reported."""
        if self.last_value is None or self.last_on is None:
            return None
        return measures.Reading(self.last_on, self.last_value)

    @property
    def progress(self) -> Fraction | None:
        """The share of the way that was reached; None is no news."""
        line, reading = self.line, self.reading
        return measures.progress(line, reading.value) if line and reading else None

    @property
    def computed_health(self) -> measures.Health:
        """How it does by its reports."""
        line = self.line
        if line is None:
            return measures.Health.NO_NEWS
        return measures.health(line, self.reading, dates.today(), self.review_months)

    @property
    def health(self) -> measures.Health:
        """How it does: as its owner said, else by its reports."""
        return measures.Health(self.health_said) if self.health_said else self.computed_health

    @property
    def health_label(self) -> Any:
        """The same in words; where it cannot be said, that it cannot."""
        return HEALTH_LABELS[self.health] if self.is_judged else NOT_JUDGED

    @property
    def computed_label(self) -> Any:
        """How it does by its reports alone, in words."""
        return HEALTH_LABELS[self.computed_health]

    @property
    def is_overdue(self) -> bool:
        """Whether the day by which it was to be reached has passed."""
        return self.target_on is not None and self.target_on < dates.today()

    @property
    def is_due_for_review(self) -> bool:
        """Whether its review day has come."""
        due = self.review_on if self.state == GoalState.ADOPTED else None
        return due is not None and due <= dates.today()

    @property
    def silent_since(self) -> date | None:
        """The day from which on the next report is waited for: of the last one, else when it was begun."""
        begun = [day for day in (self.adopted_on, self.baseline_on) if day is not None]
        return self.last_on or max(begun, default=None)

    @property
    def report_by(self) -> date | None:
        """The day until which the next report is no later than it should be."""
        since = self.silent_since
        return since + relativedelta(months=self.review_months) if since is not None else None

    @property
    def is_fresh(self) -> bool:
        """Whether it was adopted lately and nobody has reported yet, as nobody had to."""
        if self.state != GoalState.ADOPTED or self.health_said or self.last_on is not None:
            return False
        return not self.is_quiet

    @property
    def is_judged(self) -> bool:
        """Whether it can be said how it does: not before the first report is due, nor of news without a line.

        What is told in words, or has no target, is neither on track nor without news.
        """
        if self.state != GoalState.ADOPTED or self.health_said:
            return self.state == GoalState.ADOPTED
        return not self.is_told_in_words and not self.is_fresh

    @property
    def is_told_in_words(self) -> bool:
        """Whether there is news of it lately, and none that could be compared with a planned way."""
        return self.progress is None and self.last_on is not None and not self.is_quiet

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has been heard for longer than lies between two reviews; not once it is reached.

        The same as conditions of a statement: `lists.quiet`.
        """
        due = self.report_by
        if self.state != GoalState.ADOPTED or due is None or (self.progress or 0) >= 1:
            return False
        return due < dates.today()

    @property
    def change(self) -> Decimal | None:
        """How much the last report differs from the one before."""
        if self.last_value is None or self.value_before is None:
            return None
        return self.last_value - self.value_before

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """In the group its line; on its own page everything hangs on who reads, so that is drawn anew."""
        return [("", "")] if room.id == self.room_id else [(self.dom_id, "goals/_goal.html")]

    @property
    def list_dom_id(self) -> str:
        """The list of drafts on the page of the group's goals."""
        return f"group_{self.parent_id}_goals"

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent), joinedload(cls.owner)]


class GoalText(Thing):
    """A text of a goal that is written together: what is to be reached, or why."""

    __tablename__ = "goal_text"

    id: Mapped[int] = thing_id()
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"))
    part: Mapped[str] = mapped_column(String(12))  # statement, reasons
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)

    parent: Mapped[Goal] = child_of("Goal")
    draft: Mapped[Draft | None] = relationship(
        primaryjoin="GoalText.id == foreign(Draft.owner_id)", viewonly=True, uselist=False, lazy="joined"
    )

    __table_args__ = (UniqueConstraint("goal_id", "part"),)
    placing = frozenset()
    draft_needs = "write"
    sentences = {
        "begun": _l("%(who)s began a text of the goal “%(what)s”"),
        "written": _l("%(who)s wrote in the goal “%(what)s”"),
    }

    @property
    def label(self) -> str:
        return self.parent.title

    @property
    def html(self) -> Any:
        """What it says, to be shown."""
        return Markup(self.draft.html) if self.draft is not None else html.render(markdown.parse(self.text))

    def follow_draft(self, draft: Draft, text: str) -> None:
        """Say what the draft says."""
        self.text, self.revision = text, draft.shown_number

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent)]


PARTS = {"statement": _l("What do we want to reach?"), "reasons": _l("Why?")}


class Milestone(Thing):
    """A step on the way, with the day by which it was planned."""

    id: Mapped[int] = thing_id()
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None] = mapped_column(Date)
    reached_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text, default="")  # by what one sees that it was reached

    parent: Mapped[Goal] = child_of("Goal")
    placing = frozenset()
    files_need = "propose"
    sentences = {
        "planned": _l("%(who)s planned the milestone “%(what)s”"),
        "changed": _l("%(who)s changed the milestone “%(what)s”"),
        "removed": _l("%(who)s took out the milestone “%(what)s”"),
        "reached": _l("The milestone “%(what)s” was reached (%(who)s)"),
        "reopened": _l("%(who)s re-opened the milestone “%(what)s”"),
    }

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """It is drawn with the page of its goal."""
        return [("", "")]

    @property
    def is_late(self) -> bool:
        """Whether its day has passed without it."""
        return self.reached_on is None and self.due_on is not None and self.due_on < dates.today()


class ProgressReport(Thing):
    """A dated value of a goal's indicator with a note; of a goal without one the note alone.

    What it said before a correction is kept.
    """

    __tablename__ = "progress_report"

    id: Mapped[int] = thing_id()
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    value: Mapped[Decimal | None] = mapped_column(Exact)  # None where there was nothing to count
    on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    parent: Mapped[Goal] = child_of("Goal")
    person: Mapped[Person] = relationship(
        primaryjoin="ProgressReport.person_id == Person.id", foreign_keys=[person_id]
    )
    corrections: Mapped[list["ReportCorrection"]] = relationship(order_by="ReportCorrection.id")
    placing = frozenset()
    files_need = "propose"
    sentences = {
        "reported": _l("%(who)s reported on the goal “%(what)s”"),
        "corrected": _l("%(who)s corrected a report on the goal “%(what)s”"),
        "withdrawn": _l("%(who)s withdrew a report on the goal “%(what)s”"),
    }

    @property
    def label(self) -> str:
        return self.parent.title

    def home(self) -> str:
        return self.parent.dom_id

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """Chart, table and progress hang on it: the goal's page is drawn anew."""
        return [("", "")]

    @property
    def reading(self) -> measures.Reading | None:
        """Its value as the arithmetic takes it; None if it has none, or was withdrawn."""
        if self.value is None or self.withdrawn_at is not None:
            return None
        return measures.Reading(self.on, self.value)


class ReportCorrection(db.Model):
    """What a report said before it was corrected, and why it was."""

    __tablename__ = "report_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_report.id"), index=True)
    value: Mapped[Decimal | None] = mapped_column(Exact)
    on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    by: Mapped[Person] = relationship()


class GoalPlan(Thing):
    """A plan of a goal that was put forward: the first one, or an amendment of it.

    `changes` are the fields that it sets, `before` what stood there when it was proposed. Once it is adopted
    it has a `number`, and `content` is the whole plan as it stands from then on; the first is the charter.
    """

    __tablename__ = "goal_plan"

    id: Mapped[int] = thing_id()
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"))
    number: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12), default=PlanState.PROPOSED)
    is_first: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(Text, default="")  # why it is amended
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who put it forward
    consent: Mapped[str] = mapped_column(String(12), default=Consent.NONE)
    remark: Mapped[str] = mapped_column(Text, default="")  # the Office's remark, or why to rework
    consented_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    consented_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    procedure: Mapped[str] = mapped_column(Text, default="")  # how it was adopted, if not in a meeting
    adopted_on: Mapped[date | None] = mapped_column(Date)
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    adopted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[Goal] = child_of("Goal")
    person: Mapped[Person] = relationship(
        primaryjoin="GoalPlan.person_id == Person.id", foreign_keys=[person_id]
    )
    consented_by: Mapped[Person | None] = relationship(
        primaryjoin="GoalPlan.consented_by_id == Person.id", foreign_keys=[consented_by_id]
    )
    decision: Mapped[Decision | None] = relationship(
        primaryjoin="GoalPlan.decision_id == Decision.id", foreign_keys=[decision_id]
    )

    __table_args__ = (UniqueConstraint("goal_id", "number"),)
    page = "goals.plan"
    placing = frozenset()
    sentences = {
        "proposed": _l("%(who)s proposed a plan for the goal “%(what)s”"),
        "amendment proposed": _l("%(who)s proposed an amendment of the goal “%(what)s”"),
        "consented": _l("%(who)s consented to a plan of the goal “%(what)s”"),
        "amendment consented": _l("%(who)s consented to an amendment of the goal “%(what)s”"),
        "sent back": _l("%(who)s asked to rework a plan of the goal “%(what)s”"),
        "adopted": _l("%(who)s recorded that a plan of the goal “%(what)s” was adopted"),
        "withdrawn": _l("%(who)s withdrew a plan of the goal “%(what)s”"),
    }

    @property
    def label(self) -> str:
        return self.parent.title

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return PlanState(self.state).label

    @property
    def consent_label(self) -> Any:
        """What the Office says, in words."""
        return Consent(self.consent).label

    @property
    def answered(self) -> str:
        """The Office's answer as a form remembers it: what was said, and when; empty before the first one."""
        return f"{self.consent} {self.consented_at.isoformat()}" if self.consented_at is not None else ""

    @property
    def has_consent(self) -> bool:
        """Whether the Office consents, with a remark or without."""
        return self.consent in (Consent.GIVEN, Consent.REMARK)

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """What can be done with it hangs on who reads: its page and that of its goal are drawn anew."""
        return [("", "")]

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent).joinedload(Goal.parent)]


class GoalReview(db.Model):
    """That a goal was looked at together, and what came of it."""

    __tablename__ = "goal_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), index=True)
    on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    health: Mapped[str] = mapped_column(String(12))  # as it stood then
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    by: Mapped[Person] = relationship()


def readings_of(reports: Iterable[ProgressReport]) -> list[measures.Reading]:
    """The readings of reports that stand, in the order in which they were made."""
    return [one for report in sorted(reports, key=lambda r: r.id) if (one := report.reading) is not None]
