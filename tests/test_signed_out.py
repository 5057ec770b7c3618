"""Whose sign-in ends while a page is open: the page does not silently become a visitor's."""

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

from flask import Flask

from network.extensions import socketio
from network.meetings.models import Meeting
from network.people import accounts
from tests.clients import Ear, Reader
from tests.world import World, make_meeting

SignIn = Callable[..., Reader]
Listen = Callable[..., Ear]


def meeting_for_all(world: World) -> Meeting:
    """A public group's meeting, whose public side visitors may follow."""
    return make_meeting(world.housing, public=True)


def is_let_in(app: Flask, reader: Reader, account: Any) -> bool:
    """Whether a page that was made for this account may connect with the reader's cookie."""
    how = {"auth": {"account": account}, "flask_test_client": reader}
    client = Context().run(socketio.test_client, app, **how)
    return bool(client.is_connected())


def test_a_page_connects_for_the_person_for_whom_it_was_made(
    world: World, app: Flask, sign_in: SignIn, client: Reader
) -> None:
    assert is_let_in(app, sign_in(world.ben), str(world.ben.id))
    assert is_let_in(app, sign_in(world.ben), None) and is_let_in(app, client, None)
    for reader in (client, sign_in(world.anke)):  # signed out; and signed in as somebody else
        for account in (world.ben.id, str(world.ben.id), "x", {"id": world.ben.id}, [world.ben.id]):
            assert not is_let_in(app, reader, account)


def test_whose_sign_in_has_run_out_is_told_so_and_hears_no_more(
    world: World, listen: Listen, clock: Any
) -> None:
    public_side = meeting_for_all(world).public_side
    ben, visitor = listen(world.ben, public_side), listen(None, public_side)
    clock.shift(timedelta(days=2))
    answer = ben.enter(public_side)
    assert (answer["ok"], answer["error"], ben.connected) == (False, "signed_out", False)
    assert visitor.enter(public_side)["ok"]


def test_a_deed_after_the_sign_in_has_run_out_changes_nothing(
    world: World, listen: Listen, clock: Any
) -> None:
    meeting = make_meeting(world.language)
    anke = listen(world.anke, meeting)
    before = meeting.room.number
    clock.shift(timedelta(days=2))
    answer = anke.do("agenda.add_item", meeting, title="Too late")
    assert (answer["ok"], answer["error"], anke.connected) == (False, "signed_out", False)
    assert meeting.room.number == before and meeting.agenda == []


def test_a_page_without_a_socket_learns_it_when_it_asks(world: World, sign_in: SignIn) -> None:
    public_side = meeting_for_all(world).public_side
    ben = sign_in(world.ben)
    address = f"/rooms/{public_side.room_id}/changes?after=0&account={world.ben.id}"
    assert ben.get(address).status_code == 200
    accounts.end_all_sign_ins(world.ben, world.ben)
    assert ben.get(address).status_code == 401
    assert ben.get(f"/rooms/{public_side.room_id}/changes?after=0&account=").status_code == 200


def test_whoever_signs_out_leaves_no_page_in_the_browser(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    kept = f"/rooms/0/changes?account={world.ben.id}"  # what a page asks that the browser has kept whole
    assert ben.get(kept).status_code == 404
    assert ben.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    assert ben.get(kept).status_code == 401
    assert sign_in(world.ben).post("/profile/sign-ins/end").headers["Clear-Site-Data"] == '"cache"'
