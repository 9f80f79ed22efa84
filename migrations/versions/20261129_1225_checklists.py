"""Checklists.

Revises: 3e9c51a7d046
"""

import sqlalchemy as sa
from alembic import op

revision = "1f7c2a90b3d4"
down_revision = "3e9c51a7d046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_checklist_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_checklist_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint(
            "enrolment_id", "activity_id", name=op.f("uq_checklist_enrolment_id_activity_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("checklist")
