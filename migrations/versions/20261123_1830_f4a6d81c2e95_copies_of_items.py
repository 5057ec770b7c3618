"""copies of items: from which item a template, or a meeting planned like another, has one

Revision: f4a6d81c2e95
Follows: d5b1c8e07a42
"""

import sqlalchemy as sa
from alembic import op

revision = "f4a6d81c2e95"
down_revision = "d5b1c8e07a42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copied_from_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_agenda_item_copied_from_id"), "agenda_item", ["copied_from_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_agenda_item_copied_from_id"), type_="foreignkey")
        batch_op.drop_column("copied_from_id")
