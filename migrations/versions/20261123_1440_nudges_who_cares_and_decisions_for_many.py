"""Nudges, who cares for whom, and decisions for many at once.

Revises: 5d0c6b1f2e94
"""

import sqlalchemy as sa
from alembic import op

revision = "c41a7e5b9d20"
down_revision = "5d0c6b1f2e94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nudge",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_nudge_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["user_account.id"], name=op.f("fk_nudge_sent_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
    )
    with op.batch_alter_table("nudge") as batch_op:
        batch_op.create_index("ix_nudge_enrolment", ["enrolment_id", "sent_at"], unique=False)
    op.create_table(
        "care",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_care_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["user_account.id"], name=op.f("fk_care_taken_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_care_enrolment_id")),
    )
    with op.batch_alter_table("progress_decision") as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_progress_decision_batch_id"), ["batch_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("progress_decision") as batch_op:
        batch_op.drop_index(batch_op.f("ix_progress_decision_batch_id"))
        batch_op.drop_column("batch_id")
    op.drop_table("care")
    op.drop_table("nudge")
