"""The record of errors: what failed on our side, for administrators, under the number that the page shows.

A row says when and where in the program, and the pattern of the address: no query, no ids, no texts of
exceptions, nobody's name. It is written after the answer has left, over a connection of its own: neither the
request nor the transaction that failed has any part in it.
"""

import logging
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, Index, String, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from network import jobs
from network.changes import Stale
from network.config import ROOT
from network.extensions import db
from network.things import UTCDateTime, now
from network.transactions import begin_writing

log = logging.getLogger("network")

MOST_A_MINUTE = 60  # rows that a process writes; a fault that meets everybody must not fill the disk
MOST_SHOWN = 100
LAST_CALLS = 12


class RecordedError(db.Model):
    """One error that nobody caught. Those of the same kind at the same place belong together."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), index=True)  # as on the page and in the log
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    endpoint: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(200))  # "POST /groups/<id>/edit", never a real one
    kind: Mapped[str] = mapped_column(String(300))  # the exception's class, and those of its causes
    place: Mapped[str] = mapped_column(String(200))  # the innermost call in our own code
    calls: Mapped[list[str]] = mapped_column(JSON)  # outermost first
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_recorded_error_settled_at_place", "settled_at", "place"),)


@dataclass(frozen=True)
class Alike:
    """Errors of one kind at one place: the newest, how many, and since when."""

    newest: RecordedError
    count: int
    since: datetime


# What an error says of itself


def chain(error: BaseException) -> tuple[list[str], list[str]]:
    """The classes of an exception and its causes, and where it was raised, outermost call first."""
    kinds: list[str] = []
    found: BaseException | None = error
    while found is not None and len(kinds) < 10:
        kinds.append(f"{type(found).__module__}.{type(found).__qualname__}".removeprefix("builtins."))
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    frames = traceback.extract_tb(error.__traceback__)[-LAST_CALLS:]
    return kinds, [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    path = Path(filename)
    ours = path.is_relative_to(ROOT / "network")
    return str(path.relative_to(ROOT)) if ours else "/".join(path.parts[-2:])


def _place(calls: Sequence[str]) -> str:
    own = [call for call in calls if call.startswith("network/")]
    return (own or calls or [""])[-1]


# Writing


def facts_of(error: BaseException, *, number: str, endpoint: str, address: str) -> dict[str, Any]:
    """The row of an error, made while it is at hand."""
    kinds, calls = chain(error)
    return {
        "number": number,
        "at": now(),
        "endpoint": endpoint[:100],
        "address": address[:200],
        "kind": ", ".join(kinds)[:300],
        "place": _place(calls)[:200],
        "calls": calls,
    }


def keep(app: Flask, facts: dict[str, Any]) -> None:
    """Write a row; nothing of the request is needed for it. Whatever fails here stands in the log alone."""
    if not _has_room(app):
        return
    try:
        with app.app_context():
            writing = {"writes": True} if db.engine.dialect.name == "sqlite" else {}
            with db.engine.connect().execution_options(**writing) as connection:
                connection.execute(insert(RecordedError).values(**facts))
                connection.commit()
    except Exception:  # the database may be what is broken
        log.warning("error not recorded", exc_info=True, extra={"number": facts["number"]})


def _has_room(app: Flask) -> bool:
    """Whether this process has written few enough in this minute."""
    minute = int(time.monotonic() // 60)
    last, count = app.extensions.get("recorded errors", (minute, 0))
    count = count + 1 if last == minute else 1
    app.extensions["recorded errors"] = (minute, count)
    return bool(count <= MOST_A_MINUTE)


# Reading and settling


def open_ones(number: str = "") -> list[Alike]:
    """What nobody has settled, grouped by kind and place, the newest first; one statement.

    With a number: the error of that number alone, settled or not.
    """
    if number:
        found = select(RecordedError).where(RecordedError.number == number).limit(MOST_SHOWN)
        return [Alike(error, 1, error.at) for error in db.session.scalars(found)]
    groups = (
        select(
            func.max(RecordedError.id).label("newest"),
            func.count().label("count"),
            func.min(RecordedError.at).label("since"),
        )
        .where(RecordedError.settled_at.is_(None))
        .group_by(RecordedError.kind, RecordedError.place)
        .subquery()
    )
    rows = db.session.execute(
        select(RecordedError, groups.c.count, groups.c.since)
        .join(groups, RecordedError.id == groups.c.newest)
        .order_by(RecordedError.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Alike(error, count, since) for error, count, since in rows]


def settle(id: int) -> None:
    """Step of an action: settle the error and the earlier ones like it; what comes later stands anew.

    Raises Stale if somebody has settled it already.
    """
    error: RecordedError | None = db.session.get(RecordedError, id)
    if error is None or error.settled_at is not None:
        raise Stale(_l("Somebody has already settled this."))
    like_it = (
        RecordedError.kind == error.kind,
        RecordedError.place == error.place,
        RecordedError.id <= error.id,
        RecordedError.settled_at.is_(None),
    )
    db.session.execute(update(RecordedError).where(*like_it).values(settled_at=now()))


@jobs.daily(hour=3)
def forget_errors() -> None:
    """Delete what happened long ago, settled or not."""
    kept_since = now() - timedelta(days=current_app.config["KEEP_ERRORS_DAYS"])
    begin_writing()
    db.session.execute(delete(RecordedError).where(RecordedError.at < kept_since))
    db.session.commit()
