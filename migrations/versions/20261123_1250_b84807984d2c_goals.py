"""goals with their plans and reports, and links between things

Revision: b84807984d2c
Follows: 3f5a8d1c7b20
"""

import sqlalchemy as sa
from alembic import op

revision = "b84807984d2c"
down_revision = "3f5a8d1c7b20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_link_id")),
        sa.ForeignKeyConstraint(["to_id"], ["thing.id"], name=op.f("fk_link_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_to_id"), ["to_id"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_milestone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("baseline", sa.BigInteger(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("review_months", sa.Integer(), nullable=False),
        sa.Column("serves_id", sa.Integer(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("last_value", sa.BigInteger(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("value_before", sa.BigInteger(), nullable=True),
        sa.Column("health_said", sa.String(length=12), nullable=False),
        sa.Column("health_reason", sa.Text(), nullable=False),
        sa.Column("health_by_id", sa.Integer(), nullable=True),
        sa.Column("health_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["health_by_id"], ["person.id"], name=op.f("fk_goal_health_by_id")),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_goal_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_goal_owner_id")),
        sa.ForeignKeyConstraint(["serves_id"], ["goal.id"], name=op.f("fk_goal_serves_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["goal.id"], name=op.f("fk_goal_superseded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_review_on"), ["review_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_serves_id"), ["serves_id"], unique=False)

    op.create_table(
        "goal_organisation",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_organisation_goal_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_goal_organisation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("goal_id", "organisation_id", name=op.f("pk_goal_organisation")),
    )
    with op.batch_alter_table("goal_organisation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_goal_organisation_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "goal_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("consent", sa.String(length=12), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("consented_by_id", sa.Integer(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("adopted_by_id", sa.Integer(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["adopted_by_id"], ["person.id"], name=op.f("fk_goal_plan_adopted_by_id")),
        sa.ForeignKeyConstraint(
            ["consented_by_id"], ["person.id"], name=op.f("fk_goal_plan_consented_by_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_goal_plan_decision_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_plan_goal_id")),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_goal_plan_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_goal_plan_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_plan")),
        sa.UniqueConstraint("goal_id", "number", name=op.f("uq_goal_plan_goal_id_number")),
    )
    op.create_table(
        "goal_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("health", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_goal_review_by_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_review_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_review")),
    )
    with op.batch_alter_table("goal_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_review_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "goal_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_text_goal_id")),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_goal_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_text")),
        sa.UniqueConstraint("goal_id", "part", name=op.f("uq_goal_text_goal_id_part")),
    )
    op.create_table(
        "progress_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_progress_report_goal_id")),
        sa.ForeignKeyConstraint(["id"], ["thing.id"], name=op.f("fk_progress_report_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_progress_report_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report")),
    )
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_progress_report_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "report_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_report_correction_by_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["progress_report.id"], name=op.f("fk_report_correction_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_correction")),
    )
    with op.batch_alter_table("report_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_correction_report_id"), ["report_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("report_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_correction_report_id"))

    op.drop_table("report_correction")
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_progress_report_goal_id"))

    op.drop_table("progress_report")
    op.drop_table("goal_text")
    with op.batch_alter_table("goal_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_review_goal_id"))

    op.drop_table("goal_review")
    op.drop_table("goal_plan")
    with op.batch_alter_table("goal_organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_organisation_organisation_id"))

    op.drop_table("goal_organisation")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_serves_id"))
        batch_op.drop_index(batch_op.f("ix_goal_review_on"))
        batch_op.drop_index(batch_op.f("ix_goal_owner_id"))

    op.drop_table("goal")
    op.drop_table("milestone")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_to_id"))

    op.drop_table("link")
