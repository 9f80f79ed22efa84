"""A mail server may know no such mailbox: whoever invited wants to know.

Revises: e90b2f6a4c17

The release before goes on: the column may be null.
"""

import sqlalchemy as sa
from alembic import op

revision = "e2b6109f4c87"
down_revision = "e90b2f6a4c17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_column("refused_at")
