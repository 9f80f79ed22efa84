"""Surveys.

Revises: e2a4c7d913f0
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0b81f6a3ce"
down_revision = "e2a4c7d913f0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answers IS NULL) = (answered_at IS NULL)", name=op.f("ck_survey_answer_named_whole")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_survey_answer_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_survey_answer_enrolment_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint(
            "enrolment_id", "activity_id", name=op.f("uq_survey_answer_enrolment_id_activity_id")
        ),
    )
    op.create_index(op.f("ix_survey_answer_activity_id"), "survey_answer", ["activity_id"])
    op.create_table(
        "survey_box",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_survey_box_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_survey_box_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_box")),
        sa.UniqueConstraint("run_id", "activity_id", name=op.f("uq_survey_box_run_id_activity_id")),
    )
    op.create_table(
        "survey_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_survey_text_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_survey_text_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_text")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_survey_text_question", "survey_text", ["run_id", "activity_id", "question", "id"]
    )


def downgrade() -> None:
    op.drop_table("survey_text")
    op.drop_table("survey_box")
    op.drop_table("survey_answer")
