"""Events that come as often as people type: answered on the shortest way from the line to the line.

The libraries read a packet in three layers, each of which copies it, looks at each letter and calls the next.
Of an update of a text that took as long as the database. So a connection that is a `Line` reads such an event
by itself, with the checks of `incoming.py`; what is not exactly one goes the libraries' way, which says so.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from socketio.packet import ACK

from network import wire
from network.broadcast import LINE, answer_at_once, frame, free_line
from network.extensions import socketio
from network.incoming import note

log = logging.getLogger(__name__)

Answer = Callable[..., Any]

HOT: dict[str, Answer] = {}
# Engine.IO's message, Socket.IO's event with or without the number of its acknowledgement, and its name.
EVENT = re.compile(r'42(\d{0,15})\[ ?"([a-z]{1,30}\.[a-z]{1,30})"')


def hot(event: str) -> Callable[[Answer], Answer]:
    """Declare what answers an event that comes as often as people type: `function(app, sid, *data)`.

    No request runs then, so it asks nothing of who is signed in: it relies on what entering has found out.
    """

    def declare(function: Answer) -> Answer:
        HOT[event] = function
        return function

    return declare


def serve(app: Flask) -> None:
    """Let the server of this application answer the events that were declared as hot, and answer at once.

    This is the way of connections that are no lines; `shorten` makes that of the others.
    """
    server = socketio.server
    answer_at_once(server)
    answers = app.extensions["hot events"] = {
        event: partial(function, app) for event, function in HOT.items()
    }
    hear_any = server._handle_event

    def hear(eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        event = data[0] if isinstance(data, list) and data and namespace in (None, "/") else None
        function = answers.get(event) if isinstance(event, str) else None
        if function is None:
            hear_any(eio_sid, namespace, id, data)
            return
        sid = server.manager.sid_from_eio_sid(eio_sid, "/")
        if server.manager.is_connected(sid, "/"):
            answer = function(sid, *data[1:])
            if id is not None:
                given = [] if answer is None else [answer]
                server._send_packet(eio_sid, server.packet_class(ACK, id=id, data=given))

    server._handle_event = hear


def shorten(app: Flask, environ: dict[str, Any], sid: str) -> None:
    """Let a connection whose handshake had this environment answer hot events by itself, if it is a line."""
    if LINE not in environ:
        return
    server = socketio.server
    manager = server.manager
    eio_sid = manager.eio_sid_from_sid(sid, "/")
    connection = server.eio.sockets.get(eio_sid)
    answers = app.extensions["hot events"]
    most_events = app.config["RATE_SOCKET_EVENTS"]

    def answer_hot(message: str) -> bool:
        found = EVENT.match(message)
        function = answers.get(found[2]) if found else None
        if function is None or connection.closed or not manager.is_connected(sid, "/"):
            return False
        try:
            data = wire.loads(message[found.end(1) :])  # type: ignore[union-attr]  # it matched
        except (ValueError, RecursionError):
            return False
        line = free_line(server, eio_sid)
        if line is None or not note(connection, most_events):
            return False
        try:
            answer = function(sid, *data[1:])
        except Exception:
            log.exception("hot event failed", extra={"event": found[2]})  # type: ignore[index]  # as above
            connection.close(wait=False)
            return True
        if found[1]:  # type: ignore[index]  # as above
            said = wire.dumps([] if answer is None else [answer], **wire.COMPACT)
            line.answer(frame(f"43{found[1]}{said}"))  # type: ignore[index]  # as above
        return True

    environ["wsgi.websocket"].shortcut = answer_hot
