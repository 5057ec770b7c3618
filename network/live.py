"""Door 2: the live protocol. Entering rooms, doing deeds, giving signals, catching up.

Event names, payloads and answers are the public contract of `live.md`. A feature's own `live.py`
offers its deeds with `deed()` and its signals with `signal()`.
"""

import logging
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_socketio import disconnect as hang_up
from flask_socketio import emit, join_room, leave_room
from limits import RateLimitItemPerMinute
from socketio import RedisManager
from socketio.exceptions import ConnectionRefusedError
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from network import error_record, hot
from network.broadcast import Broadcaster, take_over
from network.changes import Invalid, Refused, Stale, owner_of, since
from network.extensions import db, limiter, socketio
from network.forms import Form
from network.fragments import neutral
from network.things import UNSTORABLE, Room, Thing, find, now, whole

log = logging.getLogger(__name__)
blueprint = Blueprint("rooms", __name__)

SIGNED_IN = "signed-in:"  # socket rooms that end with their sign-in or person
SIGNED_OUT = "signed_out"  # a refusal
ENTER_TRIES = 6
ENTER_COST = 4  # more than another event: it reads rights, numbers and all that was missed
MAX_EVENT_BYTES = 256 * 1024


@dataclass(frozen=True)
class Deed:
    """An action that may be done over the socket, on a thing of one type, with the facts of a form."""

    on: type[Thing]
    act: Callable[..., Any]
    form: type[Form] | None


DEEDS: dict[str, Deed] = {}
SIGNALS: dict[str, Callable[[Any, Thing], bool]] = {}
# Told of a connection that has ended (None), or that hears no more of a room: `function(sid, room_id)`.
departed: list[Callable[[str, int | None], None]] = []


def deed(name: str, on: type[Thing], act: Callable[..., Any], form: type[Form] | None = None) -> None:
    """Offer an action as `do {deed: name}`. Its thing must be visible to the person; the rule decides."""
    DEEDS[name] = Deed(on, act, form)


def signal(kind: str, may: Callable[[Any, Thing], bool]) -> None:
    """Let those who `may` (asked about the room's owner) give a signal of this kind in a room."""
    SIGNALS[kind] = may


# Who is connected


class _Doors:
    """A socket manager that ends the connections of a closed `signed-in:` room, in every process."""

    def basic_close_room(self, room: str, namespace: str) -> None:
        if room.startswith(SIGNED_IN):
            for sid, _eio in list(self.get_participants(namespace, room)):  # type: ignore[attr-defined]
                self.server.disconnect(sid, namespace=namespace, ignore_queue=True)  # type: ignore[attr-defined]
        else:
            super().basic_close_room(room, namespace)  # type: ignore[misc]


class LocalDoors(_Doors, Broadcaster):
    """Doors of a single process."""

    def may_be_heard(self, room: str) -> bool:
        """Whether anybody is in a socket room."""
        return room in self.rooms.get("/", {})


class SharedDoors(_Doors, RedisManager, Broadcaster):
    """Doors of several processes joined by Redis."""

    def may_be_heard(self, room: str) -> bool:
        """Somebody may be in it who is connected to another process."""
        return True


def end_connections(*, person_id: int | None = None, sign_in_id: int | None = None) -> None:
    """Disconnect every socket of a person, or of one sign-in, in all processes."""
    room = f"{SIGNED_IN}person:{person_id}" if person_id else f"{SIGNED_IN}session:{sign_in_id}"
    try:
        socketio.close_room(room)
    except Exception:  # Redis away: the sockets find out at their next event, and rooms moved on already
        log.exception("connections not ended")


@socketio.on("connect")
def connect(auth: object = None) -> None:
    """A socket signs in with its page's cookie. Visitors are welcome; rooms are asked for one by one.

    A page says for whom it was made (`account`). It must not silently go on as a visitor's, or as somebody
    else's, when that person has been signed out meanwhile.
    """
    if isinstance(auth, dict) and not _is_still(auth.get("account")):
        raise ConnectionRefusedError(SIGNED_OUT)
    take_over(request.environ)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    hot.shorten(app, request.environ, request.sid)  # type: ignore[attr-defined]  # of a socket event
    if current_user.is_authenticated:
        join_room(f"{SIGNED_IN}person:{current_user.id}")
        join_room(f"{SIGNED_IN}session:{current_user.sign_in_id}")


@socketio.on("disconnect")
def disconnect(reason: object = None) -> None:
    """Nothing is kept about a socket but its rate and its alarms."""
    sid: str = request.sid  # type: ignore[attr-defined]  # of a socket event
    _rates.pop(sid, None)
    for place in [place for place in _alarms if place[0] == sid]:
        del _alarms[place]
    for function in departed:
        function(sid, None)


def _is_still(account: object) -> bool:
    """Whether the current user is the one with this id; nothing is no claim."""
    return account in (None, "") or (current_user.is_authenticated and str(current_user.id) == str(account))


def _has_been_signed_out() -> bool:
    """Whether the sign-in with which this connection was made has ended. If so, the line is cut."""
    sid: str = request.sid  # type: ignore[attr-defined]  # of a socket event
    if current_user.is_authenticated or not any(
        name.startswith(SIGNED_IN) for name in socketio.server.rooms(sid)
    ):
        return False
    hang_up()
    return True


# What a client sends


def _refusal(error: str, message: object = "", **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": error, "message": str(message), **more}


def _failed(error: BaseException, event: str) -> dict[str, Any]:
    """A mistake of ours: in the log and on record under a number that the person reads as well."""
    number = secrets.token_hex(4)
    log.error("socket event failed", exc_info=error, extra={"number": number, "event": event})
    try:
        db.session.rollback()
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
        address = f"socket {event}"
        facts = error_record.facts_of(error, number=number, endpoint=f"rooms.{event}", address=address)
        error_record.keep(app, facts)
    except Exception:  # the database is broken, or the error too strange to be told of; it stands in the log
        log.warning("error not recorded", exc_info=True, extra={"number": number})
    said = _("Something went wrong on our side. Please try again.")
    return _refusal("invalid", f"{said} ({number})")


@socketio.on_error_default
def refuse_for_an_error(error: BaseException) -> bool:
    """What fails while somebody connects or goes; events answer for themselves. Nobody is let in by it."""
    _failed(error, "connect")
    return False


_rates: dict[str, tuple[float, int]] = {}
_alarms: dict[tuple[str, int], datetime] = {}


def _too_fast(cost: int = 1) -> bool:
    """Whether this connection sends more events a minute than any person could; some weigh more."""
    sid: str = request.sid  # type: ignore[attr-defined]  # of a socket event
    moment = time.monotonic()
    began, count = _rates.get(sid, (moment, 0))
    if moment - began > 60:
        began, count = moment, 0
    _rates[sid] = (began, count + cost)
    return bool(count >= current_app.config["RATE_SOCKET_EVENTS"])


def _too_many_deeds() -> bool:
    """Whether an account does more by its connections together than one connection may do."""
    if not current_user.is_authenticated or not current_app.config["RATELIMIT_ENABLED"]:
        return False
    limit = RateLimitItemPerMinute(current_app.config["RATE_SOCKET_EVENTS"])
    try:
        return not limiter.limiter.hit(limit, f"deeds:{current_user.id}")
    except Exception:  # whatever the store raises: a lost Redis must not stop a meeting
        log.warning("rate not counted", exc_info=True)
        return False


def answered(function: Callable[[dict[str, Any]], Any]) -> Callable[..., Any]:
    """Acknowledge every event: with what the function returns, or a refusal in the person's language."""

    def respond(data: object = None, *_more: object) -> Any:
        try:
            if _too_fast():
                return _refusal("too_fast", _("That was a lot at once. Please wait a minute."))
            if not isinstance(data, dict):
                return _refusal("invalid", _("This could not be read."))
            if _has_been_signed_out():
                return _refusal(SIGNED_OUT, _("You have been signed out."))
            return function(data)
        except Stale as stale:
            return _refusal("stale", stale.description)
        except Invalid as invalid:
            errors = {name: [str(e) for e in found] for name, found in invalid.errors.items()}
            return _refusal("invalid", invalid.description or "", errors=errors)
        except Refused as refused:
            return _refusal("forbidden", refused.description or _("You may not do this."))
        except HTTPException as error:
            if error.code == 404:
                return _refusal("not_found", _("This does not exist, or you may not see it."))
            return _refusal("forbidden", _("You may not do this."))
        except UNSTORABLE:
            log.warning("unreadable", exc_info=True)
            return _refusal("invalid", _("This could not be read."))
        except Exception as error:
            return _failed(error, function.__name__)
        finally:
            db.session.remove()

    return respond


@socketio.on("enter")
@answered
def enter(data: dict[str, Any]) -> dict[str, Any]:
    """Come into a room: learn its number, what was missed since the page's number, and what one may do."""
    if _too_fast(ENTER_COST):
        return _refusal("too_fast", _("That was a lot at once. Please wait a minute."))
    room_id = whole(data.get("room"))
    after = data.get("number")
    if room_id is None or not isinstance(after, int) or isinstance(after, bool) or not 0 <= after < 2**63:
        abort(404)
    language = _language()
    sid: str = request.sid  # type: ignore[attr-defined]  # of a socket event
    for _try in range(ENTER_TRIES):
        db.session.rollback()
        room = db.session.get(Room, room_id)
        if room is None:
            abort(404)
        epoch = room.epoch
        # The rule is asked on rows read after the epoch; a right lost in between moves the epoch on.
        db.session.rollback()
        user = current_user._get_current_object()
        if user.is_authenticated and not user.refresh():
            hang_up()
            return _refusal(SIGNED_OUT, _("You have been signed out."))
        owner = owner_of(room_id)
        if owner is None or not may_enter(user, owner):
            _leave_all(room_id, epoch)
            abort(404)
        name = f"room:{room_id}:{epoch}:{language}"
        join_room(name)
        rights = sorted(owner.rules["rights"](user, owner)) if "rights" in owner.rules else []
        until = owner.rules["until"](user, owner) if "until" in owner.rules else None
        with neutral():
            news = since(room_id, after)
            number, again = _now_in(room_id) if news is None else (news.number, news.epoch)
            if again == epoch:
                _leave_at(sid, room_id, name, until)
                answer: dict[str, Any] = {
                    "ok": True,
                    "number": number,
                    "now": now().isoformat(),
                    "may": rights,
                }
                if news is None or after > number:
                    return {**answer, "reload": True}
                return {**answer, "changes": [[number, news.html(language)]] if news.lines else []}
        leave_room(name)
    return _refusal("stale", _("Please try again."))


def may_enter(user: Any, owner: Thing) -> bool:
    """Whether the room of this thing is open to the user: the type's rule `enter`, else `see`."""
    return bool(owner.rules.get("enter", owner.rules["see"])(user, owner))


def _now_in(room_id: int) -> tuple[int, int]:
    """A room's number and epoch."""
    row = db.session.execute(select(Room.number, Room.epoch).where(Room.id == room_id)).one()
    return row.number, row.epoch


def _language() -> str:
    return str(get_locale())


def _leave_all(room_id: int, epoch: int) -> None:
    for language in current_app.config["LANGUAGES"]:
        leave_room(f"room:{room_id}:{epoch}:{language}")


def _leave_at(sid: str, room_id: int, name: str, until: datetime | None) -> None:
    """Leave by itself at the moment when the right ends, if it ends within the next hour.

    An alarm that was set for another moment rings no more: the right has been prolonged since.

    Pages enter again about once a minute, and a socket that does not is told `again` by the clock's
    own job when a guest's time is over; the alarm closes the seconds in between.
    """
    if _alarms.get((sid, room_id)) == until:
        return
    _alarms.pop((sid, room_id), None)
    wait = (until - now()).total_seconds() if until is not None else math.inf
    if until is None or wait > 3600:
        return
    _alarms[(sid, room_id)] = until

    def ring() -> None:
        socketio.sleep(max(0.0, wait))
        if _alarms.get((sid, room_id)) == until:
            del _alarms[(sid, room_id)]
            socketio.server.leave_room(sid, name)
            socketio.emit("gone", {"room": room_id}, to=sid)

    socketio.start_background_task(ring)


@socketio.on("leave")
@answered
def leave(data: dict[str, Any]) -> dict[str, Any]:
    """Hear no more of a room."""
    room_id = whole(data.get("room"))
    if room_id is None:
        abort(404)
    prefix = f"room:{room_id}:"
    sid: str = request.sid  # type: ignore[attr-defined]  # of a socket event
    for name in list(socketio.server.rooms(sid)):
        if name.startswith(prefix):
            leave_room(name)
    _alarms.pop((sid, room_id), None)
    for function in departed:
        function(sid, room_id)
    return {"ok": True}


@socketio.on("do")
@answered
def do(data: dict[str, Any]) -> dict[str, Any]:
    """Do a deed: what the form does, and no more."""
    offered = DEEDS.get(str(data.get("deed")))
    if offered is None:
        abort(404)
    if _too_many_deeds():
        return _refusal("too_fast", _("That was a lot at once. Please wait a minute."))
    thing = find(offered.on, data.get("on"))
    facts = data.get("facts") or {}
    key = data.get("key")
    if not isinstance(facts, dict) or (
        key is not None and not (isinstance(key, str) and 8 <= len(key) <= 64)
    ):
        return _refusal("invalid", _("This could not be read."))
    if any(not _is_flat(value) for value in facts.values()):
        return _refusal("invalid", _("This could not be read."))
    if len(str(facts)) > MAX_EVENT_BYTES:
        return _refusal("too_large", _("This is too long."))
    given: dict[str, Any] = {}
    if offered.form is not None:
        form = offered.form(_fields(facts), meta={"csrf": False})
        if not form.validate():
            errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
            return _refusal("invalid", _("Please check what you entered."), errors=errors)
        given = form.facts()
    result = offered.act(current_user, thing, key=key, **given)
    result = result if isinstance(result, Thing) else thing
    return {"ok": True, "number": _now_in(result.room_id)[0], "id": result.id}


def _is_flat(value: object) -> bool:
    """Whether a fact is what a form could send: a word, a number, or several."""
    plain = str | int | float | bool | None
    return isinstance(value, plain) or (
        isinstance(value, list) and all(isinstance(one, plain) for one in value)
    )


def _fields(facts: dict[str, Any]) -> MultiDict[str, str]:
    """JSON facts as a form would send them."""
    fields: MultiDict[str, str] = MultiDict()
    for name, value in facts.items():
        for one in value if isinstance(value, list) else [value]:
            if one is True:
                fields.add(str(name), "y")
            elif one is not None and one is not False:
                fields.add(str(name), str(one))
    return fields


@socketio.on("signal")
@answered
def give_signal(data: dict[str, Any]) -> None:
    """Pass on what need not be kept. Only from inside the room, and only what the rule allows."""
    room_id, kind = whole(data.get("room")), str(data.get("kind"))
    may = SIGNALS.get(kind)
    if room_id is None or may is None or not current_user.is_authenticated:
        return
    room = db.session.get(Room, room_id)
    owner = owner_of(room_id)
    if room is None or owner is None or not may_enter(current_user, owner):
        return
    if not may(current_user, owner):
        return
    message = {"room": room_id, "kind": kind, "on": whole(data.get("on")), "who": current_user.id}
    for language in current_app.config["LANGUAGES"]:
        emit("signal", message, to=room.name(language), include_self=False)


# The same over HTTP, and everybody's permalink


@blueprint.get("/rooms/<id>/changes")
def changes(id: str) -> Response:
    """Catch-up for pages without a socket: Turbo Stream elements after a number.

    401 for a page that was made for an `account` that is signed in no more.
    """
    if not _is_still(request.args.get("account")):
        abort(401)
    room_id = whole(id)
    owner = owner_of(room_id) if room_id else None
    if owner is None or not may_enter(current_user, owner):
        abort(404)
    after = whole(request.args.get("after", "0")) or 0
    language = _language()
    with neutral():
        news = since(owner.room_id, after)
        if news is None or after > news.number:
            number, html = _now_in(owner.room_id)[0], '<turbo-stream action="refresh"></turbo-stream>'
        else:
            number, html = news.number, news.html(language)
    response = Response(html, content_type="text/vnd.turbo-stream.html; charset=utf-8")
    response.headers["Change-Number"] = str(number)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/t/<id>")
def permalink(id: str) -> Any:
    """Everybody's permalink of a thing: forwards to its page, or to its place on its parent's page."""
    thing = find(Thing, id)
    place = thing
    while not place.page and getattr(place, "parent", None) is not None:
        place = place.parent  # type: ignore[attr-defined]
    if not place.page:
        abort(404)
    return redirect(url_for(place.page, id=place.id, _anchor=None if place is thing else thing.dom_id))
