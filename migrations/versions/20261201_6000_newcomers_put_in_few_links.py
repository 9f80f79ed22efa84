"""A space can limit the links of newcomers.

Revises: 50b7e2a96c13
"""

import sqlalchemy as sa
from alembic import op

revision = "60a4d7c1e835"
down_revision = "50b7e2a96c13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("space") as table:
        table.add_column(sa.Column("newcomer_links", sa.Integer(), nullable=True))
        table.create_check_constraint(
            op.f("ck_space_newcomer_links"), "newcomer_links IN (0, 1, 2, 5)"
        )


def downgrade() -> None:
    with op.batch_alter_table("space") as table:
        table.drop_constraint(op.f("ck_space_newcomer_links"), type_="check")
        table.drop_column("newcomer_links")
