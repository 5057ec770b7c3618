"""Working groups, who belongs to them, and who would like to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship, selectinload

from network.directory.models import Network, Topic, topic_of
from network.people.models import SIGNED_IN_WITH, Person, SignIn
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, children, now, thing_id


class GroupKind(Labelled):
    """A topic-related working group, the coordination group, or the plenary: everybody."""

    WORKING = "working", _l("Working group")
    COORDINATION = "coordination", _l("Coordination group")
    PLENARY = "plenary", _l("Plenary")


class Visibility(Labelled):
    """Who sees a group: everybody, the network, or its name and purpose only."""

    PUBLIC = "public", _l("Public: everybody sees purpose, organisations and announced meetings")
    NETWORK = "network", _l("Network: members of the network may read along")
    CLOSED = "closed", _l("Closed: others see only name and purpose")


class Joining(Labelled):
    """How one becomes a member."""

    FREE = "free", _l("Freely: members of the network join by themselves")
    REQUEST = "request", _l("By request: a lead answers")
    INVITATION = "invitation", _l("By invitation only")


class Approval(Labelled):
    """How a group's minutes are approved: a part of its mode of operation that the program follows."""

    MEETING = "meeting", _l("By the next meeting")
    TACIT = "tacit", _l("Tacitly, when the time for corrections is over and none is open")


class Place(Labelled):
    """A person's role in a group."""

    LEAD = "lead", _l("Lead")
    MEMBER = "member", _l("Member")
    GUEST = "guest", _l("Guest")


class Group(Thing):
    """A working group: the root of its meetings and all that comes of them. Owns a room."""

    id: Mapped[int] = thing_id()
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20), default=GroupKind.WORKING)
    # How the group works: rhythm, how minutes are approved, how it decides; written by itself.
    mode: Mapped[str] = mapped_column(Text, default="")
    approval: Mapped[str] = mapped_column(String(20), default=Approval.MEETING)
    visibility: Mapped[str] = mapped_column(String(20), default=Visibility.NETWORK)
    joining: Mapped[str] = mapped_column(String(20), default=Joining.REQUEST)
    # Stands before the numbers of its decisions: "Language 2026/07".
    short_name: Mapped[str] = mapped_column(String(40), default="")
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[Network] = child_of("Network")
    topics: Mapped[list[Topic]] = relationship(
        secondary=topic_of,
        primaryjoin="Group.id == topic_of.c.thing_id",
        secondaryjoin="Topic.id == topic_of.c.topic_id",
        order_by="Topic.place",
    )
    memberships: Mapped[list["Membership"]] = children("Membership", "Group", order_by="Membership.id")

    page = "groups.show"
    placing = frozenset()
    # What features below add. To its page: `part(user, group) -> {name: value}` for the page's template;
    # mere lists of things see parts.py, where they are loaded together.
    page_parts: ClassVar[list[Callable[[Any, "Group"], dict[str, Any]]]] = []
    # To its card in lists: `part(user, groups) -> {group id: {name: value}}`, as costly for one as for many.
    card_parts: ClassVar[list[Callable[[Any, list["Group"]], dict[int, dict[str, Any]]]]] = []
    # To the tabs of its pages: (place, words, endpoint called with id=).
    tabs: ClassVar[list[tuple[int, Any, str]]] = [
        (10, _l("Overview"), "groups.show"),
        (90, _l("Members"), "groups.members"),
    ]
    sentences = {
        "created": _l("%(who)s created the group “%(what)s”"),
        "changed": _l("%(who)s changed the group “%(what)s”"),
        "archived": _l("%(who)s archived the group “%(what)s”"),
        "reopened": _l("%(who)s re-opened the group “%(what)s”"),
    }

    @property
    def archived(self) -> bool:
        """Archived groups can be read as before, and nothing in them changes."""
        return self.archived_at is not None

    @property
    def kind_label(self) -> Any:
        """Its kind in words."""
        return GroupKind(self.kind).label

    @property
    def citation(self) -> str:
        """What stands before the numbers of its decisions."""
        return self.short_name or self.name

    @property
    def visibility_label(self) -> Any:
        """Who sees it, in words."""
        return Visibility(self.visibility).label

    @property
    def approval_label(self) -> Any:
        """How its minutes are approved, in words."""
        return Approval(self.approval).label

    @property
    def active_memberships(self) -> list["Membership"]:
        """The places that count now: leads first, guests last, by name."""
        order = list(Place)
        places = [place for place in self.memberships if place.active]
        return sorted(
            places, key=lambda place: (order.index(Place(place.role)), place.person.name.casefold())
        )

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """Its name in the head of its pages, and what it says of itself."""
        return [(self.dom_id, "groups/_group.html"), (f"about_{self.dom_id}", "groups/_group_about.html")]

    @classmethod
    def look(cls) -> list[Any]:
        return [selectinload(cls.topics)]


class Membership(Thing):
    """A person's place in a group. An ended one is removed; the journal keeps it."""

    id: Mapped[int] = thing_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), default=Place.MEMBER)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of guests

    parent: Mapped[Group] = child_of("Group")
    person: Mapped[Person] = relationship(
        primaryjoin="Membership.person_id == Person.id", foreign_keys=[person_id]
    )

    __table_args__ = (UniqueConstraint("group_id", "person_id"),)
    sentences = {
        "added": _l("%(what)s is now in the group"),
        "restored": _l("%(what)s is in the group again"),
        "made role": _l("%(who)s changed the role of %(what)s in the group"),
        "left": _l("%(what)s left the group"),
        "removed": _l("%(who)s took %(what)s out of the group"),
        "ran out": _l("The time of %(what)s as a guest is over"),
    }

    @property
    def active(self) -> bool:
        """Whether it gives rights at this moment."""
        return self.removed_at is None and (self.until is None or self.until > now())

    @property
    def label(self) -> str:
        return self.person.name

    @property
    def role_label(self) -> Any:
        """The role in words."""
        return Place(self.role).label

    @property
    def last_day(self) -> datetime | None:
        """A moment of a guest's last day: the place ends with it, at midnight."""
        return self.until - timedelta(seconds=1) if self.until else None

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.person).selectinload(Person.affiliations), joinedload(cls.parent)]


# The places that a person has, ended ones left out: asked by every rule, so they come with the sign-in.
Person.memberships = relationship(
    Membership,
    primaryjoin="and_(Person.id == foreign(Membership.person_id), Membership.removed_at.is_(None))",
    viewonly=True,
)
SIGNED_IN_WITH.append(lambda: contains_eager(SignIn.person).joinedload(Person.memberships))


class GroupDesk(Thing):
    """What waits for those who lead a group; its room is heard by them and the Office."""

    id: Mapped[int] = thing_id()
    parent: Mapped[Group] = child_of("Group")
    requests: Mapped[list["JoinRequest"]] = children("JoinRequest", "GroupDesk", order_by="JoinRequest.id")
    sentences = {"set up": _l("%(who)s set up the desk of the group")}
    placing = frozenset()

    @property
    def label(self) -> str:
        return self.parent.name

    @classmethod
    def look(cls) -> list[Any]:
        people = selectinload(cls.requests).joinedload(JoinRequest.person)
        return [joinedload(cls.parent), people.selectinload(Person.affiliations)]


Group.desk = children("GroupDesk", "Group", uselist=False)


class JoinRequest(Thing):
    """Somebody wants to join (asked by themself) or is wanted (invited by a lead), and the answer."""

    id: Mapped[int] = thing_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    invited: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(String(20), default=Place.MEMBER)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="open")  # open, accepted, declined, withdrawn
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[GroupDesk] = child_of("GroupDesk")
    group: Mapped[Group] = relationship(
        primaryjoin="JoinRequest.group_id == Group.id", foreign_keys=[group_id]
    )
    person: Mapped[Person] = relationship(
        primaryjoin="JoinRequest.person_id == Person.id", foreign_keys=[person_id]
    )
    sentences = {
        "asked": _l("%(what)s asked to join the group"),
        "invited": _l("%(who)s invited %(what)s to the group"),
        "accepted": _l("%(what)s was taken into the group"),
        "declined": _l("The request or invitation of %(what)s was declined"),
        "withdrawn": _l("The request or invitation of %(what)s was withdrawn"),
        "forgotten": _l("What was written with an old request was deleted"),
    }
    placing = frozenset({"asked", "invited"})

    @property
    def label(self) -> str:
        return self.person.name

    @property
    def last_day(self) -> datetime | None:
        """A moment of the last day as a guest."""
        return self.until - timedelta(seconds=1) if self.until else None

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """On the group's desk what its leads answer; to the person what they were asked or have asked."""
        if room.id == self.room_id:
            return [(self.dom_id, "groups/_join_request.html")]
        return [(f"my_{self.dom_id}", "groups/_my_join_request.html")]

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.person).selectinload(Person.affiliations), joinedload(cls.group)]
