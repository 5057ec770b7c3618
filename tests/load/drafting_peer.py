"""Writing together beside Hocuspocus: many writers in one document, and joining one with a long history.

    (cd tests/load/peer && npm ci)
    python -m tests.load.drafting_peer [--rounds 3] [--seconds 20] [--trace automerge-paper.json.gz]

Writers: 50 send 5 edits a second each, everybody in a paragraph of their own; until five of them have each
edit of the others, and what processor time the server takes for an edit. Joining: from opening the line
until the whole document is there, on a server that has it in memory and on one that has just been started.
The history is a public trace of one paper, applied through the server as it was typed; its end must be the
same text. Both servers in turn, each time in a new process. All lines are bare sockets in this one process.
On a machine that does other work, run it with priority (`chrt -r 1 python -m ...`): servers inherit it.
"""

import argparse
import base64
import gzip
import http.client
import json
import os
import random
import re
import select
import socket
import statistics
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from flask_migrate import stamp
from pycrdt import Doc, XmlElement, XmlFragment, XmlText, write_var_uint

from network import create_app
from network.drafts.models import Draft
from network.extensions import db
from tests.load.broadcast import cpu_of
from tests.load.drafting import prepare
from tests.load.pages import sign_in
from tests.processes import ROOT, Server, free_port, wait_until

MARK = re.compile(rb"@(\d{3}):(\d{5});")  # what an edit inserts: who and which
WARMING = 2  # seconds of writing that do not count: Node compiles, and we load templates
WINDOW = 100  # updates of the trace that are under way at once


class Line:
    """A WebSocket of a client, whose messages are taken apart by whoever speaks its protocol."""

    def __init__(self, port: int, path: str, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = bytearray()
        asked = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        )
        self.socket.sendall((asked + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert b" 101 " in head, head

    def say(self, kind: int, data: bytes) -> None:
        """Send a message: 1 text, 2 binary. The mask is nought, so that nothing has to be changed."""
        length = len(data)
        if length < 126:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | length)
        elif length < 65536:
            head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, length)
        self.socket.sendall(head + b"\0\0\0\0" + data)

    def messages(self) -> Iterator[bytes]:
        """What has come in whole by now; waits if nothing has."""
        came = self.socket.recv(1 << 20)
        assert came, "the server has hung up"
        self.rest += came
        at = 0
        while len(self.rest) - at >= 2:
            length, head = self.rest[at + 1] & 127, 2
            if length == 126:
                length, head = int.from_bytes(self.rest[at + 2 : at + 4]), 4
            elif length == 127:
                length, head = int.from_bytes(self.rest[at + 2 : at + 10]), 10
            if len(self.rest) - at < head + length:
                break
            yield bytes(self.rest[at + head : at + head + length])
            at += head + length
        del self.rest[:at]


class Client(Protocol):
    """A writer, whichever protocol they speak."""

    line: Line

    def join(self) -> bytes:
        """Enter with an empty document; returns all of it as an update."""

    def send(self, update: bytes) -> None:
        """Send an update."""

    def hear(self) -> tuple[list[bytes], int]:
        """Updates that have come, and how many of one's own were acknowledged. Waits if nothing has."""

    def skim(self) -> None:
        """Take what has come off the line, as somebody whom nobody watches: it costs the machine little."""


class Ours:
    """Somebody who writes here."""

    def __init__(self, port: int, cookie: str, draft_id: int) -> None:
        self.line = Line(port, "/socket.io/?EIO=4&transport=websocket", cookie)
        self.draft_id = draft_id
        self._wait_for(b"0{")
        self.line.say(1, b"40")
        self._wait_for(b"40{")

    def _wait_for(self, begin: bytes) -> bytes:
        while True:
            for message in self.line.messages():
                if message.startswith(begin):
                    return message

    def join(self) -> bytes:
        """As a page does."""
        asked = json.dumps(["draft.enter", {"draft": self.draft_id, "vector": "AA=="}])
        self.line.say(1, f"421{asked}".encode())
        answer = json.loads(self._wait_for(b"431[")[3:])[0]
        assert answer["ok"], answer
        return base64.b64decode(answer["update"])

    def send(self, update: bytes) -> None:
        """As a page does, asking for an acknowledgement."""
        said = base64.b64encode(update).decode()
        self.line.say(1, f'422["draft.update",{{"draft":{self.draft_id},"update":"{said}"}}]'.encode())

    def hear(self) -> tuple[list[bytes], int]:
        """As a page does."""
        updates, acknowledged = [], 0
        for message in self.line.messages():
            if message.startswith(b'42["draft.update"'):
                updates.append(base64.b64decode(json.loads(message[2:])[1]["update"]))
            elif message.startswith(b"432["):
                assert b'"ok":true' in message, message
                acknowledged += 1
            elif message == b"2":
                self.line.say(1, b"3")
        return updates, acknowledged

    def skim(self) -> None:
        """Only pings are answered."""
        if b"\x81\x012" in self.line.socket.recv(1 << 20):
            self.line.say(1, b"3")


class Theirs:
    """Somebody who writes there: the protocol of Hocuspocus' own provider."""

    def __init__(self, port: int) -> None:
        self.line = Line(port, "/paper")
        self.name = self._text("paper")

    @staticmethod
    def _text(text: str) -> bytes:
        return write_var_uint(len(text)) + text.encode()

    def _sync(self, kind: int, data: bytes) -> bytes:
        return self.name + bytes([0, kind]) + write_var_uint(len(data)) + data

    def join(self) -> bytes:
        """As the provider does: who one is, then what one knows."""
        self.line.say(2, self.name + bytes([2, 0]) + self._text("") + self._text("4.7.0"))
        self.line.say(2, self._sync(0, b"\0"))
        while True:
            for message in self.line.messages():
                body = message[len(self.name) :]
                if body[:2] == b"\0\1":
                    return self._bytes(body[2:])

    @staticmethod
    def _bytes(data: bytes) -> bytes:
        length = shift = at = 0
        while True:
            length |= (data[at] & 127) << shift
            shift += 7
            at += 1
            if data[at - 1] < 128:
                return data[at : at + length]

    def send(self, update: bytes) -> None:
        """As the provider does."""
        self.line.say(2, self._sync(2, update))

    def hear(self) -> tuple[list[bytes], int]:
        """As the provider does; each update is acknowledged by a status."""
        updates, acknowledged = [], 0
        for message in self.line.messages():
            body = message[len(self.name) :]
            if body[:2] == b"\0\2":
                updates.append(self._bytes(body[2:]))
            elif body[:1] == b"\x08":
                acknowledged += 1
        return updates, acknowledged

    def skim(self) -> None:
        """The server pings on another level, half a minute after the last word."""
        self.line.socket.recv(1 << 20)


class Place:
    """A server that can be started anew on what it has stored, and clients of it."""

    name: str
    client: Callable[[], Client]

    def start(self) -> None:
        """Start a new process."""

    def stop(self) -> None:
        """End it, when everything is stored."""

    @property
    def pid(self) -> int:
        """Its process."""
        raise NotImplementedError


class Our(Place):
    """The product on SQLite, one process."""

    name = "ours"

    def __init__(self, folder: Path) -> None:
        settings = {
            "INSTANCE_PATH": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/network.db",
            "SECRET_KEY": "measured",
            "JOBS_IN_PROCESS": False,
            "RATE_SOCKET_EVENTS": 10_000_000,
            "RATE_DRAFT_EVENTS": 10_000_000,
        }
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            stamp()
            self.draft_id, _readers = prepare(app, 1)
            draft = db.session.get(Draft, self.draft_id)
            self.cookie = f"session={sign_in(app, draft.created_by_id)}"
            db.session.remove()
        self.server = Server(folder, {**settings, "TESTING": False})
        self.client = lambda: Ours(self.server.port, self.cookie, self.draft_id)

    def start(self) -> None:
        """Start a new process."""
        self.server.start()

    def stop(self) -> None:
        """What was acknowledged is stored."""
        self.server.kill()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.server.process is not None
        return self.server.process.pid


class Their(Place):
    """Hocuspocus, one process."""

    name = "peer"

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.client = lambda: Theirs(self.port)

    def start(self) -> None:
        """Start a new process."""
        command = ["node", "tests/load/peer/drafting_server.mjs", str(self.port), str(self.folder)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Hocuspocus answers", process=self.process)

    def _answers(self) -> bool:
        try:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
            line.request("GET", "/")
            return line.getresponse().status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """It stores some seconds after the last edit, and when it is told to end."""
        time.sleep(4)
        self.process.terminate()
        self.process.wait()

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid


# Many writers


def write_together(place: Place, writers: int, seconds: float) -> tuple[float, float, float]:
    """Milliseconds until others have an edit, median and 95th percentile, and its processor time (µs)."""
    place.start()
    try:
        clients = [place.client() for _writer in range(writers)]
        documents = []
        for client in clients:
            client.join()
            document: Doc[Any] = Doc(client_id=5000 + random.getrandbits(30))
            fragment = document.get("default", type=XmlFragment)
            paragraph = fragment.children.append(XmlElement("paragraph"))
            documents.append((document, paragraph.children.append(XmlText())))
            client.send(document.get_update())
        epoll = select.epoll()
        by_handle = {client.line.socket.fileno(): number for number, client in enumerate(clients)}
        for handle in by_handle:
            epoll.register(handle, select.EPOLLIN)
        due = [
            (random.random() / 5 + edit / 5, number)
            for number in range(writers)
            for edit in range(int((WARMING + seconds) * 5))
        ]
        due.sort()
        counts = [0] * writers
        sent: dict[tuple[int, int], float] = {}
        took: list[float] = []
        probes = set(range(0, writers, writers // 5))
        began, before, first = time.perf_counter(), 0.0, 0
        wanted = sum(len(probes - {number}) for _at, number in due)
        at = heard = 0
        while heard < wanted:
            moment = time.perf_counter() - began
            assert moment < WARMING + seconds + 30, f"{wanted - heard} edits did not arrive"
            while at < len(due) and due[at][0] <= moment:
                if not before and due[at][0] > WARMING:
                    before, first = cpu_of(place.pid), at
                number = due[at][1]
                document, text = documents[number]
                known = document.get_state()
                text += f"@{number:03}:{counts[number]:05};"
                update = document.get_update(known)
                sent[number, counts[number]] = time.perf_counter()
                counts[number] += 1
                clients[number].send(update)
                at += 1
            wait = due[at][0] - moment if at < len(due) else 1.0
            for handle, _event in epoll.poll(max(0.0, min(wait, 1.0))):
                number = by_handle[handle]
                if number not in probes:
                    clients[number].skim()
                    continue
                updates, _acknowledged = clients[number].hear()
                now = time.perf_counter()
                for update in updates:
                    for who, which in MARK.findall(update):
                        if int(who) != number:
                            heard += 1
                            left = sent[int(who), int(which)]
                            if left > began + WARMING:
                                took.append(now - left)
        cpu = cpu_of(place.pid) - before
        for client in clients:
            client.line.socket.close()
        quantiles = statistics.quantiles(took, n=20)
        return quantiles[9] * 1000, quantiles[-1] * 1000, cpu * 1e6 / (len(due) - first)
    finally:
        place.stop()


# A long history


def typed(trace: Path) -> tuple[list[bytes], str]:
    """The edits of a trace as updates, one for each, and the text at its end."""
    with gzip.open(trace) as file:
        history = json.load(file)
    document: Doc[Any] = Doc(client_id=4711)
    paragraph = document.get("default", type=XmlFragment).children.append(XmlElement("paragraph"))
    text = paragraph.children.append(XmlText())
    # Told of each transaction, an update holds what is new; a difference holds all that was ever deleted.
    updates = [document.get_update()]
    watching = document.observe(lambda event: updates.append(event.update))
    for transaction in history["txns"]:
        with document.transaction():
            for position, gone, said in transaction["patches"]:
                if gone:
                    del text[position : position + gone]
                if said:
                    text.insert(position, said)
    document.unobserve(watching)
    assert str(text) == history["endContent"]
    return updates, history["endContent"]


def type_all(place: Place, updates: list[bytes]) -> float:
    """Send them all, as many under way as fit; seconds until the last is acknowledged."""
    place.start()
    try:
        client = place.client()
        client.join()
        began, acknowledged = time.perf_counter(), 0
        for number, update in enumerate(updates):
            client.send(update)
            while number - acknowledged >= WINDOW:
                acknowledged += client.hear()[1]
        while acknowledged < len(updates):
            acknowledged += client.hear()[1]
        return time.perf_counter() - began
    finally:
        time.sleep(5)
        place.stop()


def joining(place: Place, times: int) -> tuple[float, float, bytes]:
    """Milliseconds until somebody has the document, cold and warm; and the document."""
    place.start()
    try:
        took = []
        for _time in range(times + 1):
            began = time.perf_counter()
            client = place.client()
            whole = client.join()
            took.append((time.perf_counter() - began) * 1000)
            client.line.socket.close()
        return took[0], statistics.median(took[1:]), whole
    finally:
        place.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--trace", type=Path, default=None)
    parser.add_argument("--joining", action="store_true", help="leave the many writers out")
    chosen = parser.parse_args()
    for _round in range(0 if chosen.joining else chosen.rounds):
        for make in (Their, Our):
            with tempfile.TemporaryDirectory() as folder:
                found = write_together(make(Path(folder)), chosen.writers, chosen.seconds)
                p50, p95, cpu = found
                load = os.getloadavg()[0]
                print(
                    f"{make.name}: {p50:.1f} ms, 95 % {p95:.1f} ms, {cpu:.0f} µs an edit; load {load:.1f}",
                    flush=True,
                )
    if chosen.trace is None:
        return
    updates, end = typed(chosen.trace)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        places = [Their(Path(first)), Our(Path(second))]
        for place in places:
            took = type_all(place, updates)
            print(f"{place.name}: {len(updates)} updates in {took:.0f} s", flush=True)
        for _round in range(chosen.rounds):
            for place in places:
                cold, warm, whole = joining(place, 7)
                document: Doc[Any] = Doc()
                document.apply_update(whole)
                said = str(document.get("default", type=XmlFragment).children[0].children[0])
                assert said == end, f"{place.name} says something else at the end"
                print(
                    f"{place.name}: cold {cold:.0f} ms, warm {warm:.1f} ms, {len(whole)} bytes;"
                    f" load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
