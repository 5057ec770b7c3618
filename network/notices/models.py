"""How each person wants to be told, what speaks to them, what letters held, and which mails came in."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from network.discussions.models import Message
from network.extensions import db
from network.things import UTCDateTime, now

MENTIONS, MESSAGES = "mentions", "messages"
KINDS = {
    MENTIONS: _l("When somebody mentions me or answers me"),
    MESSAGES: _l("New messages in discussions that I follow"),
}
NOW, HOUR, DAY, WEEK, NEVER = "now", "hour", "day", "week", "never"
OFTEN = {
    NOW: _l("At once"),
    HOUR: _l("Gathered, once an hour"),
    DAY: _l("Gathered, once a day"),
    WEEK: _l("Gathered, once a week"),
    NEVER: _l("Never"),
}
# How people are told who have chosen nothing.
DEFAULTS = {MENTIONS: NOW, MESSAGES: DAY}


# Why a message speaks to somebody, as it stands after a name.
WHYS = {"mention": _l("mentions you"), "all": _l("speaks to all"), "reply": _l("answers you")}
# That it was approved when its reader's mark had gone past it. It speaks to nobody in particular.
LATE = "late"


class Preferences(db.Model):
    """How a person wants to hear of discussions by e-mail, in all groups, and when not to be written to."""

    __tablename__ = "notice_preferences"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    mentions: Mapped[str] = mapped_column(String(8), default=DEFAULTS[MENTIONS])
    messages: Mapped[str] = mapped_column(String(8), default=DEFAULTS[MESSAGES])
    # Minutes since midnight in the network's time zone; both or neither. From 22:00 to 7:00 goes over it.
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]


class GroupPreferences(db.Model):
    """What is different in one group; an empty kind is as in all groups."""

    __tablename__ = "notice_group_preferences"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    mentions: Mapped[str] = mapped_column(String(8), default="")
    messages: Mapped[str] = mapped_column(String(8), default="")


class Notice(db.Model):
    """That a message speaks to somebody: by name, to all, or as an answer. Read when its thread is.

    Or that it came late, by approval: then no mark tells whether it was read, and a letter tells of it once.
    """

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    why: Mapped[str] = mapped_column(String(8))  # mention, all, reply, late
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when a letter told of it

    message: Mapped[Message] = relationship()

    __table_args__ = (
        Index("ix_notice_message_id", "message_id"),
        Index("ix_notice_made_at", "made_at"),
    )


class ToldMessage(db.Model):
    """That a letter in the outbox holds what a message says. It goes with the letter."""

    __tablename__ = "told_message"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)

    __table_args__ = (Index("ix_told_message_message_id", "message_id"),)


class InboundMail(db.Model):
    """That a mail came in and what became of it: nothing of what it said, nor where it came from."""

    __tablename__ = "inbound_mail"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of its Message-ID
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
