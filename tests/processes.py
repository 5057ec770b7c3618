"""Servers of our own in processes of their own, and clients on the wire."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import requests
import socketio

from tests import nursery
from tests.clients import Reader, token_of

ROOT = Path(__file__).parent.parent
READY_WITHIN = 60  # seconds, for a machine that is busy with other tests


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], Any], what: str, within: float = READY_WITHIN, process: Any = None) -> None:
    """Return as soon as it is true; fail with what was waited for, at once if the process has ended."""
    end = time.monotonic() + within
    while not true():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"{what}: the process ended with {process.returncode}")
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {within} s")
        time.sleep(0.02)


class Process:
    """A server process on a port of its own that it keeps over restarts."""

    name = "process"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / f"{self.name}-{self.port}.log"
        self.process: subprocess.Popen[bytes] | nursery.Child | None = None

    def command(self) -> list[str]:
        """What to run."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """The environment to run it in."""
        return dict(os.environ)

    def answers(self) -> bool:
        """Whether it is ready."""
        raise NotImplementedError

    def begin(self) -> "subprocess.Popen[bytes] | nursery.Child":
        """Start it."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command(),
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.begin()
        try:
            wait_until(self.answers, f"{self.name} starts", process=self.process)
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.log.read_text(errors='replace')[-3000:]}") from None

    def kill(self) -> None:
        """End it without a warning, as a crash or a lack of memory would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, as an administrator would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)
        self.process = None


class Redis(Process):
    """A Redis that keeps nothing, for one test: its messages would reach all who share it."""

    name = "redis"

    @property
    def url(self) -> str:
        """Its address as REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """What to run."""
        binary = shutil.which("redis-server") or "redis-server"
        return [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        """Whether it says PONG."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Server(Process):
    """`python app.py` with settings of the test."""

    name = "app"

    def __init__(self, folder: Path, settings: Mapping[str, Any], *arguments: str) -> None:
        super().__init__(folder)
        self.settings = settings
        self.arguments = arguments

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """What to run."""
        return [sys.executable, "app.py", "--port", str(self.port), *self.arguments]

    def environment(self) -> dict[str, str]:
        """The settings as an administrator gives them."""
        given = {name: str(value) for name, value in {"SITE_URL": self.url, **self.settings}.items()}
        return {**os.environ, **given, "PYTHONUNBUFFERED": "1"}

    def begin(self) -> "subprocess.Popen[bytes] | nursery.Child":
        """Start it; the demo as people do, others from a process that has read the program already."""
        if self.arguments:
            return super().begin()
        return nursery.start(self.command()[2:], self.environment(), self.log)

    def answers(self) -> bool:
        """Whether it says that it is ready to serve."""
        try:
            with urlopen(f"{self.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class Guest(requests.Session):
    """Somebody who uses a server over HTTP, signed in as the reader is: `guest.post("/groups/3/join")`.

    Forms are sent with their token, redirects are not followed, connections are not shared.
    """

    def __init__(self, server: Server, reader: Reader | None = None) -> None:
        super().__init__()
        self.trust_env = False
        self.server = server
        if reader is not None:
            self.headers["X-CSRFToken"] = token_of(reader)
            for cookie in reader._cookies.values():
                self.cookies.set(cookie.key, cookie.value)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # names fewer
        """Send a request; a path is one of the server's."""
        kwargs.setdefault("allow_redirects", False)
        kwargs.setdefault("timeout", 30)
        return super().request(method, url if "://" in url else self.server.url + url, *args, **kwargs)

    @property
    def cookie(self) -> str:
        """The Cookie header of this session."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Listener:
    """A real Socket.IO client. What it hears is kept in the order in which it came."""

    def __init__(self, server: Server, guest: Guest) -> None:
        self.server, self.guest = server, guest
        self.changes: list[tuple[int, int, str]] = []  # (room, number, html)
        self.other: list[tuple[str, Any]] = []
        self.news = threading.Condition()
        self.client = socketio.Client(reconnection=False)
        self.client.on("change", self._hear)
        self.client.on("*", self._hear_other)
        self.connect()

    def connect(self, server: Server | None = None) -> None:
        """Connect (again), to another server if one is given."""
        self.server = server or self.server
        self.client.connect(
            self.server.url, headers={"Cookie": self.guest.cookie}, transports=["websocket"], wait_timeout=30
        )

    def disconnect(self) -> None:
        """Close the connection."""
        self.client.disconnect()

    def cut(self) -> None:
        """Lose the connection, as in a tunnel: no goodbye is said."""
        with suppress(OSError):  # it is gone already
            self.client.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        wait_until(lambda: not self.client.connected, "the client notices that its line is cut")

    def send(self, event: str, data: Any, timeout: float = 30) -> Any:
        """Send an event and return its acknowledgement."""
        return self.client.call(event, data, timeout=timeout)

    def enter(self, room_id: int, number: int = 0) -> dict[str, Any]:
        """Enter a room with the number that the page shows; what was missed is heard first."""
        answer: dict[str, Any] = self.send("enter", {"room": room_id, "number": number})
        return answer

    def do(self, deed: str, on: int, key: str | None = None, /, **facts: Any) -> dict[str, Any]:
        """Do a deed and return the acknowledgement."""
        data = {"deed": deed, "on": on, "facts": facts}
        answer: dict[str, Any] = self.send("do", data if key is None else {**data, "key": key})
        return answer

    def until(self, true: Callable[["Listener"], Any], within: float = 30) -> None:
        """Wait until what has been heard makes it true."""
        with self.news:
            assert self.news.wait_for(lambda: true(self), within), f"not heard within {within} s"

    def _hear(self, change: list[Any]) -> None:
        with self.news:
            self.changes.append((change[0], change[1], change[2]))
            self.news.notify_all()

    def _hear_other(self, event: str, *data: Any) -> None:
        with self.news:
            self.other.append((event, data[0] if data else None))
            self.news.notify_all()
