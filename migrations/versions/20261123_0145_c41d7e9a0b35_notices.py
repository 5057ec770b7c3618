"""notices

Revision: c41d7e9a0b35
Follows: 7b1e40c2d9af
"""

import sqlalchemy as sa
from alembic import op

revision = "c41d7e9a0b35"
down_revision = "7b1e40c2d9af"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_mail",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbound_mail_person_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbound_mail")),
    )
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_mail_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbound_mail_person_id"), ["person_id"], unique=False)

    op.create_table(
        "notice_group_preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("mentions", sa.String(length=8), nullable=False),
        sa.Column("messages", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_notice_group_preferences_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_group_preferences_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "group_id", name=op.f("pk_notice_group_preferences")),
    )
    op.create_table(
        "notice_preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mentions", sa.String(length=8), nullable=False),
        sa.Column("messages", sa.String(length=8), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "notice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("person_id", "message_id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_made_at", ["made_at"], unique=False)
        batch_op.create_index("ix_notice_message_id", ["message_id"], unique=False)

    op.create_table(
        "told_message",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_told_message_letter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_told_message_message_id")),
        sa.PrimaryKeyConstraint("letter_id", "message_id", name=op.f("pk_told_message")),
    )
    with op.batch_alter_table("told_message", schema=None) as batch_op:
        batch_op.create_index("ix_told_message_message_id", ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("told_message", schema=None) as batch_op:
        batch_op.drop_index("ix_told_message_message_id")

    op.drop_table("told_message")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_message_id")
        batch_op.drop_index("ix_notice_made_at")

    op.drop_table("notice")
    op.drop_table("notice_preferences")
    op.drop_table("notice_group_preferences")
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbound_mail_person_id"))
        batch_op.drop_index(batch_op.f("ix_inbound_mail_at"))

    op.drop_table("inbound_mail")
