"""What somebody has begun to write and not sent is kept.

Revises: c81d5e07f3b9
"""

import sqlalchemy as sa
from alembic import op

revision = "c41e8a7d2f60"
down_revision = "c81d5e07f3b9"
branch_labels = None
depends_on = None

KINDS = ("question", "discussion", "announcement", "ask", "offer", "show_and_tell")


def upgrade() -> None:
    op.create_table(
        "post_draft",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("space_id", sa.Uuid(), nullable=True),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="thread_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("tags", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN space_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN post_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_post_draft_one_place"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_post_draft_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_post_draft_thread_id_thread")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_post_draft_space_id_space")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_draft_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_draft")),
        sa.UniqueConstraint("user_id", "form", name=op.f("uq_post_draft_user_id_form")),
    )


def downgrade() -> None:
    op.drop_table("post_draft")
