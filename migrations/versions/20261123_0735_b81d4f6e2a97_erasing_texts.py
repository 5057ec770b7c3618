"""drafts and corrections: what was erased bears a mark

Revision: b81d4f6e2a97
Follows: 4e7b92c1a3d6
"""

import sqlalchemy as sa
from alembic import op

revision = "b81d4f6e2a97"
down_revision = "4e7b92c1a3d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("erased_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("erased_all", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(batch_op.f("fk_draft_erased_by_id"), "person", ["erased_by_id"], ["id"])
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.alter_column("erased_reason", server_default=None)
        batch_op.alter_column("erased_all", server_default=None)
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_draft_erased_by_id"), type_="foreignkey")
        batch_op.drop_column("erased_all")
        batch_op.drop_column("erased_reason")
        batch_op.drop_column("erased_by_id")
        batch_op.drop_column("erased_at")
