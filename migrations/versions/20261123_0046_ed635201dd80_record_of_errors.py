"""record of errors

Revision: ed635201dd80
Follows: 0f80cd022593
"""

import sqlalchemy as sa
from alembic import op

revision = "ed635201dd80"
down_revision = "0f80cd022593"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recorded_error",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("endpoint", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_error")),
    )
    with op.batch_alter_table("recorded_error", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recorded_error_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recorded_error_number"), ["number"], unique=False)
        batch_op.create_index("ix_recorded_error_settled_at_place", ["settled_at", "place"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("recorded_error", schema=None) as batch_op:
        batch_op.drop_index("ix_recorded_error_settled_at_place")
        batch_op.drop_index(batch_op.f("ix_recorded_error_number"))
        batch_op.drop_index(batch_op.f("ix_recorded_error_at"))

    op.drop_table("recorded_error")
