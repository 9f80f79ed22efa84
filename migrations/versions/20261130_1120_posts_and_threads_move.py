"""Posts move to other threads, threads to other spaces; replies know the post they answer.

Revises: b46e9a2f10d7

The release before keeps writing ``reply_to`` while this is applied, and knows no moved posts; going
back, what stands in the old places are posts that their space's leaders removed.
"""

import sqlalchemy as sa
from alembic import op

revision = "c81d5e07f3b9"
down_revision = "b46e9a2f10d7"
branch_labels = None
depends_on = None

REMOVAL = "ck_post_removal"
COLUMNS = ("id", "thread_id", "number", "reply_to", "answers_id")
post = sa.table("post", *(sa.column(name) for name in COLUMNS))
answered = post.alias("answered")


def upgrade() -> None:
    op.add_column("revocation", sa.Column("stream_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("thread") as table:
        table.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_thread_merged_into_id_thread"), "thread", ["merged_into_id"], ["id"]
        )
    with op.batch_alter_table("post") as table:
        table.drop_constraint(op.f(REMOVAL), type_="check")
        table.create_check_constraint(op.f(REMOVAL), "removal IN ('author', 'staff', 'moved')")
        for name in ("answers_id", "moved_to_id"):
            table.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            table.create_foreign_key(op.f(f"fk_post_{name}_post"), "post", [name], ["id"])
        table.create_check_constraint(
            op.f("ck_post_moved_somewhere"),
            "(moved_to_id IS NULL) = (removal IS NULL OR removal <> 'moved')",
        )
    same = answered.c.thread_id == post.c.thread_id, answered.c.number == post.c.reply_to
    found = sa.select(answered.c.id).where(*same).scalar_subquery()
    op.execute(sa.update(post).where(post.c.reply_to.is_not(None)).values(answers_id=found))


def downgrade() -> None:
    same = answered.c.id == post.c.answers_id, answered.c.thread_id == post.c.thread_id
    found = sa.select(answered.c.number).where(*same).scalar_subquery()
    op.execute(sa.update(post).where(post.c.answers_id.is_not(None)).values(reply_to=found))
    op.execute("UPDATE post SET removal = 'staff', moved_to_id = NULL WHERE removal = 'moved'")
    with op.batch_alter_table("post") as table:
        table.drop_constraint(op.f("ck_post_moved_somewhere"), type_="check")
        for name in ("moved_to_id", "answers_id"):
            table.drop_constraint(op.f(f"fk_post_{name}_post"), type_="foreignkey")
            table.drop_column(name)
        table.drop_constraint(op.f(REMOVAL), type_="check")
        table.create_check_constraint(op.f(REMOVAL), "removal IN ('author', 'staff')")
    with op.batch_alter_table("thread") as table:
        table.drop_constraint(op.f("fk_thread_merged_into_id_thread"), type_="foreignkey")
        table.drop_column("merged_into_id")
    op.drop_column("revocation", "stream_id")
