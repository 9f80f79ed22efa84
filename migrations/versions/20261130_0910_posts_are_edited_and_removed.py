"""Posts are written anew, with their former editions, and taken away.

Revises: b52f7c1e9d34
"""

import sqlalchemy as sa
from alembic import op

revision = "e4b81c60d7f2"
down_revision = "b52f7c1e9d34"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
REMOVED = sa.text("removal IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "post_edition",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_edition_post_id_post")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_edition")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_post_edition_post_id_number")),
    )
    removal = sa.Enum(
        "author", "staff", name="removal", native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("post") as table:
        table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("edited_at", WHEN, nullable=True))
        table.add_column(sa.Column("said_at", WHEN, nullable=True))
        table.add_column(sa.Column("removal", removal, nullable=True))
        table.add_column(sa.Column("removed_at", WHEN, nullable=True))
        table.create_check_constraint(
            op.f("ck_post_removed_at_some_time"), "(removal IS NULL) = (removed_at IS NULL)"
        )
    with op.batch_alter_table("post") as table:
        table.alter_column("edition", server_default=None)
    op.create_index(
        "ix_post_removed",
        "post",
        ["thread_id", "number"],
        postgresql_where=REMOVED,
        sqlite_where=REMOVED,
    )
    with op.batch_alter_table("thread") as table:
        table.add_column(sa.Column("removed", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("thread") as table:
        table.alter_column("removed", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("thread") as table:
        table.drop_column("removed")
    op.drop_index("ix_post_removed", table_name="post")
    with op.batch_alter_table("post") as table:
        table.drop_constraint(op.f("ck_post_removed_at_some_time"), type_="check")
        table.drop_constraint(op.f("ck_post_removal"), type_="check")
        for name in ("removed_at", "removal", "said_at", "edited_at", "edition"):
            table.drop_column(name)
    op.drop_table("post_edition")
