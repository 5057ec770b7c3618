"""Rows for texts that are written together."""

from typing import Any

from network.things import now
from tests.permission_rows.minutes import AUTHORS
from tests.permission_rows.stage import draft, draft_comment
from tests.permission_rows.words import IN_GROUP, OFFICE, OFFICERS, SIGNED_IN, Table, hidden, only, row

CLOSED = IN_GROUP | OFFICERS
HIDDEN = draft("running", "closed")


def first(_stage: Any, thing: Any) -> dict[str, Any]:
    return {"id": thing.id, "number": 1}


ROUTES: Table = {
    "GET /drafts/<id>/authors": [row(SIGNED_IN, draft()), hidden(CLOSED, HIDDEN)],
    "GET /drafts/<id>/versions": [row(SIGNED_IN, draft()), hidden(CLOSED, HIDDEN)],
    "GET /drafts/<id>/versions/<number>": [
        row(SIGNED_IN, draft(), address=first),
        hidden(CLOSED, HIDDEN, address=first),
    ],
    "GET /drafts/<id>/comments": [row(SIGNED_IN, draft()), hidden(CLOSED, HIDDEN)],
    "POST /drafts/<id>/name": [row(AUTHORS, draft(), facts={"name": "As agreed", "number": "1"})],
    "POST /drafts/<id>/restore": [
        row(AUTHORS, draft(), facts={"number": "1", "seen": "2"}),
        row(AUTHORS, HIDDEN, facts={"number": "1", "seen": "2"}, sees=CLOSED),
    ],
    "GET /drafts/<id>/erase": [row(only(OFFICE), draft()), row(only(OFFICE), HIDDEN, sees=CLOSED)],
    "POST /drafts/<id>/erase": [
        row(only(OFFICE), draft(), facts={"what": "everything", "reason": "A client.", "sure": "y"}),
        row(only(OFFICE), HIDDEN, facts={"what": "before", "reason": "A client.", "sure": "y"}, sees=CLOSED),
    ],
    "POST /drafts/<id>/comments": [row(AUTHORS, draft(), facts={"text": "Is that so?"})],
    "POST /draft-comments/<id>/resolve": [
        row(AUTHORS, draft_comment()),
        row(AUTHORS, draft_comment("running", "closed"), sees=CLOSED),
    ],
    "POST /draft-comments/<id>/reopen": [row(AUTHORS, draft_comment(resolved_at=now))],
}

DEEDS: Table = {
    "drafts.comment": [
        row(AUTHORS, draft(), facts={"text": "Is that so?", "quote": "second"}),
        row(AUTHORS, HIDDEN, facts={"text": "Is that so?"}, sees=CLOSED),
    ],
    "drafts.resolve": [row(AUTHORS, draft_comment())],
    "drafts.reopen": [row(AUTHORS, draft_comment(resolved_at=now))],
}
