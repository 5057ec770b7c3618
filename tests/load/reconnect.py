"""The long rides: a reader is cut off 100 times during 1,000 changes, on the wire and in Chromium.

Half-way the server process is killed with a deed under way. By hand, a few minutes each:

    python -m pytest tests/load/reconnect.py -s [--database postgresql]
"""

import time
from collections.abc import Callable

from playwright.sync_api import Browser

from tests.browser import test_lost_connections as in_a_browser
from tests.browser.conftest import chromium as chromium  # the fixture
from tests.clients import Reader
from tests.processes import Guest, Listener, Server
from tests.test_lost_connections import ride
from tests.world import World

CHANGES = 1000
CUTS = 100


def test_a_hundred_cuts_in_a_thousand_changes(
    world: World,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
) -> None:
    server = servers(1, RATE_SOCKET_EVENTS=100_000, RATE_DEEDS_ACCOUNT="100000 per minute")[0]
    begun = time.monotonic()
    ride(world, server, connect, visit, changes=CHANGES, cuts=CUTS)
    print(f"\non the wire: {CHANGES} changes, {CUTS} cuts, {time.monotonic() - begun:.0f} s")


def test_a_page_that_is_cut_off_a_hundred_times_in_a_thousand_changes(
    chromium: Browser,
    world: World,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
    sign_in: Callable[..., Reader],
) -> None:
    begun = time.monotonic()
    in_a_browser.ride(chromium, world, servers, connect, visit, sign_in, changes=CHANGES, cuts=CUTS)
    print(f"\nin Chromium: {CHANGES} changes, {CUTS} cuts, {time.monotonic() - begun:.0f} s")
