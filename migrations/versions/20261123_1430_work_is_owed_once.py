"""Work is owed once.

Revises: c41a7e5b9d20

The release before this one keeps running while this migration is applied: add, fill, switch and
only then, a release later, take away. A migration imports none of our code.
"""

import sqlalchemy as sa
from alembic import op

revision = "8a41c07d5be2"
down_revision = "c41a7e5b9d20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("once", sa.String(length=200), nullable=True))
        batch_op.create_unique_constraint("uq_outbox_once", ["once"])


def downgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_constraint("uq_outbox_once", type_="unique")
        batch_op.drop_column("once")
