"""Rows for one meeting: its page, agenda, attendance, invitations, and how it is held."""

from typing import Any

from network.things import now
from tests.permission_rows.stage import (
    attendance,
    current_of,
    invited_besides,
    item,
    meeting,
    named_guest,
    token,
)
from tests.permission_rows.words import (
    CHAIRING,
    EVERYBODY,
    FEW,
    GUEST,
    IN_GROUP,
    INVITED,
    NOBODY,
    OFFICERS,
    OUTSIDE,
    SIGNED_IN,
    STEERING,
    Table,
    hidden,
    row,
)

KEEPING = STEERING | OFFICERS  # the list of attendance
CLOSED = IN_GROUP | OFFICERS  # who sees a meeting of a closed group
DRAFTING = STEERING | OFFICERS  # who sees a draft
EXISTS_NOT = {"sees": NOBODY, "door": False}
PLANS = {
    "title": "Unspeakable meeting",
    "kind": "ordinary",
    "day": "2027-06-02",
    "start": "17:00",
    "end": "18:30",
    "chair_id": "",
    "minute_taker_id": "",
}


def expected(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    """The item that is on, as whoever presses the button sees it."""
    return {"expected": current_of(thing if thing.type == "meeting" else thing.parent)}


def after_the_first(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    return {"after": thing.parent.agenda[0].id}


def new_minute_taker(stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    return {"office": "minute_taker", "person_id": stage[GUEST].id}


def somebody_new(stage: Any, *_scene: Any) -> dict[str, Any]:
    return {"people": [stage.newcomer().id]}


def right_code(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    return {"code": thing.check_in_code}


def code_address(_stage: Any, thing: Any) -> dict[str, Any]:
    return {"code": thing.check_in_code}


PAGES: Table = {
    "GET /meetings/<id>": [
        *(
            row(SIGNED_IN, meeting(state), **EXISTS_NOT)
            for state in ("announced", "running", "paused", "closed", "cancelled")
        ),
        row(DRAFTING, meeting("draft"), **EXISTS_NOT),
        row(DRAFTING, meeting("draft", "public", public=True), **EXISTS_NOT),
        row(SIGNED_IN, meeting("announced", "public"), **EXISTS_NOT),
        *(row(EVERYBODY, meeting(state, "public", public=True)) for state in ("announced", "running")),
        row(SIGNED_IN, meeting("running", "network", public=True), **EXISTS_NOT),  # the group is not public
        *(
            row(CLOSED, meeting(state, "closed"), **EXISTS_NOT)
            for state in ("announced", "running", "closed")
        ),
        row(DRAFTING, meeting("draft", "closed"), **EXISTS_NOT),
        row(NOBODY, meeting("draft", is_template=True), **EXISTS_NOT),
    ],
    "GET /meetings/<id>/calendar.ics": [
        row(SIGNED_IN, meeting(), **EXISTS_NOT),
        row(EVERYBODY, meeting("announced", "public", public=True)),
        row(CLOSED, meeting("announced", "closed"), **EXISTS_NOT),
    ],
    "GET /meetings/<id>/edit": [
        row(STEERING, meeting()),
        row(STEERING, meeting("draft"), sees=DRAFTING),
        row(STEERING, meeting("announced", "closed"), sees=CLOSED),
        row(NOBODY, meeting("closed")),
    ],
    "POST /meetings/<id>/edit": [
        row(STEERING, meeting(), facts=PLANS),
        row(STEERING, meeting("draft"), facts=PLANS, sees=DRAFTING),
        row(STEERING, meeting("announced", "closed"), facts=PLANS, sees=CLOSED),
    ],
    "GET /meetings/<id>/cancel": [row(STEERING, meeting())],
    "POST /meetings/<id>/cancel": [
        row(STEERING, meeting(), facts={"reason": "The house is closed."}),
        row(NOBODY, meeting("running"), facts={"reason": "The house is closed."}),
    ],
    "POST /meetings/<id>/remove": [
        row(STEERING, meeting("draft"), sees=DRAFTING),
        row(NOBODY, meeting()),
    ],
    "POST /meetings/<id>/restore": [hidden(STEERING, meeting("draft", removed_at=now))],
    "GET /meetings/<id>/save-as-template": [row(STEERING, meeting("closed"))],
    "POST /meetings/<id>/save-as-template": [row(STEERING, meeting("closed"), facts={"title": "As always"})],
    "GET /meetings/<id>/template": [hidden(STEERING, meeting("draft", is_template=True))],
}

INVITATIONS: Table = {
    "GET /meetings/<id>/announce": [row(STEERING, meeting("draft"), sees=DRAFTING)],
    "POST /meetings/<id>/announce": [
        row(STEERING, meeting("draft"), sees=DRAFTING),
        row(STEERING, meeting("draft", "closed"), sees=DRAFTING),
    ],
    "GET /meetings/<id>/invite": [row(STEERING, meeting())],
    "POST /meetings/<id>/invite": [row(STEERING, meeting(), facts=somebody_new)],
    "POST /attendances/<id>/uninvite": [row(STEERING, invited_besides())],
    "GET /meetings/<id>/tell": [row(STEERING, meeting())],
    "POST /meetings/<id>/tell": [row(STEERING, meeting())],
    "GET /answer/<token>": [row(EVERYBODY, attendance(), address=token("answer", "attendance"), asked=FEW)],
    "POST /answer/<token>": [
        row(
            EVERYBODY,
            attendance(),
            address=token("answer", "attendance"),
            facts={"value": "accepted"},
            asked=FEW,
        ),
        row(  # a link to a closed group's meeting answers, and shows nothing else
            EVERYBODY,
            attendance(of="closed"),
            address=token("answer", "attendance"),
            facts={"value": "declined"},
            asked=FEW,
        ),
    ],
}

ITEM = {"title": "Interpreters", "kind": "exchange"}

AGENDA: Table = {
    "POST /meetings/<id>/items": [
        row(STEERING, meeting(), facts=ITEM),
        row(STEERING, meeting("draft"), facts=ITEM, sees=DRAFTING),
        row(CHAIRING, meeting("running"), facts=ITEM),
        row(NOBODY, meeting("closed"), facts=ITEM),
        row(STEERING, meeting("announced", "closed"), facts=ITEM, sees=CLOSED),
    ],
    "GET /items/<id>/edit": [
        row(STEERING, item()),
        row(CHAIRING, item("running")),
        row(STEERING, item("announced", "closed"), sees=CLOSED),
    ],
    "POST /items/<id>/edit": [
        row(STEERING, item(), facts=ITEM),
        row(STEERING, item("draft"), facts=ITEM, sees=DRAFTING),
        row(CHAIRING, item("running"), facts=ITEM),
    ],
    "POST /items/<id>/move": [
        row(STEERING, item(), facts=after_the_first),
        row(CHAIRING, item("running"), facts=after_the_first),
    ],
    **{
        f"POST /items/<id>/{step}": [row(STEERING, item()), row(CHAIRING, item("running"))]
        for step in ("up", "down", "indent", "outdent")
    },
    "POST /items/<id>/remove": [
        row(STEERING, item()),
        row(CHAIRING, item("running")),
        row(STEERING, item("announced", "closed"), sees=CLOSED),
    ],
    "POST /items/<id>/restore": [row(STEERING, item(removed_at=now))],
    "GET /meetings/<id>/carry-over": [row(STEERING, meeting("draft"), sees=DRAFTING)],
    "POST /meetings/<id>/carry-over": [row(STEERING, meeting("draft"), sees=DRAFTING)],
}

# Without a row of one's own on the list there is nothing to answer.
MINE = {"sees": NOBODY}
WITHOUT_CODE = dict.fromkeys(OUTSIDE - OFFICERS, 422)

ATTENDANCE: Table = {
    "GET /meetings/<id>/answer": [row(INVITED, meeting(), **MINE)],
    "POST /meetings/<id>/answer": [
        row(INVITED, meeting(), facts={"value": "accepted"}, **MINE),
        row(INVITED, meeting("announced", "closed"), facts={"value": "accepted"}, **MINE),
    ],
    "POST /meetings/<id>/check-in": [
        row(IN_GROUP | OFFICERS, meeting("running"), but=WITHOUT_CODE),
        row(SIGNED_IN, meeting("running"), facts=right_code),
        row(CLOSED, meeting("running", "closed"), facts=right_code, sees=NOBODY),
        row(NOBODY, meeting("closed")),
    ],
    "POST /meetings/<id>/check-out": [row(INVITED, meeting("running"), **MINE)],
    "POST /meetings/<id>/excuse": [row(INVITED, meeting(), **MINE)],
    "POST /meetings/<id>/represent": [row(INVITED, meeting(), facts={"organisation_id": "citizen"}, **MINE)],
    "GET /meetings/<id>/code": [row(CHAIRING, meeting("running"))],
    "POST /meetings/<id>/code": [row(CHAIRING, meeting("running"))],
    "GET /c": [row(SIGNED_IN)],
    "POST /c": [
        row(SIGNED_IN, meeting("running"), facts=right_code, address=lambda *_: {}),
        row(
            CLOSED,
            meeting("running", "closed"),
            facts=right_code,
            address=lambda *_: {},
            but=dict.fromkeys(SIGNED_IN - CLOSED, 422),
        ),
    ],
    "GET /c/<code>": [
        row(SIGNED_IN, meeting("running"), address=code_address),
        row(
            CLOSED,
            meeting("running", "closed"),
            address=code_address,
            but=dict.fromkeys(SIGNED_IN - CLOSED, 422),  # as for a code that nobody has
        ),
    ],
    "POST /c/<code>": [
        row(SIGNED_IN, meeting("running"), address=code_address),
        row(
            CLOSED,
            meeting("running", "closed"),
            address=code_address,
            but=dict.fromkeys(SIGNED_IN - CLOSED, 422),
        ),
    ],
    "GET /meetings/<id>/attendance": [
        row(SIGNED_IN, meeting()),
        row(SIGNED_IN, meeting("running", "public", public=True)),
        hidden(CLOSED, meeting("running", "closed")),
        hidden(DRAFTING, meeting("draft")),
    ],
    "POST /meetings/<id>/attendance/guests": [
        row(KEEPING, meeting("running"), facts={"name": "Jo Gast", "how": "room"}),
        row(KEEPING, meeting("closed"), facts={"name": "Jo Gast", "how": "room"}),
    ],
    "GET /meetings/<id>/attendance/signatures": [row(KEEPING, meeting())],
    "GET /meetings/<id>/attendance.csv": [
        row(KEEPING, meeting()),
        row(KEEPING, meeting("running", "closed"), sees=CLOSED),
    ],
    "GET /attendances/<id>": [row(KEEPING, attendance())],
    "POST /attendances/<id>": [
        row(KEEPING, attendance(state="running"), facts={"presence": "excused", "organisation_id": ""})
    ],
    "POST /attendances/<id>/presence": [
        row(KEEPING, attendance(state="running"), facts={"presence": "excused"}),
        row(
            KEEPING,
            attendance(state="running", of="closed"),
            facts={"presence": "excused"},
            sees=CLOSED,
        ),
    ],
    "POST /attendances/<id>/remove": [row(KEEPING, named_guest())],
    "POST /attendances/<id>/restore": [row(KEEPING, named_guest(removed=True))],
}

RUNNING: Table = {
    "POST /meetings/<id>/start": [
        row(CHAIRING, meeting()),
        row(CHAIRING, meeting("announced", "public", public=True)),
        row(CHAIRING, meeting("announced", "closed"), sees=CLOSED),
        row(NOBODY, meeting("draft"), sees=DRAFTING),
    ],
    "POST /meetings/<id>/next": [
        row(CHAIRING, meeting("running"), facts=expected),
        row(CHAIRING, meeting("running", "closed"), facts=expected, sees=CLOSED),
    ],
    "POST /meetings/<id>/pause": [row(CHAIRING, meeting("running"))],
    "POST /meetings/<id>/continue": [row(CHAIRING, meeting("paused"))],
    "POST /items/<id>/open": [row(CHAIRING, item("running"), facts=expected)],
    "POST /items/<id>/reopen": [row(CHAIRING, item("running", state="done"), facts=expected)],
    "POST /items/<id>/postpone": [row(CHAIRING, item("running"), facts=expected)],
    "POST /items/<id>/put-back": [row(CHAIRING, item("running", state="postponed"))],
    "GET /meetings/<id>/items/now": [row(CHAIRING, meeting("running"))],
    "POST /meetings/<id>/items/now": [row(CHAIRING, meeting("running"), facts=ITEM)],
    "GET /meetings/<id>/hand-over": [row(CHAIRING | OFFICERS, meeting("running"))],
    "POST /meetings/<id>/hand-over": [row(CHAIRING | OFFICERS, meeting("running"), facts=new_minute_taker)],
    "GET /meetings/<id>/close": [row(CHAIRING, meeting("running"))],
    "POST /meetings/<id>/close": [
        row(CHAIRING, meeting("running"), facts=expected),
        row(CHAIRING, meeting("running", "closed"), facts=expected, sees=CLOSED),
    ],
}

ROUTES: Table = {**PAGES, **INVITATIONS, **AGENDA, **ATTENDANCE, **RUNNING}
