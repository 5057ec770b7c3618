"""One change to 1,000 readers in a room, and what a connection takes of memory, beside Socket.IO on Node.

    (cd tests/load/peer && npm ci)
    python -m tests.load.broadcast [--readers 1000] [--rounds 3] [--changes 100]

Each server in turn, each time a new process: memory before and after the readers have come in, then changes
one after another, each when the last reader has the one before. The change is what a real message looks
like on the wire. The readers offer to compress, as browsers do. They are bare sockets in this one process,
so that they take little of the machine; how long the last reader waits includes reading all others.
"""

import argparse
import json
import os
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from network import create_app
from network.changes import since
from network.discussions import actions
from network.extensions import db
from network.fragments import neutral
from tests.load.pages import sign_in
from tests.processes import ROOT, free_port, wait_until
from tests.world import make_world

TICKS = os.sysconf("SC_CLK_TCK")
TEXT = """Das klingt **gut**. Ich frage morgen in der Volkshochschule nach, ob der Raum frei ist:

- mit dem Rollstuhl erreichbar,
- Platz für zwölf Leute und eine Ecke für Kinder.

Näheres steht auf https://www.volkshochschule.example/raeume"""


class Line:
    """A reader: a WebSocket that counts what comes and reads no more of it than it must."""

    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        self.changes = 0
        self.other: list[bytes] = []
        self.length = 0  # of the last change's frame: another one of it needs not be parsed
        self.socket.sendall(
            (
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                f"Accept-Language: de\r\nCookie: {cookie}\r\n\r\n"
            ).encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(4096)
        head, _end, rest = head.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        assert b"permessage-deflate" not in head.lower(), "this client does not decompress"
        self.parse(rest)

    def say(self, text: str) -> None:
        """Send a text frame; its mask is of zeros, which is a mask like any other."""
        data = text.encode()
        head = bytes((0x81, 0x80 | len(data))) if len(data) < 126 else b"\x81\xfe" + len(data).to_bytes(2)
        self.socket.sendall(head + b"\0\0\0\0" + data)

    def ask(self, text: str, answer: bytes) -> bytes:
        """Send, and wait for a frame that begins so."""
        self.say(text)
        return self.wait_for(answer)

    def wait_for(self, answer: bytes) -> bytes:
        """The first frame that begins so."""
        while True:
            for frame in self.other:
                if frame.startswith(answer):
                    self.other.clear()
                    return frame
            self.parse(self.socket.recv(65536))

    def parse(self, data: bytes) -> None:
        """Take frames apart: changes are counted, pings are answered, the rest is kept."""
        data = self.rest + data
        at = 0
        while len(data) - at >= 2:
            length, head = data[at + 1] & 127, 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4]), 4
            elif length == 127:
                length, head = int.from_bytes(data[at + 2 : at + 10]), 10
            end = at + head + length
            if len(data) < end:
                break
            kind = data[at + head : at + head + 12]
            if kind.startswith(b'42["change"'):
                self.changes += 1
                self.length = end - at
            elif kind == b"2":
                self.say("3")
            else:
                self.other.append(data[at + head : end])
            at = end
        self.rest = data[at:]


class Readers:
    """Everybody in the room."""

    def __init__(self, port: int, number: int, room: dict[str, int], cookie: str) -> None:
        self.lines: dict[int, Line] = {}
        self.epoll = select.epoll()
        self.seen = bytearray(65536)
        for _reader in range(number):
            line = Line(port, cookie)
            line.wait_for(b"0{")
            line.ask("40", b"40{")
            assert b'"ok":true' in line.ask(f'420["enter",{json.dumps(room)}]', b"430")
            line.socket.setblocking(False)
            self.lines[line.socket.fileno()] = line
            self.epoll.register(line.socket.fileno(), select.EPOLLIN)
            self.idle(0)

    def read(self, wanted: int) -> float:
        """Read until everybody has so many changes; how long that took."""
        begun = time.perf_counter()
        behind = sum(line.changes < wanted for line in self.lines.values())
        while behind:
            came_in = self.epoll.poll(10)
            assert came_in, f"{behind} readers wait for a change that does not come"
            for handle, _event in came_in:
                line = self.lines[handle]
                came = line.socket.recv_into(self.seen)
                assert came, "a reader was put out"
                before = line.changes
                if came == line.length and not line.rest and self.seen[4:6] == b"42":
                    line.changes += 1
                else:
                    line.parse(bytes(self.seen[:came]))
                behind -= before < wanted <= line.changes
        return time.perf_counter() - begun

    def idle(self, seconds: float) -> None:
        """Answer pings for a while."""
        end = time.monotonic() + seconds
        while came_in := self.epoll.poll(max(0, end - time.monotonic())):
            for handle, _event in came_in:
                self.lines[handle].parse(self.lines[handle].socket.recv(65536))

    def close(self) -> None:
        """Go."""
        for line in self.lines.values():
            line.socket.close()


@dataclass
class Found:
    """What one round has found of one server."""

    cpu: float  # microseconds of processor time for each delivery
    last: float  # milliseconds until the last reader has a change, 95th percentile
    memory: float  # kB for each connection


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has taken, with all of its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> int:
    """kB that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def measure(
    command: list[str], environment: dict[str, str], chosen: argparse.Namespace, wire: dict[str, Any]
) -> Found:
    """Start a server, let the readers in, send changes."""
    port = free_port()
    server = subprocess.Popen(
        [*command, str(port)], cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: answers(port), "the server answers", process=server)
        few = Readers(port, 20, wire["enter"], wire["cookie"])  # what is loaded only once is loaded now
        send(few, wire, 20)
        few.close()
        time.sleep(1)
        empty = memory_of(server.pid)
        readers = Readers(port, chosen.readers, wire["enter"], wire["cookie"])
        send(readers, wire, 5)
        readers.idle(1)
        held = memory_of(server.pid)
        before = cpu_of(server.pid)
        took = send(readers, wire, chosen.changes)
        cpu = cpu_of(server.pid) - before
        readers.close()
        return Found(
            cpu=cpu * 1e6 / chosen.changes / chosen.readers,
            last=statistics.quantiles(took, n=20)[-1] * 1000,
            memory=(held - empty) / chosen.readers,
        )
    finally:
        server.kill()
        server.wait()


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def send(readers: Readers, wire: dict[str, Any], changes: int) -> list[float]:
    """Let one reader have changes sent, one after another; how long each took to reach the last of them."""
    line = next(iter(readers.lines.values()))
    text = f'421["broadcast",{json.dumps({"room": wire["room"], "change": wire["change"]})}]'
    took = []
    for _change in range(changes):
        wanted = line.changes + 1
        line.say(text)
        took.append(readers.read(wanted))
    return took


def prepare(folder: str) -> tuple[dict[str, str], dict[str, Any]]:
    """A database with a discussion: the settings of a server on it, and what its readers say and hear."""
    settings = {
        "INSTANCE_PATH": folder,
        "DATABASE_URL": f"sqlite:///{folder}/network.db",
        "SECRET_KEY": "measured",
        "JOBS_IN_PROCESS": "no",
        "RATE_SOCKET_EVENTS": "1000000",
    }
    app = create_app({**settings, "JOBS_IN_PROCESS": False})
    with app.app_context():
        db.create_all()
        world = make_world()
        world.ben.language = "de"
        db.session.commit()
        thread = actions.start(world.ben, world.language, title="Ein Raum", text="Wer weiß einen?")
        room_id, number = thread.room_id, thread.room.number
        actions.post(world.anke, thread, text=TEXT)
        with neutral():
            html = since(room_id, number).html("de")  # type: ignore[union-attr]  # there is news
        cookie = f"session={sign_in(app, world.ben.id)}"
        db.session.remove()
    return settings, {
        "enter": {"room": room_id, "number": number},
        "room": f"{room_id}:0:de",
        "change": [room_id, number + 1, html],
        "cookie": cookie,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--changes", type=int, default=100)
    chosen = parser.parse_args()
    found: dict[str, list[Found]] = {"ours": [], "peer": []}
    with tempfile.TemporaryDirectory() as folder:
        settings, wire = prepare(folder)
        ours = [sys.executable, "-m", "tests.load.broadcast_server"]
        peer = ["node", "tests/load/peer/server.mjs"]
        print(f"a change of {len(wire['change'][2].encode())} bytes; load {os.getloadavg()[0]:.1f}")
        for _round in range(chosen.rounds):
            for name, command, environment, room in (
                ("peer", peer, {}, str(wire["enter"]["room"])),
                ("ours", ours, settings, wire["room"]),
            ):
                found[name].append(measure(command, environment, chosen, {**wire, "room": room}))
                print(f"{name}: {found[name][-1]}; load {os.getloadavg()[0]:.1f}", flush=True)
    for what, unit in (
        ("cpu", "µs a delivery"),
        ("last", "ms to the last reader"),
        ("memory", "kB a reader"),
    ):
        medians = {
            name: statistics.median(getattr(one, what) for one in rounds) for name, rounds in found.items()
        }
        ratio = medians["ours"] / medians["peer"]
        print(f"{what}: {medians['ours']:.1f} beside {medians['peer']:.1f} {unit}, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
