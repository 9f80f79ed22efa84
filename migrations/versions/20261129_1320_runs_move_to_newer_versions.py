"""Runs move to newer versions of their courses.

Revises: 7b53e0d91c46
"""

import sqlalchemy as sa
from alembic import op

revision = "9b3f0d2e6a17"
down_revision = "7b53e0d91c46"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_earlier_version",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("left_by", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["left_by"],
            ["user_account.id"],
            name=op.f("fk_run_earlier_version_left_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_earlier_version_run_id_run")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_run_earlier_version_version_id_course_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_earlier_version")),
        sa.UniqueConstraint(
            "run_id", "version_id", name=op.f("uq_run_earlier_version_run_id_version_id")
        ),
    )
    op.create_index(
        op.f("ix_run_earlier_version_version_id"), "run_earlier_version", ["version_id"]
    )
    with op.batch_alter_table("quiz_attempt") as batch_op:
        batch_op.add_column(sa.Column("answered_in", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_quiz_attempt_answered_in_activity"), "activity", ["answered_in"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("quiz_attempt") as batch_op:
        batch_op.drop_constraint(op.f("fk_quiz_attempt_answered_in_activity"), type_="foreignkey")
        batch_op.drop_column("answered_in")
    op.drop_table("run_earlier_version")
