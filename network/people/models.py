"""Who takes part: persons with their accounts, and the Office's desk."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from flask import session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship, selectinload

from network.dates import until
from network.directory.models import Network, Organisation
from network.extensions import db, login
from network.things import Labelled, Room, Thing, UTCDateTime, child_of, moment, now, thing_id


class PersonState(StrEnum):
    """A person's life in the network."""

    INVITED = "invited"
    APPLIED = "applied"
    ADMITTED = "admitted"
    DECLINED = "declined"
    LEFT = "left"


class Role(Labelled):
    """What somebody may do in the whole network."""

    MEMBER = "member", _l("Member of the network")
    COORDINATION = "coordination", _l("Coordination group")
    OFFICE = "office", _l("Coordination Office")


FORMER_MEMBER = _l("Former member")


class Affiliation(db.Model):
    """That a person belongs to an organisation. `main` is the one shown beside the name."""

    __tablename__ = "affiliation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    main: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)


class Person(Thing, UserMixin):
    """Somebody with an account, admitted or on the way. Has a room of their own: notices, own places."""

    id: Mapped[int] = thing_id()
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # as entered, lower case
    password_hash: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default=PersonState.INVITED)
    role: Mapped[str] = mapped_column(String(20), default=Role.MEMBER)
    administers: Mapped[bool] = mapped_column(default=False)

    # As it stands in the record of meetings, also of somebody who is a former member elsewhere: see `name`.
    recorded_name: Mapped[str] = mapped_column("name", String(120))
    nameless: Mapped[bool] = mapped_column(default=False)
    # How letters and pages address the person: "Frau Dr. Krämer", "Olena". Empty: the name.
    address: Mapped[str] = mapped_column(String(120), default="")
    engaged_citizen: Mapped[bool] = mapped_column(default=False)
    spoken: Mapped[list[str]] = mapped_column(JSON, default=list)  # language codes
    language: Mapped[str | None] = mapped_column(String(12))  # of the interface; empty: the browser's
    theme: Mapped[str] = mapped_column(String(8), default="")  # light, dark or the device's
    photo: Mapped[str | None] = mapped_column(String(64))  # SHA-256 of the re-encoded picture
    named_in_minutes: Mapped[bool] = mapped_column(default=False)
    email_shown: Mapped[bool] = mapped_column(default=False)  # to the other members of the network
    # Which letters the person wants; what is missing is wanted. Keys: see people.letters.
    unwanted_letters: Mapped[list[str]] = mapped_column(JSON, default=list)
    calendar_token: Mapped[str | None] = mapped_column(String(64), unique=True)

    applied_text: Mapped[str] = mapped_column(Text, default="")
    # An organisation that the Office has yet to find or add: of an application, or wished for on the profile.
    applied_organisation: Mapped[str] = mapped_column(String(160), default="")
    applied_organisation_kind: Mapped[str] = mapped_column(String(40), default="")
    answer: Mapped[str] = mapped_column(Text, default="")  # why an application was declined
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    invited_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Changes with the password and with what makes links for it void.
    links_epoch: Mapped[int] = mapped_column(default=0)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    silenced_until: Mapped[datetime | None] = mapped_column(UTCDateTime)  # reads, and writes nothing
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the account cannot be used
    # Since when something that was decided about the person has not been looked at by them.
    moderated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_by_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    erased_reason: Mapped[str] = mapped_column(Text, default="")

    parent: Mapped[Network] = child_of("Network")
    affiliations: Mapped[list[Affiliation]] = relationship(
        order_by=lambda: (Affiliation.main.desc(), Affiliation.id), cascade="all, delete-orphan"
    )

    page = "people.show"
    # (label, endpoint) of the pages on which the Office answers an application; said from below.
    answers: ClassVar[list[tuple[Any, str]]] = []
    is_clock = False
    # Of the present sign-in, set when it is loaded.
    sign_in_id = None
    sign_in_seen_at = None
    reads = None  # the language, kept when a transaction has ended and all columns are read anew
    placing = frozenset({"applied"})  # into a list on the Office's desk
    sentences = {
        "invited": _l("%(who)s invited %(what)s to the network"),
        "applied": _l("%(what)s applied for an account"),
        "admitted": _l("%(who)s admitted %(what)s"),
        "declined": _l("%(who)s declined the application of %(what)s"),
        "invited again": _l("%(who)s invited %(what)s to the network again"),
        "took back": _l("%(who)s took back the invitation of a person"),
        "ran out": _l("The invitation of %(what)s has run out"),
        "forgotten": _l("What was kept of an application or an old invitation was deleted"),
        "joined": _l("%(what)s joined the network"),
        "changed": _l("%(who)s changed the profile of %(what)s"),
        "wished": _l("%(what)s asks for an organisation to be added"),
        "placed": _l("%(who)s settled the organisation of %(what)s"),
        "made role": _l("%(who)s changed the role of %(what)s"),
        "made administrator": _l("%(who)s made %(what)s an administrator"),
        "unmade administrator": _l("%(what)s is no longer an administrator (%(who)s)"),
        "signed out": _l("All sign-ins of %(what)s were ended"),
        "changed address": _l("%(what)s has a new e-mail address"),
        "objected": _l("%(what)s objected to a new e-mail address"),
        "set password": _l("%(what)s set a new password"),
        "left": _l("%(what)s left the network"),
        "erased": _l("%(who)s erased the data of a person"),
        "silenced": _l("%(who)s lets %(what)s write nothing for a time"),
        "unsilenced": _l("%(who)s lets %(what)s write again"),
        "suspended": _l("%(who)s suspended the account of %(what)s"),
        "unsuspended": _l("%(who)s opened the account of %(what)s again"),
        "notified": _l("There is news for %(what)s"),
    }

    @hybrid_property
    def name(self) -> str:
        """What everybody reads: the person's name, or that they are a former member."""
        return str(FORMER_MEMBER) if self.nameless else self.recorded_name

    @name.inplace.setter
    def _set_name(self, name: str) -> None:
        self.recorded_name = name

    @name.inplace.expression
    @classmethod
    def _name_column(cls) -> ColumnElement[str]:
        return cls.recorded_name.expression  # type: ignore[attr-defined]  # of the class it is the column

    @staticmethod
    def by_email(email: str) -> "Person | None":
        """Whoever has this address, written in any mix of capitals; also somebody not admitted."""
        return db.session.scalars(
            select(Person)
            .where(Person.email == email.strip().lower())
            .options(joinedload(Person.room), selectinload(Person.affiliations))
        ).one_or_none()

    @property
    def is_active(self) -> bool:
        """Flask-Login: whether the account may be used."""
        return self.state == PersonState.ADMITTED and self.suspended_at is None

    @property
    def is_silenced(self) -> bool:
        """Whether they may write nothing at this moment."""
        return self.silenced_until is not None and self.silenced_until > now()

    @property
    def hindrance(self) -> str | None:
        """What a silenced person reads where they would write: until when."""
        if not self.is_silenced or self.silenced_until is None:
            return None
        return _("You can write nothing %(until)s.", until=until(self.silenced_until))

    @property
    def role_label(self) -> Any:
        """The role in words."""
        return Role(self.role).label

    @property
    def works_in_office(self) -> bool:
        """Belongs to the Coordination Office."""
        return self.role == Role.OFFICE

    @property
    def invitation_open(self) -> bool:
        """Whether the link in the invitation still works."""
        return (
            self.state == PersonState.INVITED
            and self.invited_until is not None
            and self.invited_until > now()
        )

    @property
    def in_coordination(self) -> bool:
        """Belongs to the coordination group (or to the Office, which may do as much)."""
        return self.role in (Role.COORDINATION, Role.OFFICE)

    def is_last_with(self, what: ColumnElement[bool]) -> bool:
        """Whether no other admitted person has it."""
        query = select(func.count(Person.id)).where(
            what,
            Person.state == PersonState.ADMITTED,
            Person.suspended_at.is_(None),
            Person.id != self.id,
        )
        return not db.session.scalar(query)

    @property
    def organisation(self) -> Organisation | None:
        """The main organisation."""
        return self.affiliations[0].organisation if self.affiliations else None

    @property
    def organisation_ids(self) -> set[int]:
        """The organisations that the person belongs to."""
        return {affiliation.organisation_id for affiliation in self.affiliations}

    @property
    def addressed(self) -> str:
        """How to address the person."""
        return self.address or self.name

    @property
    def initials(self) -> str:
        """One or two letters for the place of a picture."""
        if self.nameless:
            return FormerMember.initials
        words = [word for word in self.name.replace("-", " ").split() if word[0].isalpha()]
        letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
        return "".join(letters).upper() or "?"

    @property
    def colour(self) -> str:
        """One of the six colour tokens, always the same for a person."""
        return f"t{(self.id or 0) % 6 + 1}"

    @property
    def photo_url(self) -> str | None:
        """Where the picture is served, or None."""
        return url_for("people.photo", id=self.id, v=self.photo[:10]) if self.photo else None

    # UserMixin compares what `get_id` says, which within a request is the same for every person.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def get_id(self) -> str:
        """Flask-Login keeps this in the session: the token of the sign-in, which can be ended from afar."""
        return session.get("sign-in", "")

    def refresh(self) -> bool:
        """Whether the sign-in of this request still stands on rows read now."""
        return signed_in(session.get("sign-in", "")) is not None

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """On the Office's desk with what is to be decided; to the person, and beside others, as a member."""
        if room.id == self.room_id:
            return [(self.dom_id, "people/_person.html")]
        return [(self.dom_id, "people/_applicant.html")]

    def home(self) -> str:
        """The list of those who wait stands on the Office's desk."""
        return OfficeDesk.the().dom_id

    @classmethod
    def look(cls) -> list[Any]:
        return [selectinload(cls.affiliations)]


class FormerMember:
    """Stands for somebody who has left, where their name may no longer be shown."""

    id = None
    name = FORMER_MEMBER
    initials = "–"
    colour = "t1"
    photo_url = None
    organisation = None


class Visitor(AnonymousUserMixin):
    """Somebody who is not signed in."""

    id = None
    is_clock = False
    is_silenced = False
    works_in_office = False
    in_coordination = False
    administers = False
    organisation_ids: frozenset[int] = frozenset()
    memberships: tuple[()] = ()
    sign_in_id = None

    def refresh(self) -> bool:
        """Visitors stay visitors."""
        return True


login.anonymous_user = Visitor


class SignIn(db.Model):
    """One sign-in on one device. Ended ones are refused at once, wherever they come from."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept: Mapped[bool] = mapped_column(default=False)  # "stay signed in on this device"
    device: Mapped[str] = mapped_column(String(80), default="")  # browser and system in words

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class EmailChange(db.Model):
    """A wished-for change of address: confirmed on the new one, objected to from the old one for a week.

    The Office makes one at once, with a reason, for somebody who cannot read the old address any more.
    """

    __tablename__ = "email_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    objected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_open(self) -> bool:
        """Whether it can still be confirmed: it is the newest, and was asked from the present address."""
        if self.confirmed_at is not None or self.objected_at is not None:
            return False
        newest = select(func.max(EmailChange.id)).where(EmailChange.person_id == self.person_id)
        return self.person.email == self.old_email and db.session.scalar(newest) == self.id


class Visit(db.Model):
    """The number of a room when a person was last there: the rest is new."""

    __tablename__ = "visit"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class OfficeDesk(Thing):
    """What waits for the Coordination Office; its room is heard by the Office alone."""

    id: Mapped[int] = thing_id()
    parent: Mapped[Network] = child_of("Network")
    sentences = {"set up": _l("%(who)s set up the desk of the Coordination Office")}

    @staticmethod
    def the() -> "OfficeDesk":
        """The one desk."""
        return db.session.scalars(select(OfficeDesk).options(joinedload(OfficeDesk.room))).one()


# What features below load along with whoever is signed in: loader options from SignIn on.
SIGNED_IN_WITH: list[Callable[[], Any]] = []


def signed_in(token: str) -> Person | None:
    """The person of a sign-in token, if it stands, with what every rule asks about: in one statement."""
    if not token:
        return None
    found = db.session.scalars(_standing(), {"token_hash": token_hash(token)}).unique().one_or_none()
    if found is None or not found.person.is_active:
        return None
    person = found.person
    person.sign_in_id, person.sign_in_seen_at, person.reads = found.id, found.seen_at, person.language
    return person


@cache
def _standing() -> Select[SignIn]:
    """The statement, put together once: it is sent for every request."""
    return (
        select(SignIn)
        .join(SignIn.person)
        .where(
            SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None), SignIn.until > moment()
        )
        .options(
            contains_eager(SignIn.person).joinedload(Person.room),
            contains_eager(SignIn.person).joinedload(Person.affiliations),
            *(option() for option in SIGNED_IN_WITH),
        )
        .execution_options(populate_existing=True)
    )


def token_hash(token: str) -> str:
    """What the database keeps of a secret: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


login.user_loader(signed_in)

Index("ix_person_state", Person.state)
