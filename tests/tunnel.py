"""A line that can be cut, between anybody and a server process."""

import socket
import threading
from contextlib import suppress

from tests.processes import Process


class Tunnel:
    """Passes on all that comes to its own port, until it is cut; who calls again is passed on again."""

    def __init__(self) -> None:
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.ear.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: Process | None = None
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def is_used(self) -> bool:
        """Whether anybody talks through it at the moment."""
        return bool(self._lines)

    def cut(self) -> None:
        """Every line is gone in the middle of whatever it was saying."""
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            _hang_up(line)

    def close(self) -> None:
        """Take no more calls."""
        _hang_up(self.ear)
        self.ear.close()
        self.cut()

    def _listen(self) -> None:
        while True:
            try:
                caller, _address = self.ear.accept()
            except OSError:  # closed
                return
            try:
                called = socket.create_connection(("127.0.0.1", self.server.port if self.server else 0), 5)
                called.settimeout(None)
            except OSError:  # nobody is there at the moment
                caller.close()
                continue
            with self._lock:
                self._lines |= {caller, called}
            for one, other in ((caller, called), (called, caller)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                other.sendall(said)
        for line in (one, other):
            _hang_up(line)
        with self._lock:
            self._lines -= {one, other}
        one.close()  # the other way closes the other one


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # it is gone already
        line.shutdown(socket.SHUT_RDWR)
