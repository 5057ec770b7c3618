"""Transactions on both databases: reading ones are a snapshot, writing ones wait for each other.

On SQLite a deferred transaction that begins to write while another one does fails at once, and SQLite's own
wait stops a whole gevent process as soon as an action yields. So a writer says so when it begins, and waits
by itself. PostgreSQL's engine reads in REPEATABLE READ; an action asks for READ COMMITTED and locks rows.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from network.extensions import db

LOCK_TRIES = 2000  # of 1 to 10 ms: a writer on SQLite waits about ten seconds for the others


def begin_writing() -> None:
    """Forget what was read and begin a transaction that may write (see the README on both databases)."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        db.session.connection(execution_options={"writes": True})
    else:
        db.session.connection(execution_options={"isolation_level": "READ COMMITTED"})


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=0",
            # What is erased is overwritten with zeros, also in pages that are free. Of a hundred inserts of
            # a searched text it costs the time of fourteen, which is 0.03 ms for each.
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if not connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    begin_immediate(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))


def begin_immediate(begin: Callable[[], object]) -> None:
    """Begin a transaction that writes on SQLite, as soon as no other one does; `begin` tries to."""
    for left in range(LOCK_TRIES, 0, -1):
        try:
            begin()
            return
        except (OperationalError, sqlite3.OperationalError) as error:
            if "locked" not in str(error) or left == 1:
                raise
            time.sleep(random.uniform(0.001, 0.01))  # under gevent others go on meanwhile
