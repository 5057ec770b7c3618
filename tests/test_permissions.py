"""Every cell of the table of who may what, tried: pages, forms, files, live deeds and rooms.

Of each row everybody who is refused is tried on one and the same thing, on which nothing may happen:
nothing is written, and nobody hears of anything. Who may do it does it on a thing of their own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.exceptions import NotFound

from network import jobs
from network.extensions import db
from network.people.models import PersonState
from tests.clients import Ear, Reader, reader_of
from tests.permission_rows.goals import draft, goal, plan
from tests.permission_rows.playing import Playing
from tests.permission_rows.stage import SECRET, attendance, group, meeting
from tests.permission_rows.words import (
    ADMINISTRATOR,
    COLUMNS,
    ELSEWHERE,
    EVERYBODY,
    IN_GROUP,
    LEAD,
    MEMBER,
    OFFICE,
    VISITOR,
    Row,
    Scene,
    Table,
    Who,
)
from tests.permissions import DEEDS, ROOMS, ROUTES
from tests.unchanged import nothing_written

EACH = (*COLUMNS, *ELSEWHERE)
DOOR = "the door"
WORDS = {303: "ok", 403: "forbidden", 404: "not_found", 422: "invalid"}


@pytest.fixture(scope="module")
def playing(application: Flask, database: Any) -> Iterator[Playing]:
    """Shared by all rows, each of which brings what it changes: making the cast takes longer than a row."""
    database.empty(application)
    with application.app_context():
        stage = Playing(application)
        stage.keep(database)
        yield stage
        jobs.forget_pending()
        db.session.remove()


@pytest.fixture
def stage(playing: Playing) -> Playing:
    """The stage, with nobody hindered by what others did before."""
    playing.begin()
    return playing


def lines_of(table: Table) -> list[Any]:
    """The rows with a name for each, to find the one that fails by."""
    return [
        pytest.param(name, row, id=f"{name} - {row.on.name}" if row.on else name)
        for name, rows in sorted(table.items())
        for row in rows
    ]


def of(row: Row, who: Who) -> list[str]:
    """Those columns, in the order of the table, who are asked in this row."""
    return [one for one in EACH if one in who and one in row.asked]


def expected(row: Row, who: str, yes: int) -> int | str:
    """What the row says about somebody."""
    if who in row.but:
        return row.but[who]
    if who in row.may:
        return row.yes or yes
    if who == VISITOR and row.door:
        return DOOR
    return 403 if who in row.sees else 404


def facts_for(stage: Playing, row: Row, thing: Any, who: str) -> dict[str, Any]:
    """What is sent along."""
    if callable(row.facts):
        return row.facts(stage, thing, stage.people.get(who))
    return dict(row.facts)


def address_of(stage: Playing, route: str, row: Row, thing: Any) -> str:
    """The path of a route for the thing of the row."""
    path = route.split(" ", 1)[1].replace("<path:", "<")
    for name, value in row.address(stage, thing).items():
        path = path.replace(f"<{name}>", str(value))
    assert "<" not in path, path
    return path


def answer_to(
    reader: Reader, method: str, path: str, facts: dict[str, Any], wants: str = "text/html"
) -> tuple[int | str, str]:
    """The status, or that one was led to the door; and what was read."""
    answer = reader.open(
        path,
        method=method,
        data=facts if method == "POST" else None,
        headers={"Accept": wants},
        inspected=False,
    )
    if answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in"):
        return DOOR, ""
    return answer.status_code, "" if answer.is_streamed else answer.get_data(as_text=True)


@pytest.mark.one_database  # rules are functions of rows; rooms, and deeds in their own tests, run on both
@pytest.mark.parametrize(("route", "row"), lines_of(ROUTES))
def test_who_may_use_which_route(stage: Playing, route: str, row: Row) -> None:
    method = route.split()[0]
    thing = stage.show(row.on) if row.on else None
    path = address_of(stage, route, row, thing)
    refused = [(who, facts_for(stage, row, thing, who)) for who in of(row, EVERYBODY - row.may)]
    ear = listening(stage, thing)
    readers = {who: stage.reader(who) for who, _facts in refused}
    found: dict[str, int | str] = {}
    # A visitor and one who is signed in are shown the refusal as a page; drawing it for all would take
    # longer than all that is tried here.
    shown = {VISITOR, *[who for who, _facts in refused if who != VISITOR][:1]}
    with nothing_written():
        for who, facts in refused:
            wants = "text/html" if who in shown else "application/json"
            found[who], text = answer_to(readers[who], method, path, facts, wants)
            if found[who] == 404:
                assert SECRET not in text, f"{who} is given a hint"
    assert ear is None or ear.heard() == [], "somebody heard of a refusal"
    yes = 200 if method == "GET" else 303
    for who in of(row, row.may):
        if method == "POST" and row.on:
            thing = stage.show(row.on)
            path = address_of(stage, route, row, thing)
        facts = facts_for(stage, row, thing, who)
        found[who], _text = answer_to(stage.reader(who, newcomer=row.newcomer), method, path, facts)
        if ear is not None:
            ear.leave()  # one deed of each row is heard by somebody: what they hear takes its time to draw
        if found[who] == DOOR:  # where a sign-in ends on purpose, or begins with a new password
            found[who] = 303
    assert found == {who: expected(row, who, yes) for who in found}


READ = sorted(
    ((route, row) for route, rows in ROUTES.items() if route.startswith("GET ") for row in rows),
    key=lambda line: (line[1].on.name if line[1].on else "", line[0]),
)
PARTS = 8


@pytest.mark.postgresql  # on SQLite the table above opens them
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_can_be_read_is_read_from_postgresql_too(stage: Playing, part: int) -> None:
    wrong = []
    shown: dict[str, Any] = {}  # reading changes nothing, so each scene is made once
    for route, row in READ[len(READ) * part // PARTS : len(READ) * (part + 1) // PARTS]:
        for who in of(row, row.may)[:1]:
            if row.on and row.on.name not in shown:
                shown[row.on.name] = stage.show(row.on)
            thing = shown[row.on.name] if row.on else None
            path = address_of(stage, route, row, thing)
            reader = stage.reader(who, newcomer=row.newcomer)
            found, _text = answer_to(reader, "GET", path, facts_for(stage, row, thing, who))
            if found not in (expected(row, who, 200), DOOR):
                wrong.append(f"{route} by {who}: {found}")
    assert wrong == []


def listening(stage: Playing, thing: Any) -> Ear | None:
    """Somebody of the Office in the room of the thing, if it has one that the Office may enter."""
    if thing is None or not hasattr(thing, "room_id"):
        return None
    ear = stage.ear(OFFICE)
    ear.enter(thing.room)
    ear.forget()
    return ear


@pytest.mark.one_database
@pytest.mark.parametrize(("deed", "row"), lines_of(DEEDS))
def test_who_may_do_which_deed_over_the_socket(stage: Playing, deed: str, row: Row) -> None:
    assert row.on is not None
    thing = stage.show(row.on)
    refused = [(who, facts_for(stage, row, thing, who)) for who in of(row, EVERYBODY - row.may)]
    ear = listening(stage, thing)
    ears = {who: stage.ear(who) for who, _facts in refused}
    found: dict[str, str] = {}
    with nothing_written():
        for who, facts in refused:
            answer = ears[who].do(deed, thing, **facts)
            found[who] = answer.get("error", "ok")
            assert answer["message"] or answer["errors"], f"{who} is not told why"
            assert found[who] != "not_found" or SECRET not in str(answer), f"{who} is given a hint"
    assert ear is None or ear.heard() == [], "somebody heard of a refusal"
    for who in of(row, row.may):
        thing = stage.show(row.on)
        answer = stage.ear(who).do(deed, thing, **facts_for(stage, row, thing, who))
        found[who] = answer.get("error", "ok")
    assert found == {who: WORDS[expected(no_door(row), who, 303)] for who in found}  # type: ignore[index]  # str keys


def no_door(row: Row) -> Row:
    """A socket has no door to lead to: for visitors a thing is there or not."""
    return Row(row.may, row.on, row.sees, but=row.but, door=False)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.on.name) for row in ROOMS if row.on])
def test_who_may_be_in_which_room(stage: Playing, row: Row) -> None:
    assert row.on is not None
    thing = stage.show(row.on)
    inside = {who for who in EACH if stage.ear(who).enter(thing)["ok"]}
    assert inside == row.may
    for who in EVERYBODY - row.may:
        assert stage.ear(who).answer["error"] == "not_found"


# Who has no account any more, or not yet


@pytest.mark.parametrize("state", [PersonState.LEFT, PersonState.APPLIED, PersonState.DECLINED])
@pytest.mark.parametrize(
    ("scene", "visitors"),
    [
        pytest.param(scene, visitors, id=scene.name)
        for scene, visitors in (
            (group("network"), 404),
            (group("public"), 200),
            (meeting("running"), 404),
            (meeting("running", "public", public=True), 200),
        )
    ],
)
def test_without_an_account_a_sign_in_that_was_kept_is_worth_nothing(
    stage: Playing, scene: Scene, visitors: int, state: str
) -> None:
    thing = stage.show(scene)
    person = stage.newcomer()
    reader = reader_of(stage.app, person)
    person.state = state
    db.session.commit()
    page = f"/{thing.type}s/{thing.id}"
    assert reader.get(page, inspected=False).status_code == visitors
    assert reader.get("/my").headers["Location"] == "/sign-in?next=/my"
    assert Ear(stage.app, reader).enter(thing)["error"] == "not_found"


# What a page shows to whom


def test_others_read_of_a_closed_group_its_name_and_purpose_alone(stage: Playing) -> None:
    closed = stage.groups["closed"]
    stage.meeting("announced", "closed")
    for who in EVERYBODY - {VISITOR}:
        page = stage.reader(who).get(f"/groups/{closed.id}", inspected=False).text
        assert closed.name in page and closed.purpose in page
        inside = f"{SECRET} meeting" in page, stage[LEAD].name in page.replace("<title>", "")
        assert any(inside) == (who in IN_GROUP), who


def test_the_public_side_names_nobody(stage: Playing) -> None:
    held = stage.meeting("running", "public", public=True)
    held.agenda[1].internal = True
    db.session.commit()
    page = stage.reader(VISITOR).get(f"/meetings/{held.id}", inspected=False).text
    assert f"{SECRET} item 1" in page and f"{SECRET} item 2" not in page
    for person in stage.people.values():
        assert person.name not in page


PAGES: dict[str, tuple[Scene, str]] = {
    "group": (group("network"), "/groups/{id}"),
    "closed group": (group("closed"), "/groups/{id}"),
    "members": (group("network"), "/groups/{id}/members"),
    "proposals": (group("network"), "/groups/{id}/proposals"),
    "draft": (meeting("draft"), "/meetings/{id}"),
    "announced meeting": (meeting(), "/meetings/{id}"),
    "running meeting": (meeting("running"), "/meetings/{id}"),
    "running public meeting": (meeting("running", "public", public=True), "/meetings/{id}"),
    "closed meeting": (meeting("closed"), "/meetings/{id}"),
    "attendance": (meeting("running"), "/meetings/{id}/attendance"),
    "minutes": (meeting("closed"), "/meetings/{id}/minutes"),
    "somebody": (attendance(), "/people/{person_id}"),
    "goals": (group("network"), "/groups/{id}/goals"),
    "draft of a goal": (draft(), "/goals/{id}"),
    "goal": (goal("public", public=True), "/goals/{id}"),
    "plan": (plan(consent=True), "/goal-plans/{id}"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", PAGES)
def test_a_button_that_would_be_refused_is_not_shown(stage: Playing, name: str) -> None:
    scene, path = PAGES[name]
    thing = stage.show(scene)
    page = path.format(id=thing.id, person_id=getattr(thing, "person_id", 0))
    for who in EACH:
        answer = stage.reader(who).get(page, inspected=False)
        if answer.status_code == 200:
            for route in shown_routes(stage.app, answer.text):
                assert any(who in row.may for row in ROUTES[route]), f"{who} is shown {route}"


def shown_routes(app: Flask, text: str) -> set[str]:
    """The routes of all buttons and links that the style sheet shows to a reader of this page."""
    page = html.fromstring(text)
    adapter = app.url_map.bind("localhost")
    found = set()
    for element in page.xpath("//*[@formaction or @href or self::form[@action]]"):
        needs = [
            set(one.get("data-needs").split())
            for one in (element, *element.iterancestors())
            if one.get("data-needs")
        ]
        may = {word for one in element.iterancestors() for word in (one.get("data-may") or "").split()}
        if any(not (words & may) for words in needs) or not_the_readers(page, element):
            continue
        method = "GET" if element.get("href") else "POST"
        if element.tag == "form" and (element.get("method") or "get").lower() == "get":
            method = "GET"
        address = element.get("formaction") or element.get("href") or element.get("action")
        route = route_of(adapter.match, address.split("?")[0].split("#")[0], method)
        if route:
            found.add(route)
    return found


def not_the_readers(page: Any, element: Any) -> bool:
    """Whether it is shown to the author of a thing alone, and somebody else reads the page."""
    if not element.xpath("ancestor-or-self::*[contains(@class, 'nw-if-mine')]"):
        return False
    authors = [one.get("data-author") for one in element.iterancestors() if one.get("data-author")]
    return page.get("data-account") not in authors


def route_of(match: Callable[..., Any], path: str, method: str) -> str | None:
    """The "METHOD /path" with its placeholders; None for what is no page of ours."""
    if not path.startswith("/"):
        return None
    try:
        rule, _values = match(path, method=method, return_rule=True)
    except NotFound:
        return None
    return f"{method} {rule.rule}"


def test_the_administrator_may_in_closed_groups_what_any_member_of_the_network_may() -> None:
    rows = [row for rows in ROUTES.values() for row in rows if row.on and "closed group" in row.on.name]
    assert len(rows) > 10
    for row in rows:
        assert (ADMINISTRATOR in row.may) == (MEMBER in row.may), row.on
