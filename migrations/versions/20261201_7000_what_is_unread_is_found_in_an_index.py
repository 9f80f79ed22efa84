"""What is unread in a space is found in an index alone, the last word first.

Revises: 63b19c4e07d5
"""

from alembic import op

revision = "7000c2d94e1b"
down_revision = "63b19c4e07d5"
branch_labels = None
depends_on = None

NAME = "ix_thread_latest"
ORDER = ["space_id", "last_posted_at", "id"]
ASKED = ["last_number", "removed", "history", "merged_into_id", "kind"]


def upgrade() -> None:
    op.drop_index(NAME, table_name="thread")
    op.create_index(NAME, "thread", [*ORDER, *ASKED])


def downgrade() -> None:
    op.drop_index(NAME, table_name="thread")
    op.create_index(NAME, "thread", ORDER)
