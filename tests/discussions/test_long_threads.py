"""A discussion of 20,000 messages is as quick to open as one of 50, and so are lists in which it is unread.

What a page asks of the database and how much of it is sent is compared; how long it takes is for benchmarks.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select

from network.discussions import actions, counts
from network.discussions.models import Message, Thread
from network.extensions import db
from network.people.models import Person
from network.things import Thing, now
from tests.clients import Ear, Reader
from tests.world import World

LONG, SHORT = 20_000, 50
NEARLY = 0.03  # what longer numbers may add to a page


def fill(thread: Thread, author: Person, number: int) -> None:
    """Put messages into a thread, all at once."""
    begun = now() - timedelta(hours=1)
    rows = {
        "type": "message",
        "parent_id": thread.id,
        "room_id": thread.room_id,
        "created_by_id": author.id,
        "created_at": begun,
        "owns_room": False,
        "version": 1,
    }
    first = thread.last_ordinal + 1
    ordinals = range(first, first + number)
    db.session.execute(insert(Thing), [rows for _ordinal in ordinals])
    there = select(Thing.id).where(Thing.parent_id == thread.id, Thing.type == "message").order_by(Thing.id)
    ids = db.session.scalars(there).all()[-number:]
    db.session.execute(
        insert(inspect(Message).local_table),
        [
            {
                "id": id,
                "thread_id": thread.id,
                "person_id": author.id,
                "ordinal": ordinal,
                "text": "We could meet in the library.",
                "language": "en",
                "state": "posted",
                "reason": "",
                "mentions_all": False,
            }
            for ordinal, id in zip(ordinals, ids, strict=True)
        ],
    )
    thread.last_ordinal = first + number - 1
    db.session.commit()


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion with one message more than a page holds, of which Anke has read nothing."""
    made: Thread = actions.start(world.ben, world.language, title="A room for us", text="Who knows one?")
    fill(made, world.ben, SHORT)
    return made


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


def test_pages_cost_the_same_whether_a_thread_is_short_or_long(
    world: World, thread: Thread, anke: Reader, statements: Any
) -> None:
    pages = [
        f"/threads/{thread.id}",
        f"/threads/{thread.id}?before=45",
        f"/threads/{thread.id}?at=20",
        f"/groups/{thread.group_id}/discussions",
        f"/groups/{thread.group_id}",
        "/discussions",
        "/discussions?only=unread",
    ]

    def cost(page: str) -> tuple[int, int]:
        anke.get(page)
        with statements() as made:
            answer = anke.get(page)
        assert answer.status_code == 200
        return len(made), len(answer.data)

    short = [cost(page) for page in pages]
    fill(thread, world.ben, LONG - thread.last_ordinal)
    long = [cost(page) for page in pages]

    assert [asked for asked, _sent in long] == [asked for asked, _sent in short]
    assert [sent for _asked, sent in long] == pytest.approx([sent for _asked, sent in short], rel=NEARLY)
    assert "99+<" in anke.get(pages[-1]).text


def test_a_message_costs_the_same_whether_a_thread_is_short_or_long(
    world: World, thread: Thread, listen: Callable[..., Ear], statements: Any
) -> None:
    anke, ben = listen(world.anke, thread), listen(world.ben, thread)

    def cost() -> tuple[int, int]:
        ben.forget()
        with statements() as made:
            assert anke.do("discussions.post", thread, text="Here I am.")["ok"]
        return len(made), len(ben.html())

    cost()
    short = cost()
    fill(thread, world.ben, LONG - thread.last_ordinal)
    long = cost()

    assert long[0] == short[0]
    assert long[1] == pytest.approx(short[1], rel=NEARLY)


def test_unread_messages_are_counted_as_far_as_anybody_wants_to_know(world: World, thread: Thread) -> None:
    with_places = [world.anke.id, world.guel.id]
    assert {told.thread for told in counts.of_people(with_places, thread.id).values()} == {SHORT + 1}
    fill(thread, world.ben, 99 - thread.last_ordinal)
    assert counts.label(counts.of_people(with_places, thread.id)[world.anke.id].all).startswith("99<")
    fill(thread, world.ben, 1000)
    told = counts.of_people(with_places, thread.id)[world.anke.id]
    assert {told.thread, told.group, told.all} == {counts.MOST_COUNTED + 1}
    assert counts.label(told.all).startswith("99+<")
