"""Letters come back: lines say so, and an address that takes none is left alone.

Revises: 20261201_2000

The release before goes on: it writes none of the new words.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_2010"
down_revision = "20261201_2000"
branch_labels = None
depends_on = None

FATES = ("sent", "held", "merged", "suppressed", "refused", "posted")
WHYS = (
    *("read", "removed", "lost", "muted", "blocked", "stopped", "paused", "over", "quiet"),
    *("digest", "waiting", "unreachable", "no_server", "refused"),
    *("sender", "forged", "automatic", "expired", "empty", "long", "large", "often", "closed"),
    *("unfit", "files"),
)
NEW_FATES = (*FATES, "bounced")
NEW_WHYS = (*WHYS, "delayed", "no_mailbox", "full", "turned_away", "returned", "bouncing")


def upgrade() -> None:
    op.create_table(
        "address_trouble",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_address_trouble_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_trouble")),
        sa.UniqueConstraint("user_id", name=op.f("uq_address_trouble_user_id")),
    )
    with op.batch_alter_table("ledger_entry") as table:
        _let(table, NEW_FATES, NEW_WHYS)


def downgrade() -> None:
    op.execute("UPDATE ledger_entry SET why = NULL WHERE why = 'delayed'")
    op.execute("UPDATE ledger_entry SET fate = 'refused', why = 'refused' WHERE fate = 'bounced'")
    op.execute("UPDATE ledger_entry SET why = 'unreachable' WHERE why = 'bouncing'")
    with op.batch_alter_table("ledger_entry") as table:
        _let(table, FATES, WHYS)
    op.drop_table("address_trouble")


def _let(table, fates, whys) -> None:
    for name, values in (("fate", fates), ("why", whys)):
        check = op.f(f"ck_ledger_entry_{name}")
        table.drop_constraint(check, type_="check")
        table.create_check_constraint(check, f"{name} IN ({', '.join(map(repr, values))})")
