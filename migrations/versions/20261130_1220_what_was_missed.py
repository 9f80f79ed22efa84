"""Since when somebody was away, and what they marked as read all at once.

Revises: 8e2d5b97c1a4
"""

import sqlalchemy as sa
from alembic import op

revision = "7be25f19c0a4"
down_revision = "8e2d5b97c1a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("back_at", "away_since"):
        op.add_column("sign_in", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("read_pointer", sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("swept_from", "swept_to"):
        op.add_column("read_pointer", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("read_pointer") as table:
        for name in ("swept_to", "swept_from", "swept_at"):
            table.drop_column(name)
    with op.batch_alter_table("sign_in") as table:
        for name in ("away_since", "back_at"):
            table.drop_column(name)
