"""The long ride: a reader is cut off 100 times at random while 1,000 items are put on an agenda.

python -m pytest tests/load/reconnect.py
"""

from collections.abc import Callable

from tests.processes import Listener, Server
from tests.test_lost_connections import ride
from tests.world import World


def test_a_hundred_cuts_in_a_thousand_changes(
    world: World, servers: Callable[..., list[Server]], connect: Callable[..., Listener]
) -> None:
    server = servers(1, RATE_SOCKET_EVENTS=100_000, RATE_DEEDS_ACCOUNT="100000 per minute")[0]
    ride(world, server, connect, changes=1000, cuts=100)
