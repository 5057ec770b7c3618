"""The long talk: 500 cuts at random, two tabs of one person, two processes, one of them killed.

By hand, some minutes:

    python -m pytest tests/load/talk.py -s [--database postgresql]
"""

import time
from collections.abc import Callable

from tests.discussions.test_never_lost import hold
from tests.processes import Guest, Server
from tests.world import World

MESSAGES = 1000
CUTS = 500


def test_five_hundred_cuts_lose_nothing(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    begun = time.monotonic()
    tabs = hold(world, servers, visit, messages=MESSAGES, cuts=CUTS)
    again = sum(tab.sent_again for tab in tabs)
    print(
        f"\n{len(tabs[0].page.ordinals)} messages, {CUTS} cuts, {again} sent again, one process killed:"
        f" {time.monotonic() - begun:.0f} s"
    )
