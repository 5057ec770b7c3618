"""Deeds that hold several rooms at the same time wait for each other, and never in a circle."""

from collections.abc import Callable
from threading import Thread
from typing import Any

from flask import Flask
from sqlalchemy import select

from network.extensions import db
from network.groups import actions, requests
from network.groups.models import Group, GroupDesk, JoinRequest, Membership, Place, Visibility
from network.groups.policy import role
from network.people.models import Person
from tests.world import World, join, make_meeting, make_person

ROUNDS = 6


def test_people_come_in_and_roles_change_while_the_group_is_changed(world: World, app: Flask) -> None:
    desk = db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == world.language.id)).one()
    comers = [make_person(world, f"Comer {n}", f"c{n}@example.org") for n in range(ROUNDS)]
    keeper = join(world.language, world.kira, Place.LEAD)
    db.session.commit()
    meetings = [make_meeting(world.language, f"Meeting {n}") for n in range(3)]
    asked = [requests.ask_to_join(person, desk).id for person in comers]
    before = [meeting.room.epoch for meeting in meetings]
    ids = {"anke": world.anke.id, "group": world.language.id, "place": keeper.id}
    errors: list[BaseException] = []

    def in_parallel(deed: Callable[[int], Any]) -> Thread:
        def run() -> None:
            with app.app_context():
                try:
                    for number in range(ROUNDS):
                        deed(number)
                        db.session.remove()
                except BaseException as error:
                    errors.append(error)

        return Thread(target=run)

    def take_in(number: int) -> None:
        requests.accept(db.session.get(Person, ids["anke"]), db.session.get(JoinRequest, asked[number]))

    def change_role(number: int) -> None:
        wanted = Place.LEAD if number % 2 else Place.MEMBER
        place = db.session.get(Membership, ids["place"])
        actions.give_place(db.session.get(Person, ids["anke"]), place, role=wanted)

    def change_group(number: int) -> None:
        actions.change(
            db.session.get(Person, ids["anke"]),
            db.session.get(Group, ids["group"]),
            name="Language",
            purpose=f"Round {number}",
            mode="",
            visibility=Visibility.CLOSED if number % 2 else Visibility.NETWORK,
            joining="request",
            short_name="",
        )

    threads = [in_parallel(deed) for deed in (take_in, change_role, change_group)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    db.session.rollback()
    assert errors == []
    assert all(role(person, world.language) == Place.MEMBER for person in comers)
    # Each change of a role (it was a lead's) and of who sees the group has moved every room below on.
    assert [meeting.room.epoch - epoch for meeting, epoch in zip(meetings, before, strict=True)] == [
        2 * ROUNDS - 1
    ] * 3
