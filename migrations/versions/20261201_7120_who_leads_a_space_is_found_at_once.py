"""Who leads a space is found without a look at all who belong to it.

Revises: 7000c2d94e1b
"""

from alembic import op

revision = "712083be5d47"
down_revision = "7000c2d94e1b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_membership_role", "membership", ["space_id", "role"])


def downgrade() -> None:
    op.drop_index("ix_membership_role", table_name="membership")
