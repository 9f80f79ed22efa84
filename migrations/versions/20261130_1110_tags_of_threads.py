"""Threads have tags, which are those of their space.

Revises: 7f2c9e51ab36
"""

import sqlalchemy as sa
from alembic import op

revision = "b46e9a2f10d7"
down_revision = "7f2c9e51ab36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_tag_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("space_id", "folded", name=op.f("uq_tag_space_id_folded")),
    )
    op.create_table(
        "thread_tag",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_thread_tag_tag_id_tag")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_thread_tag_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("thread_id", "tag_id", name=op.f("pk_thread_tag")),
    )
    op.create_index(op.f("ix_thread_tag_tag_id"), "thread_tag", ["tag_id"])


def downgrade() -> None:
    op.drop_table("thread_tag")
    op.drop_table("tag")
