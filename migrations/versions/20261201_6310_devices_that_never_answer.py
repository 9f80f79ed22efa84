"""Of a device is kept how often its push service gave no answer, and since when.

Revises: 60b15e92fa07
"""

import sqlalchemy as sa
from alembic import op

revision = "63a0d5b81f42"
down_revision = "60b15e92fa07"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("push_device") as table:
        table.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("failing_since", WHEN, nullable=True))
        table.add_column(sa.Column("failed_at", WHEN, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("push_device") as table:
        table.drop_column("failed_at")
        table.drop_column("failing_since")
        table.drop_column("failures")
