"""Writing together over the socket: entering a document, its updates, and carets."""

import base64
import binascii
import logging
import time
from typing import Any

from flask import Flask, abort, request
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_socketio import join_room
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from network.changes import owner_of
from network.drafts import actions, carets, policy, writers
from network.drafts.documents import Damaged
from network.drafts.forms import CommentForm
from network.drafts.models import Draft, DraftComment
from network.drafts.storing import MOST_UPDATE, NotStored, desk, desk_of
from network.drafts.wire import Unreadable, read_vector
from network.drafts.writers import Writer, name
from network.extensions import db, socketio
from network.hot import hot
from network.live import answered, deed, departed
from network.things import find, whole

log = logging.getLogger(__name__)

ENTER_TRIES = 6
MOST_VECTOR = 256 * 1024
MOST_CARET = 8 * 1024

_rates: dict[str, tuple[float, int]] = {}


def _bytes(value: object, most: int) -> bytes:
    """What was sent in base64. Raises Unreadable, or NotStored if it is longer than `most` bytes."""
    if not isinstance(value, str):
        raise Unreadable
    if len(value) > most * 4 / 3 + 4:
        raise NotStored("too_large")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable from None


# Entering


@socketio.on("draft.enter")
@answered
def enter(data: dict[str, Any]) -> dict[str, Any]:
    """Come into a document: get what one lacks, and learn what the server lacks."""
    sid: str = request.sid  # type: ignore[attr-defined]  # of a socket event
    try:
        known = _bytes(data.get("vector"), MOST_VECTOR)
        read_vector(known)
    except (Unreadable, NotStored):
        return _refusal("invalid")
    for _try in range(ENTER_TRIES):
        db.session.rollback()
        draft_id = whole(data.get("draft")) or 0
        room_id = db.session.scalar(select(Draft.room_id).where(Draft.id == draft_id))
        if room_id is None:
            abort(404)
        epoch = writers.epoch_of(room_id)
        # The rule is asked on rows read after the epoch; a right lost in between moves the epoch on.
        db.session.rollback()
        draft = find(Draft, draft_id)
        may_write = policy.may_write(current_user, draft)
        owner = owner_of(room_id)
        until = policy.until(current_user, owner) if owner is not None else None
        who = (
            {"id": current_user.id, "name": current_user.name, "topic": current_user.colour}
            if current_user.is_authenticated
            else {}
        )
        join_room(name(draft_id, epoch))
        db.session.rollback()
        with desk().held.opened(draft_id) as document:
            with db.engine.connect() as rows:
                document.read(rows)
            try:
                lacking, vector = document.difference(known), document.document.get_state()
            except Damaged:
                return _refusal("invalid")
            number = document.number
        if writers.epoch_of(room_id) == epoch:
            writer = Writer(sid, draft_id, room_id, who, str(get_locale()), epoch, may_write, until)
            writers.enter(writer)
            for state in carets.present(draft_id):
                message = {"draft": draft_id, "state": base64.b64encode(state).decode()}
                socketio.server.emit("draft.caret", message, to=sid)
            return {
                "ok": True,
                "number": number,
                "update": base64.b64encode(lacking).decode(),
                "vector": base64.b64encode(vector).decode(),
                "may_write": may_write,
            }
        socketio.server.leave_room(sid, name(draft_id, epoch), namespace="/")
    return _refusal("stale")


@departed.append
def _depart(sid: str, room_id: int | None) -> None:
    """A connection has ended, or does not hear a room any more: nor what is written there."""
    if room_id is None:
        _rates.pop(sid, None)
    for writer in writers.of_connection(sid):
        if room_id in (None, writer.room_id):
            writers.leave(writer)


# Writing


@hot("draft.update")
def receive(app: Flask, sid: str, data: object = None) -> dict[str, Any]:
    """Store an update. Acknowledged when it is committed."""
    writer = _writer_of(sid, data)
    if writer is None:
        return _refusal_in(app, None, "not_found")
    try:
        if _too_fast(app, sid):
            raise NotStored("too_fast")
        desk_of(app).store(writer, _bytes(data["update"], MOST_UPDATE))  # type: ignore[index]  # it is a dict
    except NotStored as refused:
        return _refusal_in(app, writer, refused.error)
    except (Unreadable, KeyError):
        return _refusal_in(app, writer, "invalid")
    except SQLAlchemyError:
        log.exception("draft update not stored")
        return _refusal_in(app, writer, "stale")
    return {"ok": True}


@hot("draft.caret")
def show_caret(app: Flask, sid: str, data: object = None) -> None:
    """Pass on where somebody is in the text. What it says of who they are is said by us."""
    writer = _writer_of(sid, data)
    if writer is None or not writer.may_write or _too_fast(app, sid):
        return
    try:
        sent = _bytes(data["state"], MOST_CARET)  # type: ignore[index]  # it is a dict
        states = carets.checked(sid, writer.draft_id, sent, writer.who)
    except (NotStored, Unreadable, KeyError):
        return
    for state in states:
        writers.tell_caret(writer, state)


def _writer_of(sid: str, data: object) -> Writer | None:
    draft_id = whole(data.get("draft")) if isinstance(data, dict) else None
    return writers.find(sid, draft_id) if draft_id else None


def _too_fast(app: Flask, sid: str) -> bool:
    """Whether a connection sends more than anybody could type."""
    moment = time.monotonic()
    began, count = _rates.get(sid, (moment, 0))
    if moment - began > 60:
        began, count = moment, 0
    _rates[sid] = (began, count + 1)
    return bool(count >= app.config["RATE_DRAFT_EVENTS"])


# Refusing


def _refusal(error: str) -> dict[str, Any]:
    messages = {
        "not_found": _("This does not exist, or you may not see it."),
        "forbidden": _("This text cannot be written now, or not by you."),
        "stale": _("Please try again."),
        "too_fast": _("That was a lot at once. Please wait a minute."),
        "too_large": _("This is too long."),
        "invalid": _("This could not be read."),
    }
    return {"ok": False, "error": error, "message": messages[error]}


def _refusal_in(app: Flask, writer: Writer | None, error: str) -> dict[str, Any]:
    """The same where no request runs."""
    with app.app_context(), force_locale(writer.language if writer else app.config["LANGUAGES"][0]):
        return _refusal(error)


# Besides writing

deed("drafts.comment", Draft, actions.comment, CommentForm)
deed("drafts.resolve", DraftComment, actions.resolve)
deed("drafts.reopen", DraftComment, actions.reopen)
