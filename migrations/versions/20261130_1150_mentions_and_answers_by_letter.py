"""Posts mention people and groups; answers are told by letter; posts are rendered again.

Revises: b3d90c75e1f8
"""

import sqlalchemy as sa
from alembic import op

revision = "c3d0a95e7b18"
down_revision = "b3d90c75e1f8"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
STALE = sa.text("renderer < 3")
BEFORE = ("announcement", "reminder", "schedule", "message")


def choice(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "mention",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "whole",
            choice("organisers", "facilitators", "everyone", name="mentioned_group"),
            nullable=True,
        ),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (whole IS NULL)", name=op.f("ck_mention_somebody")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_mention_post_id_post")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mention_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("post_id", "user_id", name=op.f("uq_mention_post_id_user_id")),
        sa.UniqueConstraint("post_id", "whole", name=op.f("uq_mention_post_id_whole")),
    )
    op.create_index(op.f("ix_mention_user_id"), "mention", ["user_id"])
    op.create_table(
        "answer_news",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column(
            "why",
            choice("mention", "group", "reply", "question", "watching", name="why"),
            nullable=False,
        ),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("telling", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_answer_news_post_id_post")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_answer_news_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_news")),
        sa.UniqueConstraint("post_id", "user_id", name=op.f("uq_answer_news_post_id_user_id")),
    )
    op.create_index(op.f("ix_answer_news_user_id"), "answer_news", ["user_id"])
    op.create_index("ix_answer_news_telling", "answer_news", ["telling", "at"])
    op.create_index(op.f("ix_user_account_name_folded"), "user_account", ["name_folded"])
    op.create_index("ix_post_stale", "post", ["id"], postgresql_where=STALE, sqlite_where=STALE)
    with op.batch_alter_table("stopped_letter") as table:
        table.drop_constraint(op.f("ck_stopped_letter_letter_kind"), type_="check")
        table.create_check_constraint(
            op.f("ck_stopped_letter_letter_kind"), _kinds(*BEFORE, "answer")
        )


def downgrade() -> None:
    op.execute("DELETE FROM stopped_letter WHERE kind = 'answer'")
    with op.batch_alter_table("stopped_letter") as table:
        table.drop_constraint(op.f("ck_stopped_letter_letter_kind"), type_="check")
        table.create_check_constraint(op.f("ck_stopped_letter_letter_kind"), _kinds(*BEFORE))
    op.drop_index("ix_post_stale", table_name="post")
    op.drop_index(op.f("ix_user_account_name_folded"), table_name="user_account")
    op.drop_table("answer_news")
    op.drop_table("mention")


def _kinds(*values: str) -> str:
    return f"kind IN ({', '.join(repr(value) for value in values)})"
