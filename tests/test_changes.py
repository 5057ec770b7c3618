"""One change, from the action to the pages that hear of it: the laws of the house."""

import threading
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from network.changes import Change, Invalid, Refused, action, because, record, revoke, since
from network.extensions import db
from network.fragments import neutral
from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting
from network.things import Thing
from tests.world import World, make_item, make_meeting, make_world

pytestmark = pytest.mark.both_databases  # locks and numbers


@because("Only leads.")
def may_lead(user: Any, thing: Thing) -> bool:
    """For the tests: Anke may."""
    return bool(user.name.startswith("Anke"))


@action(may_lead)
def put(actor: Any, meeting: Meeting, *, title: str, echo: bool = False) -> AgendaItem:
    """Put an item at the end."""
    place = len(meeting.agenda) + 1
    item = AgendaItem(parent_id=meeting.id, room_id=meeting.room_id, title=title, place=place)
    item.created_by_id = actor.id
    db.session.add(item)
    record("added", item, by=actor, also=[meeting.parent.room] if echo else ())
    db.session.expire(meeting, ["agenda"])
    return item


@action(may_lead)
def put_two(actor: Any, meeting: Meeting, *, fail: bool) -> None:
    """Two steps of one action."""
    put(actor, meeting, title="one")
    put(actor, meeting, title="two")
    if fail:
        raise RuntimeError


@action(may_lead)
def reach_across(actor: Any, group: Group, *, meeting: Meeting) -> None:
    """What is heard in another room is a second action."""
    put(actor, meeting, title="elsewhere")


@action(may_lead)
def shut_out(actor: Any, meeting: Meeting) -> None:
    """Somebody loses a right."""
    meeting.note = "fewer may come"
    revoke(meeting.room)
    record("changed", meeting, by=actor)


@pytest.fixture
def world(app: Flask) -> World:
    """The cast."""
    return make_world()


@pytest.fixture
def meeting(world: World) -> Meeting:
    """An announced meeting of Language."""
    return make_meeting(world.language)


def lines() -> int:
    """How many lines the journal has."""
    return db.session.scalar(select(func.count(Change.id))) or 0


def missed(meeting: Meeting, number: int) -> str:
    """What a page that shows this number has missed, in English."""
    db.session.commit()
    with neutral():
        news = since(meeting.room_id, number)
        assert news is not None
        return news.html("en")


def test_an_action_is_numbered_in_its_room_and_on_record(world: World, meeting: Meeting) -> None:
    item = put(world.anke, meeting, title="Childcare")
    put(world.anke, meeting, title="Rooms")

    assert meeting.room.number == 2
    line = db.session.scalars(select(Change).order_by(Change.id)).first()
    assert (line.verb, line.actor_id, line.thing_id, line.number) == ("added", world.anke.id, item.id, 1)


def test_who_is_refused_reads_why_and_nothing_has_changed(
    world: World, meeting: Meeting, listen: Any
) -> None:
    ear = listen(world.ben, meeting)

    with pytest.raises(Refused, match="Only leads"):
        put(world.ben, meeting, title="Childcare")

    assert lines() == 0
    assert meeting.room.number == 0
    assert ear.heard() == []


def test_a_larger_action_is_one_transaction(world: World, meeting: Meeting, listen: Any) -> None:
    ear = listen(world.ben, meeting)

    with pytest.raises(RuntimeError):
        put_two(world.anke, meeting, fail=True)
    assert (lines(), ear.heard()) == (0, [])

    put_two(world.anke, meeting, fail=False)
    assert ear.numbers() == [1, 2]
    assert "one" in ear.html() and "two" in ear.html()


def test_a_step_in_another_room_is_refused_by_the_house(world: World, meeting: Meeting) -> None:
    with pytest.raises(RuntimeError, match="second action"):
        reach_across(world.anke, world.language, meeting=meeting)
    assert lines() == 0


def test_other_rooms_hear_of_it_after_the_commit(world: World, meeting: Meeting, listen: Any) -> None:
    group_ear, ear = listen(world.ben, world.language), listen(world.ben, meeting)

    put(world.anke, meeting, title="Childcare", echo=True)

    assert ear.numbers() == [1]
    assert group_ear.numbers() == [1]
    assert world.language.room.number == 1


def test_the_same_key_gives_the_first_answer(world: World, meeting: Meeting) -> None:
    first = put(world.anke, meeting, key="0123-4567", title="Childcare")
    again = put(world.anke, meeting, key="0123-4567", title="Childcare")

    assert again.id == first.id
    assert lines() == 1
    with pytest.raises(Invalid):
        put(world.anke, meeting, key="0123-4567", title="Something else")
    assert lines() == 1


def test_a_key_is_its_owners(world: World, meeting: Meeting) -> None:
    mine = put(world.anke, meeting, key="0123-4567", title="Childcare")
    world.ben.name = "Anke the second"
    db.session.commit()

    theirs = put(world.ben, meeting, key="0123-4567", title="Childcare")

    assert theirs.id != mine.id


def test_when_somebody_loses_a_right_everybody_is_asked_to_enter_again(
    world: World, meeting: Meeting, listen: Any
) -> None:
    ear = listen(world.ben, meeting)

    shut_out(world.anke, meeting)

    assert ear.heard() == []
    assert ear.heard("again") == [{"room": meeting.room_id}]
    put(world.anke, meeting, title="after it")
    assert ear.heard() == [], "the old name of the room is silent"
    answer = ear.enter(meeting, 0)
    assert answer["ok"] and answer["number"] == 2
    assert "after it" in answer["changes"][0][1]


def test_each_hears_in_the_language_they_read(world: World, meeting: Meeting, listen: Any) -> None:
    world.ben.language = "ar"
    db.session.commit()
    english, arabic = listen(world.anke, meeting), listen(world.ben, meeting)

    put(world.anke, meeting, title="Childcare")

    assert english.numbers() == arabic.numbers() == [1]
    assert "Information" in english.html()
    assert "Information" not in arabic.html()


def test_catching_up_shows_each_thing_once_and_as_it_is_now(world: World, meeting: Meeting) -> None:
    item = put(world.anke, meeting, title="Childcare")

    @action(may_lead)
    def rename(actor: Any, item: AgendaItem, *, title: str) -> None:
        item.title = title
        record("changed", item, by=actor)

    rename(world.anke, item, title="Childcare in courses")
    rename(world.anke, item, title="Childcare in all courses")

    html = missed(meeting, 0)
    assert meeting.room.number == 3
    assert html.count("Childcare in all courses") >= 1
    assert html.count("<turbo-stream") == 2  # taken away if it was there, and put in its place
    assert html == missed(meeting, 0), "asking twice does no harm"


def test_who_is_too_far_behind_loads_the_page_again(world: World, meeting: Meeting, listen: Any) -> None:
    for number in range(201):
        put(world.anke, meeting, title=f"Item {number}")

    answer = listen(world.ben).enter(meeting, 0)

    assert answer == {"ok": True, "number": 201, "reload": True, "may": answer["may"], "now": answer["now"]}
    assert since(meeting.room_id, 1) is not None


def test_a_removed_thing_leaves_the_page(world: World, meeting: Meeting) -> None:
    item = put(world.anke, meeting, title="Childcare")

    @action(may_lead)
    def remove(actor: Any, item: AgendaItem) -> None:
        item.removed_at = item.created_at
        record("removed", item, by=actor)

    remove(world.anke, item)

    assert missed(meeting, 1) == (
        f'<turbo-stream action="remove" target="agenda_item_{item.id}"></turbo-stream>'
    )


def test_many_writers_at_once_lose_no_number_and_double_no_place(
    app: Flask, world: World, meeting: Meeting
) -> None:
    writers, each = 6, 15
    anke_id, meeting_id, failed = world.anke.id, meeting.id, []
    db.session.commit()

    def write(writer: int) -> None:
        with app.app_context():
            for number in range(each):
                try:
                    anke = db.session.get(Thing, anke_id)
                    put(anke, db.session.get(Meeting, meeting_id), title=f"{writer}-{number}")
                except Exception as error:  # told by the assertion below
                    failed.append(error)
                finally:
                    db.session.remove()

    threads = [threading.Thread(target=Context().run, args=(write, n)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    numbers = db.session.scalars(select(Change.number).order_by(Change.number)).all()
    assert numbers == list(range(1, writers * each + 1))
    places = db.session.scalars(select(AgendaItem.place).order_by(AgendaItem.place)).all()
    assert places == list(range(1, writers * each + 1))


def test_the_page_and_the_change_show_the_same(world: World, meeting: Meeting, listen: Any) -> None:
    ear = listen(world.ben, meeting)
    item = put(world.anke, meeting, title="Childcare")

    assert f'id="{item.dom_id}"' in ear.html()
    assert ear.html() == listen(world.anke).enter(meeting, 0)["changes"][0][1]


def test_places_in_an_order_come_with_their_neighbours(world: World, meeting: Meeting) -> None:
    first = make_item(meeting, "First", 1)
    second = put(world.anke, meeting, title="Second")

    assert f'action="after" target="{first.dom_id}"' in missed(meeting, 0)
    assert second.dom_id in missed(meeting, 0)
