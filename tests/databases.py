"""A database for each test worker, empty again before every test, on SQLite and on PostgreSQL."""

import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import event
from sqlalchemy.engine import Engine

from network.drafts import storing
from network.extensions import db
from network.transactions import begin_writing as begin_writing  # its settings of a connection come first


@event.listens_for(Engine, "connect")
def _forget_at_a_power_cut(connection: Any, _record: Any) -> None:
    """Wait for no disk: what a test has written need not outlive the machine. Servers keep their settings."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")


def forget(app: Flask) -> None:
    """What the application remembers of what lay in the database goes with it."""
    storing.clear(app)
    for remembered in (
        "waiting",
        "waiting for the office",
        "unread",
        "network facts",
        "rules of the network",
    ):
        app.extensions.pop(remembered, None)
    app.extensions["kept fragments"].clear()


class SQLite:
    """A file, laid anew from a blank one before each test."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "network.db"
        self.blank = folder / "blank.db"
        self.url = f"sqlite:///{self.file}"

    def lay(self, app: Flask) -> None:
        """Make the schema from the models, and keep it as the pattern of an empty database.

        That the migrations lead to the same one is a test of its own.
        """
        with app.app_context():
            db.create_all()
            stamp()
            db.engine.dispose()
        shutil.copyfile(self.file, self.blank)

    def empty(self, app: Flask) -> None:
        """Forget everything that a test has written."""
        self._lay(app, self.blank)

    def keep(self, app: Flask, number: int) -> None:
        """What lies in it now is what `lay_kept` brings back under this number."""
        with app.app_context():
            db.engine.dispose()  # the last connection that is closed puts all into the one file
        shutil.copyfile(self.file, self._kept(number))

    def lay_kept(self, app: Flask, number: int) -> None:
        """Put what was kept in the place of everything."""
        self._lay(app, self._kept(number))

    def _kept(self, number: int) -> Path:
        return self.file.with_name(f"kept-{number}.db")

    def _lay(self, app: Flask, pattern: Path) -> None:
        forget(app)
        with app.app_context():
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copyfile(pattern, self.file)

    def drop(self) -> None:
        """The folder goes with pytest's own."""


class PostgreSQL:
    """A database of the cluster that tests/run has started.

    Rows are deleted, which is fifteen times faster than TRUNCATE and than copying a template. Ids go
    on, so that no test can rely on the first thing being number 1.
    """

    name = "postgresql"

    def __init__(self, server: str, name: str) -> None:
        self.server = server.replace("+psycopg", "")
        self.database = name
        self.url = f"{server}/{name}"
        self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
        self.line: psycopg.Connection[Any] | None = None  # stays open: a new one is a new process there

    def lay(self, app: Flask) -> None:
        """Make the schema from the models."""
        with app.app_context():
            db.create_all()
            stamp()
        with self._connection() as connection:
            rows: list[Any] = connection.execute(
                "SELECT tablename FROM pg_tables"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            ).fetchall()
            # A function keeps the plans, and what is empty already is only looked at.
            deletes = "".join(
                f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for (name,) in rows
            )
            connection.execute(
                "CREATE FUNCTION empty_all_tables() RETURNS void LANGUAGE plpgsql"
                f" SET session_replication_role = replica AS $$ BEGIN {deletes} END $$"  # type: ignore[arg-type]  # names of the catalogue
            )

    def empty(self, app: Flask) -> None:
        """Forget everything that a test has written, also what it left uncommitted."""
        forget(app)
        if self.line is None:
            self.line = self._connection()
        self.line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        self.line.execute("SELECT empty_all_tables()")

    def drop(self) -> None:
        """Remove the database."""
        if self.line is not None:
            self.line.close()
        self._on_server(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def _connection(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(f"{self.server}/{self.database}", autocommit=True)

    def _on_server(self, *commands: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            for command in commands:
                connection.execute(command)  # type: ignore[arg-type]  # as above


def fresh_database(kind: str, name: str, folder: Path) -> SQLite | PostgreSQL:
    """An empty database without a schema; `name` is unique among the workers."""
    if kind == "sqlite":
        return SQLite(folder)
    server = os.environ.get("TEST_POSTGRESQL")
    if not server:
        pytest.exit("PostgreSQL is started by: bash tests/run --postgresql", returncode=2)
    return PostgreSQL(server, name)
