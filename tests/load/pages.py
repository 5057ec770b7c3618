"""The agenda and minutes page of 12 items, beside a bare Flask page with the same content.

    python -m tests.load.pages --database postgresql+psycopg://postgres@127.0.0.1:5432/bench

Both applications run in this process on the same rows and answer the same signed-in reader, in turns
of one second each; the ratio is that of the medians. The database must be empty: its tables are made here
and dropped in the end. What the peer does is said in `bare_page.py`.
"""

import argparse
import secrets
import statistics
import time
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from network import create_app
from network.attendance.models import Attendance
from network.extensions import db
from network.meetings.models import Meeting, Presenter
from network.minutes.models import ItemMinutes, Minutes
from network.people.models import SignIn, token_hash
from network.things import now
from tests.load.bare_page import bare_app
from tests.world import World, make_item, make_meeting, make_world

WORDS = ["Räume", "für", "Kurse", "mit", "Kinderbetreuung", "suchen", "und", "die", "Gemeinden", "fragen"]
ITEMS, LENGTH = 12, 300
SECONDS, ROUNDS = 1.0, 7


def fill(world: World) -> Meeting:
    """A meeting of 12 items with 300 words each, presenters, minutes and people who take part."""
    meeting = make_meeting(world.language, "Treffen im November", note="Bitte pünktlich.")
    text = " ".join(WORDS[n % len(WORDS)] for n in range(LENGTH))
    db.session.add(Minutes(parent_id=meeting.id, room_id=meeting.room_id, meeting_id=meeting.id))
    for place in range(1, ITEMS + 1):
        item = make_item(meeting, f"Punkt {place} der Tagesordnung", place, text=text)
        db.session.add(Presenter(item_id=item.id, person_id=world.anke.id))
        db.session.add(
            ItemMinutes(
                parent_id=item.id,
                room_id=meeting.room_id,
                item_id=item.id,
                text="Wurde besprochen.",
                revision=1,
            )
        )
    for person in (world.anke, world.ben, world.guel, world.olaf):
        db.session.add(
            Attendance(
                parent_id=meeting.id, room_id=meeting.room_id, meeting_id=meeting.id, person_id=person.id
            )
        )
    db.session.commit()
    return meeting


def sign_in(app: Any, person_id: int) -> str:
    """The cookie of a reader who is signed in."""
    token = secrets.token_urlsafe(16)
    db.session.add(SignIn(person_id=person_id, token_hash=token_hash(token), until=now() + timedelta(days=1)))
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"sign-in": token, "_user_id": token, "_fresh": True, "csrf_token": "0" * 40})
    return str(client.get_cookie("session").value)


def caller(app: Any, path: str, cookie: str, **headers: str) -> Callable[[], tuple[int, int]]:
    """A function that asks for the page once, as a server would, and returns its status and length."""
    environ = EnvironBuilder(
        path=path, headers={"Cookie": f"session={cookie}", "Accept-Language": "de", **headers}
    ).get_environ()

    def ask() -> tuple[int, int]:
        body, status, _headers = Context().run(run_wsgi_app, app.wsgi_app, dict(environ), True)
        return int(status.split()[0]), sum(len(part) for part in body)

    return ask


def rate(ask: Callable[[], Any]) -> float:
    """Requests a second, over about a second."""
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        ask()
        count += 1
    return count / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    chosen = parser.parse_args()
    given = {"DATABASE_URL": chosen.database, "SECRET_KEY": "measured", "JOBS_IN_PROCESS": False}
    app = create_app(given)
    with app.app_context():
        db.create_all()
        try:
            world = make_world()
            world.ben.language = "de"
            meeting = fill(world)
            ours_cookie = sign_in(app, world.ben.id)
            path = f"/meetings/{meeting.id}"
            bare = bare_app(chosen.database)
            ours = caller(app, path, ours_cookie)
            peer = caller(bare, path, ours_cookie)
            print("ours", ours(), "peer", peer())
            found: dict[str, list[float]] = {"ours": [], "peer": []}
            for _round in range(ROUNDS):
                found["ours"].append(rate(ours))
                found["peer"].append(rate(peer))
            medians = {name: statistics.median(rates) for name, rates in found.items()}
            print({name: round(value) for name, value in medians.items()}, "requests/s")
            print(f"ratio {medians['ours'] / medians['peer']:.2f}")
        finally:
            db.session.remove()
            db.drop_all()


if __name__ == "__main__":
    main()
