"""How migrations reach the application's database: all of them or none, one process at a time."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from network.search_entries import is_in_models
from network.things import UTCDateTime

LOCK = 20261122  # PostgreSQL's advisory lock of those who migrate

migrate = current_app.extensions["migrate"]
db = migrate.db


def render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our types as the database's, so that old migrations do not depend on today's code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def configure(**how: Any) -> None:
    """What every way of running migrations has in common."""
    # SQLite can undo changes of tables as well; Alembic does not count on it unless told.
    options = {
        **migrate.configure_args,
        "transactional_ddl": True,
        "render_item": render,
        "include_name": is_in_models,
    }
    context.configure(target_metadata=db.metadata, **options, **how)


def write_sql() -> None:
    """For `flask db upgrade --sql`: print the statements for an administrator to run."""
    configure(url=db.engine.url.render_as_string(hide_password=False), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run(connection: Connection) -> None:
    """Migrate, and let whoever starts at the same time wait and then find it done."""
    configure(connection=connection)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                raise RuntimeError(f"the migration would leave dangling references: {broken[:5]}")


def run_on_sqlite() -> None:
    """SQLite changes a table by making it anew, which references to it must not notice."""
    with db.engine.connect().execution_options(writes=True) as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    write_sql()
elif db.engine.dialect.name == "sqlite":
    run_on_sqlite()
else:
    # Not the engine's snapshots: who has waited for the lock must see what the other one did.
    with db.engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
        run(connection)
