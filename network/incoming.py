"""What comes in over a socket is measured before anybody reads it: its size, its pace, whether it is ours.

Whoever connects may be anybody's program. The libraries below read a frame of any length, keep attachments
without number, and take `connect` and `disconnect` for events that a client may send, so that a client could
make us forget its rate. A client that sends what the protocol does not have is hung up on, with one line in
the log; browsers connect again by themselves, and catch up.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from geventwebsocket.exceptions import ProtocolError, WebSocketError

from network.broadcast import Line

log = logging.getLogger(__name__)

# Bytes: an update of a draft, 1 MB in base64, and a little more, so that the event itself answers
# what is too long.
MOST_IN_MESSAGE = 1536 * 1024
MOST_A_MINUTE = 8 * 1024 * 1024  # bytes of one connection
PATIENCE = 10  # times the events of a minute: so long what is refused for its pace is answered
KINDS = ("0", "1", "2", "3")  # of Socket.IO's packets: to connect, to go, an event, an acknowledgement
RESERVED = {"connect", "disconnect"}  # what happens to a connection, and is no event that one sends


class Unreadable(Exception):
    """Something that no client of the protocol sends; the text says what, and nothing of its content."""


@dataclass
class Pace:
    """How much has come in this minute."""

    began: float = 0.0
    count: int = 0

    def add(self, count: int, most: int) -> bool:
        """Count it; whether it is no more than that in a minute."""
        moment = time.monotonic()
        if moment - self.began > 60:
            self.began, self.count = moment, 0
        self.count += count
        return self.count <= most


# WebSockets


class Bounded:
    """A WebSocket of gevent-websocket whose client can fill neither the memory nor a processor's time."""

    def __init__(self, websocket: Any) -> None:
        self._websocket = websocket
        self._read: Callable[[int], bytes] = websocket.raw_read
        self._pace = Pace()
        self._left = MOST_IN_MESSAGE
        self._line: Line | None = None
        # Answers a message by itself, if it is one that comes very often; else it is passed on.
        self.shortcut: Callable[[str], bool] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._websocket, name)

    def receive(self) -> str | None:
        """The next message that is not answered by a shortcut; None at the end.

        A message that is none of Engine.IO's is the end.
        """
        while True:
            message = self._next()
            if message is None or self.shortcut is None or not self.shortcut(message):
                return message

    def _next(self) -> str | None:
        """As the library's own `receive`, which unmasks byte by byte and looks at each letter twice.

        An update of a page took the time of hundreds of keystrokes.
        """
        self._left = MOST_IN_MESSAGE
        try:
            message = self._message()
        except UnicodeDecodeError:
            self._websocket.close(1007)
            return None
        except ProtocolError:
            self._websocket.close(1002)
            return None
        except (OSError, Unreadable):
            self._websocket.close()
            return None
        if message is not None and message[:1] not in tuple("0123456"):
            log.info("no message of the protocol came over a socket")
            return None
        return message

    def _message(self) -> str | None:
        websocket = self._websocket
        came = bytearray()
        has_begun = False
        while True:
            opcode, is_last, payload = self._frame()
            if opcode == websocket.OPCODE_PING:
                websocket.handle_ping(None, payload)
            elif opcode == websocket.OPCODE_CLOSE:
                websocket.handle_close(None, payload)
                return None
            elif opcode in (websocket.OPCODE_TEXT, websocket.OPCODE_CONTINUATION):
                if has_begun is (opcode == websocket.OPCODE_TEXT):
                    raise ProtocolError
                has_begun = True
                came += payload
                if is_last:
                    return came.decode()
            elif opcode != websocket.OPCODE_PONG:  # bytes, or what does not exist
                log.info("no message of the protocol came over a socket")
                raise ProtocolError

    def _frame(self) -> tuple[int, bool, bytes]:
        """The next frame: of which kind, whether it is the last of its message, and what it holds."""
        if self._websocket.closed:
            raise WebSocketError("closed")
        read = self._read
        head = read(2)
        if len(head) != 2:
            raise WebSocketError("the line ended between frames")
        first, length = head[0], head[1] & 127
        if first & 0x70 or (first & 8 and (length > 125 or not first & 0x80)):
            raise ProtocolError
        if length > 125:
            length = int.from_bytes(read(2 if length == 126 else 8))
        mask = read(4) if head[1] & 0x80 else b""
        payload = self._payload(length) if length else b""
        return first & 15, first > 127, unmasked(payload, mask) if mask else payload

    def _payload(self, size: int) -> bytes:
        """The payload of a frame. Nothing is read of one that is too long: its reader ends the connection."""
        self._left -= size
        if self._left < 0 or not self._pace.add(size, MOST_A_MINUTE):
            log.info("too much came over a socket")
            raise Unreadable("too long")
        payload = self._read(size)
        if len(payload) != size:
            raise WebSocketError("the line ended within a frame")
        return payload

    def write_through(self, line: Line) -> None:
        """From now on all that is sent goes through this line."""
        self._line = line
        self._websocket.raw_write = line.answer

    def end(self) -> None:
        """Nobody waits for the socket any more. It is about to be closed under whoever would."""
        if self._line is not None:
            self._line.end()


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """What a client has masked with four bytes, which are repeated as often as it takes."""
    length = len(payload)
    repeated = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload) ^ int.from_bytes(repeated)).to_bytes(length)


class Doorstep:
    """The WSGI application, with WebSockets that are bounded."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request; that of a WebSocket lasts as long as its connection."""
        websocket = environ.get("wsgi.websocket")
        if websocket is None:
            return self._without_websocket(environ, start_response)
        bounded = environ["wsgi.websocket"] = Bounded(websocket)
        try:
            return self.application(environ, start_response)
        finally:
            bounded.end()

    def _without_websocket(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """A page, or a socket that asks over HTTP; what it asks just after it was hung up on is refused."""
        if environ.get("REQUEST_METHOD") == "HEAD":
            return self._head(environ, start_response)
        try:
            return self.application(environ, start_response)
        except KeyError:  # Engine.IO's way to say so
            if not environ.get("PATH_INFO", "").startswith("/socket.io"):
                raise
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"gone"]

    def _head(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The head of what GET answers (RFC 9110, 9.3.2), so that no view takes it for a POST.

        Programs that look at letters ask so for each link in them; it must not act any more than opening one.
        """
        body = self._without_websocket(
            {**environ, "REQUEST_METHOD": "GET", "CONTENT_LENGTH": "0"}, start_response
        )
        if hasattr(body, "close"):
            body.close()
        return []


# Packets


def note(connection: Any, most_events: int) -> bool:
    """Count a packet that has come over an Engine.IO connection; whether there were no more than may be.

    Whoever goes on sending far more than `most_events` a minute is hung up on.
    """
    pace: Pace = connection.session.setdefault("network.pace", Pace())
    if not pace.add(1, PATIENCE * most_events):
        return False
    if connection.last_ping:
        # Packets are read one after another: their answer to our ping may stand behind what we have
        # not got to yet, and who waits for us is not gone.
        connection.last_ping = time.time()
    return True


def guard(server: Any, most_events: int) -> None:
    """Let this Socket.IO server read only what the protocol has; whoever sends anything else is hung up on.

    So is who goes on sending far more than `most_events` a minute.
    """
    hear_event = server._handle_event

    def hear(eio_sid: str, data: object) -> None:
        connection = server.eio.sockets.get(eio_sid)
        if connection is None or connection.closed:  # hung up on, and still talking
            return
        try:
            if not note(connection, most_events):
                raise Unreadable("too many packets")
            if not isinstance(data, str) or data[:1] not in KINDS:
                raise Unreadable("not a packet of the protocol")
            server._handle_eio_message(eio_sid, data)
        except Exception as error:  # whatever a made-up packet brings the library to raise
            log.info("a packet could not be read", extra={"kind": type(error).__name__})
            connection.close(wait=False)

    def hear_checked(eio_sid: str, namespace: str | None, id: int | None, data: object) -> None:
        if not isinstance(data, list) or not data or not isinstance(data[0], str) or data[0] in RESERVED:
            raise Unreadable("not an event")
        hear_event(eio_sid, namespace, id, data)

    server._handle_event = hear_checked
    server.eio.on("message", hear)
