"""What became of each letter, and when letters come.

Revises: c41f7a90d2be
"""

import sqlalchemy as sa
from alembic import op

revision = "5d27c8e1f04b"
down_revision = "c41f7a90d2be"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


FATE = _choice("fate", "sent", "held", "merged", "suppressed", "refused")
WHY = _choice(
    "why",
    *("read", "removed", "lost", "muted", "blocked", "stopped", "paused", "over", "quiet"),
    *("digest", "waiting", "unreachable", "no_server", "refused"),
)
POINTS = (("user", "user_account"), ("space", "space"), ("thread", "thread"))
RHYTHM = _choice("rhythm", "at_once", "daily", "weekly")


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=True),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("fate", FATE, nullable=False),
        sa.Column("why", WHY, nullable=True),
        sa.Column("until", WHEN, nullable=True),
        sa.Column("into", sa.Uuid(), nullable=True),
        sa.Column("job", sa.String(80), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{column}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_ledger_entry_{column}_id_{table}"),
            )
            for column, table in (
                ("user", "user_account"),
                ("space", "space"),
                ("thread", "thread"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_ledger_entry_user_id_key")),
    )
    for name, columns in (
        ("user_id", ["user_id", "at", "id"]),
        ("fate", ["fate", "until"]),
        ("into", ["into"]),
    ):
        op.create_index(op.f(f"ix_ledger_entry_{name}"), "ledger_entry", columns)
    op.create_table(
        "letter_times",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rhythm", RHYTHM, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_letter_times_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_times")),
        sa.UniqueConstraint("user_id", name=op.f("uq_letter_times_user_id")),
    )


def downgrade() -> None:
    op.drop_table("letter_times")
    op.drop_table("ledger_entry")
