"""Texts that several people write at once: Yjs documents, kept as the updates that made them."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from network.extensions import db
from network.people.models import Person
from network.things import Room, Thing, UTCDateTime, child_of, now, thing_id


class Draft(Thing):
    """A text that is written together. `parent` is the thing whose text it is, heard in the parent's room.

    `number` is that of the last stored update; one statement moves it on, which gives updates their order
    and keeps out those that come after the text was closed or a right lost (see storing.py).
    `shown_number` is the update up to which `html`, and the text of the parent, tell what it says;
    `told_number` is the one up to which the journal does.
    Where something was erased, another draft has come in its place and bears the mark; the one that was is
    empty and owns itself, so that no copy of it, wherever it lies, is taken in any more (see erasing.py).
    """

    id: Mapped[int] = thing_id()
    owner_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), unique=True)  # one text for each thing
    number: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=True)
    shown_number: Mapped[int] = mapped_column(default=0)
    told_number: Mapped[int] = mapped_column(default=0)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    erased_reason: Mapped[str] = mapped_column(Text, default="")
    erased_all: Mapped[bool] = mapped_column(default=False)  # what it said then, too

    parent: Mapped[Thing] = child_of("Thing")
    shown: Mapped["DraftShown"] = relationship(lazy="joined", innerjoin=True, cascade="all, delete-orphan")
    written_by: Mapped[Person | None] = relationship(
        primaryjoin="Draft.written_by_id == Person.id", foreign_keys=[written_by_id]
    )
    erased_by: Mapped[Person | None] = relationship(
        primaryjoin="Draft.erased_by_id == Person.id", foreign_keys=[erased_by_id]
    )
    placing = frozenset()
    sentences = {
        "begun": _l("%(who)s began to write “%(what)s”"),
        "named": _l("%(who)s kept a version of “%(what)s”"),
        "restored": _l("%(who)s let an earlier version of “%(what)s” stand again"),
        "erased": _l("%(who)s erased what was written in “%(what)s”"),
    }

    def __init__(self, **values: Any) -> None:
        super().__init__(shown=DraftShown(html=""), **values)

    @property
    def html(self) -> str:
        """What it says up to `shown_number`, to be shown."""
        return self.shown.html

    @html.setter
    def html(self, html: str) -> None:
        self.shown.html = html

    @property
    def label(self) -> str:
        return self.parent.label

    @property
    def begun_on(self) -> int:
        """The id of the thing on whose page it is written; it is called so before there is a text."""
        return getattr(self.parent, "begun_on", self.owner_id)

    @property
    def needs(self) -> str:
        """Who sees the buttons for it: words of the rights in its room."""
        return str(getattr(type(self.parent), "draft_needs", "steer"))

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """It has no look of its own: it is shown by the thing whose text it is."""
        return []


class DraftShown(db.Model):
    """What a draft says, as HTML. Beside the draft, whose small row is written anew with each update."""

    __tablename__ = "draft_shown"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    html: Mapped[str] = mapped_column(Text)


class DraftUpdate(db.Model):
    """A stored update of a document, in the order in which they were acknowledged. Never changed."""

    __tablename__ = "draft_update"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    update: Mapped[bytes] = mapped_column(LargeBinary)

    by: Mapped[Person | None] = relationship()


class DraftSnapshot(db.Model):
    """A whole document as one update, so that to open it takes few rows; made through a document."""

    __tablename__ = "draft_snapshot"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # the last update that is in it
    update: Mapped[bytes] = mapped_column(LargeBinary)


class DraftAuthor(db.Model):
    """Whose a client id of a document is: the items of a Yjs document bear the ids of clients."""

    __tablename__ = "draft_author"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    client: Mapped[str] = mapped_column(String(20), primary_key=True)  # up to 53 bits, as JavaScript has them
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class DraftComment(Thing):
    """What somebody has to say about a passage. The passage bears its id in the document."""

    __tablename__ = "draft_comment"

    id: Mapped[int] = thing_id()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    quote: Mapped[str] = mapped_column(Text, default="")  # the passage as it was then
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    parent: Mapped[Draft] = child_of("Draft")
    person: Mapped[Person] = relationship(
        primaryjoin="DraftComment.person_id == Person.id", foreign_keys=[person_id]
    )
    resolved_by: Mapped[Person | None] = relationship(
        primaryjoin="DraftComment.resolved_by_id == Person.id", foreign_keys=[resolved_by_id]
    )
    placing = frozenset({"commented"})

    @property
    def list_dom_id(self) -> str:
        """Below the text that it is about, which may be shown before there is any."""
        return f"comments_of_{self.parent.begun_on}"

    sentences = {
        "commented": _l("%(who)s commented on “%(what)s”"),
        "resolved": _l("%(who)s settled a comment on “%(what)s”"),
        "reopened": _l("%(who)s opened a comment on “%(what)s” again"),
    }

    @property
    def label(self) -> str:
        return self.parent.label

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.person), joinedload(cls.resolved_by), joinedload(cls.parent)]


class DraftVersion(db.Model):
    """A version kept for itself: somebody has given it a name, or the text was written anew after it."""

    __tablename__ = "draft_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100), default="")  # empty: kept since the text was written anew
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    by: Mapped[Person | None] = relationship()

    __table_args__ = (Index("ix_draft_version_draft_id_number", "draft_id", "number"),)
