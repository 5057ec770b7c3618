"""A running meeting, heard on other pages, and two chairs at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from network.changes import Change, Stale
from network.extensions import db
from network.meetings.models import AgendaItem, ItemState, Meeting
from network.minutes import actions as minutes
from network.minutes import lines
from network.people.models import Person
from network.sitting import actions
from tests.clients import Ear
from tests.world import World, make_item, make_meeting

ROUNDS = 200


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A running meeting of Language with three items."""
    made = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Welcome", "Waiting lists", "Child care"), 1):
        make_item(made, title, place)
    actions.start(world.anke, made)
    return made


def test_everybody_sees_the_next_item_without_reloading(
    meeting: Meeting, world: World, listen: Callable[..., Ear]
) -> None:
    ear = listen(world.olena, meeting)
    number = meeting.room.number
    actions.next_item(world.anke, meeting, expected=0)
    assert ear.numbers() == [number + 1, number + 2]
    html = ear.html()
    assert f'target="meeting_{meeting.id}"' in html and "Now: item 1 of 3" in html
    assert f'target="agenda_item_{meeting.agenda[0].id}"' in html


def test_what_everybody_hears_holds_no_token_and_no_right(
    meeting: Meeting, world: World, listen: Callable[..., Ear]
) -> None:
    ear = listen(world.olena, meeting)
    actions.next_item(world.anke, meeting, expected=0)
    minutes.write(world.ben, meeting.agenda[0], text="Said.", revision=0)
    lines.decide(world.ben, meeting.agenda[0], text="Decided.")
    lines.agree(world.ben, meeting.agenda[0], text="Do it.")
    html = ear.html()
    assert "Said." in html and "Decided." in html and "Do it." in html
    assert "csrf_token" not in html and "data-may" not in html


def test_the_chair_moves_on_over_the_socket_and_a_late_one_is_told(
    meeting: Meeting, world: World, listen: Callable[..., Ear]
) -> None:
    anke, olaf = listen(world.anke, meeting), listen(world.olaf, meeting)
    first = meeting.agenda[0].id
    assert anke.do("meetings.next_item", meeting, expected=0)["ok"]
    late = olaf.do("meetings.next_item", meeting, expected=0)
    assert (late["ok"], late["error"]) == (False, "stale")
    assert late["message"] == "Anke Krämer has already opened item 1, “Welcome”."
    third = meeting.agenda[2].id
    assert olaf.do("meetings.open_item", third, expected=first)["ok"]
    assert anke.do("meetings.open_item", third, expected="x")["error"] == "invalid"


def test_others_are_refused_over_the_socket_as_on_the_page(
    meeting: Meeting, world: World, listen: Callable[..., Ear]
) -> None:
    number = meeting.room.number
    for who in (world.ben, world.guel, world.olena):
        assert listen(who, meeting).do("meetings.next_item", meeting, expected=0)["error"] == "forbidden"
    closed = make_meeting(world.closed)
    for who in (world.olena, world.lev, None):
        ear = listen(who)
        assert ear.do("meetings.start", closed)["error"] == "not_found"
        assert ear.enter(closed)["error"] == "not_found"
    db.session.expire_all()
    assert meeting.room.number == number


def test_a_visitor_hears_the_public_side_and_nothing_else(world: World, listen: Callable[..., Ear]) -> None:
    public = make_meeting(world.housing, public=True, chair_id=world.lev.id)
    make_item(public, "Rents", 1)
    make_item(public, "Staff matters", 2, internal=True)
    db.session.expire_all()
    ear = listen(None, public.public_side)
    assert listen(None).enter(public)["error"] == "not_found"
    actions.start(world.lev, public)
    actions.next_item(world.lev, public, expected=0)
    minutes.write(world.lev, public.agenda[0], text="Said in confidence.", revision=0)
    actions.next_item(world.lev, public, expected=public.agenda[0].id)
    html = ear.html()
    assert "Rents" in html
    for hidden in ("Staff matters", "Lev Haus", "Said in confidence."):
        assert hidden not in html


def test_the_card_in_the_group_says_that_the_meeting_is_on(world: World, listen: Callable[..., Ear]) -> None:
    announced = make_meeting(world.language, chair_id=world.anke.id)
    ear = listen(world.olena, world.language)
    actions.start(world.anke, announced)
    assert f'target="card_meeting_{announced.id}"' in ear.html() and "To the meeting" in ear.html()


def test_who_loses_an_office_enters_anew(meeting: Meeting, world: World, listen: Callable[..., Ear]) -> None:
    ear = listen(world.guel, meeting)
    assert "chair" not in ear.answer["may"]
    actions.hand_over(world.anke, meeting, office="chair", person_id=world.guel.id)
    assert ear.heard("again") == [{"room": meeting.room_id}]
    assert "chair" in ear.enter(meeting)["may"]


def test_two_chairs_pressing_together_never_skip_an_item(app: Flask, world: World) -> None:
    """In each round both see the same item and press `next` at once: one is heard, one is told."""
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    db.session.add_all(
        AgendaItem(
            parent_id=meeting.id, room_id=meeting.room_id, title=f"Item {place}", place=place, kind="exchange"
        )
        for place in range(1, ROUNDS + 1)
    )
    db.session.commit()
    actions.start(world.anke, meeting)
    begun = meeting.room.number
    items = [item.id for item in meeting.agenda]
    meeting_id, chairs = meeting.id, [world.anke.id, world.olaf.id]
    db.session.remove()
    together = Barrier(2)
    heard: list[list[bool]] = [[], []]
    broken: list[BaseException] = []

    def press(place: int) -> None:
        with app.app_context():
            try:
                for expected in [0, *items[:-1]]:
                    together.wait(timeout=60)
                    chair, at = db.session.get(Person, chairs[place]), db.session.get(Meeting, meeting_id)
                    try:
                        actions.next_item(chair, at, expected=expected)
                        heard[place].append(True)
                    except Stale:
                        heard[place].append(False)
                    db.session.remove()
            except BaseException as error:
                broken.append(error)
                together.abort()
            finally:
                db.session.remove()

    threads = [Thread(target=press, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    assert [sum(pressed) for pressed in zip(*heard, strict=True)] == [1] * ROUNDS

    meeting = db.session.get(Meeting, meeting_id)
    assert [item.state for item in meeting.agenda] == [ItemState.DONE] * (ROUNDS - 1) + [ItemState.CURRENT]
    journal = db.session.query(Change).filter_by(room_id=meeting.room_id).order_by(Change.number).all()
    assert [line.number for line in journal] == list(range(1, meeting.room.number + 1))
    opened = [line.thing_id for line in journal if line.verb == "opened"]
    assert opened == items
    assert meeting.room.number == begun + 3 * ROUNDS - 1  # left, opened, moved on; the first left nothing


def test_meetings_of_a_group_that_end_together_share_no_number(app: Flask, world: World) -> None:
    """Four meetings with three decisions each end at the same moment: numbers 1 to 12, each once."""
    ids = []
    for title in "abcd":
        meeting = make_meeting(world.language, title, chair_id=world.anke.id)
        item = make_item(meeting, "What to do", 1)
        actions.start(world.anke, meeting)
        for text in ("One.", "Two.", "Three."):
            lines.decide(world.anke, item, text=text)
        ids.append(meeting.id)
    anke = world.anke.id
    db.session.remove()
    together = Barrier(len(ids))
    broken: list[BaseException] = []

    def end(meeting_id: int) -> None:
        with app.app_context():
            try:
                together.wait(timeout=60)
                actions.close(db.session.get(Person, anke), db.session.get(Meeting, meeting_id), expected=0)
            except BaseException as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=end, args=(meeting_id,)) for meeting_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    numbers: list[Any] = sorted(number for (number,) in db.session.query(lines.Decision.number))
    assert numbers == list(range(1, 13))


def test_telling_everybody_costs_the_same_for_a_few_and_for_many_items(
    world: World, listen: Callable[..., Ear], statements: Callable[[], Any]
) -> None:
    counts = []
    for size in (2, 12):
        meeting = make_meeting(world.language, f"of {size}", chair_id=world.anke.id)
        for place in range(1, size + 1):
            make_item(meeting, f"Item {place}", place)
        actions.start(world.anke, meeting)
        actions.next_item(world.anke, meeting, expected=0)
        for item in meeting.agenda:
            minutes.write(world.ben, item, text="Said.", revision=0)
            lines.decide(world.ben, item, text="Decided.")
        listen(world.olena, meeting)
        expected = meeting.current.id
        with statements() as sent:
            actions.next_item(world.anke, meeting, expected=expected)
        counts.append(sent)
    assert len(counts[1]) <= len(counts[0]), counts
