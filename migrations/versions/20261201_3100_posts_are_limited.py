"""A space can be slowed down.

Revises: 20261201_3000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_3100"
down_revision = "20261201_3000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("space") as table:
        table.add_column(
            sa.Column("slow_seconds", sa.Integer(), server_default="0", nullable=False)
        )
        table.create_check_constraint(
            op.f("ck_space_slow_seconds"), "slow_seconds BETWEEN 0 AND 3600"
        )
    with op.batch_alter_table("moderation_act") as table:
        table.alter_column("about_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    # the release before knows no acts that are about nobody
    op.execute("DELETE FROM moderation_act WHERE about_id IS NULL")
    with op.batch_alter_table("moderation_act") as table:
        table.alter_column("about_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("space") as table:
        table.drop_constraint(op.f("ck_space_slow_seconds"), type_="check")
        table.drop_column("slow_seconds")
