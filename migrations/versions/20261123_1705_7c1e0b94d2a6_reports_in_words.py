"""reports in words: without a value, of goals that name nothing to be counted

Revision: 7c1e0b94d2a6
Follows: e3b7c60d5a18
"""

import sqlalchemy as sa
from alembic import op

revision = "7c1e0b94d2a6"
down_revision = "e3b7c60d5a18"
branch_labels = None
depends_on = None

TABLES = [sa.table(name, sa.column("value")) for name in ("progress_report", "report_correction")]


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table.name, schema=None) as batch_op:
            batch_op.alter_column("value", existing_type=sa.BigInteger(), nullable=True)


def downgrade() -> None:
    for table in TABLES:
        op.execute(sa.update(table).where(table.c.value.is_(None)).values(value=0))
        with op.batch_alter_table(table.name, schema=None) as batch_op:
            batch_op.alter_column("value", existing_type=sa.BigInteger(), nullable=False)
