"""The people of a test: readers of pages, and ears on the live protocol.

Every request runs in a context of its own, as on the server: otherwise Flask-Login would take the
user of one request for the user of the next.
"""

import re
import secrets
from contextvars import Context
from datetime import timedelta
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from network.extensions import db, socketio
from network.people.models import SignIn, token_hash
from network.things import Room, Thing, now
from network.transactions import begin_writing
from tests.inspection import inspect


def end_reading() -> None:
    """What the test has prepared is committed, and what it read before is read again."""
    if has_app_context():
        db.session.commit()


def token_of(reader: FlaskClient) -> str:
    """The CSRF token that a page of the reader's session would carry."""
    with reader.session_transaction() as session:
        kept = session.setdefault("csrf_token", "0" * 40)
    key = reader.application.secret_key
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(kept))


class Reader(FlaskClient):
    """A browser without scripts. Each page that it fetches is inspected; forms are sent with their token.

    `csrf=False` leaves the token out, `inspected=False` a page alone that is wrong on purpose.
    `response.text` is the page; `reader.language = "ar"` asks for another language.
    """

    language: str | None = None

    def open(self, *args: Any, csrf: bool = True, inspected: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request; see the class for what comes with it."""
        end_reading()
        headers = dict(kwargs.pop("headers", None) or {})
        if self.language:
            headers.setdefault("Accept-Language", self.language)
        if csrf and kwargs.get("method", "GET") != "GET":
            headers.setdefault("X-CSRFToken", token_of(self))
        answer: TestResponse = Context().run(super().open, *args, headers=headers, **kwargs)
        if inspected and answer.mimetype == "text/html":
            self._inspect(answer)
        return answer

    def _inspect(self, answer: TestResponse) -> None:
        text = answer.get_data(as_text=True)
        if 300 <= answer.status_code < 400 or not text.strip():
            return
        wrong = inspect(
            text, whole_page="<html" in text.lower() or "Turbo-Frame" not in answer.request.headers
        )
        assert not wrong, f"{answer.request.path} is not as every page must be:\n- " + "\n- ".join(wrong)


def reader_of(app: Flask, person: Any) -> Reader:
    """A browser in which the person is signed in, as by the page, without its cost."""
    token = secrets.token_urlsafe(16)
    person_id = person.id
    db.session.commit()
    begin_writing()  # a server process may be writing on the same file
    db.session.add(SignIn(person_id=person_id, token_hash=token_hash(token), until=now() + timedelta(days=1)))
    db.session.commit()
    reader: Reader = app.test_client()  # type: ignore[assignment]  # the class that tests/conftest.py names
    with reader.session_transaction() as session:
        session.update({"sign-in": token, "_user_id": token, "_fresh": True})
    return reader


class Ear:
    """Somebody who listens in a room over the live protocol, in this process."""

    def __init__(self, app: Flask, reader: Reader) -> None:
        self.reader = reader
        end_reading()
        self._client = Context().run(socketio.test_client, app, flask_test_client=reader)
        self._heard: list[dict[str, Any]] = []
        self.room_id = 0
        self.answer: dict[str, Any] = {}

    @property
    def connected(self) -> bool:
        """Whether the server still holds this connection."""
        return bool(self._client.is_connected())

    def send(self, event: str, *data: Any) -> Any:
        """Send any event and return its acknowledgement."""
        end_reading()
        return Context().run(self._client.emit, event, *data, callback=True)

    def enter(self, place: Thing | Room, number: int | None = None) -> dict[str, Any]:
        """Enter the room of a thing, as a page that shows `number` (by default the present one)."""
        end_reading()
        room = place if isinstance(place, Room) else place.room
        self.room_id = room.id
        self.answer = self.send(
            "enter", {"room": room.id, "number": room.number if number is None else number}
        )
        return self.answer

    def do(self, deed: str, on: Thing | int, key: str | None = None, /, **facts: Any) -> dict[str, Any]:
        """Do a deed and return the acknowledgement."""
        data = {"deed": deed, "on": on if isinstance(on, int) else on.id, "facts": facts}
        answer: dict[str, Any] = self.send("do", data if key is None else {**data, "key": key})
        return answer

    def signal(self, kind: str, on: Thing | int | None = None) -> None:
        """Give a signal in the room that was entered last."""
        thing = on.id if isinstance(on, Thing) else on
        self.send("signal", {"room": self.room_id, "kind": kind, "on": thing})

    def heard(self, event: str = "change") -> list[Any]:
        """All that came with this event so far: `[room, number, html]` for a change."""
        self._heard += self._client.get_received() if self.connected else []
        return [message["args"][0] for message in self._heard if message["name"] == event]

    def numbers(self) -> list[int]:
        """The numbers of the changes that were heard, in the order in which they came."""
        return [number for _room, number, _html in self.heard()]

    def html(self) -> str:
        """Everything that came with changes, one after another."""
        return "".join(html for _room, _number, html in self.heard())

    def forget(self) -> None:
        """Begin to listen anew."""
        self.heard()
        self._heard.clear()

    def leave(self) -> None:
        """Close the connection."""
        if self.connected:
            Context().run(self._client.disconnect)


def links_in(text: str) -> list[str]:
    """The addresses in a letter or page, in their order."""
    return re.findall(r"https?://[^\s<>\"']+", text)
