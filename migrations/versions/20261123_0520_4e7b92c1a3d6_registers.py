"""registers: which decision replaces another, and of what somebody was reminded

Revision: 4e7b92c1a3d6
Follows: aac51b65f633
"""

import sqlalchemy as sa
from alembic import op

revision = "4e7b92c1a3d6"
down_revision = "aac51b65f633"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("superseded_by_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_decision_superseded_by_id"), ["superseded_by_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_decision_superseded_by_id"), "decision", ["superseded_by_id"], ["id"]
        )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_ahead_of", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_column("reminded_on")
        batch_op.drop_column("reminded_ahead_of")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decision_superseded_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_decision_superseded_by_id"))
        batch_op.drop_column("superseded_by_id")
