"""Groups over the live protocol: who may be in which room, and what is heard there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from network import live
from network.extensions import db
from network.groups import actions, requests
from network.groups.models import Group, GroupDesk, Place
from network.groups.policy import role
from network.things import now
from tests.world import World, join

Listen = Callable[..., Any]


def desk_of(group: Group) -> GroupDesk:
    return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()


def test_only_readers_are_in_a_groups_room_and_only_leads_at_its_desk(world: World, listen: Listen) -> None:
    for person, group, desk in (
        (None, False, False),
        (world.olena, False, False),
        (world.mo, True, False),
        (world.nina, True, True),
        (world.olaf, True, True),
        (world.ada, False, False),
    ):
        assert bool(listen(person).enter(world.closed).get("ok")) is group
        assert bool(listen(person).enter(desk_of(world.closed)).get("ok")) is desk


def test_rights_come_with_entering_and_change_with_the_role(world: World, listen: Listen) -> None:
    ear = listen(world.ben, world.language)
    assert ear.answer["may"] == ["propose", "write"]
    place = next(place for place in world.language.memberships if place.person_id == world.ben.id)
    actions.give_place(world.anke, place, role=Place.LEAD)
    assert ear.heard("again")
    assert ear.enter(world.language)["may"] == ["propose", "steer", "write"]


def test_a_new_member_appears_for_everybody_in_the_room(world: World, listen: Listen) -> None:
    ear = listen(world.olena, world.housing)
    actions.join(world.ben, world.housing)
    html = ear.html()
    assert "Ben Berger" in html and f'target="group_{world.housing.id}_memberships"' in html
    assert "csrf" not in html


def test_a_request_appears_on_the_desk_and_not_in_the_group(world: World, listen: Listen) -> None:
    desk, group = listen(world.anke, desk_of(world.language)), listen(world.ben, world.language)
    own = listen(world.olena, world.olena)
    requests.ask_to_join(world.olena, desk_of(world.language), text="I teach")
    assert "I teach" in desk.html() and "Olena Koval" in desk.html()
    assert group.html() == ""
    assert own.numbers() and "I teach" not in own.html()


def test_somebody_joins_over_the_socket_once(world: World, listen: Listen) -> None:
    ear = listen(world.olena, world.housing)
    first = ear.do("groups.join", world.housing, "key-12345678")
    again = ear.do("groups.join", world.housing, "key-12345678")
    assert first["ok"] and again["ok"] and first["id"] == again["id"]
    assert role(world.olena, world.housing) == Place.MEMBER
    assert world.housing.room.number == 1


def test_what_is_not_open_is_refused_over_the_socket_too(world: World, listen: Listen) -> None:
    ear = listen(world.olena)
    assert ear.do("groups.join", world.language)["error"] == "forbidden"
    asked = requests.ask_to_join(world.olena, desk_of(world.language))
    assert ear.do("groups.accept", asked)["error"] == "forbidden"
    assert listen(world.ben).do("groups.accept", asked)["error"] == "not_found"
    assert role(world.olena, world.language) is None
    assert ear.do("groups.withdraw", asked)["ok"] and asked.state == "withdrawn"


def test_a_guest_leaves_a_closed_room_when_the_time_is_over(world: World, listen: Listen, clock: Any) -> None:
    join(world.closed, world.kira, Place.GUEST, until=now() + timedelta(hours=2))
    db.session.commit()
    ear = listen(world.kira, world.closed)
    assert ear.answer["ok"]
    clock.shift(timedelta(hours=3))
    assert ear.enter(world.closed)["error"] == "not_found"


def test_a_guest_whose_time_is_prolonged_is_not_put_out_at_the_former_end(
    world: World, listen: Listen
) -> None:
    until = now() + timedelta(minutes=30)
    place = join(world.closed, world.kira, Place.GUEST, until=until)
    kira = listen(world.kira, world.closed)
    assert until in live._alarms.values()
    place.until = now() + timedelta(days=30)
    assert kira.enter(world.closed)["ok"]
    assert until not in live._alarms.values()
