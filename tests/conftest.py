"""What every test may ask for. People and places are made by `tests/world.py`."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import COLLECTED_AFTER
from network import create_app, jobs
from network.drafts import storing
from network.extensions import db, limiter, socketio
from network.things import Room, Thing
from tests.clients import Ear, Reader, reader_of
from tests.databases import PostgreSQL, SQLite, fresh_database
from tests.letterbox import Letterbox, MailServer
from tests.processes import Guest, Listener, Redis, Server
from tests.world import World
from tests.world_again import Copies

hypothesis.settings.register_profile("network", deadline=None, max_examples=60)
hypothesis.settings.load_profile("network")

gc.set_threshold(COLLECTED_AFTER, 20, 20)  # as the server does: a seventh less time for the tests

START = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)  # a Wednesday in winter, 10:00 in the network

BROWSER = {"chromium", "page", "shell", "site"}
PROCESSES = {"redis", "servers"}
PAGES = {"client", "sign_in"}
LIVE = {"listen"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database` chooses what the data lies in."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_report_header(config: pytest.Config) -> str:
    """Say on which database the run is."""
    return f"database: {config.getoption('--database')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for; on PostgreSQL only those run that touch the data.

    `one_database` marks long tables whose answer the database has no part in: they run on SQLite. So does
    what counts the statements of a page, and what pages say of the rows that were found (whatever asks for
    a reader of pages), unless it is marked with `both_databases`. That each page can be read from PostgreSQL
    and what may be sent twice are tables of their own.
    """
    untouched, on_postgresql = [], config.getoption("--database") == "postgresql"
    for item in items:
        given = getattr(item, "callspec", None)  # what a parameter gives is no fixture, whatever its name
        asked = set(getattr(item, "fixturenames", ())) - set(given.params if given else ())
        if asked & BROWSER:
            item.add_marker("browser")
        elif asked & PROCESSES:
            item.add_marker("processes")
        page = (
            asked & PAGES and not asked & (LIVE | PROCESSES) and not item.get_closest_marker("both_databases")
        )
        once = page or "statements" in asked or item.get_closest_marker("one_database")
        if on_postgresql:
            elsewhere = "database" not in asked or once
        else:
            elsewhere = item.get_closest_marker("postgresql")
        if elsewhere:
            untouched.append(item)
    config.hook.pytest_deselected(items=untouched)
    gone = set(untouched)
    items[:] = [item for item in items if item not in gone]


# The application and its data


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[SQLite | PostgreSQL]:
    """This worker's database. Tests ask for `app`, which comes with it empty."""
    folder = tmp_path_factory.mktemp("data")
    found = fresh_database(
        request.config.getoption("--database"), f"network_{os.getpid()}_{worker_id}", folder
    )
    yield found
    found.drop()


@pytest.fixture(scope="session")
def given(database: SQLite | PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings of every application in a test."""
    return {
        "TESTING": True,
        "SECRET_KEY": "only for tests",
        "DATABASE_URL": database.url,
        "INSTANCE_PATH": str(tmp_path_factory.mktemp("instance")),
        "SITE_URL": "http://localhost",
        "FIRST_POSTS": 0,  # everybody in a test is known already, unless it is about those who are not
    }


@pytest.fixture(scope="session")
def application(database: SQLite | PostgreSQL, given: dict[str, Any]) -> Flask:
    """The application, made once: templates are compiled once. Tests ask for `app`."""
    made = create_app(given)
    made.test_client_class = Reader
    database.lay(made)
    # Another application binds what all of them share to itself: `app` binds it back.
    made.config["BOUND"] = [(shared, dict(vars(shared))) for shared in (limiter, socketio)]
    return made


@pytest.fixture
def app(application: Flask, database: SQLite | PostgreSQL) -> Iterator[Flask]:
    """The application on an empty database, in a context in which the test may read and write."""
    for shared, bound in application.config["BOUND"]:
        vars(shared).clear()
        vars(shared).update(bound)
    database.empty(application)
    shutil.rmtree(Path(application.instance_path) / "mail", ignore_errors=True)
    config, kept = dict(application.config), dict(application.extensions)
    limiter.reset()
    with application.app_context():
        jobs.forget_pending()
        yield application
        db.session.remove()
    storing.clear(application)
    # What a test has set and what pages have remembered is of that test.
    for now_there, before in ((application.config, config), (application.extensions, kept)):
        now_there.clear()
        now_there.update(before)


@pytest.fixture
def make_app(app: Flask, given: dict[str, Any]) -> Iterator[Callable[..., Flask]]:
    """`make_app(MAX_FILE_BYTES=100)`: another application on the same data, with other settings."""
    others = []

    def make(**settings: Any) -> Flask:
        made = create_app({**given, **settings})
        made.test_client_class = Reader
        others.append(made)
        return made

    yield make
    for other in others:
        storing.clear(other)
        with other.app_context():
            db.session.remove()
            db.engine.dispose()


# People who read, write and listen


@pytest.fixture(scope="session")
def copies(application: Flask) -> Copies:
    """What the world of this worker's database is made from, after the first time."""
    return Copies()


@pytest.fixture
def world(app: Flask, copies: Copies) -> World:
    """A small network with everybody that the rules tell apart; see `tests/world.py`."""
    return copies.world()


@pytest.fixture
def client(app: Flask) -> Reader:
    """A visitor, not signed in. See `Reader` for what it does by itself."""
    return app.test_client()  # type: ignore[return-value]  # it is the class named above


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Reader]:
    """`sign_in(person)`: a client in which the person is signed in, as by the page, without its cost."""

    def sign_in(person: Any, app: Flask = app) -> Reader:
        return reader_of(app, person)

    return sign_in


@pytest.fixture
def listen(app: Flask, sign_in: Callable[..., Reader]) -> Iterator[Callable[..., Ear]]:
    """`listen(person, thing, number=None)`: an ear in the thing's room; `person=None` is a visitor."""
    with ExitStack() as ears:

        def listen(person: Any, place: Thing | Room | None = None, number: int | None = None) -> Ear:
            ear = Ear(app, sign_in(person) if person is not None else app.test_client())  # type: ignore[arg-type]  # a Reader
            ears.callback(ear.leave)
            if place is not None:
                ear.enter(place, number)
            return ear

        yield listen


# What a test looks at


class Statements(list[str]):
    """The SQL statements that were sent, in their order, without the begin and end of transactions."""

    def __repr__(self) -> str:
        return f"{len(self)} statements:\n" + "\n".join(" ".join(text.split())[:160] for text in self)


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[Statements]]:
    """`with statements() as sent: reader.get(page)`, then `assert len(sent) <= 8, sent`."""

    @contextmanager
    def counted() -> Iterator[Statements]:
        sent = Statements()

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if statement.split(None, 1)[0].upper() not in (
                "BEGIN",
                "COMMIT",
                "ROLLBACK",
                "SAVEPOINT",
                "RELEASE",
            ):
                sent.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counted


@pytest.fixture
def letters(app: Flask) -> Letterbox:
    """The letters that have left so far, the newest last: `letters.to("anke@demo.example")`."""
    return Letterbox(Path(app.instance_path) / "mail")


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server; `make_app(**mail_server.settings)` sends through it."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def clock() -> Iterator[Any]:
    """The time stands still on a Wednesday morning, until `clock.move_to(moment)` or `clock.shift(delta)`."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


# Processes


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis of the test's own that it may kill and start again."""
    if not shutil.which("redis-server"):
        pytest.skip("Redis could not be had")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def servers(
    request: pytest.FixtureRequest, app: Flask, given: dict[str, Any], tmp_path: Path
) -> Iterator[Callable[..., list[Server]]]:
    """`servers(2)`: so many `app.py` processes on the data of `app`, joined by Redis if they are several."""
    with ExitStack() as running:

        def start(count: int = 2, *, joined: bool | None = None, **settings: Any) -> list[Server]:
            shared = {name: value for name, value in given.items() if name != "SITE_URL"} | settings
            shared["TESTING"] = False
            if joined or (joined is None and count > 1):
                shared["REDIS_URL"] = request.getfixturevalue("redis").url
            db.session.commit()
            made = []
            for _number in range(count):
                server = Server(tmp_path, shared)
                running.callback(server.kill)
                server.start()
                made.append(server)
            return made

        yield start


@pytest.fixture
def visit(sign_in: Callable[..., Reader]) -> Iterator[Callable[..., Guest]]:
    """`visit(server, person=None)`: somebody who uses a server process over HTTP."""
    with ExitStack() as guests:

        def visit(server: Server, person: Any = None) -> Guest:
            return guests.enter_context(Guest(server, sign_in(person) if person is not None else None))

        yield visit


@pytest.fixture
def connect(visit: Callable[..., Guest]) -> Iterator[Callable[..., Listener]]:
    """`connect(server, person=None, room_id=None, number=0)`: a real Socket.IO client on a server process."""
    with ExitStack() as lines:

        def connect(
            server: Server, person: Any = None, room_id: int | None = None, number: int = 0
        ) -> Listener:
            listener = Listener(server, visit(server, person))
            lines.callback(listener.disconnect)
            if room_id is not None:
                assert listener.enter(room_id, number)["ok"]
            return listener

        yield connect
