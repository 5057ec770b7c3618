"""One change to many readers: the same bytes for all, in their order, and a slow reader holds nobody up."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from gevent import socket

from network.broadcast import MOST_BACKLOG, Line, frame


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
