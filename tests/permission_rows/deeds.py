"""Rows for what is done over the socket, and for who may be in which room."""

from tests.permission_rows.groups import ANSWERED, NOT_YET_IN
from tests.permission_rows.meetings import (
    CLOSED,
    DRAFTING,
    ITEM,
    WITHOUT_CODE,
    after_the_first,
    expected,
    right_code,
)
from tests.permission_rows.minutes import AUTHORS, ENDING
from tests.permission_rows.stage import (
    archived,
    attendance,
    free_group,
    group,
    item,
    meeting,
    own_room,
    request,
    room_below,
    task,
    written,
)
from tests.permission_rows.words import (
    CHAIRING,
    EVERYBODY,
    GROUP_MEMBER,
    IN_GROUP,
    MEMBER,
    NOBODY,
    OFFICE,
    OFFICERS,
    SIGNED_IN,
    STEERING,
    WRITING,
    Table,
    only,
    row,
)

# As the forms: who reads a thing is refused with a reason, for others it does not exist.
DEEDS: Table = {
    "agenda.add_item": [
        row(STEERING, meeting(), facts=ITEM),
        row(STEERING, meeting("draft"), facts=ITEM, sees=DRAFTING),
        row(CHAIRING, meeting("running"), facts=ITEM),
        row(STEERING, meeting("announced", "closed"), facts=ITEM, sees=CLOSED),
        row(NOBODY, meeting("closed"), facts=ITEM),
        # A visitor sees the public side, and is told why not.
        row(STEERING, meeting("announced", "public", public=True), facts=ITEM, sees=EVERYBODY),
    ],
    "agenda.move_item": [
        row(STEERING, item(), facts=after_the_first),
        row(CHAIRING, item("running"), facts=after_the_first),
        row(STEERING, item("announced", "closed"), facts=after_the_first, sees=CLOSED),
    ],
    "agenda.propose": [
        row(WRITING, group("network"), facts={"title": "Interpreters"}),
        row(WRITING, group("public"), facts={"title": "Interpreters"}, sees=EVERYBODY),
        row(WRITING, group("closed"), facts={"title": "Interpreters"}),
        row(NOBODY, archived(), facts={"title": "Interpreters"}),
    ],
    "attendance.answer": [
        row(only(GROUP_MEMBER), attendance(), facts={"value": "accepted"}),
        row(only(GROUP_MEMBER), attendance(of="closed"), facts={"value": "accepted"}, sees=CLOSED),
        row(NOBODY, attendance(state="running"), facts={"value": "accepted"}),
    ],
    "attendance.check_in": [
        row(IN_GROUP | OFFICERS, meeting("running"), but=WITHOUT_CODE),
        row(SIGNED_IN, meeting("running"), facts=right_code),
        row(CLOSED, meeting("running", "closed"), facts=right_code, sees=NOBODY),
    ],
    "attendance.check_out": [row(only(GROUP_MEMBER), attendance(state="running"))],
    "attendance.excuse": [row(only(GROUP_MEMBER), attendance())],
    "attendance.mark": [
        row(STEERING | OFFICERS, attendance(state="running"), facts={"presence": "excused"}),
        row(
            STEERING | OFFICERS,
            attendance(state="running", of="closed"),
            facts={"presence": "excused"},
            sees=CLOSED,
        ),
    ],
    "groups.join": [
        row(NOT_YET_IN, free_group()),
        row(NOBODY, group("network")),
        row(NOBODY, group("public"), sees=EVERYBODY),
        row(NOBODY, group("closed")),
    ],
    "groups.accept": [
        row(STEERING, request(), sees=ANSWERED),
        row(only(MEMBER), request(invited=True), sees=ANSWERED),
    ],
    "groups.withdraw": [
        row(only(MEMBER), request(), sees=ANSWERED),
        row(STEERING, request(invited=True, of="closed"), sees=ANSWERED),
    ],
    "drafts.begin": [
        row(AUTHORS, written()),
        row(AUTHORS, written("running", "closed"), sees=CLOSED),
        row(NOBODY, item()),
    ],
    "minutes.write": [
        row(AUTHORS, written(), facts={"text": "Third.", "revision": 2}),
        row(AUTHORS, written("running", "closed"), facts={"text": "Third.", "revision": 2}, sees=CLOSED),
    ],
    "minutes.decide": [
        row(AUTHORS, item("running"), facts={"text": "We ask the county."}),
        row(AUTHORS, item("running", "closed"), facts={"text": "We ask the county."}, sees=CLOSED),
    ],
    "minutes.agree": [
        row(AUTHORS, item("running"), facts={"text": "Ask the county.", "organisation_id": ""}),
        row(NOBODY, item(), facts={"text": "Ask the county."}),
    ],
    "minutes.tick_off": [row(ENDING, task()), row(ENDING, task("running", "closed"), sees=CLOSED)],
    "minutes.drop": [row(ENDING, task(), facts={"reason": "Somebody else does it."})],
    "minutes.reopen": [row(ENDING, task(state="done"))],
    "meetings.start": [
        row(CHAIRING, meeting()),
        row(CHAIRING, meeting("announced", "closed"), sees=CLOSED),
        row(CHAIRING, meeting("announced", "public", public=True), sees=EVERYBODY),
        row(NOBODY, meeting("draft"), sees=DRAFTING),
    ],
    "meetings.next_item": [
        row(CHAIRING, meeting("running"), facts=expected),
        row(CHAIRING, meeting("running", "closed"), facts=expected, sees=CLOSED),
    ],
    "meetings.open_item": [row(CHAIRING, item("running"), facts=expected)],
    "meetings.reopen_item": [row(CHAIRING, item("running", state="done"), facts=expected)],
    "meetings.postpone_item": [row(CHAIRING, item("running"), facts=expected)],
    "meetings.put_back_item": [row(CHAIRING, item("running", state="postponed"))],
    "meetings.pause": [row(CHAIRING, meeting("running"))],
    "meetings.continue": [row(CHAIRING, meeting("paused"))],
    "meetings.add_item_now": [row(CHAIRING, meeting("running"), facts=ITEM)],
    "meetings.close": [
        row(CHAIRING, meeting("running"), facts=expected),
        row(CHAIRING, meeting("running", "closed"), facts=expected, sees=CLOSED),
    ],
}

# Who may come into the room of what; for everybody else it does not exist.
ROOMS = [
    row(SIGNED_IN, group("network")),
    row(SIGNED_IN, group("public")),  # visitors see its page, and hear nothing
    row(IN_GROUP, group("closed")),
    row(STEERING, room_below("desk", "network")),
    row(STEERING, room_below("desk", "closed")),
    row(STEERING | OFFICERS, meeting("draft")),
    row(STEERING | OFFICERS, meeting("draft", "public", public=True)),
    *(row(SIGNED_IN, meeting(state)) for state in ("announced", "running", "closed")),
    row(SIGNED_IN, meeting("running", "public", public=True)),
    row(CLOSED, meeting("running", "closed")),
    row(EVERYBODY, room_below("public side", "public", "announced")),
    row(EVERYBODY, room_below("public side", "public", "running")),
    row(NOBODY, room_below("public side", "public", "draft")),
    row(NOBODY, room_below("public side", "network", "running")),
    row(only(OFFICE), own_room("Office's desk")),
    row(only(MEMBER), own_room(MEMBER)),
    row(only(OFFICE), own_room(OFFICE)),
    row(EVERYBODY, own_room("network")),  # its name and its organisations
]
