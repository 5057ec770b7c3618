"""The migrations and the models say the same, and every step has a way back."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import downgrade, upgrade
from PIL import Image
from sqlalchemy import inspect, text

from network import create_app
from network.discussions import actions as talking
from network.discussions.matters import discussion_of
from network.extensions import db
from network.files.store import path_of
from network.goals import actions
from network.search_entries import is_in_models
from tests.databases import PostgreSQL, SQLite, fresh_database
from tests.goals.makers import drafted, proposed
from tests.world import World


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


def test_pictures_of_before_get_their_edges_and_one_that_is_lost_stays_as_it_is(blank: Flask) -> None:
    upgrade(revision="b84807984d2c")
    drawn = io.BytesIO()
    Image.new("RGB", (30, 20)).save(drawn, "PNG")
    place = path_of("ab" * 32)
    place.parent.mkdir(parents=True)
    place.write_bytes(drawn.getvalue())
    db.session.execute(text("INSERT INTO room (id, number, epoch) VALUES (1, 0, 0)"))
    for id, sha256 in ((1, "ab" * 32), (2, "cd" * 32)):
        for insert in (
            (
                "INSERT INTO thing (id, type, room_id, owns_room, created_at, version)"
                " VALUES (:id, 'file', 1, :no, '2026-11-01 10:00:00', 1)"
            ),
            (
                "INSERT INTO file (id, name, media_type, size, sha256, withheld)"
                " VALUES (:id, 'a.png', 'image/png', 1, :sha256, :no)"
            ),
        ):
            db.session.execute(text(insert), {"id": id, "sha256": sha256, "no": False})
    db.session.commit()
    upgrade()
    rows = db.session.execute(text("SELECT width, height FROM file ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(30, 20), (None, None)]


def test_what_was_said_about_a_draft_is_shown_to_nobody_once_it_is_proposed(world: World) -> None:
    goals = [proposed(world.ben, world.language, title).parent for title in ("Other", "A goal")]
    for one in goals:
        talking.talk_about(world.ben, one, text=f"About {one.title}")
    draft, goal = drafted(world.ben, world.language, "A draft"), goals[1]
    begun = discussion_of(goals[0])
    assert begun is not None
    begun.about_id = begun.parent_id = draft.id
    db.session.commit()
    context = MigrationContext.configure(db.session.connection())
    step = ScriptDirectory(current_app.extensions["migrate"].directory).get_revision("d5b1c8e07a42")
    assert step is not None
    with Operations.context(context):
        step.module.upgrade()
    db.session.commit()
    assert discussion_of(draft) is None and discussion_of(goal) is not None
    actions.propose_goal(world.ben, draft)
    talking.talk_about(world.ben, draft, text="For all.")
    assert discussion_of(draft) not in (None, begun)


def test_migrations_form_one_line(application: Flask) -> None:
    script = ScriptDirectory(application.extensions["migrate"].directory)
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        name = Path(revision.path).name
        assert name[:13].replace("_", "").isdigit() and name[8] == "_", (
            f"{name}: name it 20261201_1200_<id>_<what>.py"
        )
        assert (revision.doc or "").strip(), f"{name} does not say what it does"
