"""Letters are answered by mail: lines about answers, and what their addresses are bound to.

Revises: 20261201_1010

The release before goes on: the column may be null, and it writes none of the new words.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_2000"
down_revision = "20261201_1010"
branch_labels = None
depends_on = None

FATES = ("sent", "held", "merged", "suppressed", "refused")
WHYS = (
    *("read", "removed", "lost", "muted", "blocked", "stopped", "paused", "over", "quiet"),
    *("digest", "waiting", "unreachable", "no_server", "refused"),
)
NEW_FATES = (*FATES, "posted")
NEW_WHYS = (
    *WHYS,
    *("sender", "forged", "automatic", "expired", "empty", "long", "large", "often", "closed"),
    *("unfit", "files"),
)


def upgrade() -> None:
    with op.batch_alter_table("ledger_entry") as table:
        table.add_column(sa.Column("post_id", sa.Uuid(), nullable=True))
        _let(table, NEW_FATES, NEW_WHYS)
    op.create_table(
        "reply_key",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_reply_key_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_key")),
        sa.UniqueConstraint("user_id", name=op.f("uq_reply_key_user_id")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM ledger_entry WHERE kind = 'mailed'")
    op.drop_table("reply_key")
    with op.batch_alter_table("ledger_entry") as table:
        table.drop_column("post_id")
        _let(table, FATES, WHYS)


def _let(table, fates, whys) -> None:
    for name, values in (("fate", fates), ("why", whys)):
        check = op.f(f"ck_ledger_entry_{name}")
        table.drop_constraint(check, type_="check")
        table.create_check_constraint(check, f"{name} IN ({', '.join(map(repr, values))})")
