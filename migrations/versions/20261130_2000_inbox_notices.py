"""What people are told, in an inbox.

Revises: 7be25f19c0a4
"""

import sqlalchemy as sa
from alembic import op

revision = "c41f7a90d2be"
down_revision = "7be25f19c0a4"
branch_labels = None
depends_on = None

REASONS = (
    *("mention", "group", "reply", "question", "watching", "announcement", "reaction"),
    *("schedule", "work", "score", "message", "certificate"),
)


def upgrade() -> None:
    op.create_table(
        "inbox_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "why",
            sa.Enum(*REASONS, name="reason", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("space_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_inbox_notice_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_inbox_notice_space_id_space")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_notice")),
        sa.UniqueConstraint(
            "user_id", "subject_id", name=op.f("uq_inbox_notice_user_id_subject_id")
        ),
    )
    op.create_index("ix_inbox_notice_newest", "inbox_notice", ["user_id", "at"])
    op.create_index("ix_inbox_notice_old", "inbox_notice", ["at"])
    op.create_index(
        "ix_inbox_notice_unread",
        "inbox_notice",
        ["user_id", "at"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("inbox_notice")
