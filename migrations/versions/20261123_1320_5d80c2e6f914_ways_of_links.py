"""ways of links: the place that a link begins at, and links that are told from the other end

Revision: 5d80c2e6f914
Follows: 9e4c7a15d3b8
"""

import sqlalchemy as sa
from alembic import op

revision = "5d80c2e6f914"
down_revision = "9e4c7a15d3b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("here", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("turned", sa.Boolean(), nullable=False, server_default=sa.false()))
    # The program says both itself, as for every other column.
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.alter_column("here", existing_type=sa.String(length=300), server_default=None)
        batch_op.alter_column("turned", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_column("turned")
        batch_op.drop_column("here")
