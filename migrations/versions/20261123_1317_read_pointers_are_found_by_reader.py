"""Read pointers are found by their reader, never by their thread alone.

Revises: bea7129d83aa

With an index on the thread PostgreSQL read the pointers of everybody in it to find one reader's:
most of the time of a page. The unique key, reader first, is the one to ask.
"""

from alembic import op

revision = "5d0c6b1f2e94"
down_revision = "bea7129d83aa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("read_pointer") as batch_op:
        batch_op.drop_index(batch_op.f("ix_read_pointer_thread_id"))


def downgrade() -> None:
    with op.batch_alter_table("read_pointer") as batch_op:
        batch_op.create_index(batch_op.f("ix_read_pointer_thread_id"), ["thread_id"], unique=False)
