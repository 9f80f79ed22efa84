"""Devices tell their owners of what is new; the ledger says so.

Revises: 20261201_1000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_1010"
down_revision = "20261201_1000"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
ANSWERS = ("reply", "question", "mention", "group", "watching")
BEFORE = (
    (
        "inbox",
        "off",
        (
            "question",
            "mention",
            "group",
            "watching",
            "announcement",
            "work",
            "score",
            "schedule",
            "reaction",
            "certificate",
        ),
    ),
    ("mail", "digest", ANSWERS),
    ("mail", "off", (*ANSWERS, "announcement", "message", "work", "score", "schedule", "reminder")),
)
PUSHED = (
    ("push", "on", ("group", "watching")),
    ("push", "off", ("reply", "question", "mention", "announcement", "schedule", "reminder")),
)


def _offered(offered) -> str:
    return " OR ".join(
        f"(channel = '{channel}' AND choice = '{chosen}' AND topic IN ("
        + ", ".join(f"'{topic}'" for topic in topics)
        + "))"
        for channel, chosen, topics in offered
    )


def _checks(channels: str, offered) -> None:
    with op.batch_alter_table("preference") as table:
        table.drop_constraint(op.f("ck_preference_channel"), type_="check")
        table.drop_constraint(op.f("ck_preference_offered"), type_="check")
        table.create_check_constraint(op.f("ck_preference_channel"), f"channel IN ({channels})")
        table.create_check_constraint(op.f("ck_preference_offered"), _offered(offered))


def upgrade() -> None:
    _checks("'inbox', 'mail', 'push'", BEFORE + PUSHED)
    channel = sa.Enum(
        "inbox",
        "mail",
        "push",
        name="channel",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    with op.batch_alter_table("ledger_entry") as table:
        table.add_column(sa.Column("channel", channel, server_default="mail", nullable=False))
    op.create_table(
        "push_device",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("p256dh", sa.String(100), nullable=False),
        sa.Column("auth", sa.String(30), nullable=False),
        sa.Column("name", sa.String(80), nullable=True),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("told", sa.String(220), nullable=True),
        sa.Column("told_at", WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_push_device_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_device_endpoint")),
    )
    op.create_index(op.f("ix_push_device_sign_in_id"), "push_device", ["sign_in_id"])
    op.create_index(op.f("ix_push_device_user_id"), "push_device", ["user_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_push_device_user_id"), table_name="push_device")
    op.drop_index(op.f("ix_push_device_sign_in_id"), table_name="push_device")
    op.drop_table("push_device")
    op.execute("DELETE FROM ledger_entry WHERE channel = 'push'")
    with op.batch_alter_table("ledger_entry") as table:
        table.drop_constraint(op.f("ck_ledger_entry_channel"), type_="check")
        table.drop_column("channel")
    op.execute("DELETE FROM preference WHERE channel = 'push'")
    _checks("'inbox', 'mail'", BEFORE)
