"""How long others wait while somebody takes over old minutes of the largest size. By hand:

    python -m pytest tests/load/old_minutes.py -s [--database postgresql]

Somebody asks one process for a page all the time, and somebody else writes. Printed is how long the longest
of their answers took while the document was looked at, and while its minutes were made; beside it how long
that took itself, and the longest answer in the same time with nothing else to do.
"""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from lxml import html

from network.imports.actions import MOST_DEEDS, MOST_ITEMS
from network.imports.reading import MOST_PIECES
from network.sitting import actions as sitting
from tests.processes import Guest, Server
from tests.world import World, make_meeting


def largest() -> bytes:
    """A document with as many items, decisions and actions as may be, and the rest of its lines text."""
    items, deeds = MOST_ITEMS - 1, MOST_DEEDS
    parts = ["# Protokoll vom 1.2.2024"]
    texts = (MOST_PIECES - 1 - items - deeds) // items
    for item in range(items):
        parts.append(f"## {item + 1}. Punkt {item + 1}")
        parts += [f"Absatz {number}: " + "Alle hören den Bericht. " * 6 for number in range(texts)]
        parts += [_deed(number) for number in range(item * deeds // items, (item + 1) * deeds // items)]
    return "\n\n".join(parts).encode()


def _deed(number: int) -> str:
    if number % 2:
        return f"Beschluss: Wir machen weiter mit {number}."
    return f"Aufgabe: Ben Berger fragt {number} nach, bis 1.5.2030"


class Waits:
    """How long somebody waits who asks again and again, in seconds each."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.ask, self.all, self.over = ask, list[float](), threading.Event()

    def __call__(self) -> None:
        while not self.over.is_set():
            begun = time.perf_counter()
            self.ask()
            self.all.append(time.perf_counter() - begun)
            time.sleep(0.005)


@contextmanager
def others(what: str, *asked: tuple[str, Callable[[], object]]) -> Iterator[None]:
    """Print how long those who ask meanwhile waited for each answer."""
    waits = {name: Waits(ask) for name, ask in asked}
    threads = [threading.Thread(target=one) for one in waits.values()]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - begun
        for one in waits.values():
            one.over.set()
        for thread in threads:
            thread.join()
    for name, one in waits.items():
        print(
            f"\n{what}, {took * 1000:,.0f} ms: {name} longest {max(one.all) * 1000:.0f} ms,"
            f" median {statistics.median(one.all) * 1000:.0f} ms, {len(one.all)} answers"
        )


def test_others_are_answered_while_old_minutes_of_the_largest_size_are_taken_over(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    meeting = make_meeting(world.housing, chair_id=world.lev.id)
    sitting.start(world.lev, meeting)
    code = f"/meetings/{meeting.id}/code"
    server = servers(1, RATE_DEEDS_ACCOUNT="100000 per minute")[0]
    anke, reader, writer = visit(server, world.anke), visit(server, world.guel), visit(server, world.lev)

    def reads() -> None:
        assert reader.get("/groups").status_code == 200

    def writes() -> None:
        assert writer.post(code).status_code == 303

    asked = ("reading", reads), ("writing", writes)
    with others("nothing else", *asked):
        time.sleep(3)
    document = ("protokoll.md", BytesIO(largest()))
    with others("reading it", *asked):
        answer = anke.post(f"/groups/{world.language.id}/minutes/old", files={"file": document})
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    with others("showing it", *asked):
        page = anke.get(address).text
    form = dict(html.fromstring(page).get_element_by_id("old-minutes").form_values())
    with others("taking it over", *asked):
        answer = anke.post(address, data=form)
    assert answer.status_code == 303, answer.text
