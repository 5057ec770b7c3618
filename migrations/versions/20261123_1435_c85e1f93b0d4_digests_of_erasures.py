"""digests of erasures: of each version that lost a passage, before and after

Revision: c85e1f93b0d4
Follows: a41f06d7c9e5
"""

import sqlalchemy as sa
from alembic import op

revision = "c85e1f93b0d4"
down_revision = "a41f06d7c9e5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("minutes_erasure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digests", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("minutes_erasure", schema=None) as batch_op:
        batch_op.alter_column("digests", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("minutes_erasure", schema=None) as batch_op:
        batch_op.drop_column("digests")
