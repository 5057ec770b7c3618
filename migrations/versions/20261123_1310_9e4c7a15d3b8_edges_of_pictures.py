"""edges of pictures: a page keeps the place of one that has not come yet

Revision: 9e4c7a15d3b8
Follows: b84807984d2c
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from flask import current_app
from PIL import Image

revision = "9e4c7a15d3b8"
down_revision = "b84807984d2c"
branch_labels = None
depends_on = None

FILE = sa.table(
    "file",
    sa.column("id", sa.Integer),
    sa.column("media_type", sa.String),
    sa.column("sha256", sa.String),
    sa.column("width", sa.Integer),
    sa.column("height", sa.Integer),
)


def upgrade() -> None:
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("width", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("height", sa.Integer(), nullable=True))
    kept = Path(current_app.instance_path) / "files"
    rows = op.get_bind().execute(
        sa.select(FILE.c.id, FILE.c.sha256).where(FILE.c.media_type.like("image/%"), FILE.c.sha256 != "")
    )
    for id, sha256 in rows.all():
        try:
            with Image.open(kept / sha256[:2] / sha256[2:]) as picture:  # reads its head, not its pixels
                width, height = picture.size
        except OSError:  # it is shown as before, without its edges
            continue
        op.execute(FILE.update().where(FILE.c.id == id).values(width=width, height=height))


def downgrade() -> None:
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_column("height")
        batch_op.drop_column("width")
