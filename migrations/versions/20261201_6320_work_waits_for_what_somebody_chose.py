"""Work that waits for a time somebody chose is found when they choose another.

Revises: 63a0d5b81f42
"""

import sqlalchemy as sa
from alembic import op

revision = "63b19c4e07d5"
down_revision = "63a0d5b81f42"
branch_labels = None
depends_on = None

CHOSEN = "done_at IS NULL AND chosen_by IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("chosen_by", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_outbox_chosen_by",
        "outbox",
        ["chosen_by"],
        postgresql_where=sa.text(CHOSEN),
        sqlite_where=sa.text(CHOSEN),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_chosen_by", table_name="outbox")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("chosen_by")
