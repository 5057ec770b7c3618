"""Needs: what somebody saw to be missing, who sees it too, and what became of it.

A need belongs to the network as a whole, so its parent is the network; yet until the Office has confirmed
it, only the Office and whoever observed it see it. A room's audience is uniform, so each need owns a room
of its own, and the Office's desk hears of it as well. For the coverage picture: a need counts as missing in
the states of `OPEN`; its topic stands in `topic_of` as with goals, its languages in `need_language`, its
municipality in its own row (none: the whole district), its supporters by organisation in `need_support`.
"""

from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from network.directory.models import Municipality, Network, Organisation, Topic, topic_of
from network.extensions import db
from network.groups.models import Group
from network.people.models import Person
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, now, thing_id


class NeedState(Labelled):
    """reported -> confirmed <-> taken up -> met; or declined, or merged into another one."""

    REPORTED = "reported", _l("Reported")
    CONFIRMED = "confirmed", _l("Confirmed")
    TAKEN_UP = "taken_up", _l("Taken up")
    MET = "met", _l("Met")
    DECLINED = "declined", _l("Declined")
    MERGED = "merged", _l("Merged")


OPEN = (NeedState.CONFIRMED, NeedState.TAKEN_UP)  # known to all, and still missing


class TargetGroup(Labelled):
    """For whom something is missing."""

    EVERYBODY = "", _l("Everybody")
    NEWCOMERS = "newcomers", _l("People who have just arrived")
    WOMEN = "women", _l("Women")
    MEN = "men", _l("Men")
    FAMILIES = "families", _l("Families")
    CHILDREN = "children", _l("Children")
    YOUNG_PEOPLE = "young_people", _l("Young people")
    OLDER_PEOPLE = "older_people", _l("Older people")
    WORKERS = "workers", _l("People who work or look for work")
    DISABLED = "disabled", _l("People with a disability or an illness")
    SHELTER = "shelter", _l("People in community shelters")
    VOLUNTEERS = "volunteers", _l("Volunteers")


class NeedLanguage(db.Model):
    """A language in which something is missing: a code as people's spoken languages have it."""

    __tablename__ = "need_language"

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True, index=True)


class NeedSupport(db.Model):
    """That an organisation sees a need too, or somebody as an engaged citizen (no organisation).

    Whoever observed the need is the first. Withdrawn ones are deleted; the journal tells that they were.
    """

    __tablename__ = "need_support"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    # Who else said so at needs that were merged into this one, [id, words]: each can be told and erased.
    merged: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)

    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def sentences(self) -> list[str]:
        """All that was said for the organisation, or by the citizen, the first one first."""
        said = [self.words, *(words for _id, words in self.merged)]
        return list(dict.fromkeys(words for words in said if words))

    # Actions hold the need's room while they look; this is for what no action thought of.
    __table_args__ = (
        Index("uq_need_support_organisation", "need_id", "organisation_id", unique=True),
        Index(
            "uq_need_support_citizen",
            "need_id",
            "person_id",
            unique=True,
            sqlite_where=sql("organisation_id IS NULL"),
            postgresql_where=sql("organisation_id IS NULL"),
        ),
    )


class Need(Thing):
    """Something missing that was observed. Owns a room; the Office's desk hears of it too.

    `confirmed_at` stays once it is set: from then on all members of the network see the need, whatever
    becomes of it. `answer` are the words of its last answer: why it was declined, by what it is met, why it
    was re-opened. By what goal it is served and by what it is met stands in links (serves, met by).
    """

    id: Mapped[int] = thing_id()
    state: Mapped[str] = mapped_column(String(12), default=NeedState.REPORTED, index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    place: Mapped[str] = mapped_column(String(120), default="")  # in words: a quarter, a village
    target: Mapped[str] = mapped_column(String(20), default=TargetGroup.EVERYBODY)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)  # where it came up
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)  # who observed it
    # For whom they spoke; none as an engaged citizen.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    # Always one that is confirmed, so whoever sees this one sees that one as well.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)

    parent: Mapped[Network] = child_of("Network")
    person: Mapped[Person] = relationship(primaryjoin="Need.person_id == Person.id", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(
        primaryjoin="Need.organisation_id == Organisation.id", foreign_keys=[organisation_id]
    )
    municipality: Mapped[Municipality | None] = relationship(foreign_keys=[municipality_id])
    group: Mapped[Group | None] = relationship(
        primaryjoin="Need.group_id == Group.id", foreign_keys=[group_id]
    )
    merged_into: Mapped["Need | None"] = relationship(
        primaryjoin="foreign(Need.merged_into_id) == remote(Need.id)",
        foreign_keys=[merged_into_id],
        remote_side=[id],
    )
    topics: Mapped[list[Topic]] = relationship(
        secondary=topic_of,
        primaryjoin="Need.id == topic_of.c.thing_id",
        secondaryjoin="Topic.id == topic_of.c.topic_id",
        order_by="Topic.place",
    )
    languages: Mapped[list[NeedLanguage]] = relationship(
        order_by=NeedLanguage.code, cascade="all, delete-orphan"
    )
    supports: Mapped[list[NeedSupport]] = relationship(
        order_by=NeedSupport.id, cascade="all, delete-orphan", foreign_keys=[NeedSupport.need_id]
    )

    page = "needs.show"
    placing: ClassVar[frozenset[str]] = frozenset()
    sentences = {
        "reported": _l("%(who)s observed the need “%(what)s”"),
        "changed": _l("%(who)s changed the need “%(what)s”"),
        "confirmed": _l("%(who)s confirmed the need “%(what)s”"),
        "supported": _l("%(who)s sees the need “%(what)s” too"),
        "unsupported": _l("%(who)s no longer says to see the need “%(what)s”"),
        "declined": _l("%(who)s declined the need “%(what)s”"),
        "merged": _l("%(who)s merged the need “%(what)s” into another one"),
        "received": _l("%(who)s merged another need into “%(what)s”"),
        "taken up": _l("The need “%(what)s” was taken up by a goal"),
        "let go": _l("No goal serves the need “%(what)s” any more"),
        "met": _l("%(who)s recorded that the need “%(what)s” is met"),
        "reopened": _l("%(who)s re-opened the need “%(what)s”"),
    }

    @property
    def topic(self) -> Topic | None:
        """What it is about: a need has one topic at most."""
        return self.topics[0] if self.topics else None

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return NeedState(self.state).label

    @property
    def target_label(self) -> Any:
        """For whom, in words."""
        return TargetGroup(self.target).label

    @property
    def is_open(self) -> bool:
        """Whether it is known to all and still missing."""
        return self.state in OPEN

    @property
    def by_organisations(self) -> list[NeedSupport]:
        """What organisations said, the first one first."""
        return [support for support in self.supports if support.organisation_id is not None]

    @property
    def by_citizens(self) -> list[NeedSupport]:
        """What engaged citizens said; they are not named."""
        return [support for support in self.supports if support.organisation_id is None]

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """What can be done with it hangs on who reads: its page and the Office's are drawn anew."""
        return [("", "")]

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.municipality),
            selectinload(cls.topics),
            selectinload(cls.supports).joinedload(NeedSupport.organisation),
        ]
