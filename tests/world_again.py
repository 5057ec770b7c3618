"""The world of `world.py` again for the next test, written row by row: making it takes five times as long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select

from network.extensions import db
from network.things import Thing, now
from tests.world import World, make_world


class Copies:
    """The first world of a database that was empty, and what the rows were that made it."""

    def __init__(self) -> None:
        self._rows: list[tuple[Table, list[dict[str, Any]]]] = []
        self._things: dict[str, tuple[type[Thing], int]] = {}
        self._made_at = now()

    def world(self) -> World:
        """A world in an empty database, made now."""
        if self._rows:
            return self._again()
        world = make_world()
        self._made_at = now()  # when all of it was there: nothing of a copy is made in the future
        self._things = {name: (type(thing), thing.id) for name, thing in vars(world).items()}
        for table in db.metadata.sorted_tables:
            rows = [dict(row) for row in db.session.execute(select(table)).mappings()]
            if rows:
                self._rows.append((table, sorted(rows, key=lambda row: row.get("id") or 0)))
        db.session.commit()
        return world

    def _again(self) -> World:
        since = now() - self._made_at
        for table, rows in self._rows:
            db.session.execute(insert(table), [_later(row, since) for row in rows])
        db.session.commit()
        return Loaded(self._things)


class Loaded(World):
    """A world whose people and places are read when a test first names them."""

    def __init__(self, things: dict[str, tuple[type[Thing], int]]) -> None:
        self._things = things

    def __getattr__(self, name: str) -> Any:
        if name not in self._things:
            raise AttributeError(name)
        model, id = self._things[name]
        thing = db.session.get(model, id)
        setattr(self, name, thing)
        return thing


def _later(row: dict[str, Any], since: timedelta) -> dict[str, Any]:
    """The row as it would have been written by a clock of this moment."""
    return {name: value + since if isinstance(value, datetime) else value for name, value in row.items()}
