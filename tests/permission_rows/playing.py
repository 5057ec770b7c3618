"""The stage with its readers and listeners, for tests that share one."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import inspect

from network.extensions import db, limiter
from network.people.models import Affiliation
from tests.clients import Ear, Reader, reader_of
from tests.databases import PostgreSQL, SQLite
from tests.permission_rows.stage import Stage
from tests.permission_rows.words import GROUP_MEMBER, LEAD, VISITOR, Scene

EMPTY = 0  # under which the stage is kept before anything has been made on it


class Playing(Stage):
    """The stage, and for each column somebody who reads pages and somebody who listens.

    After `keep`, what was played is cleared away before the next row: among the things of a thousand rows
    a page takes three times as long. A scene is made once and then laid out again as it was, where the
    database is a file: making it takes six times as long.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        self._readers = {who: reader_of(app, person) for who, person in self.people.items()}
        self._ears: dict[str, Ear] = {}
        self._kept: SQLite | None = None
        self._cast: list[Any] = []
        self._cookies: dict[str, dict[Any, Any]] = {}
        self._scenes: dict[str, tuple[int, type[Any], Any]] = {}  # where it is kept, and what it shows

    def keep(self, database: SQLite | PostgreSQL) -> None:
        """As everything is now, each row finds it, where the database is a file."""
        db.session.commit()
        if isinstance(database, SQLite):
            self._cast = list(db.session)
            self._cookies = {who: dict(reader._cookies) for who, reader in self._readers.items()}
            database.keep(self.app, EMPTY)
            self._kept = database

    def begin(self) -> None:
        """Hinder nobody by what others did before."""
        limiter.reset()
        self._ears.clear()
        if self._kept is not None:
            self._lay(self._kept, EMPTY)
            # What a deed leaves to be said on the next page bears a button to undo it, of another row.
            for who, cookies in self._cookies.items():
                self._readers[who]._cookies = dict(cookies)
            return
        for who, house in ((LEAD, self.world.school), (GROUP_MEMBER, self.world.parish)):
            if house.id not in self[who].organisation_ids:  # they have changed what they belong to
                db.session.add(Affiliation(person_id=self[who].id, organisation_id=house.id))
                db.session.commit()

    def show(self, scene: Scene) -> Any:
        """What the scene is about, with nothing else on the stage than what belongs to it."""
        if self._kept is None:
            return scene.make(self)
        if scene.name in self._scenes:
            number, model, id = self._scenes[scene.name]
            self._lay(self._kept, number)
            return db.session.get(model, id)
        self._lay(self._kept, EMPTY)
        files = self._files()
        made = scene.make(self)
        db.session.commit()
        if self._files() == files:  # they lie beside the database
            identity = inspect(made).identity
            self._scenes[scene.name] = len(self._scenes) + 1, type(made), identity
            self._kept.keep(self.app, len(self._scenes))
        return made

    def _files(self) -> set[Path]:
        return {file for file in Path(self.app.instance_path).rglob("*") if "mail" not in file.parts}

    def _lay(self, database: SQLite, number: int) -> None:
        db.session.rollback()
        for thing in set(db.session) - set(self._cast):
            db.session.expunge(thing)  # its id is given to something else
        db.session.expire_all()
        database.lay_kept(self.app, number)

    def reader(self, who: str, *, newcomer: bool = False) -> Reader:
        """A browser of this column; visitors come with a new one each time."""
        if who == VISITOR:
            return self.app.test_client()  # type: ignore[return-value]  # see tests/conftest.py
        if newcomer:
            return reader_of(self.app, self.newcomer())
        return self._readers[who]

    def ear(self, who: str) -> Ear:
        """A socket of this column."""
        if who not in self._ears:
            self._ears[who] = Ear(self.app, self.reader(who))
        return self._ears[who]
