"""Faces beside names: the picture everybody in one's spaces sees stands where the name stands.

Revises: 7c41a9d0e3b5
"""

import sqlalchemy as sa
from alembic import op

revision = "e5b80c3d1f47"
down_revision = "7c41a9d0e3b5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("face", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_column("face")
