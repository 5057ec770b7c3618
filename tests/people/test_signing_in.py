"""Signing in and out: by page, on several devices, and what a stranger learns (nothing)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from network.extensions import db
from network.people import passwords
from network.people.models import Person, PersonState, SignIn, token_hash
from network.people.ways import safe_next
from network.things import now
from tests.clients import Reader
from tests.world import PASSWORD, World

Knows = Callable[[Person], Person]


def sign_in_as(client: Reader, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def test_anke_signs_in_with_her_address_in_any_capitals(
    world: World, client: Reader, knows_password: Knows
) -> None:
    knows_password(world.anke)
    answer = sign_in_as(client, " Anke@Example.ORG ", next="/profile")
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert "Anke Krämer" in client.get("/profile").text


def test_a_sign_in_is_kept_as_a_hash_with_the_device_in_words(
    world: World, client: Reader, knows_password: Knows
) -> None:
    knows_password(world.anke)
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.post(
        "/sign-in", data={"email": "anke@example.org", "password": PASSWORD}, headers={"User-Agent": agent}
    )
    kept = db.session.query(SignIn).one()
    with client.session_transaction() as session:
        token = session["sign-in"]
    assert kept.token_hash == token_hash(token) != token
    assert kept.device == "Firefox, Windows"
    assert kept.until < now() + timedelta(hours=13)


def test_staying_signed_in_lasts_for_weeks(world: World, client: Reader, knows_password: Knows) -> None:
    knows_password(world.anke)
    answer = sign_in_as(client, "anke@example.org", kept="y")
    assert "Expires=" in answer.headers["Set-Cookie"]
    assert db.session.query(SignIn).one().until > now() + timedelta(days=50)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anke@example.org", "a wrong password"),
        ("nobody@example.org", PASSWORD),
        ("no address", PASSWORD),
        ("anke@example.org\x00", PASSWORD + "x"),
        ("' OR 1=1 --", PASSWORD),
        ("anke@example.org", PASSWORD + "\x00"),
        ("anke@example.org", "ü" * 100_000),
        ("\u202eanke@example.org", "another wrong one"),
    ],
)
def test_whatever_does_not_fit_gets_the_same_answer(
    world: World, client: Reader, knows_password: Knows, email: str, password: str
) -> None:
    knows_password(world.anke)
    answer = sign_in_as(client, email, password)
    assert answer.status_code == 422
    assert "do not fit together" in answer.text
    assert password not in answer.text
    assert db.session.query(SignIn).count() == 0


@pytest.mark.parametrize(
    "state", [PersonState.INVITED, PersonState.APPLIED, PersonState.DECLINED, PersonState.LEFT]
)
def test_only_the_admitted_sign_in(world: World, client: Reader, knows_password: Knows, state: str) -> None:
    knows_password(world.anke).state = state
    db.session.commit()
    answer = sign_in_as(client, "anke@example.org")
    assert answer.status_code == 422
    assert "do not fit together" in answer.text


def test_without_a_password_yet_nothing_fits(world: World, client: Reader) -> None:
    for password in ("", "None", "null"):
        assert sign_in_as(client, "anke@example.org", password).status_code == 422
    assert db.session.query(SignIn).count() == 0


def test_the_typed_address_stays_and_the_password_does_not(world: World, client: Reader) -> None:
    page = sign_in_as(client, "anke@example.org", "a wrong password").text
    assert 'value="anke@example.org"' in page
    assert "a wrong password" not in page


def test_after_many_failures_the_answer_is_to_wait_and_says_how_long(
    world: World, client: Reader, knows_password: Knows, app: Flask
) -> None:
    app.config["RATE_SIGN_IN_ACCOUNT"] = "3 per 15 minutes"
    knows_password(world.anke)
    for _try in range(3):
        assert sign_in_as(client, "anke@example.org", "a wrong password").status_code == 422
    answer = sign_in_as(client, "ANKE@example.org")
    assert answer.status_code == 429
    assert "Please wait 15 minutes" in answer.text or "Please wait 14 minutes" in answer.text
    assert 'value="ANKE@example.org"' in answer.text
    assert sign_in_as(client, "ben@example.org").status_code == 422, "others are not kept waiting"


def test_an_address_that_nobody_has_is_limited_in_the_same_way(
    world: World, client: Reader, app: Flask
) -> None:
    app.config["RATE_SIGN_IN_ACCOUNT"] = "2 per 15 minutes"
    answers = [sign_in_as(client, "nobody@example.org").status_code for _try in range(3)]
    assert answers == [422, 422, 429]


def test_signing_in_well_forgives_earlier_failures(
    world: World, client: Reader, knows_password: Knows, app: Flask
) -> None:
    app.config["RATE_SIGN_IN_ACCOUNT"] = "2 per 15 minutes"
    knows_password(world.anke)
    for _round in range(3):
        assert sign_in_as(client, "anke@example.org", "a wrong password").status_code == 422
        assert sign_in_as(client, "anke@example.org").status_code == 303
        client.post("/sign-out")


def test_a_network_address_shared_by_a_hall_has_its_own_generous_limit(
    world: World, client: Reader, app: Flask
) -> None:
    app.config["RATE_SIGN_IN_ADDRESS"] = "3 per 15 minutes"
    answers = [sign_in_as(client, f"someone{n}@example.org").status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]


def test_a_hash_of_old_parameters_is_renewed(world: World, client: Reader) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD.encode())
    world.anke.password_hash = old
    db.session.commit()
    assert sign_in_as(client, "anke@example.org").status_code == 303
    db.session.expire_all()
    assert world.anke.password_hash != old
    client.post("/sign-out")
    assert sign_in_as(client, "anke@example.org").status_code == 303


def test_a_session_from_before_the_door_does_not_come_along(
    world: World, client: Reader, knows_password: Knows
) -> None:
    knows_password(world.anke)
    with client.session_transaction() as session:
        session.update({"planted": "by somebody else", "csrf_token": "1" * 40, "theme": "dark"})
    assert sign_in_as(client, "anke@example.org").status_code == 303
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "1" * 40
        assert session["theme"] == "dark"


@pytest.mark.one_database  # an address is read, no data
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "http:/evil.example",
        "profile",
        "",
        "/" + "x" * 2000,
        "///evil.example",
        "/%0d%0aSet-Cookie:x=1\r\n",
    ],
)
def test_the_way_on_never_leads_elsewhere(
    world: World, client: Reader, knows_password: Knows, target: str
) -> None:
    knows_password(world.anke)
    answer = sign_in_as(client, "anke@example.org", next=target)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_page_of_ours_with_its_question_is_a_way_on(app: Flask) -> None:
    with app.test_request_context("/"):
        assert safe_next("/groups?page=2#members") == "/groups?page=2#members"


def test_pages_about_oneself_lead_a_visitor_to_the_door_and_back(
    world: World, client: Reader, knows_password: Knows
) -> None:
    knows_password(world.anke)
    answer = client.get("/profile/notifications?x=1")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/profile/notifications?x%3D1"
    page = client.get(answer.location).text
    assert 'value="/profile/notifications?x=1"' in page


def test_signing_out_ends_this_sign_in_only(world: World, sign_in: Callable[..., Reader]) -> None:
    here, there = sign_in(world.anke), sign_in(world.anke)
    answer = here.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert here.get("/profile").status_code == 303
    assert there.get("/profile").status_code == 200


def test_a_stolen_cookie_is_worthless_after_signing_out(
    world: World, sign_in: Callable[..., Reader], app: Flask
) -> None:
    anke = sign_in(world.anke)
    cookie = anke.get_cookie("session")
    assert cookie is not None
    anke.post("/sign-out")
    thief: Reader = app.test_client()  # type: ignore[assignment]  # the class of conftest
    thief.set_cookie("session", cookie.value)
    assert thief.get("/profile").status_code == 303


def test_signing_out_needs_the_token(world: World, sign_in: Callable[..., Reader]) -> None:
    anke = sign_in(world.anke)
    assert anke.post("/sign-out", csrf=False).status_code == 400
    assert anke.get("/profile").status_code == 200


def test_a_sign_in_ends_after_its_time_unless_it_is_used(
    world: World, client: Reader, knows_password: Knows, clock: Any
) -> None:
    knows_password(world.anke)
    sign_in_as(client, "anke@example.org")
    for _hour in range(3):
        clock.shift(timedelta(hours=11))
        assert client.get("/profile").status_code == 200, "using it makes it last"
    clock.shift(timedelta(hours=13))
    assert client.get("/profile").status_code == 303


def test_that_somebody_was_here_is_noted_at_most_every_ten_minutes(
    world: World, client: Reader, knows_password: Knows, clock: Any
) -> None:
    knows_password(world.anke)
    sign_in_as(client, "anke@example.org")
    began = now()
    clock.shift(timedelta(minutes=9))
    client.get("/profile")
    db.session.expire_all()
    assert db.session.query(SignIn).one().seen_at == began
    clock.shift(timedelta(minutes=2))
    client.get("/profile")
    db.session.expire_all()
    assert db.session.query(SignIn).one().seen_at == world.anke.last_seen_at == now()


def test_whoever_is_signed_in_is_not_asked_again(world: World, sign_in: Callable[..., Reader]) -> None:
    answer = sign_in(world.anke).get("/sign-in?next=/profile")
    assert (answer.status_code, answer.location) == (303, "/profile")


def test_when_far_too_many_sign_in_at_once_the_rest_is_asked_to_come_back(
    world: World, client: Reader, knows_password: Knows, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows_password(world.anke)
    monkeypatch.setattr(passwords, "QUEUE", 0)
    answer = sign_in_as(client, "anke@example.org")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert db.session.query(SignIn).count() == 0
