"""A discussion over lines that break and servers that die: what was acknowledged is there, once, in order.

The long run, with 500 cuts, is `tests/load/talk.py`; this is its short form.
"""

import random
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from network.discussions import actions
from network.discussions.models import Message, Thread
from network.extensions import db
from network.things import Room
from network.transactions import begin_writing
from tests.processes import Guest, Listener, Redis, Server, wait_until
from tests.talks import Tab, talk
from tests.world import World, join

UNLIMITED: dict[str, Any] = {"RATE_SOCKET_EVENTS": 1_000_000}


def hold(
    world: World,
    servers: Callable[..., list[Server]],
    visit: Callable[..., Guest],
    *,
    messages: int,
    cuts: int,
) -> list[Tab]:
    """Ben, with a tab on each of two servers, Anke and Gül talk; then pages and data are compared."""
    thread: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    room_id, thread_id = thread.room_id, thread.id
    both = servers(2, **UNLIMITED)
    first, second = both
    ben = visit(first, world.ben)
    tabs = [
        Tab(first, ben, room_id, thread_id),
        Tab(second, ben, room_id, thread_id),
        Tab(first, visit(first, world.anke), room_id, thread_id),
        Tab(second, visit(second, world.guel), room_id, thread_id),
    ]
    try:
        talk(tabs, both, messages=messages, cuts=cuts, dice=random.Random(11))
        for tab in tabs:
            tab.wait_until_safe()
        db.session.commit()
        for tab in tabs:
            tab.catch_up(thread.room.number)
        compare(tabs, thread_id)
    finally:
        for tab in tabs:
            tab.close()
    return tabs


def compare(tabs: list[Tab], thread_id: int) -> None:
    """All that was written is there once, with the id that was acknowledged; every page shows the same."""
    rows = db.session.execute(
        select(Message.id, Message.ordinal, Message.text)
        .where(Message.thread_id == thread_id)
        .order_by(Message.ordinal)
    ).all()
    ordinals = [ordinal for _id, ordinal, _text in rows]
    assert ordinals == list(range(1, len(rows) + 1))
    ids = {text: id for id, _ordinal, text in rows}
    assert len(ids) == len(rows), "a message is there twice"
    written = {text: id for tab in tabs for text, id in tab.acknowledged.items()}
    assert {text: id for text, id in ids.items() if text != "Who knows one?"} == written
    for tab in tabs:
        assert tab.page.ordinals == ordinals
        assert [*tab.page.shown] == [f"message_{id}" for id, _ordinal, _text in rows]
        assert all(
            text in html for (_o, html), (_i, _n, text) in zip(tab.page.shown.values(), rows, strict=True)
        )


def test_what_was_acknowledged_is_there_once_and_in_order_for_everybody(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    tabs = hold(world, servers, visit, messages=100, cuts=40)
    assert sum(tab.sent_again for tab in tabs) > 10  # else the cuts met nobody who was just writing


@pytest.mark.one_database  # what it costs hangs on Redis
def test_a_redis_that_is_started_anew_in_the_middle_of_a_conversation_costs_nobody_a_message(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest], redis: Redis
) -> None:
    thread: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    room_id, thread_id = thread.room_id, thread.id
    first, second = servers(2, **UNLIMITED)
    tabs = [
        Tab(first, visit(first, world.ben), room_id, thread_id),
        Tab(second, visit(second, world.guel), room_id, thread_id),
    ]
    db.session.commit()
    try:
        for count in range(30):
            if count == 10:
                redis.kill()
            if count == 20:
                redis.start()
            tabs[count % 2].write(f"Message {count}")
        for tab in tabs:
            tab.wait_until_safe()
        for tab in tabs:
            tab.catch_up(number_of(thread))  # a page enters again by itself, once a minute at the latest
        compare(tabs, thread_id)
        # Both processes find back to it by themselves: what is said then is heard without being asked for.
        said = 0

        def all_hear_it() -> bool:
            nonlocal said
            said += 1
            tabs[said % 2].write(f"Are you there? {said}")
            tabs[said % 2].wait_until_safe()
            return len({tab.page.number for tab in tabs}) == 1 and tabs[0].page.number == number_of(thread)

        wait_until(all_hear_it, "both hear each other again")
        compare(tabs, thread_id)
    finally:
        for tab in tabs:
            tab.close()


def test_however_many_wait_for_their_turn_in_a_room_others_read_on(
    world: World, servers: Callable[..., list[Server]], connect: Callable[..., Listener]
) -> None:
    thread: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    room_id, thread_id = thread.room_id, thread.id
    [server] = servers(1, **UNLIMITED)
    writer, reader = connect(server, world.ben), connect(server, world.guel)
    answers: list[Any] = []
    begin_writing()
    take = select(Room).where(Room.id == room_id).with_for_update()
    db.session.scalars(take).one()  # somebody is at it, and takes their time
    for count in range(60):  # more than there are connections to the database
        deed = {"deed": "discussions.post", "on": thread_id, "facts": {"text": f"Message {count}"}}
        writer.client.emit("do", {**deed, "key": secrets.token_hex(8)}, callback=answers.append)
    for _time in range(3):
        assert reader.send("enter", {"room": room_id, "number": 0}, timeout=5)["ok"]
    assert answers == []
    db.session.commit()
    wait_until(lambda: len(answers) == 60, "all have had their turn")
    assert all(answer["ok"] for answer in answers)


def number_of(thread: Thread) -> int:
    db.session.commit()
    return thread.room.number


class Watch(threading.Thread):
    """Looks at a room's row again and again, until its epoch has moved: how far had it come by then?

    Number and epoch stand in one row, so what is numbered higher was said after the right had gone.
    """

    def __init__(self, room: Room) -> None:
        super().__init__(daemon=True)
        self.engine, self.row = db.engine, select(Room.number, Room.epoch).where(Room.id == room.id)
        self.epoch, self.number = room.epoch, 0
        self.start()

    def run(self) -> None:
        """Look."""
        while not self.number:
            with self.engine.connect() as connection:
                number, epoch = connection.execute(self.row).one()
            if epoch != self.epoch:
                self.number = number
            time.sleep(0.001)


class Writer(threading.Thread):
    """Somebody who writes on and on, on a line of their own."""

    def __init__(self, line: Listener, room_id: int, thread_id: int) -> None:
        super().__init__(daemon=True)
        self.line, self.room_id, self.thread_id = line, room_id, thread_id
        self.numbers: list[int] = []
        self.is_done = threading.Event()
        self.start()

    def run(self) -> None:
        """Write until told to stop."""
        while not self.is_done.is_set():
            self.numbers.append(self.say("Between us."))

    def say(self, text: str) -> int:
        """Say something; the number that the room then has."""
        answer = self.line.do("discussions.post", self.thread_id, secrets.token_hex(8), text=text)
        assert answer["ok"], answer
        return int(answer["number"])

    def hear_the_last(self, number: int) -> None:
        """Enter again, as after every loss of a right, and hear what is said then."""
        assert self.line.enter(self.room_id, number)["ok"]
        last = self.say("The last word.")
        self.line.until(lambda heard: any(number == last for _room, number, _html in heard.changes))


def test_who_is_removed_while_others_write_hears_not_a_word_of_what_is_said_then(
    world: World,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
) -> None:
    for person in (world.ben, world.guel):
        join(world.closed, person)
    db.session.commit()
    place = next(place for place in world.mo.memberships if place.group_id == world.closed.id)
    thread: Thread = actions.start(world.nina, world.closed, title="Between us", text="Mo, are you there?")
    room_id, thread_id, own_room_id = thread.room_id, thread.id, world.mo.room_id
    both = servers(2, **UNLIMITED)
    ears = [connect(server, world.mo, room_id) for server in both]
    for ear in ears:
        assert ear.enter(own_room_id)["ok"]
    nina = visit(both[1], world.nina)
    lines = [connect(both[0], world.nina), connect(both[1], world.ben), connect(both[1], world.guel)]
    db.session.commit()
    watch = Watch(thread.room)
    writers = [Writer(line, room_id, thread_id) for line in lines]
    for ear in ears:
        ear.until(lambda heard: len(heard.changes) >= 10)

    gone = nina.post(f"/memberships/{place.id}/remove", data={"reason": "Has moved away."})
    assert gone.status_code == 303, gone.text[:300]
    watch.join(10)
    wait_until(lambda: all(w.numbers and w.numbers[-1] > watch.number + 5 for w in writers), "they write on")
    by_then = time.time() * 1_000_000  # all that was under way when he was removed has been told
    for writer in writers:
        writer.is_done.set()
        writer.join(30)
    for writer in writers:  # on both processes: what Mo should not have heard would have come by now
        writer.hear_the_last(watch.number)

    for ear in ears:
        assert ear.enter(room_id, watch.number)["error"] == "not_found"
        assert ear.do("discussions.post", thread_id, "a-key-of-mo", text="I am still here")["ok"] is False
        heard = [number for room, number, _html in ear.changes if room == room_id]
        assert heard
        assert max(heard) <= watch.number
        # Nor is he told that something is said there, by what his own pages are told.
        states = [state for event, state in ear.other if event == "state" and state["version"] > by_then]
        assert thread_id not in [state["on"] for state in states]
    db.session.commit()
    assert "I am still here" not in db.session.scalars(select(Message.text)).all()
