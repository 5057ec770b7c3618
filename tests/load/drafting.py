"""Ten people write one text at once, and the lines break under them.

    python -m tests.load.drafting [--rounds 20] [--seconds 8] [--database postgresql+psycopg://...]

Each round: two server processes joined by Redis (or one, with --processes 1), ten writers with documents of
their own over real Socket.IO lines, who insert and delete for some seconds. Their lines are cut at random,
about fifty times in all, and they write on without one. When everybody is back, all texts must be the same,
and so must those of both servers, of the rows read anew, and of what readers are shown.
"""

import argparse
import base64
import os
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from flask_migrate import stamp
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import create_engine

from network import create_app
from network.drafts import versions
from network.drafts.models import Draft, DraftUpdate
from network.extensions import db
from network.minutes import actions
from network.sitting import actions as sitting
from tests.clients import reader_of
from tests.processes import Guest, Listener, Redis, Server
from tests.world import join, make_item, make_meeting, make_person, make_world

WRITERS = 10
WORDS = ["a", "be", "ü ", "wort ", "م", "😀"]


class Writer:
    """An editor without a window, on a line that may break: what is written without one is sent later."""

    def __init__(self, servers: Sequence[Server], reader: Any, draft_id: int, number: int) -> None:
        self.servers = servers
        self.draft_id = draft_id
        self.dice = random.Random(number)
        self.document: Doc[Any] = Doc(client_id=1000 + number)
        self.fragment: XmlFragment = self.document.get("default", type=XmlFragment)
        self.heard: list[str] = []
        self.lock = threading.Lock()
        self.line = Listener(servers[number % len(servers)], Guest(servers[number % len(servers)], reader))
        self.line.client.on("draft.update", self._hear)
        self.is_level = False
        self.cuts = 0
        self.refused: object = None
        self.acknowledged = 0

    def _hear(self, message: dict[str, Any]) -> None:
        with self.lock:
            self.heard.append(message["update"])

    def take_in(self) -> None:
        """Take in what has come meanwhile."""
        with self.lock:
            came, self.heard = self.heard, []
        for update in came:
            self.document.apply_update(base64.b64decode(update))

    def enter(self) -> bool:
        """Enter, take in what is missing here, send what is missing there."""
        vector = base64.b64encode(self.document.get_state()).decode()
        answer = self.line.send("draft.enter", {"draft": self.draft_id, "vector": vector})
        if not answer["ok"]:
            self.refused = answer
            return False
        self.document.apply_update(base64.b64decode(answer["update"]))
        self.is_level = self.send(self.document.get_update(base64.b64decode(answer["vector"])))
        return self.is_level

    def send(self, update: bytes) -> bool:
        """Send an update; whether it was stored."""
        if update == b"\x00\x00":
            return True
        message = {"draft": self.draft_id, "update": base64.b64encode(update).decode()}
        answer = self.line.send("draft.update", message)
        self.acknowledged += bool(answer["ok"])
        self.refused = answer
        return bool(answer["ok"])

    def edit(self) -> None:
        """Insert or delete some signs somewhere, or begin a paragraph; send it, if there is a line."""
        self.take_in()
        before = self.document.get_state()
        with self.document.transaction():
            paragraphs = [child.children[0] for child in self.fragment.children if child.children]
            what = self.dice.random()
            if not paragraphs or what < 0.1:
                place = self.dice.randint(0, len(self.fragment.children))
                self.fragment.children.insert(place, XmlElement("paragraph"))
                self.fragment.children[place].children.append(XmlText("neu "))
            else:
                text = self.dice.choice(paragraphs)
                # The library counts bytes, and we cut between signs.
                places = [0, *accumulate(len(sign.encode()) for sign in str(text))]
                if what < 0.8 or len(places) == 1:
                    text.insert(self.dice.choice(places), self.dice.choice(WORDS))
                else:
                    start = self.dice.randrange(len(places) - 1)
                    del text[places[start] : places[min(len(places) - 1, start + 3)]]
        if self.is_level:
            try:
                self.is_level = self.send(self.document.get_update(before))
            except Exception:  # the line broke under it
                self.is_level = False

    def write(self, seconds: float) -> None:
        """Write for so long, now and then without a line."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.edit()
            time.sleep(self.dice.uniform(0.01, 0.08))
            if self.dice.random() < 0.07:
                self.line.cut()
                self.is_level = False
                self.cuts += 1
                for _edit in range(self.dice.randint(1, 8)):
                    self.edit()
                self.come_back()
            elif not self.is_level:
                self.come_back()
        self.come_back()

    def come_back(self) -> None:
        """Connect again, perhaps to another process, until everything is level."""
        why: object = None
        for _try in range(200):
            try:
                if not self.line.client.connected:
                    self.line.connect(self.dice.choice(self.servers))
                self.take_in()
                if self.enter():
                    return
                why = self.refused
            except Exception as error:  # not yet
                why = error
            time.sleep(0.05)
        raise AssertionError(f"a writer did not come back: {why!r}")


def text_of(document: Doc[Any]) -> str:
    """What a document says."""
    return str(document.get("default", type=XmlFragment))


def run(app: Any, servers: Sequence[Server], readers: Sequence[Any], draft_id: int, seconds: float) -> str:
    """One round. Raises AssertionError if any text differs; tells how much was done."""
    writers = [Writer(servers, reader, draft_id, number) for number, reader in enumerate(readers)]
    for writer in writers:
        writer.come_back()
    threads = [threading.Thread(target=writer.write, args=(seconds,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.come_back()
    for writer in writers:
        writer.come_back()  # once more: now everybody has sent everything
    texts = {text_of(writer.document) for writer in writers}
    assert len(texts) == 1, f"{len(texts)} different texts"
    for server in servers:
        fresh = Writer([server], readers[0], draft_id, 900)
        fresh.come_back()
        assert text_of(fresh.document) in texts, "a server says something else"
        fresh.line.disconnect()
    for writer in writers:
        writer.line.disconnect()
    with app.app_context():
        db.session.rollback()
        draft = db.session.get(Draft, draft_id)
        rows: Doc[Any] = Doc()
        for row in db.session.query(DraftUpdate).filter_by(draft_id=draft_id).order_by(DraftUpdate.number):
            rows.apply_update(row.update)
        assert text_of(rows) in texts, "the rows say something else"
        assert versions.said_now(draft)
        numbers = [n for (n,) in db.session.query(DraftUpdate.number).filter_by(draft_id=draft_id)]
        assert sorted(numbers) == list(range(1, draft.number + 1)), "numbers have gaps"
        db.session.remove()
    cuts = sum(writer.cuts for writer in writers)
    stored = sum(writer.acknowledged for writer in writers)
    return f"{stored} updates, {cuts} lines cut, {len(texts.pop())} signs"


def prepare(app: Any, people: int) -> tuple[int, list[Any]]:
    """A running meeting whose first item is written together by so many; its draft, and who they are."""
    world = make_world()
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    item = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    writers = []
    for number in range(people):
        person = make_person(world, f"Writer {number}", f"writer{number}@demo.example")
        join(world.language, person)
        writers.append(person)
    db.session.commit()
    draft = actions.write_together(world.anke, item)
    return draft.id, [reader_of(app, person) for person in writers]


def main() -> None:
    """Run the rounds and print each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--database", default="", help="PostgreSQL; a new database is made there")
    chosen = parser.parse_args()
    for number in range(chosen.rounds):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/network.db"
            if chosen.database:
                url = f"{chosen.database}/drafting_{os.getpid()}_{number}"
                with create_engine(
                    f"{chosen.database}/postgres", isolation_level="AUTOCOMMIT"
                ).connect() as made:
                    made.exec_driver_sql(f"create database drafting_{os.getpid()}_{number}")
            settings = {
                "INSTANCE_PATH": folder,
                "DATABASE_URL": url,
                "SECRET_KEY": "measured",
                "RATE_SOCKET_EVENTS": 100_000,
                "RATE_DRAFT_EVENTS": 100_000,
                "JOBS_IN_PROCESS": False,
            }
            redis = Redis(Path(folder))
            running: list[Server] = []
            try:
                if chosen.processes > 1:
                    redis.start()
                    settings["REDIS_URL"] = redis.url
                app = create_app(settings)
                with app.app_context():
                    db.create_all()
                    stamp()
                    draft_id, readers = prepare(app, WRITERS)
                    db.session.remove()
                for _process in range(chosen.processes):
                    running.append(Server(Path(folder), {**settings, "TESTING": False}))
                    running[-1].start()
                began = time.monotonic()
                found = run(app, running, readers, draft_id, chosen.seconds)
                print(f"round {number + 1}: {found}, {time.monotonic() - began:.0f} s", flush=True)
            finally:
                for server in running:
                    server.kill()
                redis.stop()


if __name__ == "__main__":
    main()
