"""Who has entered which text, by which connection, and what was known of their rights then."""

import base64
import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from network.changes import owner_of
from network.drafts import carets, policy
from network.drafts.models import Draft
from network.extensions import db, socketio
from network.people.models import Person
from network.things import Room

log = logging.getLogger(__name__)


@dataclass
class Writer:
    """Somebody who has entered a text. `who` is how others see them: id, name, topic (a colour)."""

    sid: str
    draft_id: int
    room_id: int
    who: dict[str, Any]
    language: str
    epoch: int  # of the room
    may_write: bool
    until: datetime | None  # when the right ends by the clock
    asked_at: float = field(default_factory=time.monotonic)

    @property
    def person_id(self) -> int | None:
        """None for a visitor."""
        return self.who.get("id")


_writers: dict[tuple[str, int], Writer] = {}


def name(draft_id: int, epoch: int) -> str:
    """The socket room of those who have entered a text, in the present epoch of its room."""
    return f"draft:{draft_id}:{epoch}"


def enter(writer: Writer) -> None:
    """Note that somebody has entered, or what is known of their rights now."""
    _writers[writer.sid, writer.draft_id] = writer


def find(sid: str, draft_id: int) -> Writer | None:
    """Who has entered this text by this connection."""
    return _writers.get((sid, draft_id))


def of_connection(sid: str) -> list[Writer]:
    """All that a connection has entered."""
    return [writer for (whose, _draft), writer in _writers.items() if whose == sid]


def leave(writer: Writer) -> None:
    """Hear no more of a text; the others see the caret go."""
    _writers.pop((writer.sid, writer.draft_id), None)
    socketio.server.leave_room(writer.sid, name(writer.draft_id, writer.epoch), namespace="/")
    gone = carets.gone(writer.sid, writer.draft_id)
    if gone is not None:
        tell_caret(writer, gone)


def tell_caret(writer: Writer, state: bytes) -> None:
    """Let the others see where somebody is."""
    message = {"draft": writer.draft_id, "state": base64.b64encode(state).decode()}
    room = name(writer.draft_id, writer.epoch)
    try:
        socketio.server.emit("draft.caret", message, room=room, skip_sid=writer.sid)
    except Exception:  # Redis away: the next one comes soon
        log.exception("caret not told")


def epoch_of(room_id: int) -> int:
    """The epoch of a room, read now."""
    db.session.rollback()
    return int(db.session.scalar(select(Room.epoch).where(Room.id == room_id)) or 0)


def ask_anew(app: Flask, writer: Writer) -> bool:
    """Whether they may write now, by fresh rows; if so, what is known of their rights is renewed.

    Whoever may not even read any more leaves.
    """
    with app.app_context():
        epoch = epoch_of(writer.room_id)
        # The rule is asked on rows read after the epoch; a right lost in between moves the epoch on.
        db.session.rollback()
        draft = db.session.get(Draft, writer.draft_id)
        person = db.session.get(Person, writer.person_id) if writer.person_id else None
        if person is None or not person.is_active or draft is None or not policy.may_read(person, draft):
            leave(writer)
            return False
        writer.may_write = policy.may_write(person, draft)
        owner = owner_of(writer.room_id)
        writer.until = policy.until(person, owner) if owner is not None else None
        writer.asked_at = time.monotonic()
        if epoch != writer.epoch:
            server = socketio.server
            server.leave_room(writer.sid, name(writer.draft_id, writer.epoch), namespace="/")
            server.enter_room(writer.sid, name(writer.draft_id, epoch), namespace="/")
            writer.epoch = epoch
        return writer.may_write
