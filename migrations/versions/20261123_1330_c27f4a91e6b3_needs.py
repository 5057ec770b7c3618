"""needs, and the municipalities in which they are seen

Revision: c27f4a91e6b3
Follows: 5d80c2e6f914
"""

import sqlalchemy as sa
from alembic import op

revision = "c27f4a91e6b3"
down_revision = "5d80c2e6f914"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("name", name=op.f("uq_municipality_name")),
    )
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_need_group_id")),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_need_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["need.id"], name=op.f("fk_need_merged_into_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_need_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_need_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_state"), ["state"], unique=False)

    op.create_table(
        "need_language",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_language_need_id")),
        sa.PrimaryKeyConstraint("need_id", "code", name=op.f("pk_need_language")),
    )
    with op.batch_alter_table("need_language", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_language_code"), ["code"], unique=False)

    op.create_table(
        "need_support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_support_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_support_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_need_support_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_support")),
    )
    with op.batch_alter_table("need_support", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_need_support_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_need_support_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_need_support_citizen",
            ["need_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("organisation_id IS NULL"),
            postgresql_where=sa.text("organisation_id IS NULL"),
        )
        batch_op.create_index("uq_need_support_organisation", ["need_id", "organisation_id"], unique=True)

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("municipality_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_organisation_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_organisation_municipality_id"), "municipality", ["municipality_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_organisation_municipality_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_organisation_municipality_id"))
        batch_op.drop_column("municipality_id")

    with op.batch_alter_table("need_support", schema=None) as batch_op:
        batch_op.drop_index("uq_need_support_organisation")
        batch_op.drop_index(
            "uq_need_support_citizen",
            sqlite_where=sa.text("organisation_id IS NULL"),
            postgresql_where=sa.text("organisation_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_need_support_person_id"))
        batch_op.drop_index(batch_op.f("ix_need_support_organisation_id"))

    op.drop_table("need_support")
    with op.batch_alter_table("need_language", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_language_code"))

    op.drop_table("need_language")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_state"))
        batch_op.drop_index(batch_op.f("ix_need_person_id"))
        batch_op.drop_index(batch_op.f("ix_need_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_need_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_need_group_id"))

    op.drop_table("need")
    op.drop_table("municipality")
