"""erased passages: what the Office erases of approved minutes, and the digest of what is left

Revision: a41f06d7c9e5
Follows: c27f4a91e6b3
"""

import sqlalchemy as sa
from alembic import op

revision = "a41f06d7c9e5"
down_revision = "c27f4a91e6b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "minutes_erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("passages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_minutes_erasure_by_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_erasure_minutes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_erasure")),
    )
    with op.batch_alter_table("minutes_erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_erasure_minutes_id"), ["minutes_id"], unique=False)
    with op.batch_alter_table("minutes_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown_digest", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("minutes_version", schema=None) as batch_op:
        batch_op.drop_column("shown_digest")
    op.drop_table("minutes_erasure")
