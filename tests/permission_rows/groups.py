"""Rows for groups, for coming in and going, and for what is proposed in them."""

import secrets
from datetime import timedelta
from typing import Any

from network.agenda.proposals import coming_meetings
from network.dates import local
from network.things import now
from tests.permission_rows.stage import (
    archived,
    free_group,
    group,
    membership,
    plenary,
    proposal,
    request,
    series,
)
from tests.permission_rows.words import (
    COORDINATION,
    EVERYBODY,
    GROUP_MEMBER,
    GUEST,
    IN_GROUP,
    LEAD,
    MEMBER,
    NOBODY,
    OFFICE,
    OUTSIDE,
    SIGNED_IN,
    STEERING,
    WRITING,
    Table,
    hidden,
    only,
    row,
)

FACTS = {
    "purpose": "Flats for all.",
    "visibility": "network",
    "joining": "request",
    "kind": "working",
}
# Reading what belongs to a group: members of the network, and of a closed one its people.
FOR_READERS = {"sees": NOBODY, "door": False}


def other_facts(*_scene: Any) -> dict[str, Any]:
    return {**FACTS, "name": f"Flats {secrets.token_hex(4)}"}  # no two groups are called the same


def of_one_lead(stage: Any, *_scene: Any) -> dict[str, Any]:
    return {**other_facts(), "leads": [stage[LEAD].id]}


def somebody_new(stage: Any, *_scene: Any) -> dict[str, Any]:
    return {"people": [stage.newcomer().id], "role": "member"}


def successor(stage: Any, thing: Any, who: Any) -> dict[str, Any]:
    """Only the one lead has to name somebody."""
    follows = next(place for place in thing.memberships if place.person_id == stage[GROUP_MEMBER].id)
    return {"successor": follows.id} if who is stage[LEAD] else {}


def declined(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    coming = coming_meetings(thing.parent)[0]
    return {"answer": "decline", "reason": "Elsewhere.", "meeting_id": coming.id}


def pattern(*_scene: Any) -> dict[str, Any]:
    return {
        "title": "Language on Wednesdays",
        "rhythm": "weeks",
        "every": "2",
        "nth": "1",
        "weekday": "2",
        "first_on": f"{local(now()) + timedelta(days=1):%Y-%m-%d}",
        "start_time": "17:00",
        "minutes": "90",
        "days_ahead": "28",
    }


NOT_YET_IN = OUTSIDE | {GUEST, OFFICE}
ANSWERED = only(LEAD, OFFICE, MEMBER)  # the request is the member's

GROUPS: Table = {
    "GET /groups": [row(EVERYBODY)],
    "GET /groups/<id>": [
        row(SIGNED_IN, group("network"), **FOR_READERS),
        row(EVERYBODY, group("public")),
        row(SIGNED_IN, group("closed"), **FOR_READERS),  # to others its name and purpose
        row(SIGNED_IN, archived(), **FOR_READERS),
    ],
    "GET /groups/new": [hidden(only(OFFICE))],
    "POST /groups/new": [hidden(only(OFFICE), facts=of_one_lead)],
    "GET /groups/<id>/edit": [hidden(STEERING, group("network")), hidden(STEERING, group("closed"))],
    "POST /groups/<id>/edit": [hidden(STEERING, group("network", mode="Anew"), facts=other_facts)],
    "POST /groups/<id>/archive": [
        row(STEERING, group("network", mode="Anew")),
        row(STEERING, group("closed", mode="Anew")),
    ],
    "POST /groups/<id>/reopen": [row(STEERING, archived())],
    "GET /groups/<id>/members": [
        row(SIGNED_IN, group("network")),
        row(SIGNED_IN, group("public")),
        hidden(IN_GROUP, group("closed")),
    ],
    "GET /groups/<id>/invite": [hidden(STEERING, group("network")), hidden(NOBODY, archived())],
    "POST /groups/<id>/invite": [
        hidden(STEERING, group("network"), facts=somebody_new),
        hidden(STEERING, group("closed"), facts=somebody_new),
        hidden(NOBODY, archived(), facts=somebody_new),
    ],
    "POST /groups/<id>/join": [
        row(NOT_YET_IN, free_group()),
        row(NOBODY, group("network")),
        row(NOBODY, group("closed")),
    ],
    "GET /groups/<id>/ask": [
        # Who is in it already is led back to the group.
        row(NOT_YET_IN, group("network"), but={GROUP_MEMBER: 303, LEAD: 303}),
        row(NOT_YET_IN, group("closed"), but={GROUP_MEMBER: 303, LEAD: 303}),
    ],
    "POST /groups/<id>/ask": [
        row(
            NOT_YET_IN,
            group("network", mode="Anew"),
            facts={"text": "I teach."},
            but={GROUP_MEMBER: 303, LEAD: 303},
        )
    ],
    "GET /groups/<id>/leave": [hidden(only(GUEST, GROUP_MEMBER, LEAD), group("network"))],
    "POST /groups/<id>/leave": [
        hidden(only(GUEST, GROUP_MEMBER, LEAD), group("network", mode="Anew"), facts=successor)
    ],
    "GET /memberships/<id>": [hidden(STEERING, membership()), hidden(STEERING, membership("closed"))],
    "POST /memberships/<id>": [hidden(STEERING, membership(), facts={"role": "lead"})],
    "POST /memberships/<id>/hand-over": [
        row(only(LEAD), membership()),
        row(only(LEAD), membership("closed"), sees=IN_GROUP),
    ],
    "GET /memberships/<id>/remove": [hidden(STEERING, membership())],
    "POST /memberships/<id>/remove": [hidden(STEERING, membership(), facts={"reason": "Wished for."})],
    "POST /join-requests/<id>/accept": [
        row(STEERING, request(), sees=ANSWERED),
        row(only(MEMBER), request(invited=True), sees=ANSWERED),
        row(STEERING, request(of="closed"), sees=ANSWERED),
    ],
    "GET /join-requests/<id>/decline": [row(STEERING, request(), sees=NOBODY, but={MEMBER: 303})],
    "POST /join-requests/<id>/decline": [
        row(STEERING, request(), sees=NOBODY, facts={"answer": "We are full."}, but={MEMBER: 303}),
        row(only(MEMBER), request(invited=True), sees=NOBODY, but=dict.fromkeys(STEERING, 303)),
    ],
    "POST /join-requests/<id>/withdraw": [
        row(only(MEMBER), request(), sees=ANSWERED),
        row(STEERING, request(invited=True), sees=ANSWERED),
    ],
}

PROPOSALS: Table = {
    "GET /groups/<id>/proposals": [row(SIGNED_IN, group("network")), hidden(IN_GROUP, group("closed"))],
    "GET /groups/<id>/proposals/new": [
        row(WRITING, group("network")),
        row(WRITING, group("closed")),
        row(NOBODY, archived()),
    ],
    "POST /groups/<id>/proposals": [
        row(WRITING, group("network"), facts={"title": "Interpreters"}),
        row(WRITING, group("public"), facts={"title": "Interpreters"}),
        row(WRITING, group("closed"), facts={"title": "Interpreters"}),
        row(NOBODY, archived(), facts={"title": "Interpreters"}),
    ],
    "GET /proposals/<id>/answer": [
        row(STEERING, proposal()),
        row(STEERING, proposal("closed"), sees=IN_GROUP),
    ],
    "POST /proposals/<id>/answer": [
        row(STEERING, proposal(), facts=declined),
    ],
    "POST /proposals/<id>/take-up": [
        row(STEERING, proposal()),
        row(STEERING, proposal("closed"), sees=IN_GROUP),
    ],
    "POST /proposals/<id>/withdraw": [row(only(by), proposal(by=by)) for by in sorted(WRITING)],
}

# The coordination group plans the plenary; everywhere else it may what members of the network may.
PLANS = {
    "kind": "ordinary",
    "day": "2027-06-02",
    "start": "17:00",
    "end": "18:30",
    "chair_id": "",
    "minute_taker_id": "",
    "like": "empty",
}

PLANNING: Table = {
    "GET /groups/<id>/meetings": [
        row(SIGNED_IN, group("network"), **FOR_READERS),
        row(EVERYBODY, group("public")),
        row(SIGNED_IN, group("closed"), **FOR_READERS),  # to others none is shown
    ],
    "GET /groups/<id>/meetings/new": [
        row(STEERING, group("network")),
        row(STEERING | {COORDINATION}, plenary()),
        row(NOBODY, archived()),
    ],
    "POST /groups/<id>/meetings/new": [
        row(STEERING, group("network"), facts=PLANS),
        row(STEERING, group("public"), facts=PLANS),
        row(STEERING, group("closed"), facts=PLANS),
        row(STEERING | {COORDINATION}, plenary(), facts=PLANS),
    ],
    "GET /groups/<id>/templates": [row(STEERING, group("network"))],
    "GET /groups/<id>/series": [row(STEERING, group("network"))],
    "GET /groups/<id>/series/new": [row(STEERING, group("network"))],
    "POST /groups/<id>/series/new": [row(STEERING, group("network"), facts=pattern)],
    "GET /series/<id>": [row(SIGNED_IN, series()), hidden(IN_GROUP, series("closed"))],
    "GET /series/<id>/edit": [row(STEERING, series())],
    "POST /series/<id>/edit": [row(STEERING, series(), facts=pattern)],
    "POST /series/<id>/end": [row(STEERING, series())],
    "POST /series/<id>/prepare": [
        row(STEERING, series()),
        row(STEERING, series("closed"), sees=IN_GROUP),
    ],
    "GET /meetings": [row(EVERYBODY)],
}

REGISTERS: Table = {
    f"GET /groups/<id>/{what}": [
        row(SIGNED_IN, group("network"), **FOR_READERS),
        row(SIGNED_IN, group("public"), **FOR_READERS),
        row(IN_GROUP, group("closed"), **FOR_READERS),
    ]
    for what in ("minutes", "decisions", "actions")
}

ROUTES: Table = {**GROUPS, **PROPOSALS, **PLANNING, **REGISTERS}
