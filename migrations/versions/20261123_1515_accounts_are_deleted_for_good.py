"""Accounts are deleted for good.

Revises: 05641fca36a8

The release before this one keeps running while this migration is applied: add, fill, switch and
only then, a release later, take away. A migration imports none of our code.
"""

import sqlalchemy as sa
from alembic import op

revision = "b7d20f4e8a31"
down_revision = "05641fca36a8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_column("deleted_at")
