"""Breaks of runs, and a count of the changes of a run.

Revises: c41f7a90d3b6
"""

import sqlalchemy as sa
from alembic import op

revision = "7c1d94f0a3b8"
down_revision = "c41f7a90d3b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "run_break",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("after_week", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("after_week BETWEEN 1 AND 51", name=op.f("ck_run_break_after_week")),
        sa.CheckConstraint("days BETWEEN 1 AND 91", name=op.f("ck_run_break_days")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_break_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_break")),
        sa.UniqueConstraint("run_id", "after_week", name=op.f("uq_run_break_run_id_after_week")),
    )


def downgrade() -> None:
    op.drop_table("run_break")
    op.drop_column("run", "revision")
