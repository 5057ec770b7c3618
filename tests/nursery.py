"""Servers that start quickly: forked from one process that has read the whole program already.

A test's server is `python app.py` in a process of its own, and reading the program takes most of its start.
This module is run once for each test worker. It reads, line by line, what to start and answers with the
process's number; everything that is made (application, connections, threads) is made after the fork.
"""

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import gevent
from sqlalchemy.orm import configure_mappers

import app
import network

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Fork one server for each line, until the tests have ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ends is forgotten at once
    network.read()
    configure_mappers()
    gc.freeze()  # what is shared stays shared
    fork = monkey.get_original("os", "fork")
    for line in sys.stdin.buffer:
        wanted = json.loads(line)
        child = fork()
        if not child:
            os._exit(_serve(wanted["arguments"], wanted["environment"], wanted["log"]))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _serve(arguments: list[str], environment: dict[str, str], log: str) -> int:
    """Be `python app.py ARGUMENTS`, as if it had been started by a shell of its own."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, place in ((os.open(os.devnull, os.O_RDONLY), 0), (file, 1), (file, 2)):
        os.dup2(number, place)
    gevent.reinit()
    random.seed()
    os.environ.clear()
    os.environ.update(environment)
    try:
        return app.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1


class Child:
    """A forked server, with as much of `subprocess.Popen` as is asked for here."""

    returncode = None  # known to the one who forked it alone

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> str | None:
        """Something as soon as it has ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            self.returncode = "an error"
        return self.returncode

    def wait(self, timeout: float) -> None:
        """Return when it has ended, or raise TimeoutExpired."""
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("app.py", timeout)
            time.sleep(0.01)


@cache
def _mother() -> "subprocess.Popen[bytes]":
    """The process that has read the program; it ends with this one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def start(arguments: list[str], environment: Mapping[str, str], log: Path) -> Child:
    """Start `python app.py ARGUMENTS` in this environment; what it prints goes to the end of `log`."""
    mother = _mother()
    assert mother.stdin and mother.stdout
    wanted = {"arguments": arguments, "environment": dict(environment), "log": str(log)}
    mother.stdin.write(json.dumps(wanted).encode() + b"\n")
    mother.stdin.flush()
    return Child(int(mother.stdout.readline()))


if __name__ == "__main__":
    main()
