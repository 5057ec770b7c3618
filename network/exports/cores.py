"""Where files are written, while pages and sockets go on."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from network.cores import CORES, Cores

T = TypeVar("T")

QUEUE = 20  # files that may wait for a core; for a further one people are told to come again
AGAIN_SECONDS = 10

_cores = cache(Cores)


def run(function: Callable[..., T], *given: Any) -> T:
    """Run a function that knows no request. Raises TooManyRequests if too many wait already."""
    return _cores().run(function, *given, most=CORES + QUEUE, again=AGAIN_SECONDS)
