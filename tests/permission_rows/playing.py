"""The stage with its readers and listeners, for tests that share one."""

from typing import Any

from flask import Flask

from network.extensions import db, limiter
from network.people.models import Affiliation
from tests.clients import Ear, Reader, reader_of
from tests.databases import PostgreSQL, SQLite
from tests.permission_rows.stage import Stage
from tests.permission_rows.words import GROUP_MEMBER, LEAD, VISITOR


class Playing(Stage):
    """The stage, and for each column somebody who reads pages and somebody who listens.

    After `keep`, what was played is cleared away before the next row: among the things of a thousand rows
    a page takes three times as long.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        self._readers = {who: reader_of(app, person) for who, person in self.people.items()}
        self._ears: dict[str, Ear] = {}
        self._kept: SQLite | None = None
        self._cast: list[Any] = []

    def keep(self, database: SQLite | PostgreSQL) -> None:
        """As everything is now, each row finds it, where the database is a file."""
        db.session.commit()
        if isinstance(database, SQLite):
            self._cast = list(db.session)
            database.keep(self.app)
            self._kept = database

    def begin(self) -> None:
        """Hinder nobody by what others did before."""
        limiter.reset()
        self._ears.clear()
        if self._kept is not None:
            self._clear_away(self._kept)
            return
        for who, house in ((LEAD, self.world.school), (GROUP_MEMBER, self.world.parish)):
            if house.id not in self[who].organisation_ids:  # they have changed what they belong to
                db.session.add(Affiliation(person_id=self[who].id, organisation_id=house.id))
                db.session.commit()

    def _clear_away(self, database: SQLite) -> None:
        db.session.rollback()
        for thing in set(db.session) - set(self._cast):
            db.session.expunge(thing)  # its id is given to something else
        db.session.expire_all()
        database.lay_kept(self.app)

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
