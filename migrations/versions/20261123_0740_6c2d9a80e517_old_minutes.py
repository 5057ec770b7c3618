"""old minutes: documents between their upload and what they become

Revision: 6c2d9a80e517
Follows: b81d4f6e2a97
"""

import sqlalchemy as sa
from alembic import op

revision = "6c2d9a80e517"
down_revision = "b81d4f6e2a97"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "old_minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("became_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["became_id"], ["meeting.id"], name=op.f("fk_old_minutes_became_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_old_minutes_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_old_minutes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_minutes")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_old_minutes_person_id_key")),
    )
    with op.batch_alter_table("old_minutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_old_minutes_kept_at"), ["kept_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("old_minutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_old_minutes_kept_at"))
    op.drop_table("old_minutes")
