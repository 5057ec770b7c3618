"""Rows for minutes, decisions and actions."""

from datetime import timedelta
from typing import Any

from network.dates import local
from network.things import now
from tests.permission_rows.stage import decision, meeting, minutes, task, written
from tests.permission_rows.words import (
    GUEST,
    IN_GROUP,
    MINUTE_TAKER,
    NOBODY,
    OFFICERS,
    SIGNED_IN,
    STEERING,
    WRITING,
    Table,
    hidden,
    row,
)

AUTHORS = WRITING | OFFICERS  # chair and minute-taker write by their office
ENDING = WRITING | {GUEST}  # whose task it is in these scenes
CLOSED = IN_GROUP | OFFICERS
EXISTS_NOT = {"sees": NOBODY, "door": False}
NOW = {"text": "We ask the county.", "item": "0"}


def removed() -> dict[str, Any]:
    return {"removed_at": now}


def in_two_weeks(*_scene: Any) -> dict[str, Any]:
    return {"until": f"{local(now()) + timedelta(days=14):%Y-%m-%d}"}


def of_its_item(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    return {"text": "We ask the county again.", "item": thing.parent_id}


ROUTES: Table = {
    "GET /meetings/<id>/minutes": [
        row(SIGNED_IN, meeting("running"), **EXISTS_NOT),
        row(SIGNED_IN, minutes("circulated"), **EXISTS_NOT),
        row(SIGNED_IN, meeting("closed", "public", public=True), **EXISTS_NOT),  # not published yet
        row(CLOSED, meeting("closed", "closed"), **EXISTS_NOT),
    ],
    "GET /items/<id>/minutes": [
        row(AUTHORS, written()),
        row(AUTHORS, written("running", "closed"), sees=CLOSED),
        row(AUTHORS, written("closed")),
    ],
    "POST /items/<id>/minutes": [
        row(AUTHORS, written(), facts={"text": "Third.", "revision": "2"}),
        row(AUTHORS, written("running", "closed"), facts={"text": "Third.", "revision": "2"}, sees=CLOSED),
    ],
    "GET /items/<id>/minutes/versions": [
        row(SIGNED_IN, written()),
        hidden(CLOSED, written("running", "closed")),
    ],
    "POST /meetings/<id>/decisions": [
        row(AUTHORS, meeting("running"), facts=NOW),
        row(AUTHORS, meeting("running", "closed"), facts=NOW, sees=CLOSED),
    ],
    "POST /meetings/<id>/actions": [row(AUTHORS, meeting("running"), facts=NOW)],
    "GET /decisions/<id>": [
        row(SIGNED_IN, decision(), yes=302, **EXISTS_NOT),
        row(CLOSED, decision("closed", "closed"), yes=302, **EXISTS_NOT),
    ],
    "GET /decisions/<id>/edit": [row(AUTHORS, decision())],
    "POST /decisions/<id>/edit": [row(AUTHORS, decision(), facts=of_its_item)],
    "POST /decisions/<id>/remove": [row(AUTHORS, decision()), row(NOBODY, decision("closed"))],
    "POST /decisions/<id>/restore": [row(AUTHORS, decision(**removed()))],
    "POST /decisions/<id>/settle": [
        row(STEERING, decision("closed"), facts={"state": "carried_out"}),
        row(STEERING, decision("closed", "closed"), facts={"state": "carried_out"}, sees=CLOSED),
    ],
    "GET /actions": [row(SIGNED_IN)],
    "GET /actions/<id>": [
        row(SIGNED_IN, task(), yes=302, **EXISTS_NOT),
        row(CLOSED, task("running", "closed"), yes=302, **EXISTS_NOT),
    ],
    "GET /actions/<id>/edit": [row(AUTHORS, task())],
    "POST /actions/<id>/edit": [row(AUTHORS, task(), facts=of_its_item)],
    "POST /actions/<id>/remove": [row(AUTHORS, task())],
    "POST /actions/<id>/restore": [row(AUTHORS, task(**removed()))],
    "POST /actions/<id>/done": [row(ENDING, task()), row(ENDING, task("running", "closed"), sees=CLOSED)],
    "POST /actions/<id>/reopen": [row(ENDING, task(state="done"))],
    "GET /actions/<id>/drop": [row(ENDING, task())],
    "POST /actions/<id>/drop": [row(ENDING, task(), facts={"reason": "Somebody else does it."})],
    "GET /meetings/<id>/minutes/circulate": [row(STEERING | {MINUTE_TAKER}, meeting("closed"))],
    "POST /meetings/<id>/minutes/circulate": [
        row(STEERING | {MINUTE_TAKER}, meeting("closed"), facts=in_two_weeks),
        row(NOBODY, meeting("running"), facts=in_two_weeks),
    ],
    "GET /meetings/<id>/minutes/take-back": [row(STEERING, minutes("circulated"))],
    "POST /meetings/<id>/minutes/take-back": [row(STEERING, minutes("circulated"))],
}
