"""Work knows the request it came of.

Revises: e5b80c3d1f47

The release before this one keeps running while this migration is applied: add, fill, switch and
only then, a release later, take away. A migration imports none of our code.
"""

import sqlalchemy as sa
from alembic import op

revision = "e90b2f6a4c17"
down_revision = "e5b80c3d1f47"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("request_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_column("request_id")
