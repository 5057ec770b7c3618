"""A double click with scripts off, "send again" after a lost answer: what was sent twice happens once.

Every route of the table of who may what is tried. One that creates and is not in `CREATING` is sent without
a key, and fails here if that makes two: its form is then to be one that is `Creating`.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event
from sqlalchemy.engine import Engine

from network import jobs
from network.extensions import db
from tests.permission_rows.playing import Playing
from tests.permission_rows.words import VISITOR, Row
from tests.permissions import ROUTES
from tests.test_permissions import address_of, facts_for, of

# The forms that create, and the field with which something else is sent under the same key; none where
# another content is wrong in itself, or where the page is not a form's own.
CREATING = {
    "POST /drafts/<id>/comments": "",
    "POST /drafts/<id>/name": "name",
    "POST /groups/<id>/ask": "",
    "POST /groups/<id>/discussions/new": "title",
    "POST /goals/<id>/amend": "title",
    "POST /goals/<id>/report": "note",
    "POST /goals/<id>/review": "note",
    "POST /groups/<id>/goals/new": "title",
    "POST /groups/<id>/invite": "text",
    "POST /groups/<id>/meetings/new": "title",
    "POST /groups/<id>/minutes/old": "",
    "POST /groups/<id>/proposals": "title",
    "POST /groups/<id>/series/new": "title",
    "POST /groups/new": "name",
    "POST /items/<id>/corrections": "reason",
    "POST /meetings/<id>/actions": "text",
    "POST /meetings/<id>/attendance/guests": "name",
    "POST /meetings/<id>/decisions": "text",
    "POST /meetings/<id>/invite": "",
    "POST /meetings/<id>/items": "title",
    "POST /meetings/<id>/items/now": "title",
    "POST /meetings/<id>/minutes/addendum": "reason",
    "POST /meetings/<id>/minutes/publish": "",
    "POST /meetings/<id>/save-as-template": "title",
    "POST /needs/<id>/agenda/<group_id>": "title",
    "POST /needs/new": "title",
    "POST /office/invite": "name",
    "POST /old-minutes/<id>": "",
    "POST /organisations/new": "name",
    "POST /profile/email": "email",
    "POST /proposals/<id>/answer": "",
    "POST /settings/municipalities": "",
    "POST /settings/topics": "",
    "POST /things/<id>/discussion": "text",
    "POST /things/<id>/files": "",
    "POST /things/<id>/link": "",
    "POST /things/<id>/report": "text",
    "POST /threads/<id>/messages": "text",
}
# Nothing has to be filled in, or the deed is one of the editor, which shows itself what is wrong.
WITHOUT_A_PAGE_OF_ERRORS = {
    "POST /groups/<id>/ask",
    "POST /drafts/<id>/comments",
    "POST /settings/municipalities",
}
# Whoever asks for a letter twice gets it twice: the first one may have been lost, and the newer link counts.
TWICE_ON_PURPOSE = {
    "POST /administration/accounts/<id>/invite-again",
    "POST /administration/accounts/<id>/reset",
    "POST /office/people/<id>/invite-again",
}
# What is written beside a thing and says nothing of its own.
BESIDE = {"change", "deed_key", "search_entry"}


def used() -> Iterator[tuple[str, Row]]:
    """A row for each route to which somebody who is signed in may post."""
    for route, rows in sorted(ROUTES.items()):
        row = next((row for row in rows if of(row, row.may - {VISITOR})), None)
        if route.startswith("POST") and row is not None:
            yield route, row


ROWS = dict(used())


@pytest.fixture(scope="module")
def playing(application: Flask, database: Any) -> Iterator[Playing]:
    """Shared by all rows, as in test_permissions.py."""
    database.empty(application)
    with application.app_context():
        stage = Playing(application)
        stage.keep(database)
        yield stage
        jobs.forget_pending()
        db.session.remove()


class Sending:
    """Somebody who may use a route, with what they send."""

    def __init__(self, stage: Playing, route: str) -> None:
        stage.begin()
        row = ROWS[route]
        who = of(row, row.may - {VISITOR})[0]
        thing = stage.show(row.on) if row.on else None
        self.path = address_of(stage, route, row, thing)
        self.facts = facts_for(stage, row, thing, who)
        self.reader = stage.reader(who, newcomer=row.newcomer)
        self.made: set[str] = set()
        self.key = secrets.token_hex(8)  # of this test alone: the people are shared with the others

    def __call__(self, **more: Any) -> Any:
        """The answer; `made` are the tables into which it put rows."""
        sent = {name: self._anew(value) for name, value in {**self.facts, **more}.items()}
        with rows_made() as self.made:
            return self.reader.open(self.path, method="POST", data=sent, inspected=False)

    def _anew(self, value: Any) -> Any:
        """A file is read to its end by sending it."""
        if not isinstance(value, tuple):
            return value
        content, *others = value
        if isinstance(content, BytesIO):
            content = content.getvalue()
        return (BytesIO(content), *others)


@contextmanager
def rows_made() -> Iterator[set[str]]:
    """The tables into which rows were put for good."""
    pending: set[str] = set()
    kept: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if found := re.match(r'INSERT INTO "?(\w+)', statement):
            pending.add(found.group(1))

    def keep(_connection: Any) -> None:
        kept.update(pending - BESIDE)
        pending.clear()

    def forget(_connection: Any) -> None:
        pending.clear()

    listeners = (("before_cursor_execute", note), ("commit", keep), ("rollback", forget))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield kept
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


def key_on(page: str) -> str:
    """The name that the page gives to what is sent from it next."""
    keys = set(html.fromstring(page).xpath("//main//form//input[@name='key']/@value"))
    assert len(keys) == 1, "the form does not name its sending"
    return str(keys.pop())


@pytest.mark.parametrize("route", CREATING)
def test_a_form_that_is_sent_twice_makes_one_thing_and_leads_to_it_twice(
    playing: Playing, route: str
) -> None:
    send = Sending(playing, route)
    first = send(key=send.key)
    assert first.status_code == 303 and send.made
    again = send(key=send.key)
    assert (again.status_code, again.headers.get("Location")) == (303, first.headers["Location"])
    assert not send.made, "it has happened twice"


@pytest.mark.parametrize("route", [route for route, field in CREATING.items() if field])
def test_something_else_in_a_form_that_was_sent_already_is_not_lost(playing: Playing, route: str) -> None:
    send = Sending(playing, route)
    send(key=send.key)
    wanted = "something-else@example.org" if CREATING[route] == "email" else "Something else altogether"
    refused = send(key=send.key, **{CREATING[route]: wanted})
    assert refused.status_code == 422 and not send.made
    page = refused.text
    assert "This form has been sent once already" in page and wanted in page
    assert key_on(page) not in ("", send.key), "sent again, it would be refused again"


@pytest.mark.one_database  # the form alone finds them
@pytest.mark.parametrize("route", sorted(CREATING.keys() - WITHOUT_A_PAGE_OF_ERRORS))
def test_a_form_that_comes_back_with_errors_keeps_the_name_of_its_sending(
    playing: Playing, route: str
) -> None:
    send = Sending(playing, route)
    send.facts = dict.fromkeys(send.facts, "")
    refused = send(key=send.key)
    assert refused.status_code == 422
    assert key_on(refused.text) == send.key


@pytest.mark.one_database  # what guards these are the states of things
@pytest.mark.parametrize("route", sorted(ROWS.keys() - CREATING.keys() - TWICE_ON_PURPOSE))
def test_what_bears_no_key_happens_once_all_the_same(playing: Playing, route: str) -> None:
    send = Sending(playing, route)
    send()
    if send.made:
        send()
        assert not send.made, "it has happened twice: its form is to be Creating"
