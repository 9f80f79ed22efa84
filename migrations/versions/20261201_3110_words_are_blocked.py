"""Words can be blocked in a space.

Revises: 20261201_3100
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_3110"
down_revision = "20261201_3100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("space") as table:
        table.add_column(
            sa.Column("words_blocked", sa.Integer(), server_default="0", nullable=False)
        )
        table.add_column(sa.Column("blocked_words", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("space") as table:
        table.drop_column("blocked_words")
        table.drop_column("words_blocked")
