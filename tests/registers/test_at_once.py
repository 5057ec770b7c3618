"""Several meetings of a group end at the same moment, on two processes, while a decision is added."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from network.extensions import db
from network.minutes import lines
from network.minutes.models import Decision
from network.sitting import actions as sitting
from tests.processes import Guest, Server
from tests.world import World, make_item, make_meeting

MEETINGS = 4
DECISIONS = 3  # of each


def test_numbers_have_no_gaps_and_none_comes_twice(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    ended = []
    for number in range(MEETINGS):
        meeting = make_meeting(world.language, f"Meeting {number}", chair_id=world.anke.id)
        item = make_item(meeting, "Waiting lists", 1)
        sitting.start(world.anke, meeting)
        for place in range(DECISIONS):
            lines.decide(world.anke, item, text=f"Decision {place} of {number}.")
        ended.append(meeting.id)
    over = make_meeting(world.language, "Meeting before", chair_id=world.anke.id)
    late = make_item(over, "Waiting lists", 1).id
    sitting.start(world.anke, over)
    sitting.close(world.anke, over, expected=0)
    addresses = [(f"/meetings/{id}/close", {"expected": "0"}) for id in ended]
    added = (f"/meetings/{over.id}/decisions", {"item": str(late), "text": "Added afterwards."})
    guests = [visit(server, person) for server in servers(2) for person in (world.anke, world.olaf)]
    ready = Barrier(MEETINGS + 1)

    def send(place: int) -> int:
        address, facts = [*addresses, added][place]
        ready.wait()
        return int(guests[place % len(guests)].post(address, data=facts).status_code)

    with ThreadPoolExecutor(MEETINGS + 1) as pool:
        assert set(pool.map(send, range(MEETINGS + 1))) == {303}
    db.session.rollback()
    numbers = [one.number for one in db.session.query(Decision).filter_by(group_id=world.language.id)]
    assert sorted(numbers) == list(range(1, MEETINGS * DECISIONS + 2))
