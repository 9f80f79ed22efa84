"""What is unread in a space is found in an index alone, and what was marked as read all at once.

Revises: 71a06c3f9e25

The old index goes last: nobody reads a thread from then until all that is pending is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "7000c2d94e1b"
down_revision = "71a06c3f9e25"
branch_labels = None
depends_on = None

OLD = "ix_thread_latest"
NEW = "ix_thread_unread"
ORDER = ["space_id", "last_posted_at", "id"]
ASKED = ["last_number", "removed", "history", "merged_into_id", "kind"]

SWEPT = sa.text("swept_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_read_pointer_swept",
        "read_pointer",
        ["user_id", "swept_at"],
        postgresql_where=SWEPT,
        sqlite_where=SWEPT,
    )
    op.create_index(NEW, "thread", [*ORDER, *ASKED])
    op.drop_index(OLD, table_name="thread")


def downgrade() -> None:
    op.create_index(OLD, "thread", ORDER)
    op.drop_index(NEW, table_name="thread")
    op.drop_index("ix_read_pointer_swept", table_name="read_pointer")
