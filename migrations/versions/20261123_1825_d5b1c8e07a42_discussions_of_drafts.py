"""discussions of drafts: what was said in the group before a goal was proposed is shown to nobody

Revision: d5b1c8e07a42
Follows: a9d3f2c84b17
"""

import sqlalchemy as sa
from alembic import op

revision = "d5b1c8e07a42"
down_revision = "a9d3f2c84b17"
branch_labels = None
depends_on = None

thing = sa.table("thing", sa.column("id"), sa.column("removed_at"), sa.column("created_at"))
thread = sa.table("thread", sa.column("id"), sa.column("about_id"))
message = sa.table("message", sa.column("id"), sa.column("thread_id"))
goal = sa.table("goal", sa.column("id"), sa.column("state"))
plan = sa.table("goal_plan", sa.column("goal_id"))
notice = sa.table("notice", sa.column("message_id"))
mark = sa.table("read_mark", sa.column("thread_id"))


def upgrade() -> None:
    drafts = sa.select(goal.c.id).where(
        goal.c.state == "draft", ~sa.exists().where(plan.c.goal_id == goal.c.id)
    )
    begun = sa.select(thread.c.id).where(thread.c.about_id.in_(drafts))
    ids = list(op.get_bind().scalars(begun))
    if not ids:
        return
    said = sa.select(message.c.id).where(message.c.thread_id.in_(ids))
    op.execute(sa.delete(notice).where(notice.c.message_id.in_(said)))
    op.execute(sa.delete(mark).where(mark.c.thread_id.in_(ids)))
    op.execute(sa.update(thing).where(thing.c.id.in_(ids)).values(removed_at=thing.c.created_at))
    # One of its own can be begun when the goal is proposed.
    op.execute(sa.update(thread).where(thread.c.id.in_(ids)).values(about_id=None))


def downgrade() -> None:
    pass  # what it was about is not known any more
