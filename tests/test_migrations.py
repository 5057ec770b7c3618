"""The migrations and the models say the same, and every step has a way back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from network import create_app
from network.extensions import db
from network.search_entries import is_in_models
from tests.databases import PostgreSQL, SQLite, fresh_database


@pytest.fixture
def blank(
    database: SQLite | PostgreSQL, given: dict[str, Any], tmp_path: Path, worker_id: str
) -> Iterator[Flask]:
    """An application on a database of its own that has no schema yet."""
    own = fresh_database(database.name, f"blank_{worker_id}", tmp_path)
    app = create_app({**given, "DATABASE_URL": own.url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    own.drop()


def differences() -> list[Any]:
    """What autogenerate would write into the next migration."""
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_in_models}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, db.metadata))


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_newest_migration_is_what_the_models_say(blank: Flask) -> None:
    upgrade()
    assert tables() >= set(db.metadata.tables)
    assert differences() == []


def test_every_migration_leads_up_down_and_up_again(blank: Flask) -> None:
    upgrade()
    before = tables()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == before
    assert differences() == []


def test_migrations_form_one_line(application: Flask) -> None:
    script = ScriptDirectory(application.extensions["migrate"].directory)
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        name = Path(revision.path).name
        assert name[:13].replace("_", "").isdigit() and name[8] == "_", (
            f"{name}: name it 20261201_1200_<id>_<what>.py"
        )
        assert (revision.doc or "").strip(), f"{name} does not say what it does"
