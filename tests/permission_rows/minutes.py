"""Rows for minutes, decisions and actions."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from network import links
from network.dates import local
from network.extensions import db
from network.minutes.models import Decision
from network.things import now
from tests.permission_rows.stage import Stage, decision, meeting, minutes, task, written
from tests.permission_rows.words import (
    EVERYBODY,
    FEW,
    GUEST,
    IN_GROUP,
    MINUTE_TAKER,
    NOBODY,
    OFFICERS,
    SIGNED_IN,
    STEERING,
    WRITING,
    Scene,
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


def replaceable() -> Scene:
    """A decision with its number, and a later one of the same group."""
    earlier, later = decision("closed"), decision("closed")

    def make(stage: Stage) -> Decision:
        found: Decision = earlier.make(stage)
        later.make(stage)
        return found

    return Scene("decision with a later one", make)


def the_later_one(_stage: Any, thing: Decision, _who: Any) -> dict[str, Any]:
    numbered = Decision.group_id == thing.group_id, Decision.number.is_not(None)
    return {"by_id": str(db.session.scalar(select(func.max(Decision.id)).where(*numbered)))}


def of_the_guest(stage: Any, thing: Any) -> dict[str, Any]:
    return {"token": links.make("done", action=thing.id, person=stage[GUEST].id)}


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
        row(SIGNED_IN, decision(), **EXISTS_NOT),
        row(CLOSED, decision("closed", "closed"), **EXISTS_NOT),
    ],
    "GET /decisions/<id>/edit": [row(AUTHORS, decision())],
    "POST /decisions/<id>/edit": [row(AUTHORS, decision(), facts=of_its_item)],
    "POST /decisions/<id>/remove": [row(AUTHORS, decision()), row(NOBODY, decision("closed"))],
    "POST /decisions/<id>/restore": [row(AUTHORS, decision(**removed()))],
    "POST /decisions/<id>/settle": [
        row(STEERING, decision("closed"), facts={"state": "carried_out"}),
        row(STEERING, decision("closed", "closed"), facts={"state": "carried_out"}, sees=CLOSED),
    ],
    "GET /decisions": [row(SIGNED_IN)],
    "GET /decisions/<id>/supersede": [
        row(STEERING, decision("closed")),
        row(STEERING, decision("closed", "closed"), sees=CLOSED),
    ],
    "POST /decisions/<id>/supersede": [
        row(STEERING, replaceable(), facts=the_later_one),
        row(NOBODY, decision(), facts={"by_id": "1"}),  # it has no number yet
    ],
    "GET /done/<token>": [row(EVERYBODY, task(), address=of_the_guest, asked=FEW)],
    "POST /done/<token>": [
        row(EVERYBODY, task(), address=of_the_guest, asked=FEW),
        row(EVERYBODY, task("running", "closed"), address=of_the_guest, asked=FEW),
    ],
    "GET /actions": [row(SIGNED_IN)],
    "GET /actions/<id>": [
        row(SIGNED_IN, task(), **EXISTS_NOT),
        row(CLOSED, task("running", "closed"), **EXISTS_NOT),
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
