"""How much somebody adds within a day is counted, whatever of it they remove again.

Revises: a91d4e07c2b6
"""

import sqlalchemy as sa
from alembic import op

revision = "d3b85f1c60e9"
down_revision = "a91d4e07c2b6"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "file_allowance",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", WHEN, nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_file_allowance_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_allowance")),
        sa.UniqueConstraint("user_id", name=op.f("uq_file_allowance_user_id")),
    )


def downgrade() -> None:
    op.drop_table("file_allowance")
