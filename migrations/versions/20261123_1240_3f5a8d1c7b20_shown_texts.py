"""shown texts: what a draft says stands beside its row, which each update writes anew

Revision: 3f5a8d1c7b20
Follows: 6c2d9a80e517
"""

import sqlalchemy as sa
from alembic import op

revision = "3f5a8d1c7b20"
down_revision = "6c2d9a80e517"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_shown",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_shown_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_draft_shown")),
    )
    op.execute("INSERT INTO draft_shown (draft_id, html) SELECT id, html FROM draft")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("html")


def downgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("html", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE draft SET html = (SELECT draft_shown.html FROM draft_shown WHERE draft_shown.draft_id = draft.id)"
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.alter_column("html", server_default=None)
    op.drop_table("draft_shown")
