"""sentences of merged needs: what others said for the same organisation there

Revision: e3b7c60d5a18
Follows: c85e1f93b0d4
"""

import sqlalchemy as sa
from alembic import op

revision = "e3b7c60d5a18"
down_revision = "c85e1f93b0d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("need_support", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("need_support", schema=None) as batch_op:
        batch_op.alter_column("merged", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("need_support", schema=None) as batch_op:
        batch_op.drop_column("merged")
