"""After how long a question is due for rescue is chosen by its space.

Revises: 20261201_3110
"""

import sqlalchemy as sa
from alembic import op

revision = "50a1c4e8d2f7"
down_revision = "20261201_3110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("space") as batch_op:
        batch_op.add_column(
            sa.Column("rescue_hours", sa.Integer(), nullable=False, server_default="24")
        )
        batch_op.create_check_constraint(
            op.f("ck_space_rescue_hours"), "rescue_hours IN (4, 12, 24, 48, 72, 168)"
        )
    op.create_index("ix_thread_asked", "thread", ["space_id", "kind", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_thread_asked", table_name="thread")
    with op.batch_alter_table("space") as batch_op:
        batch_op.drop_constraint(op.f("ck_space_rescue_hours"), type_="check")
        batch_op.drop_column("rescue_hours")
