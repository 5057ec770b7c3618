"""discussions

Revision: fcb6c5e64921
Follows: 5d3c1f8a7b20
"""

import sqlalchemy as sa
from alembic import op

revision = "fcb6c5e64921"
down_revision = "5d3c1f8a7b20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("last_ordinal", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slow_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["thing.id"], name=op.f("fk_thread_about_id")),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_thread_group_id")),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("about_id", name=op.f("uq_thread_about_id")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index("ix_thread_group_id_last_at", ["group_id", "last_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("reply_to_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mentions_all", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(["reply_to_id"], ["message.id"], name=op.f("fk_message_reply_to_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_message_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("thread_id", "ordinal", name=op.f("uq_message_thread_id_ordinal")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_person_id_thread_id", ["person_id", "thread_id"], unique=False)

    op.create_table(
        "read_mark",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("following", sa.String(length=8), nullable=False),
        sa.Column("told_ordinal", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_read_mark_person_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_read_mark_thread_id")),
        sa.PrimaryKeyConstraint("person_id", "thread_id", name=op.f("pk_read_mark")),
    )
    with op.batch_alter_table("read_mark", schema=None) as batch_op:
        batch_op.create_index("ix_read_mark_thread_id_following", ["thread_id", "following"], unique=False)

    op.create_table(
        "message_mention",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_mention_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_mention_person_id")),
        sa.PrimaryKeyConstraint("message_id", "person_id", name=op.f("pk_message_mention")),
    )
    with op.batch_alter_table("message_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_mention_person_id"), ["person_id"], unique=False)

    op.create_table(
        "message_reaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("emoji", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_reaction_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_reaction_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_reaction")),
        sa.UniqueConstraint(
            "message_id", "person_id", "emoji", name=op.f("uq_message_reaction_message_id_person_id_emoji")
        ),
    )
    with op.batch_alter_table("message_reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_reaction_person_id"), ["person_id"], unique=False)

    op.create_table(
        "message_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_text_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_text")),
    )
    with op.batch_alter_table("message_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_text_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("message_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_text_message_id"))

    op.drop_table("message_text")
    with op.batch_alter_table("message_reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_reaction_person_id"))

    op.drop_table("message_reaction")
    with op.batch_alter_table("message_mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_mention_person_id"))

    op.drop_table("message_mention")
    with op.batch_alter_table("read_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_read_mark_thread_id_following")

    op.drop_table("read_mark")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_person_id_thread_id")

    op.drop_table("message")
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_group_id_last_at")

    op.drop_table("thread")
