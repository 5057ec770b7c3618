"""Sending one change to many readers: it is put on the wire once, and the same bytes go to every socket.

The client manager of python-socketio hands each recipient's packet to a queue and a writer of its own, which
costs several times what the sending itself does. A connection that is a WebSocket from its beginning, and
for which nothing waits, is written to directly here, answers to one person too; all others go their usual
way. Order is kept: what waits in the queue goes first, and both ways end in the same `Line`.

A reader who does not keep up holds nobody else up: what their line does not take is kept, up to a bound;
beyond it the line is cut, and the page catches up when it is back.
"""

import logging
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

import gevent
from engineio.packet import MESSAGE
from engineio.packet import Packet as Envelope
from gevent.socket import socket as Socket
from socketio import Manager
from socketio.packet import EVENT

from network import wire

log = logging.getLogger(__name__)

LINE = "network.line"  # in a connection's environment
FREE_LINE = "network.free_line"  # the same, once what had been said before it was a line has left
MOST_BACKLOG = 2 * 1024 * 1024  # bytes that may wait for one reader
MOST_ASKED_FOR = 16 * 1024 * 1024  # bytes of answers that may wait, for somebody who asks and does not read


class Line:
    """The writing side of a WebSocket: nobody who writes waits for the reader."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self._send: Callable[[bytes], int] = socket._sock.send  # never waits, and knows when it is closed
        self.waiting: deque[tuple[bytes, int]] = deque()  # and how much of the backlog each is
        self.backlog = 0
        self.held = 0  # bytes of all that waits
        self.is_cut = False
        self._draining: gevent.Greenlet | None = None

    def broadcast(self, data: bytes) -> None:
        """Send, or keep it until the reader has taken what was sent before; cut a line too far behind.

        One broadcast alone is never too much: its reader would come back, and be cut by it again.
        """
        self._put(data, len(data))
        if self.backlog > MOST_BACKLOG and len(self.waiting) > 1:
            log.info("a reader did not keep up")
            self._cut()

    def answer(self, data: bytes) -> None:
        """As `broadcast`, for what the reader has asked for: however long it is, they shall have it.

        Only who asks for more and more and reads none of it is cut off.
        """
        self._put(data, 0)
        if self.held > MOST_ASKED_FOR and len(self.waiting) > 1:
            log.info("a reader asked and did not read")
            self._cut()

    def end(self) -> None:
        """The connection is over: nobody waits any longer for its socket to take more.

        To be called before the socket is closed. pywsgi closes it under gevent's feet, and the event loop
        ends the whole process when it is to look after a file that is no longer open.
        """
        self.is_cut = True
        self._forget()
        if self._draining is not None:
            self._draining.kill()

    def _put(self, data: bytes, counted: int) -> None:
        if self.is_cut:
            return
        if not self.waiting:
            try:
                sent = self._send(data)
            except BlockingIOError:
                sent = 0
            except OSError:  # gone; the reading side notices by itself
                return
            if sent == len(data):
                return
            data = data[sent:]
            counted = min(counted, len(data))
            self._draining = gevent.spawn(self._drain)
        self.waiting.append((data, counted))
        self.backlog += counted
        self.held += len(data)

    def _cut(self) -> None:
        """Hang up: the connection's own reading ends then, and with it the connection."""
        self.is_cut = True
        self._forget()
        with suppress(OSError):  # gone already
            self.socket.shutdown(SHUT_RDWR)

    def _forget(self) -> None:
        self.waiting.clear()
        self.backlog = self.held = 0

    def _drain(self) -> None:
        try:
            while self.waiting:
                self.socket.sendall(self.waiting[0][0])
                if self.waiting:  # else it was cut meanwhile
                    data, counted = self.waiting.popleft()
                    self.backlog -= counted
                    self.held -= len(data)
        except OSError:  # gone, as above
            self.is_cut = True
            self._forget()


def take_over(environ: dict[str, Any]) -> None:
    """Let a connection that has just been opened be written to without a wait, if it is one of ours.

    `environ` is the WSGI environment of the handshake. Not under TLS, where bytes are not what is sent.
    """
    websocket = environ.get("wsgi.websocket")
    if websocket is not None and type(websocket.handler.socket) is Socket:
        environ[LINE] = line = Line(websocket.handler.socket)
        websocket.write_through(line)


def frame(text: str) -> bytes:
    """A text as one WebSocket frame of a server."""
    data = text.encode()
    length = len(data)
    if length < 126:
        return struct.pack("!BB", 0x81, length) + data
    if length < 65536:
        return struct.pack("!BBH", 0x81, 126, length) + data
    return struct.pack("!BBQ", 0x81, 127, length) + data


class Broadcaster(Manager):
    """A client manager that sends what all in a room get as the same bytes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # By namespace and room, until somebody comes or goes: sid, Engine.IO's sid, and the line if free.
        self._in_room: dict[tuple[str, str | None], list[tuple[str, str, Line | None]]] = {}

    def basic_enter_room(  # type: ignore[no-untyped-def]  # as the manager's own
        self, sid, namespace, room, eio_sid=None
    ) -> None:
        """As the manager's own."""
        super().basic_enter_room(sid, namespace, room, eio_sid)
        self._in_room.pop((namespace, room), None)

    def basic_leave_room(self, sid, namespace, room) -> None:  # type: ignore[no-untyped-def]  # as above
        """As the manager's own."""
        super().basic_leave_room(sid, namespace, room)
        self._in_room.pop((namespace, room), None)

    def _those_in(self, namespace: str, room: Any) -> list[tuple[str, str, Line | None]]:
        """Who is in a room, or in several, with their lines."""
        key = (namespace, room) if room is None or isinstance(room, str) else None
        found = self._in_room.get(key) if key else None
        if found is None:
            found = [
                (sid, eio_sid, free_line(self.server, eio_sid))
                for sid, eio_sid in self.get_participants(namespace, room)
            ]
            if key and found:
                self._in_room[key] = found
        return found

    def emit(  # type: ignore[no-untyped-def]  # as the manager's own, whose further arguments vary
        self, event, data, namespace, room=None, skip_sid=None, callback=None, to=None, **more
    ) -> None:
        """As the manager's own. What asks for acknowledgements, or is binary, goes its way."""
        encoded = None
        if callback is None and namespace in self.rooms:
            given = list(data) if isinstance(data, tuple) else [] if data is None else [data]
            encoded = encoded_event(event, given, namespace)
        if encoded is None:
            super().emit(
                event, data, namespace, room=room, skip_sid=skip_sid, callback=callback, to=to, **more
            )
            return
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        envelope = Envelope(MESSAGE, encoded)
        framed = frame(f"{MESSAGE}{encoded}")
        for sid, eio_sid, known in self._those_in(namespace, to or room):
            if sid not in skipped:
                line = known or free_line(self.server, eio_sid)
                if line is None:
                    self.server._send_eio_packet(eio_sid, envelope)
                else:
                    line.broadcast(framed)


def encoded_event(event: str, given: list[Any], namespace: str) -> str | None:
    """What python-socketio makes of an event; None of one with bytes, which has several parts."""
    try:
        said = wire.dumps([event, *given], **wire.COMPACT)
    except TypeError:
        return None
    return f"{EVENT}{said}" if namespace == "/" else f"{EVENT}{namespace},{said}"


def free_line(server: Any, eio_sid: str) -> Line | None:
    """The line of a connection that can be written to at once; None as long as something waits in its queue.

    Later on nothing but pings goes through the queue.
    """
    environ = server.environ.get(eio_sid, {})
    line: Line | None = environ.get(FREE_LINE)
    if line is None and LINE in environ:
        connection = server.eio.sockets.get(eio_sid)
        if connection is not None and not connection.closed and not connection.queue.qsize():
            line = environ[FREE_LINE] = environ[LINE]
    return line


def answer_at_once(server: Any) -> None:
    """Let what this Socket.IO server sends to one connection alone be written at once, too."""
    send_later = server.eio.send_packet

    def send(eio_sid: str, packet: Envelope) -> None:
        line = None
        if packet.packet_type == MESSAGE and not packet.binary:
            line = free_line(server, eio_sid)
        if line is None:
            send_later(eio_sid, packet)
        else:
            line.answer(frame(packet.encode()))

    server.eio.send_packet = send
