"""Totals no longer store of how much they are, nor the per cent: that hangs on what takes place.

Revises: d3b85f1c60e9

The columns stay, without a need to be filled, for the release before: it may still run. On the way
down they say again what that release stores.
"""

import sqlalchemy as sa
from alembic import op

revision = "b52f7c1e9d34"
down_revision = "d3b85f1c60e9"
branch_labels = None
depends_on = None

SETTLED, MISSING = "dew", ".b"  # letters of what is required
SUMMARY = sa.table(
    "progress_summary",
    sa.column("done", sa.Integer),
    sa.column("required", sa.Integer),
    sa.column("percent", sa.Integer),
    sa.column("cells", sa.Text),
)


def upgrade() -> None:
    with op.batch_alter_table("progress_summary") as batch_op:
        batch_op.alter_column("required", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("percent", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    rest: sa.ColumnElement[str] = SUMMARY.c.cells
    for sign in SETTLED + MISSING:
        rest = sa.func.replace(rest, sign, "")
    required = sa.func.length(SUMMARY.c.cells) - sa.func.length(rest)
    op.execute(SUMMARY.update().values(required=required))
    done, whole = SUMMARY.c.done, SUMMARY.c.required
    percent = sa.case((done >= whole, 100), else_=sa.literal_column("100") * done // whole)
    op.execute(SUMMARY.update().values(percent=percent))
    with op.batch_alter_table("progress_summary") as batch_op:
        batch_op.alter_column("percent", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("required", existing_type=sa.Integer(), nullable=False)
