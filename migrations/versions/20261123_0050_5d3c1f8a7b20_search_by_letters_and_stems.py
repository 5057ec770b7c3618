"""search by letters and stems

Revision: 5d3c1f8a7b20
Follows: ed635201dd80

What was indexed before is found as it was; `flask --app app network reindex` adds the rest.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5d3c1f8a7b20"
down_revision = "ed635201dd80"
branch_labels = None
depends_on = None

LETTERS_ON_SQLITE = (
    (
        "CREATE VIRTUAL TABLE search_index USING fts5 (text, content='search_entry',"
        " content_rowid='thing_id', columnsize=0, tokenize='trigram case_sensitive 1')"
    ),
    (
        "CREATE TRIGGER search_index_insert AFTER INSERT ON search_entry BEGIN"
        " INSERT INTO search_index (rowid, text) VALUES (new.thing_id, new.text); END"
    ),
    (
        "CREATE TRIGGER search_index_delete AFTER DELETE ON search_entry BEGIN"
        " INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.thing_id, old.text); END"
    ),
    (
        "CREATE TRIGGER search_index_update AFTER UPDATE ON search_entry WHEN old.text <> new.text BEGIN"
        " INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', old.thing_id, old.text);"
        " INSERT INTO search_index (rowid, text) VALUES (new.thing_id, new.text); END"
    ),
    "INSERT INTO search_index (search_index) VALUES ('rebuild')",
)
LETTERS_ON_POSTGRESQL = """DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX search_index_letters ON search_entry USING gin (text gin_trgm_ops) WITH (fastupdate = off);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE WARNING 'search works without the extension pg_trgm: %', SQLERRM;
END $$"""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    stems = postgresql.TSVECTOR() if on_postgresql else sa.Text()
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("stems", stems, nullable=True))
    op.execute(
        "UPDATE search_entry SET room_id = (SELECT room_id FROM thing WHERE thing.id = thing_id),"
        " kind = (SELECT type FROM thing WHERE thing.id = thing_id),"
        " outside = CASE WHEN (SELECT owns_room FROM thing WHERE thing.id = thing_id)"
        " THEN ' ' || outside || ' ' ELSE '' END,"
        " title = substr(' ' || title, 1, 399) || ' ', text = ' ' || text || ' '"
    )
    if on_postgresql:
        op.execute(
            "UPDATE search_entry SET stems = strip(to_tsvector('german',"
            " array_to_string(tsvector_to_array(to_tsvector('german', text)), ' ')))"
        )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.alter_column("room_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("kind", existing_type=sa.String(length=40), nullable=False)
        batch_op.create_foreign_key(op.f("fk_search_entry_room_id"), "room", ["room_id"], ["id"])
    if on_postgresql:
        op.execute(
            "CREATE INDEX search_index_stems ON search_entry USING gin (stems) WITH (fastupdate = off)"
        )
        op.execute(sa.text(LETTERS_ON_POSTGRESQL))
        return
    try:
        for statement in LETTERS_ON_SQLITE:
            op.get_bind().exec_driver_sql(statement)
    except sa.exc.OperationalError as error:
        # SQLite without FTS5 or its trigrams: then entries are searched one by one.
        if "no such" not in str(error) and "tokenizer" not in str(error):
            raise


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS search_index_letters")
        op.execute("DROP INDEX search_index_stems")
    else:
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER IF EXISTS search_index_{name}")
        op.execute("DROP TABLE IF EXISTS search_index")
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_search_entry_room_id"), type_="foreignkey")
        batch_op.drop_column("stems")
        batch_op.drop_column("kind")
        batch_op.drop_column("room_id")
    # The words from outside were part of all words; who sees a thing from outside finds less until a reindex.
    op.execute("UPDATE search_entry SET title = trim(title), text = trim(text), outside = trim(outside)")
