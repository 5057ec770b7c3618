"""Where files are written: they hold the processor, and under gevent everybody else would wait for it.

There are as many threads as cores, and pages and sockets go on meanwhile.
"""

import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool
from werkzeug.exceptions import TooManyRequests

CORES = os.cpu_count() or 1
QUEUE = 20  # files that may wait for a core; for a further one people are told to come again
AGAIN_SECONDS = 10


def run(function: Callable[..., bytes], *given: Any) -> bytes:
    """Run a function that knows no request. Raises TooManyRequests if too many wait already."""
    return _cores().run(function, *given)


class _Cores:
    def __init__(self) -> None:
        self.waiting = 0
        self.under_gevent = bool(is_module_patched("threading"))
        if self.under_gevent:
            self.pool = ThreadPool(CORES)
        else:
            self.free = threading.BoundedSemaphore(CORES)

    def run(self, function: Callable[..., bytes], *given: Any) -> bytes:
        if self.waiting >= CORES + QUEUE:
            raise TooManyRequests(retry_after=AGAIN_SECONDS)
        self.waiting += 1
        try:
            if self.under_gevent:
                made: bytes = self.pool.apply(function, given)
                return made
            with self.free:
                return function(*given)
        finally:
            self.waiting -= 1


@cache
def _cores() -> _Cores:
    return _Cores()
