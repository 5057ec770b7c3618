"""Threads in a group or about any of its things, their messages, and how far everybody has read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from network.extensions import db
from network.files.models import File
from network.groups.models import Group
from network.people.models import Person
from network.things import Room, Thing, UTCDateTime, child_of, children, now, of_types, thing_id

# What can be put to a message with one click; few enough to be told apart by everybody, and read aloud.
REACTIONS = {
    "👍": _l("Agreed"),
    "❤️": _l("Thank you"),
    "🎉": _l("Well done"),
    "😊": _l("That makes me glad"),
    "🤔": _l("I have doubts"),
    "👀": _l("I am looking at it"),
}


class Thread(Thing):
    """A discussion: in a group with a title of its own, or about one of its things. Owns a room.

    `parent` is the thing whose room's audience may read it: the group, or the meeting of an item.
    """

    id: Mapped[int] = thing_id()
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"), unique=True)
    own_title: Mapped[str] = mapped_column("title", String(200), default="")
    last_ordinal: Mapped[int] = mapped_column(default=0)  # of its messages
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    pinned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    slow_seconds: Mapped[int] = mapped_column(default=0)  # between two messages of one person; 0: no limit

    group: Mapped[Group] = relationship(
        primaryjoin="Thread.group_id == Group.id", foreign_keys=[group_id], innerjoin=True
    )
    about: Mapped[Thing | None] = relationship(
        primaryjoin="foreign(Thread.about_id) == remote(Thing.id)", foreign_keys=[about_id], viewonly=True
    )
    parent: Mapped[Thing] = child_of("Thing")

    page = "discussions.show"
    placing: ClassVar[frozenset[str]] = frozenset({"started", "moved"})
    __table_args__ = (Index("ix_thread_group_id_last_at", "group_id", "last_at"),)
    sentences = {
        "started": _l("%(who)s began the discussion “%(what)s”"),
        "renamed": _l("%(who)s gave the discussion “%(what)s” its name"),
        "pinned": _l("%(who)s pinned the discussion “%(what)s”"),
        "unpinned": _l("%(who)s took the pin off the discussion “%(what)s”"),
        "resolved": _l("%(who)s marked the discussion “%(what)s” as settled"),
        "taken up": _l("%(who)s took the discussion “%(what)s” up again"),
        "locked": _l("%(who)s closed the discussion “%(what)s”"),
        "unlocked": _l("%(who)s opened the discussion “%(what)s” again"),
        "slowed": _l("%(who)s changed how often one may write in “%(what)s”"),
        "moved": _l("%(who)s moved the discussion “%(what)s” to another group"),
        "split": _l("%(who)s moved messages from “%(what)s” into a discussion of their own"),
    }

    @property
    def title(self) -> str:
        """Its own, or that of the thing that it is about."""
        return self.own_title or (self.about.label if self.about is not None else "")

    @property
    def is_locked(self) -> bool:
        """Whether only those who look after the group may write here."""
        return self.locked_at is not None

    def home(self) -> str:
        """The lists of a group's threads stand under the group, also what is said about its meetings."""
        return f"group_{self.group_id}"

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """In its own room the head of its page, elsewhere its line in a list."""
        if room.id == self.room_id:
            return [(f"head_{self.dom_id}", "discussions/_head.html")]
        return [(self.dom_id, "discussions/_thread.html")]

    def is_in(self, room: Room) -> bool:
        """In its own room and that of its group; the room of a former group has lost it."""
        return room.id in (self.room_id, self.group.room_id)

    def placed(self) -> tuple[str, str]:
        return ("prepend", self.list_dom_id)

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.group), with_about()]


def with_about() -> Any:
    """Loader option: what a thread is about, with what its title needs, in one statement for all."""
    return selectinload(Thread.about.of_type(of_types()))


AS_POSTED = 2  # the version of a message to which nothing has happened yet


class Message(Thing):
    """What somebody says in a thread. `ordinal` counts within the thread, without gaps.

    A message that is hidden, waits for approval or was withdrawn keeps its place; its text is then not
    part of the fragment but fetched by those who may see it.
    """

    id: Mapped[int] = thing_id()
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ordinal: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12), default="")  # code, where known
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    state: Mapped[str] = mapped_column(String(12), default="posted")  # waiting, posted, hidden, erased
    reason: Mapped[str] = mapped_column(String(80), default="")  # why it is hidden, in a word: a rule's name
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    mentions_all: Mapped[bool] = mapped_column(default=False)

    parent: Mapped[Thread] = child_of("Thread")
    person: Mapped[Person] = relationship(
        primaryjoin="Message.person_id == Person.id", foreign_keys=[person_id], innerjoin=True
    )
    reply_to: Mapped["Message | None"] = relationship(
        primaryjoin="foreign(Message.reply_to_id) == remote(Message.id)", viewonly=True
    )
    reactions: Mapped[list["Reaction"]] = relationship(
        order_by="Reaction.id", cascade="all, delete-orphan", back_populates="message"
    )
    mentions: Mapped[list["Mention"]] = relationship(cascade="all, delete-orphan")
    earlier: Mapped[list["EarlierText"]] = relationship(
        order_by="EarlierText.id", cascade="all, delete-orphan"
    )
    files: Mapped[list[File]] = children("File", "Message", order_by="File.id")

    page = "messages.show"
    # What a message can become, said from below: (words, endpoint, icon, rule that is asked of the group);
    # the endpoint is called with id= of the group and message=.
    makes: ClassVar[list[tuple[Any, str, str, Callable[[Any, Group], bool]]]] = []
    # What else can be done with a message, said from below: (words, endpoint called with id=, icon, rule,
    # whether it is a deed and no page).
    offers: ClassVar[list[tuple[Any, str, str, Callable[[Any, Any], bool], bool]]] = []
    files_need = "moderate"
    placing = frozenset({"posted"})
    __table_args__ = (
        UniqueConstraint("thread_id", "ordinal"),
        Index("ix_message_person_id_thread_id", "person_id", "thread_id"),
    )
    sentences = {
        "posted": _l("%(who)s wrote in “%(what)s”"),
        "edited": _l("%(who)s changed a message in “%(what)s”"),
        "withdrawn": _l("%(who)s withdrew a message in “%(what)s”"),
        "brought back": _l("%(who)s brought back a message in “%(what)s”"),
        "reacted": _l("%(who)s reacted to a message in “%(what)s”"),
        "approved": _l("%(who)s approved a message in “%(what)s”"),
        "hidden": _l("%(who)s hid a message in “%(what)s”"),
        "shown": _l("%(who)s showed a hidden message in “%(what)s” again"),
        "erased": _l("%(who)s erased a message in “%(what)s”"),
        "moved": _l("%(who)s moved a message to the discussion “%(what)s”"),
    }

    @property
    def is_open(self) -> bool:
        """Whether everybody who may read the thread may read its text."""
        return self.state == "posted" and self.withdrawn_at is None

    @property
    def shows_files(self) -> bool:
        return self.is_open

    @property
    def label(self) -> str:
        return self.parent.title

    @property
    def position(self) -> tuple[int, ...]:
        return (self.ordinal,)

    def is_in(self, room: Room) -> bool:
        """Only in the room of the thread in which it stands now."""
        return room.id == self.room_id

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """Its place in the thread; and, once something has happened to it, the answers that quote it."""
        own = (self.dom_id, "discussions/_message.html")
        if self.version <= AS_POSTED:
            return [own]
        return [own, (f'[data-quote="{self.dom_id}"]', "discussions/_quote.html")]

    @property
    def reactions_by_emoji(self) -> dict[str, list[int]]:
        """Who reacted with what, by ids, in the order of REACTIONS."""
        by: dict[str, list[int]] = {emoji: [] for emoji in REACTIONS}
        for reaction in self.reactions:
            by[reaction.emoji].append(reaction.person_id)
        return {emoji: ids for emoji, ids in by.items() if ids}

    @classmethod
    def look(cls) -> list[Any]:
        answered = joinedload(cls.reply_to)
        return [
            joinedload(cls.person),
            joinedload(cls.parent),
            answered.joinedload(Message.person),
            selectinload(cls.reactions),
            selectinload(cls.mentions).joinedload(Mention.person),
            selectinload(cls.files),
        ]


class EarlierText(db.Model):
    """What a message said before it was changed."""

    __tablename__ = "message_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(UTCDateTime, default=now)  # when it was replaced


class Reaction(db.Model):
    """One person's reaction to a message; each of them once."""

    __tablename__ = "message_reaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    emoji: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    message: Mapped[Message] = relationship(back_populates="reactions")

    __table_args__ = (UniqueConstraint("message_id", "person_id", "emoji"),)


class Mention(db.Model):
    """That a message speaks to somebody by name."""

    __tablename__ = "message_mention"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship()


class ReadMark(db.Model):
    """How far a person has read a thread, and whether they follow it. Nobody else sees it."""

    __tablename__ = "read_mark"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(default=0)  # the last message that was read
    following: Mapped[str] = mapped_column(String(8), default="follow")  # follow, mute
    # The last message that a letter has told of, or that was too old to tell of.
    told_ordinal: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (Index("ix_read_mark_thread_id_following", "thread_id", "following"),)
