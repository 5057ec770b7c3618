"""What holds the processor runs in threads, as many as there are cores: under gevent all others would wait.

A thread must know no request. Each kind of work has threads and a queue of its own, so that files that are
written keep nobody from signing in. What cannot run in a thread, since it holds a transaction or writes a
page, lets others go on between its parts: see `in_turns`.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import gevent
from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool
from werkzeug.exceptions import TooManyRequests

T = TypeVar("T")

CORES = os.cpu_count() or 1
TURN = 0.04  # seconds that somebody works before the others have their turn


class Cores:
    """Runs functions on the cores, or turns away those who would wait too long. Made when first used."""

    def __init__(self) -> None:
        self.waiting = 0
        self.under_gevent = bool(is_module_patched("threading"))
        if self.under_gevent:
            self.pool = ThreadPool(CORES)
        else:
            self.free = threading.BoundedSemaphore(CORES)

    def run(self, function: Callable[..., T], *given: Any, most: int, again: int) -> T:
        """The function's answer. Raises TooManyRequests, with `again` in seconds, if `most` wait already."""
        if self.waiting >= most:
            raise TooManyRequests(retry_after=again)
        self.waiting += 1
        try:
            if self.under_gevent:
                made, failed = self.pool.apply(outcome, (function, given))
                if failed is not None:
                    raise failed
                return made  # type: ignore[no-any-return]  # what the function made
            with self.free:
                return function(*given)
        finally:
            self.waiting -= 1


def outcome(function: Callable[..., T], given: tuple[Any, ...]) -> tuple[T | None, Exception | None]:
    """What a function made, or how it failed: gevent prints whatever is raised in a thread, also refusals."""
    try:
        return function(*given), None
    except Exception as failed:
        return None, failed


def in_turns(things: Iterable[T]) -> Iterator[T]:
    """The same things; between them everybody else in this process has a turn, some times a second.

    Not after each: among many others what holds a transaction would hold it for too long.
    """
    is_shared = bool(is_module_patched("threading"))
    begun = time.monotonic()
    for thing in things:
        yield thing
        if is_shared and time.monotonic() - begun > TURN:
            gevent.sleep(0.001)  # with 0 it would not be looked for what has come in
            begun = time.monotonic()
