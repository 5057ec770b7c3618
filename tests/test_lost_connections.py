"""Readers on trains, killed processes, a Redis that goes away: nothing that was acknowledged is lost.

The long run, with 100 cuts during 1,000 changes, is `tests/load/reconnect.py`; this is its short form.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from network.agenda import actions as agenda
from network.changes import Change
from network.extensions import db
from network.meetings.models import AgendaItem, Meeting
from tests.processes import Guest, Listener, Redis, Server, wait_until
from tests.rides import Chair
from tests.world import World, make_meeting


def agenda_of(meeting: Meeting) -> list[str]:
    """The titles in their order, as the database has them."""
    db.session.commit()
    found = select(AgendaItem.title).where(
        AgendaItem.parent_id == meeting.id, AgendaItem.removed_at.is_(None)
    )
    return list(db.session.scalars(found.order_by(AgendaItem.place, AgendaItem.sub_place)))


def number_of(meeting: Meeting) -> int:
    """The number of the meeting's room now. An item that is added takes two: the agenda changes with it."""
    db.session.commit()
    return meeting.room.number


def shown(listener: Listener) -> int:
    """The number that a page would show that has applied what was heard, without a gap."""
    numbers = {number for _room, number, _html in listener.changes}
    number = 0
    while number + 1 in numbers:
        number += 1
    return number


def enter(listener: Listener, room_id: int) -> None:
    """Enter with the number that the page shows; what was missed counts as heard."""
    number = shown(listener)
    answer = listener.enter(room_id, number)
    assert answer["ok"] and not answer.get("reload"), answer
    for upto, html in answer["changes"]:
        for missed in range(number + 1, upto + 1):
            listener.changes.append((room_id, missed, html))


def come_back(listener: Listener, server: Server, room_id: int) -> None:
    """Connect again and enter."""
    listener.connect(server)
    enter(listener, room_id)


def add(worker: Listener, meeting: Meeting, number: int) -> None:
    """Put an item on the agenda over the socket; it is acknowledged when it is kept."""
    answer = worker.do("agenda.add_item", meeting.id, f"key-{number:08d}", title=f"Item {number}")
    assert answer["ok"], answer


def ride(
    world: World,
    server: Server,
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
    changes: int,
    cuts: int,
) -> None:
    """Ben reads along while Anke holds a meeting. His line is cut so often, her server is killed half-way."""
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    room_id = meeting.room_id
    dice = random.Random(7)
    reader = connect(server, world.ben)
    enter(reader, room_id)
    chair = Chair(meeting, connect(server, world.anke), visit(server, world.anke), dice)
    chair.begin()
    when = set(dice.sample(range(changes), cuts))
    lost = 0

    for number in range(changes):
        if number == changes // 2:
            chair.write_and_kill()
            wait_until(lambda: not reader.client.connected, "the reader notices")
        else:
            chair.change()
        if not reader.client.connected and dice.random() < 0.4:
            come_back(reader, server, room_id)
        if number in when:
            if not reader.client.connected:
                come_back(reader, server, room_id)
            reader.cut()
            lost += 1
    if not reader.client.connected:
        come_back(reader, server, room_id)

    assert lost == cuts
    last = number_of(meeting)
    reader.until(lambda heard: shown(heard) == last)
    numbers = db.session.scalars(select(Change.number).where(Change.room_id == room_id)).all()
    assert sorted(numbers) == list(range(1, last + 1))
    heard = "".join(html for _room, _number, html in reader.changes)
    assert all(f">{title}<" in heard for title in agenda_of(meeting))
    added = db.session.scalars(select(AgendaItem.title).where(AgendaItem.parent_id == meeting.id)).all()
    assert len({title.split(",")[0] for title in added}) == len(added)  # no item was put on it twice


def test_a_reader_who_is_cut_off_again_and_again_misses_nothing(
    world: World,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
) -> None:
    ride(world, servers(1)[0], connect, visit, changes=60, cuts=8)


def test_a_killed_process_loses_nothing_that_was_acknowledged(
    world: World, servers: Callable[..., list[Server]], connect: Callable[..., Listener]
) -> None:
    meeting = make_meeting(world.language)
    room_id = meeting.room_id
    server = servers(1)[0]
    reader = connect(server, world.ben)
    enter(reader, room_id)
    writer = connect(server, world.anke)
    enter(writer, room_id)
    for number in range(10):
        add(writer, meeting, number)

    server.kill()
    wait_until(lambda: not reader.client.connected, "the reader notices")
    wait_until(lambda: not writer.client.connected, "the writer notices")
    server.start()
    come_back(writer, server, room_id)
    come_back(reader, server, room_id)
    add(writer, meeting, 9)  # sent again, since nobody knows whether it arrived: the first answer comes
    for number in range(10, 15):
        add(writer, meeting, number)

    last = number_of(meeting)
    reader.until(lambda heard: shown(heard) == last)
    assert agenda_of(meeting) == [f"Item {number}" for number in range(15)]
    numbers = db.session.scalars(select(Change.number).where(Change.room_id == room_id)).all()
    assert sorted(numbers) == list(range(1, last + 1))


@pytest.mark.one_database  # Redis tells it
def test_two_processes_hear_each_other_and_one_of_them_may_die(
    world: World,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    redis: Redis,
) -> None:
    meeting = make_meeting(world.language)
    room_id = meeting.room_id
    first, second = servers(2)
    reader = connect(first, world.ben)
    enter(reader, room_id)
    writer = connect(second, world.anke)
    enter(writer, room_id)
    for number in range(5):
        add(writer, meeting, number)
    heard_by_then = number_of(meeting)
    reader.until(lambda heard: shown(heard) == heard_by_then)

    first.kill()
    wait_until(lambda: not reader.client.connected, "the reader notices")
    for number in range(5, 8):
        add(writer, meeting, number)
    come_back(reader, second, room_id)
    assert shown(reader) == number_of(meeting)

    redis.kill()
    add(writer, meeting, 8)  # the publication is lost, the change is not
    redis.start()
    assert reader.enter(room_id, shown(reader))["number"] == number_of(meeting)
    assert agenda_of(meeting) == [f"Item {number}" for number in range(9)]


def test_who_is_taken_out_of_the_group_hears_nothing_from_the_next_moment_on(
    world: World, servers: Callable[..., list[Server]], connect: Callable[..., Listener], visit: Any
) -> None:
    from_group = make_meeting(world.closed, "Closed meeting")
    room_id = from_group.room_id
    first, second = servers(2)
    mo = connect(first, world.mo)
    enter(mo, room_id)
    nina = connect(second, world.nina)
    enter(nina, room_id)
    item = agenda.add_item(world.nina, from_group, title="Heard by both")
    mo.until(lambda heard: shown(heard) >= 1)
    place = next(place for place in world.mo.memberships if place.group_id == world.closed.id)

    answer = visit(second, world.nina).post(
        f"/memberships/{place.id}/remove", data={"reason": "Has moved away."}
    )

    assert answer.status_code == 303, answer.text[:300]
    add(nina, from_group, 1)
    nina.until(lambda heard: len(heard.changes) >= 1)
    assert all("Item 1" not in html for _room, _number, html in mo.changes)
    assert mo.enter(room_id, 1)["error"] == "not_found"
    assert item.id
