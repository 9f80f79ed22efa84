"""Threads are pinned and locked, and a question has an accepted answer.

Revises: e4b81c60d7f2
"""

import sqlalchemy as sa
from alembic import op

revision = "6a0f3d92c8e5"
down_revision = "e4b81c60d7f2"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("thread", sa.Column("pinned_at", WHEN, nullable=True))
    op.add_column("thread", sa.Column("locked_at", WHEN, nullable=True))
    op.add_column("thread", sa.Column("answer", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("thread") as table:
        for name in ("answer", "locked_at", "pinned_at"):
            table.drop_column(name)
