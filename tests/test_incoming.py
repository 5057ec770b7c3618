"""What strangers send over a socket: hung up on in one line, and it costs nobody else anything."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from engineio.packet import MESSAGE, Packet
from engineio.socket import Socket
from flask import Flask
from sqlalchemy import select
from websocket import (
    ABNF,
    WebSocket,
    WebSocketConnectionClosedException,
    WebSocketException,
    create_connection,
)

from network import live
from network.discussions import actions as discussions
from network.discussions.models import Thread
from network.error_record import RecordedError
from network.extensions import db, socketio
from network.incoming import unmasked
from tests.clients import Ear, Reader
from tests.processes import Guest, Listener, Server
from tests.world import World, make_meeting

pytestmark = pytest.mark.one_database  # what comes in before anything is asked of the data

Listen = Callable[..., Ear]

UNREADABLE = {
    "nothing": "",
    "no kind of message": "x",
    "a kind that is none": "8",
    "an empty packet": "4",
    "a kind of packet that is none": "49",
    "an event without anything": "42",
    "an event without a name": "42[]",
    "an object for an event": "42{}",
    "a name that is a number": "42[1]",
    "a name that is a list": '42[["enter"]]',
    "half of an event": '42["enter",{"room":1',
    "lists without end": "42" + "[" * 5000,
    "half of what comes often": '42["draft.update",{"draft":1',
    "lists without end in what comes often": '42["draft.update",' + "[" * 5000,
    "an answer that the server gives": '44{"message":"x"}',
    "attachments to come": '45999999999-["enter"]',
    "what happens to a connection": '42["disconnect"]',
    "that it begins": '421["connect",{}]',
}


@contextmanager
def line(server: Server, guest: Guest | None = None) -> Iterator[WebSocket]:
    """A bare WebSocket that has said whose it is, and no client's library around it."""
    url = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    headers = [f"Cookie: {guest.cookie}"] if guest else []
    opened = create_connection(url, header=headers, timeout=20, suppress_origin=True)
    try:
        opened.recv()
        opened.send("40")
        opened.recv()
        yield opened
    finally:
        opened.shutdown()


def is_ended(opened: WebSocket) -> bool:
    """Reads until the server hangs up."""
    with suppress(WebSocketConnectionClosedException, ConnectionError):
        while opened.recv():
            pass
    return True


def log_of(server: Server) -> str:
    return server.log.read_text(errors="replace")


def test_what_cannot_be_read_ends_its_connection_with_one_line_in_the_log(
    world: World, servers: Callable[..., list[Server]]
) -> None:
    [server] = servers(1)
    for packet in UNREADABLE.values():
        before = len(log_of(server).splitlines())
        with line(server) as opened:
            opened.send(packet)
            assert is_ended(opened), packet
        [said] = log_of(server).splitlines()[before:]
        assert json.loads(said)["logger"] == "network.incoming", said
    with line(server) as opened:
        opened.send_binary(b"\x00")
        assert is_ended(opened)
    with line(server) as opened:
        opened.send_frame(ABNF.create_frame(b'42["\xff"]', ABNF.OPCODE_TEXT))
        assert is_ended(opened)
    with line(server) as opened:  # a text that begins twice
        opened.send_frame(ABNF.create_frame("42[", ABNF.OPCODE_TEXT, fin=0))
        opened.send("42[]")
        assert is_ended(opened)
    with line(server) as opened:  # a frame of 4 GB is not read, whatever comes of it
        opened.sock.sendall(b"\x81\xff" + (2**32).to_bytes(8, "big") + b"mask")
        assert is_ended(opened)
    assert "Traceback" not in log_of(server)


def test_what_comes_often_takes_a_shorter_way_past_the_same_checks(
    world: World, servers: Callable[..., list[Server]]
) -> None:
    [server] = servers(1, RATE_SOCKET_EVENTS=3)
    update = '["draft.update",{"draft":1,"update":"AAA="}]'
    with line(server) as opened:
        opened.send(f"427{update}")
        said = opened.recv()
        assert said.startswith("437[{") and json.loads(said[3:])[0]["error"] == "not_found"
        opened.send(f"42{update}")  # nobody waits for an answer
        opened.send("41")  # to be no longer here
        opened.send(f"428{update}")
        opened.send("40")
        assert opened.recv().startswith("40{")
    with line(server) as opened:
        for number in range(100):
            with suppress(OSError, WebSocketException):
                opened.send(f"42{number}{update}")
        assert is_ended(opened)
    assert '"kind": "Unreadable"' in log_of(server) and "Traceback" not in log_of(server)


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 126, 70_001])
def test_what_a_client_masks_is_read_as_it_was(length: int) -> None:
    said, mask = bytes(number % 251 for number in range(length)), b"\x00\xffK\x80"
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(said))
    assert unmasked(masked, mask) == said


def test_what_comes_in_several_frames_is_one_message(
    world: World, servers: Callable[..., list[Server]]
) -> None:
    [server] = servers(1)
    with line(server) as opened:
        opened.send_frame(ABNF.create_frame('421["no', ABNF.OPCODE_TEXT, fin=0))
        opened.ping("still there?")
        opened.send_frame(ABNF.create_frame(" such über ".encode(), ABNF.OPCODE_CONT, fin=0))
        opened.send_frame(ABNF.create_frame(b'event"]', ABNF.OPCODE_CONT))
        opened.send('422["enter",{"room":0,"number":0}]')
        assert opened.recv().startswith("432[")


class Stranger(threading.Thread):
    """Comes again and again: with a burst of events, with what is too large, with what is no event."""

    def __init__(self, server: Server, guest: Guest | None, said: list[str]) -> None:
        super().__init__(daemon=True)
        self.server, self.guest, self.said = server, guest, said
        self.is_done, self.times = threading.Event(), 0
        self.start()

    def run(self) -> None:
        """Until told to stop."""
        while not self.is_done.is_set():
            with suppress(WebSocketException, OSError), line(self.server, self.guest) as opened:
                for packet in self.said:
                    opened.send(packet)
                is_ended(opened)
            self.times += 1


def test_while_strangers_attack_one_process_the_readers_of_both_go_on(
    world: World,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
) -> None:
    thread: Thread = discussions.start(world.ben, world.language, title="A room", text="Who knows one?")
    room_id, thread_id = thread.room_id, thread.id
    attacked, other = servers(2, RATE_SOCKET_EVENTS=40)
    enter = "42" + json.dumps(["enter", {"room": room_id, "number": 0}])
    typing = "42" + json.dumps(["signal", {"room": room_id, "kind": "typing", "on": thread_id}])
    guest = visit(attacked, world.ben)
    strangers = [
        Stranger(attacked, guest, [enter, *[typing] * 100, "42[]"]),
        Stranger(attacked, None, [enter] * 100 + ["42[]"]),
        Stranger(attacked, None, ["42" + json.dumps(["do", {"facts": {"text": "x" * 3_000_000}}])] * 3),
        Stranger(attacked, guest, ['42["do",{"deed":"discussions.post","on":[],"facts":7}]', "4[", "49"]),
    ]
    readers = [connect(attacked, world.guel, room_id), connect(other, world.guel, room_id)]
    writer = connect(attacked, world.anke)
    longest = 0.0
    try:
        for count in range(20):
            begun = time.monotonic()
            answer = writer.do("discussions.post", thread_id, secrets.token_hex(8), text=f"Message {count}")
            assert answer["ok"], answer
            for reader in readers:
                reader.until(
                    lambda heard, number=answer["number"]: (
                        heard.changes[-1:] and heard.changes[-1][1] >= number
                    )
                )  # type: ignore[misc]  # a bound value
            longest = max(longest, time.monotonic() - begun)
        assert all(stranger.times for stranger in strangers), "nobody attacked"
    finally:
        for stranger in strangers:
            stranger.is_done.set()
        for stranger in strangers:
            stranger.join(30)
    assert longest < 5  # seconds; alone it takes some hundredths
    for reader in readers:
        assert [f"Message {count}" in reader.changes[count - 20][2] for count in range(20)] == [True] * 20
    assert "Traceback" not in log_of(attacked)


def test_whose_events_wait_for_us_is_not_taken_for_gone(app: Flask) -> None:
    server = socketio.server.eio
    connection = server.sockets["waiting"] = Socket(server, "waiting")
    try:
        connection.last_ping = time.time() - server.ping_timeout - 5  # the answer stands behind their events
        connection.receive(Packet(MESSAGE, '2["signal"]'))
        assert connection.check_ping_timeout() and not connection.closed
        connection.last_ping -= server.ping_timeout + 5
        assert not connection.check_ping_timeout() and connection.closed
    finally:
        server.sockets.pop("waiting", None)


def test_whoever_was_hung_up_on_and_asks_on_over_http_is_refused(client: Reader) -> None:
    polling = "/socket.io/?EIO=4&transport=polling"
    sid = json.loads(client.get(polling).text[1:])["sid"]
    assert client.post(f"{polling}&sid={sid}", data="4[").status_code == 200
    assert client.post(f"{polling}&sid={sid}", data="3").status_code == 400


def test_a_mistake_of_ours_in_an_event_is_on_record_under_the_number_that_is_read(
    world: World, listen: Listen
) -> None:
    meeting = make_meeting(world.language)
    anke = listen(world.anke, meeting)

    def fails(actor: object, thing: object, **facts: object) -> None:
        raise KeyError("secret of anke@example.org")

    live.deed("test.fails", type(meeting), fails)
    try:
        answer = anke.do("test.fails", meeting)
    finally:
        del live.DEEDS["test.fails"]
    assert (answer["ok"], answer["error"]) == (False, "invalid")
    db.session.rollback()
    [error] = db.session.scalars(select(RecordedError)).all()
    assert error.number in answer["message"] and error.kind == "KeyError"
    assert (error.endpoint, error.address) == ("rooms.do", "socket do")
    assert "secret" not in str(vars(error))
    assert anke.connected and anke.enter(meeting)["ok"]
