"""What is unread in a space is found in an index alone, and what was marked as read all at once.

Revises: 63b19c4e07d5
"""

import sqlalchemy as sa
from alembic import op

revision = "7000c2d94e1b"
down_revision = "63b19c4e07d5"
branch_labels = None
depends_on = None

NAME = "ix_thread_latest"
ORDER = ["space_id", "last_posted_at", "id"]
ASKED = ["last_number", "removed", "history", "merged_into_id", "kind"]

SWEPT = sa.text("swept_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index(NAME, table_name="thread")
    op.create_index(NAME, "thread", [*ORDER, *ASKED])
    op.create_index(
        "ix_read_pointer_swept",
        "read_pointer",
        ["user_id", "swept_at"],
        postgresql_where=SWEPT,
        sqlite_where=SWEPT,
    )


def downgrade() -> None:
    op.drop_index("ix_read_pointer_swept", table_name="read_pointer")
    op.drop_index(NAME, table_name="thread")
    op.create_index(NAME, "thread", ORDER)
