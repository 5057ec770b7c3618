"""The outbox: a row for each letter, written with the change that it tells of."""

from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import JSON, ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from network.extensions import db
from network.things import UTCDateTime, now


class Letter(db.Model):
    """A letter in the outbox. `queued` until it is `sent` or has `failed` for good."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"), index=True)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    message_id: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    # [{"name", "type", "data" in base64}]; a calendar file also has its "method"
    attachments: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    unknown_ends: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_error: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("ix_letter_state_next_try_at", "state", "next_try_at"),
        {"sqlite_autoincrement": True},
    )

    @property
    def file(self) -> Path:
        """Where it is written if there is no mail server."""
        return (
            Path(current_app.instance_path) / "mail" / f"{self.id:08d}-{self.template.replace('/', '-')}.eml"
        )


def waiting() -> int:
    """How many letters wait to be sent."""
    return int(
        db.session.scalar(select(func.count()).select_from(Letter).where(Letter.state == "queued")) or 0
    )
