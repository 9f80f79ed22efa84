"""Reflections.

Revises: 5d80e2b6f19a
"""

import sqlalchemy as sa
from alembic import op

revision = "e2a4c7d913f0"
down_revision = "5d80e2b6f19a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reflection",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column(
            "readers",
            sa.Enum(
                *("private", "mentor", "cohort"),
                name="readers",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(text IS NULL) = (readers IS NULL) AND (text IS NULL) = (handed_in_at IS NULL)",
            name=op.f("ck_reflection_handed_in_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_reflection_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_reflection_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint(
            "enrolment_id", "activity_id", name=op.f("uq_reflection_enrolment_id_activity_id")
        ),
    )
    op.create_index(op.f("ix_reflection_activity_id"), "reflection", ["activity_id"])


def downgrade() -> None:
    op.drop_table("reflection")
