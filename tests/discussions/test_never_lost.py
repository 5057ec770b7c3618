"""A discussion over lines that break and servers that die: what was acknowledged is there, once, in order.

The long run, with 500 cuts, is `tests/load/talk.py`; this is its short form.
"""

import random
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from network.discussions import actions
from network.discussions.models import Message, Thread
from network.extensions import db
from tests.processes import Guest, Server
from tests.talks import Tab, talk
from tests.world import World

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
