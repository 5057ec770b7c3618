"""rooms of cases

Each case gets a room of its own, heard by those who may judge it; until now it was told in that of its desk.
Objections, answers and early ends say which decision they are about.

Revision: 9d2f6b30c8e4
Follows: c41d7e9a0b35
"""

import sqlalchemy as sa
from alembic import op

revision = "9d2f6b30c8e4"
down_revision = "c41d7e9a0b35"
branch_labels = None
depends_on = None

thing = sa.table(
    "thing",
    sa.column("id", sa.Integer),
    sa.column("type", sa.String),
    sa.column("parent_id", sa.Integer),
    sa.column("room_id", sa.Integer),
    sa.column("owns_room", sa.Boolean),
)
room = sa.table(
    "room", sa.column("id", sa.Integer), sa.column("number", sa.Integer), sa.column("epoch", sa.Integer)
)
change = sa.table("change", sa.column("room_id", sa.Integer))


def upgrade() -> None:
    with op.batch_alter_table("moderation_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_moderation_entry_about_id"), "moderation_entry", ["about_id"], ["id"]
        )
    op.execute(
        "UPDATE moderation_entry SET about_id = (SELECT max(decided.id) FROM moderation_entry AS decided"
        " WHERE decided.case_id = moderation_entry.case_id AND decided.kind = 'decided'"
        " AND decided.measure <> 'none' AND decided.id < moderation_entry.id)"
        " WHERE kind IN ('objected', 'upheld', 'fallen', 'lifted')"
    )
    connection = op.get_bind()
    cases = sa.select(thing.c.id).where(thing.c.type == "moderation_case", ~thing.c.owns_room)
    for case_id in connection.scalars(cases).all():
        room_id = connection.scalar(sa.insert(room).values(number=0, epoch=0).returning(room.c.id))
        connection.execute(
            sa.update(thing).where(thing.c.id == case_id).values(room_id=room_id, owns_room=True)
        )


def downgrade() -> None:
    connection = op.get_bind()
    cases = sa.select(thing.c.id, thing.c.parent_id, thing.c.room_id)
    for case_id, desk_id, room_id in connection.execute(cases.where(thing.c.type == "moderation_case")).all():
        desk_room = connection.scalar(sa.select(thing.c.room_id).where(thing.c.id == desk_id))
        connection.execute(
            sa.update(thing).where(thing.c.id == case_id).values(room_id=desk_room, owns_room=False)
        )
        connection.execute(sa.delete(change).where(change.c.room_id == room_id))
        connection.execute(sa.delete(room).where(room.c.id == room_id))
    with op.batch_alter_table("moderation_entry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_moderation_entry_about_id"), type_="foreignkey")
        batch_op.drop_column("about_id")
