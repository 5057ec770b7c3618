"""The statements that store updates, in the words of the database's own driver.

Several people who type are some hundred transactions a second. To let SQLAlchemy look at a statement and its
values each time took longer than the database did.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from network.drafts.documents import authors, updates
from network.drafts.models import Draft
from network.things import Room

drafts: Any = Draft.__table__
rooms: Any = Room.__table__

# Gives an update its number, and says at once whether what was known of its writer's rights still holds.
MOVE_ON = (
    update(drafts)
    .where(
        drafts.c.id == bindparam("draft"),
        drafts.c.open,
        select(rooms.c.epoch).where(rooms.c.id == bindparam("room")).scalar_subquery()
        == bindparam("known_epoch"),
    )
    .values(
        number=drafts.c.number + bindparam("count"),
        written_by_id=bindparam("person"),
        written_at=bindparam("moment"),
    )
    .returning(drafts.c.number)
)


class Prepared:
    """A statement put into words once; `names` are those of the columns that an insert fills."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        self.words = str(compiled)
        self.order: Sequence[str] | None = compiled.positiontup

    def run(self, driver: Any, *given: dict[str, Any]) -> Any:
        """Run it for each that is given, over a connection of the driver; the cursor. Raises its errors.

        Values are as the driver takes them: moments have to be changed before (`Statements.moment`).
        """
        order = self.order
        ready = [[values[name] for name in order] for values in given] if order else given
        cursor = driver.cursor()
        if len(ready) == 1:
            cursor.execute(self.words, ready[0])
        else:
            cursor.executemany(self.words, ready)
        return cursor


class Statements:
    """What a database is told: that a draft moves on, what an update is, and whose a client is."""

    def __init__(self, dialect: Dialect) -> None:
        here: Any = sqlite if dialect.name == "sqlite" else postgresql
        self.move_on = Prepared(MOVE_ON, dialect)
        self.append = Prepared(here.insert(updates), dialect, updates.columns.keys())
        known = here.insert(authors).on_conflict_do_nothing()
        self.sign = Prepared(known, dialect, authors.columns.keys())
        self._change = updates.columns.at.type.dialect_impl(dialect).bind_processor(dialect)
        self._moment: tuple[datetime | None, Any] = (None, None)

    def moment(self, moment: datetime) -> Any:
        """A moment as the driver takes it. Remembered, since one moment stands in several rows."""
        if self._moment[0] is not moment:
            self._moment = moment, self._change(moment) if self._change else moment
        return self._moment[1]


@lru_cache(maxsize=4)
def statements(dialect: Dialect) -> Statements:
    """The statements in the words of a database."""
    return Statements(dialect)
