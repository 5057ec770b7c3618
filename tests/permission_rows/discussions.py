"""Rows for discussions: threads, messages, and those who look after them."""

from typing import Any

from network.discussions.models import Message, Thread
from network.extensions import db
from network.notices.models import Notice
from network.things import now
from tests.permission_rows.stage import SECRET, group, item, meeting
from tests.permission_rows.words import (
    GROUP_MEMBER,
    GUEST,
    IN_GROUP,
    LEAD,
    NOBODY,
    OFFICE,
    OFFICERS,
    SIGNED_IN,
    STEERING,
    Scene,
    Table,
    hidden,
    only,
    row,
)
from tests.world import own

SPEAKING = only(GUEST, GROUP_MEMBER, LEAD, OFFICE)
AUTHOR = only(GUEST)  # of the message in these scenes; the thread was begun by the group's member
HELLO = {"text": "Hello"}
EXISTS_NOT = {"sees": NOBODY, "door": False}
CLOSED = IN_GROUP


def thread(of: str = "network", about: str = "", /, **more: Any) -> Scene:
    """A thread of a group with one message; `about` a running meeting of it."""

    def make(stage: Any) -> Thread:
        group = stage.groups[of]
        parent = stage.meeting("running", of) if about else group
        found = Thread(
            parent_id=parent.id,
            group_id=group.id,
            about_id=parent.id if about else None,
            **own(),
            created_by_id=stage[GROUP_MEMBER].id,
            own_title=f"{SECRET} thread",
            last_ordinal=1,
            **{name: value() if callable(value) else value for name, value in more.items()},
        )
        db.session.add(found)
        db.session.flush()
        _say(stage, found, 1)
        db.session.commit()
        return found

    words = " ".join([*more, "thread", about and "about a meeting", f"of the {of} group"])
    return Scene(" ".join(words.split()), make)


def message(of: str = "network", **more: Any) -> Scene:
    """A message of the guest in such a thread."""

    def make(stage: Any) -> Message:
        found = thread(of).make(stage)
        said: Message = db.session.query(Message).filter_by(thread_id=found.id).one()
        for name, value in more.items():
            setattr(said, name, value() if callable(value) else value)
        db.session.commit()
        return said

    words = [value if isinstance(value, str) else name for name, value in more.items()]
    return Scene(" ".join([*words, "message", f"in a thread of the {of} group"]), make)


def mentioned() -> Scene:
    """A message that speaks to the lead."""

    def make(stage: Any) -> Message:
        found: Message = message().make(stage)
        db.session.add(Notice(person_id=stage[LEAD].id, message_id=found.id, why="mention"))
        db.session.commit()
        return found

    return Scene("message that speaks to the lead", make)


def _say(stage: Any, thread: Thread, ordinal: int) -> None:
    db.session.add(
        Message(
            parent_id=thread.id,
            thread_id=thread.id,
            room_id=thread.room_id,
            person_id=stage[GUEST].id,
            created_by_id=stage[GUEST].id,
            ordinal=ordinal,
            text=f"{SECRET} words",
        )
    )


CARE: Table = {
    f"POST /threads/<id>/{name}": [
        row(STEERING, thread(**before)),
        row(STEERING, thread("closed", **before), sees=CLOSED),
    ]
    for name, before in {
        "pin": {},
        "unpin": {"pinned_at": now},
        "lock": {},
        "unlock": {"locked_at": now},
    }.items()
}

ROUTES: Table = {
    "GET /discussions": [row(SIGNED_IN)],
    "GET /titles": [row(SIGNED_IN)],  # each title is asked for by itself
    "GET /groups/<id>/discussions": [
        hidden(SIGNED_IN, group("network")),
        hidden(SIGNED_IN, group("public")),
        hidden(CLOSED, group("closed")),
    ],
    "GET /groups/<id>/discussions/new": [
        row(SPEAKING, group("network")),
        row(SPEAKING, group("closed"), sees=CLOSED),
    ],
    "GET /groups/<id>/discussions/people": [
        hidden(SIGNED_IN, group("network")),
        hidden(CLOSED, group("closed")),
    ],
    "POST /groups/<id>/discussions/new": [
        row(SPEAKING, group("network"), facts={"title": "Rooms", **HELLO}),
        row(SPEAKING, group("closed"), facts={"title": "Rooms", **HELLO}, sees=CLOSED),
    ],
    "GET /groups/<id>/notices": [
        hidden(SIGNED_IN, group("network")),
        hidden(CLOSED, group("closed")),
    ],
    "POST /groups/<id>/notices": [
        hidden(SIGNED_IN, group("network"), facts={"mentions": "never", "messages": ""}),
        hidden(CLOSED, group("closed"), facts={"mentions": "never", "messages": ""}),
    ],
    "GET /threads/<id>": [
        hidden(SIGNED_IN, thread()),
        hidden(SIGNED_IN, thread("public")),
        hidden(CLOSED, thread("closed")),
        hidden(CLOSED | OFFICERS, thread("closed", "about")),
    ],
    "GET /threads/<id>/people": [hidden(SIGNED_IN, thread()), hidden(CLOSED, thread("closed"))],
    "POST /threads/<id>/messages": [
        row(SPEAKING, thread(), facts=HELLO),
        row(SPEAKING, thread("closed"), facts=HELLO, sees=CLOSED),
        row(STEERING, thread(locked_at=now), facts=HELLO),
        row(SPEAKING | OFFICERS, thread("network", "about"), facts=HELLO),
        row(SPEAKING | OFFICERS, thread("closed", "about"), facts=HELLO, sees=CLOSED | OFFICERS),
    ],
    "GET /things/<id>/discussion": [
        row(SPEAKING | OFFICERS, meeting("running")),
        row(SPEAKING | OFFICERS, item("running", "closed"), sees=CLOSED | OFFICERS),
    ],
    "POST /things/<id>/discussion": [
        row(SPEAKING | OFFICERS, item("running"), facts=HELLO),
        row(SPEAKING | OFFICERS, item("running", "closed"), facts=HELLO, sees=CLOSED | OFFICERS),
    ],
    "POST /threads/<id>/read": [hidden(SIGNED_IN, thread()), hidden(CLOSED, thread("closed"))],
    "POST /threads/<id>/follow": [
        hidden(SIGNED_IN, thread(), facts={"following": "mute"}),
        hidden(CLOSED, thread("closed"), facts={"following": "mute"}),
    ],
    "GET /messages/<id>": [
        hidden(SIGNED_IN, message(), yes=302),
        hidden(CLOSED, message("closed"), yes=302),
    ],
    "GET /messages/<id>/more": [hidden(SIGNED_IN, message()), hidden(CLOSED, message("closed"))],
    "GET /messages/<id>/edit": [row(AUTHOR, message()), row(AUTHOR, message("closed"), sees=CLOSED)],
    "POST /messages/<id>/edit": [
        row(AUTHOR, message(), facts=HELLO),
        row(AUTHOR, message("closed"), facts=HELLO, sees=CLOSED),
        row(NOBODY, message(state="hidden"), facts=HELLO),
        row(NOBODY, message(withdrawn_at=now), facts=HELLO),
    ],
    "POST /messages/<id>/withdraw": [
        row(AUTHOR, message()),
        row(AUTHOR, message("closed"), sees=CLOSED),
        row(NOBODY, message(state="erased")),
    ],
    "POST /messages/<id>/restore": [row(AUTHOR, message(withdrawn_at=now))],
    "POST /messages/<id>/react": [
        row(SPEAKING, message(), facts={"emoji": "👍"}),
        row(SPEAKING, message("closed"), facts={"emoji": "👍"}, sees=CLOSED),
        row(NOBODY, message(state="waiting"), facts={"emoji": "👍"}),
    ],
    "POST /messages/<id>/unread": [hidden(SIGNED_IN, message()), hidden(CLOSED, message("closed"))],
    "POST /threads/<id>/resolve": [
        row(STEERING | only(GROUP_MEMBER), thread()),
        row(STEERING | only(GROUP_MEMBER), thread("closed"), sees=CLOSED),
    ],
    "POST /threads/<id>/take-up": [row(STEERING | only(GROUP_MEMBER), thread(resolved_at=now))],
    "POST /threads/<id>/slow": [
        row(STEERING, thread(), facts={"seconds": "60"}),
        row(STEERING, thread("closed"), facts={"seconds": "60"}, sees=CLOSED),
    ],
    "GET /threads/<id>/rename": [row(STEERING, thread())],
    "POST /threads/<id>/rename": [
        row(STEERING, thread(), facts={"title": "Rooms"}),
        row(STEERING, thread("closed"), facts={"title": "Rooms"}, sees=CLOSED),
    ],
    **CARE,
}

DEEDS: Table = {
    "discussions.post": [
        row(SPEAKING, thread(), facts=HELLO),
        row(SPEAKING, thread("closed"), facts=HELLO, sees=CLOSED),
        row(STEERING, thread(locked_at=now), facts=HELLO),
        row(SPEAKING | OFFICERS, thread("network", "about"), facts=HELLO),
    ],
    "discussions.edit": [
        row(AUTHOR, message(), facts=HELLO),
        row(AUTHOR, message("closed"), facts=HELLO, sees=CLOSED),
    ],
    "discussions.react": [
        row(SPEAKING, message(), facts={"emoji": "🎉"}),
        row(SPEAKING, message("closed"), facts={"emoji": "🎉"}, sees=CLOSED),
    ],
    "discussions.withdraw": [
        row(AUTHOR, message()),
        row(AUTHOR, message("closed"), sees=CLOSED),
    ],
    "discussions.read": [
        row(SIGNED_IN, thread(), facts={"ordinal": 1}),
        row(CLOSED, thread("closed"), facts={"ordinal": 1}, sees=CLOSED),
    ],
}

ROOMS = [
    row(SIGNED_IN, thread()),
    row(SIGNED_IN, thread("public")),
    row(CLOSED, thread("closed")),
    row(CLOSED | OFFICERS, thread("closed", "about")),
]
