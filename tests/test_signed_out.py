"""Whose sign-in ends while a page is open: the page does not silently become a visitor's."""

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

from flask import Flask
from lxml import html
from sqlalchemy import select

from network.discussions.models import Thread
from network.extensions import db, socketio
from network.meetings.models import Meeting
from network.people import accounts, passwords
from tests.clients import Ear, Reader, token_of
from tests.world import PASSWORD, World, make_meeting

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


def test_asking_for_the_head_of_a_page_ends_no_sign_in(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    assert ben.head("/profile/sign-ins/end").status_code == ben.get("/profile/sign-ins/end").status_code
    assert ben.get("/profile").status_code == 200


OURS = {"Origin": "http://localhost"}  # a browser names it with every form
TURBO = {**OURS, "Accept": "text/vnd.turbo-stream.html, text/html"}
WORDS = "Who knows an interpreter for Dari?"


def old_page(world: World, reader: Reader) -> tuple[str, dict[str, str]]:
    """Where a form of a page goes that was opened some time ago, and what it sends: text, and its token."""
    return f"/groups/{world.language.id}/discussions/new", {
        "csrf_token": token_of(reader),
        "title": "Interpreter",
        "text": WORDS,
    }


def sign_in_again(reader: Reader, person: Any) -> None:
    """Sign out and in, in another tab of the same browser."""
    assert reader.post("/sign-out").status_code == 303
    sign_in_as(reader, person)


def sign_in_as(reader: Reader, person: Any) -> None:
    person.password_hash = passwords.hashed(PASSWORD)
    facts = {"email": person.email, "password": PASSWORD}
    assert reader.post("/sign-in", data=facts).status_code == 303


def shown_again(page: str) -> tuple[str, dict[str, str]]:
    """The form of the page that says what could not be taken: its address and its fields."""
    [form] = html.fromstring(page).xpath("//form[.//input[@name='text']]")
    return form.get("action"), {field.get("name"): field.get("value") for field in form.xpath(".//input")}


def threads() -> list[tuple[str, int]]:
    db.session.commit()
    found = select(Thread)
    return [(one.title, one.created_by_id or 0) for one in db.session.scalars(found)]


def test_what_an_old_tab_sends_after_a_new_sign_in_is_shown_and_sent_with_one_click(
    world: World, sign_in: SignIn
) -> None:
    ben = sign_in(world.ben)
    address, sent = old_page(world, ben)
    sign_in_again(ben, world.ben)
    refused = ben.post(address, data=sent, headers=OURS, csrf=False)
    assert refused.status_code == 400 and WORDS in refused.text and threads() == []
    address, again = shown_again(refused.text)
    assert ben.post(address, data=again, headers=OURS, csrf=False).status_code == 303
    assert threads() == [("Interpreter", world.ben.id)]


def test_whose_sign_in_has_ended_meanwhile_signs_in_and_then_sends_what_was_typed(
    world: World, sign_in: SignIn
) -> None:
    ben = sign_in(world.ben)
    address, sent = old_page(world, ben)
    accounts.end_all_sign_ins(world.ben, world.ben)
    refused = ben.post(address, data=sent, headers=OURS, csrf=False)
    assert refused.status_code == 401 and WORDS in refused.text and 'target="_blank"' in refused.text
    sign_in_as(ben, world.ben)
    for expected in (400, 303):  # the sign-in has brought a new token
        address, sent = shown_again(refused.text)
        refused = ben.post(address, data=sent, headers=OURS, csrf=False)
        assert refused.status_code == expected
    assert threads() == [("Interpreter", world.ben.id)]


def test_an_old_tab_of_another_account_says_who_would_send_it_now(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    address, sent = old_page(world, ben)
    sign_in_again(ben, world.guel)
    ben.language = "en"
    page = ben.post(address, data=sent, headers=OURS, csrf=False).text
    assert f"Send it as {world.guel.name}" in page and WORDS in page
    streams = ben.post(address, data=sent, headers=TURBO, csrf=False)
    assert streams.status_code == 400 and streams.mimetype == "text/vnd.turbo-stream.html"
    mine, others = (
        f"html[data-account=&#34;{world.guel.id}&#34;]",
        f"html:not([data-account=&#34;{world.guel.id}",
    )
    assert f'action="replace" targets="{mine} input[name=csrf_token]"' in streams.text
    assert f'action="update" targets="{others}' in streams.text
    assert "replace" not in streams.text.partition(others)[2]
    assert threads() == []


def test_with_scripts_the_page_of_whoever_is_signed_out_stays_as_it_is(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    address, sent = old_page(world, ben)
    accounts.end_all_sign_ins(world.ben, world.ben)
    answer = ben.post(address, data=sent, headers=TURBO, csrf=False)
    assert answer.status_code == 401 and answer.mimetype == "text/vnd.turbo-stream.html"
    assert 'targets="html[data-account] #toasts"' in answer.text and 'target="_blank"' in answer.text
    assert threads() == []


def test_whoever_signs_out_reads_on_in_their_language(world: World, sign_in: SignIn) -> None:
    world.ben.language = "ar"
    ben = sign_in(world.ben)
    ben.language = "de"
    assert ben.post("/sign-out").status_code == 303
    assert 'lang="ar"' in ben.get("/sign-in").text


def test_what_a_strange_page_sends_is_not_offered_to_be_sent_nor_is_a_password(
    world: World, sign_in: SignIn
) -> None:
    ben = sign_in(world.ben)
    address, sent = old_page(world, ben)
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {}):
        answer = ben.post(address, data={**sent, "csrf_token": "x"}, headers=headers, csrf=False)
        assert answer.status_code == 400 and WORDS not in answer.text
    facts = {"email": "ben@example.org", "password": "a secret of four words", "csrf_token": "x"}
    answer = ben.post("/sign-in", data=facts, headers=OURS, csrf=False)
    assert answer.status_code == 400 and "a secret of four" not in answer.text
    assert threads() == []
