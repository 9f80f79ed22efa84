"""Members choose how closely they follow a thread or a space, and block people.

Revises: c3d0a95e7b18
"""

import sqlalchemy as sa
from alembic import op

revision = "c41e8a5d70b3"
down_revision = "c3d0a95e7b18"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
LEVEL = sa.Enum(
    "watching",
    "tracking",
    "normal",
    "muted",
    name="level",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    for what in ("thread", "space"):
        table, column = f"{what}_level", f"{what}_id"
        op.create_table(
            table,
            sa.Column("user_id", sa.Uuid(), nullable=False),
            sa.Column(column, sa.Uuid(), nullable=False),
            sa.Column("level", LEVEL, nullable=False),
            sa.Column("at", WHEN, nullable=False),
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.ForeignKeyConstraint(
                ["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id_user_account")
            ),
            sa.ForeignKeyConstraint(
                [column], [f"{what}.id"], name=op.f(f"fk_{table}_{column}_{what}")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("user_id", column, name=op.f(f"uq_{table}_user_id_{column}")),
        )
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_table(
        "block",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("blocked_id", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("user_id <> blocked_id", name=op.f("ck_block_somebody_else")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_block_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["user_account.id"], name=op.f("fk_block_blocked_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("user_id", "blocked_id", name=op.f("uq_block_user_id_blocked_id")),
    )
    op.create_index(op.f("ix_block_blocked_id"), "block", ["blocked_id"])


def downgrade() -> None:
    op.drop_table("block")
    op.drop_table("space_level")
    op.drop_table("thread_level")
