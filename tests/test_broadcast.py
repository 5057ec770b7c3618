"""One change to many readers: the same bytes for all, in their order, and a slow reader holds nobody up."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from gevent import socket

from network.broadcast import MOST_ASKED_FOR, MOST_BACKLOG, Line, frame


@pytest.fixture
def ends() -> Iterator[tuple[Line, Any]]:
    """A line, and what its reader reads from."""
    near, far = socket.socketpair()
    with closing(near), closing(far):
        yield Line(near), far


def test_what_is_framed_is_what_a_browser_unpacks() -> None:
    assert frame("2") == b"\x81\x012"
    assert frame("ü" * 63) == b"\x81\x7e\x00\x7e" + ("ü" * 63).encode()
    assert frame("x" * 70_000) == b"\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70" + b"x" * 70_000


def test_what_a_reader_does_not_take_at_once_comes_whole_and_in_order(ends: tuple[Line, Any]) -> None:
    line, far = ends
    sent = [bytes([number]) * 90_000 for number in range(10)]
    for part in sent:
        line.broadcast(part)
    assert line.backlog
    heard = b""
    while len(heard) < 900_000:
        heard += far.recv(65536)
    assert heard == b"".join(sent)
    assert line.backlog == 0
    line.broadcast(b"and on")
    assert far.recv(100) == b"and on"


def test_a_reader_who_takes_nothing_is_cut_off_and_nothing_more_is_kept(ends: tuple[Line, Any]) -> None:
    line, far = ends
    for _part in range(40):
        line.broadcast(b"x" * 100_000)
    assert line.backlog == 0
    heard = 0
    while came := far.recv(1_000_000):  # what had left already; then the end
        heard += len(came)
    assert heard < MOST_BACKLOG


def test_a_long_answer_is_no_reason_to_cut_off_whoever_asked(ends: tuple[Line, Any]) -> None:
    line, far = ends
    line.answer(b"x" * 2 * MOST_BACKLOG)
    line.broadcast(b"and on")
    heard = bytearray()
    while len(heard) < 2 * MOST_BACKLOG + 6:
        heard += far.recv(1_000_000)
    assert heard.endswith(b"xxand on")


def test_whoever_asks_and_asks_and_reads_nothing_is_cut_off(ends: tuple[Line, Any]) -> None:
    line, _far = ends
    for _answer in range(20):
        line.answer(b"x" * (MOST_ASKED_FOR // 10))
    assert line.is_cut and line.held == 0 and not line.waiting


# A connection that ends while its reader has still to take something, as pywsgi ends it: the socket is closed
# under gevent's feet, while what was made of it for reading is still held.
ENDING = """
import gevent
from gevent import socket
from network.broadcast import Line

near, far = socket.socketpair()
held = near.makefile("rb")
reading = gevent.spawn(held.read, 1)
line = Line(near)
line.answer(b"x" * 5_000_000)
gevent.sleep(0.05)
far.send(b"1")
reading.join()
line.end()
near._sock.close()
near.close()
gevent.sleep(0.05)
for _other in range(5):  # other connections go on, on the same numbers of files
    one, another = socket.socketpair()
    reading = gevent.spawn(one.recv, 10)
    gevent.sleep(0.02)
    another.send(b"1")
    reading.join()
    one.close()
    gevent.sleep(0.02)
print("goes on")
"""


def test_a_reader_who_goes_before_all_is_read_takes_nobody_along() -> None:
    said = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, timeout=60)
    assert said.stdout == "goes on\n", said.stderr
