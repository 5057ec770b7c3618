"""days of adoption: from when on the first report of a goal is waited for

Revision: a9d3f2c84b17
Follows: 7c1e0b94d2a6
"""

import sqlalchemy as sa
from alembic import op

revision = "a9d3f2c84b17"
down_revision = "7c1e0b94d2a6"
branch_labels = None
depends_on = None

goal = sa.table("goal", sa.column("id"), sa.column("adopted_on"))
plan = sa.table("goal_plan", sa.column("goal_id"), sa.column("number"), sa.column("adopted_on"))


def upgrade() -> None:
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("adopted_on", sa.Date(), nullable=True))
    first = sa.select(plan.c.adopted_on).where(plan.c.goal_id == goal.c.id, plan.c.number == 1)
    op.execute(sa.update(goal).values(adopted_on=first.scalar_subquery()))


def downgrade() -> None:
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_column("adopted_on")
