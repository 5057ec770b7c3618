"""What minutes go through once they are circulated: corrections, versions for good, and publications."""

import hashlib
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from network.extensions import db
from network.groups.models import Visibility
from network.meetings.models import AgendaItem
from network.minutes.models import Minutes
from network.people.models import Person
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, children, now, thing_id


class CorrectionState(Labelled):
    """open -> taken | declined with a reason | withdrawn by whoever proposed it. Never removed."""

    OPEN = "open", _l("Open")
    TAKEN = "taken", _l("Taken")
    DECLINED = "declined", _l("Declined")
    WITHDRAWN = "withdrawn", _l("Withdrawn")


class Audience(Labelled):
    """For whom minutes are published."""

    GROUP = "group", _l("For the group")
    NETWORK = "network", _l("For the network")
    PUBLIC = "public", _l("For the public")


# As wide as a group of each visibility can go.
WIDEST = {
    Visibility.CLOSED: [Audience.GROUP],
    Visibility.NETWORK: [Audience.GROUP, Audience.NETWORK],
    Visibility.PUBLIC: [Audience.GROUP, Audience.NETWORK, Audience.PUBLIC],
}


class Correction(Thing):
    """What somebody would have otherwise in circulated minutes: a paragraph as it was, and as it should be.

    `place` counts the paragraphs of the item from 0, as they were; it is empty where something is missing.
    `taken_as` is the wording that came in, which whoever took it may have put differently.
    """

    id: Mapped[int] = thing_id()
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place: Mapped[int | None]
    was: Mapped[str] = mapped_column(Text, default="")
    proposed: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default=CorrectionState.OPEN)
    taken_as: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")  # why declined
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # with the text that it spoke of

    parent: Mapped[AgendaItem] = child_of("AgendaItem")
    person: Mapped[Person] = relationship(
        primaryjoin="Correction.person_id == Person.id", foreign_keys=[person_id]
    )
    settled_by: Mapped[Person | None] = relationship(
        primaryjoin="Correction.settled_by_id == Person.id", foreign_keys=[settled_by_id]
    )
    minutes: Mapped[Minutes] = relationship(
        primaryjoin="Correction.minutes_id == Minutes.id", foreign_keys=[minutes_id]
    )
    page = "approval.correction"
    placing = frozenset({"proposed"})
    sentences = {
        "proposed": _l("%(who)s proposed a correction to “%(what)s”"),
        "taken": _l("%(who)s took a correction to “%(what)s”"),
        "declined": _l("%(who)s declined a correction to “%(what)s”"),
        "withdrawn": _l("%(who)s withdrew a correction to “%(what)s”"),
        "restored": _l("%(who)s proposed a correction to “%(what)s” once more"),
        "erased": _l("%(who)s erased a correction to “%(what)s”"),
    }

    @property
    def label(self) -> str:
        return self.parent.title

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state == CorrectionState.OPEN

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return CorrectionState(self.state).label

    def home(self) -> str:
        """They stand in one list beside the minutes."""
        return f"minutes_{self.minutes_id}"

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """Beside the minutes, and in the text that it speaks of. To whoever proposed it a letter tells."""
        if room.id != self.room_id:
            return []
        return [
            (self.dom_id, "approval/_correction.html"),
            (f"{self.parent.dom_id}_paragraphs", "approval/_corrected_paragraphs.html"),
        ]

    @classmethod
    def look(cls) -> list[Any]:
        item = joinedload(cls.parent)
        return [
            joinedload(cls.person),
            joinedload(cls.settled_by),
            item.joinedload(AgendaItem.minutes),
            item.joinedload(AgendaItem.parent),
        ]


class MinutesVersion(db.Model):
    """Approved minutes for good: number 1 is what was approved, each further one comes with an addendum.

    `content` is canonical JSON, `digest` the SHA-256 of exactly these characters in UTF-8. It holds its own
    number and the digest of the version before it, so that the versions are a chain.
    Once a passage was erased, `digest` stays on record as that of what was made, and `shown_digest` is that
    of what is left.
    """

    __tablename__ = "minutes_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    shown_digest: Mapped[str | None] = mapped_column(String(64))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # empty for the clock
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    made_by: Mapped[Person | None] = relationship()

    __table_args__ = (UniqueConstraint("minutes_id", "number"),)

    @property
    def present_digest(self) -> str:
        """The SHA-256 of what it says now."""
        return self.shown_digest or self.digest


@event.listens_for(MinutesVersion, "before_delete")
def _stands_for_good(_mapper: Any, _connection: Any, version: MinutesVersion) -> None:
    raise RuntimeError(f"version {version.number} of minutes {version.minutes_id} is not changed any more")


@event.listens_for(MinutesVersion, "before_update")
def _loses_passages_at_most(mapper: Any, connection: Any, version: MinutesVersion) -> None:
    """Nothing about it changes but by erasing, which says so by the digest of what is left."""
    state: Any = inspect(version)
    changed = {one.key for one in state.attrs if one.history.has_changes()}
    left = hashlib.sha256(version.content.encode()).hexdigest()
    if changed != {"content", "shown_digest"} or version.shown_digest != left:
        _stands_for_good(mapper, connection, version)


class MinutesErasure(db.Model):
    """That the Office has erased passages of approved minutes: which, when, who and why. It stays.

    `passages` are their ids in the versions; `mark` is what stands in their place. `digests` are those of
    each version that it changed, by its number, before and after: with more than one erasure they lead from
    what was approved to what is left.
    """

    __tablename__ = "minutes_erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    mark: Mapped[str] = mapped_column(Text)
    passages: Mapped[list[str]] = mapped_column(JSON)
    digests: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)

    by: Mapped[Person] = relationship()


class Publication(db.Model):
    """That a version was published, to whom, and how persons were left out of what the public reads.

    `named` are the ids of those who had agreed to be named when somebody looked at it last, also of who is
    only named in a text; `left_out` are further words that the minute-taker took out. One that has ended
    stays, with the reason of a withdrawal.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("minutes_version.id"))
    audience: Mapped[str] = mapped_column(String(10))
    named: Mapped[list[int]] = mapped_column(JSON, default=list)
    left_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")  # of a withdrawal

    version: Mapped[MinutesVersion] = relationship()
    minutes: Mapped[Minutes] = relationship(foreign_keys=[minutes_id])
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def audience_label(self) -> Any:
        """To whom, in words."""
        return Audience(self.audience).label


AgendaItem.corrections = children("Correction", "AgendaItem", order_by="Correction.id")
