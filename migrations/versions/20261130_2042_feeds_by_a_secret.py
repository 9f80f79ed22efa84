"""Feeds are read by a secret in their address.

Revises: 8f41b7d2c60e
"""

import sqlalchemy as sa
from alembic import op

revision = "c7a05e1d93b8"
down_revision = "8f41b7d2c60e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_key",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_feed_key_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_feed_key_digest")),
        sa.UniqueConstraint("user_id", name=op.f("uq_feed_key_user_id")),
    )


def downgrade() -> None:
    op.drop_table("feed_key")
