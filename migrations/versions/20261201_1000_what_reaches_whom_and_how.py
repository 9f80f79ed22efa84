"""Members choose what reaches them by topic and channel; whether in a digest, is among it.

Revises: c7a05e1d93b8
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "20261201_1000"
down_revision = "c7a05e1d93b8"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
ANSWERS = ("reply", "question", "mention", "group", "watching")
TOPICS = {
    "announcement": ("announcement",),
    "reminder": ("reminder",),
    "schedule": ("schedule",),
    "answer": ANSWERS,
    "message": ("message", "work", "score"),
}
OFFERED = (
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


def choice(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _offered() -> str:
    return " OR ".join(
        f"(channel = '{channel}' AND choice = '{chosen}' AND topic IN ("
        + ", ".join(f"'{topic}'" for topic in topics)
        + "))"
        for channel, chosen, topics in OFFERED
    )


preference = sa.table(
    "preference",
    sa.column("id", sa.Uuid()),
    sa.column("user_id", sa.Uuid()),
    sa.column("topic", sa.String()),
    sa.column("channel", sa.String()),
    sa.column("choice", sa.String()),
    sa.column("at", WHEN),
)
stopped = sa.table(
    "stopped_letter",
    sa.column("id", sa.Uuid()),
    sa.column("user_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("at", WHEN),
)
times = sa.table(
    "letter_times",
    sa.column("id", sa.Uuid()),
    sa.column("user_id", sa.Uuid()),
    sa.column("rhythm", sa.String()),
    sa.column("hour", sa.Integer()),
    sa.column("weekday", sa.Integer()),
)


def _rhythms(*values: str) -> None:
    with op.batch_alter_table("letter_times") as table:
        table.drop_constraint(op.f("ck_letter_times_rhythm"), type_="check")
        listed = ", ".join(f"'{value}'" for value in values)
        table.create_check_constraint(op.f("ck_letter_times_rhythm"), f"rhythm IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "topic",
            choice(
                *ANSWERS,
                "announcement",
                "message",
                "work",
                "score",
                "schedule",
                "reminder",
                "reaction",
                "certificate",
                "measure",
                name="topic",
            ),
            nullable=False,
        ),
        sa.Column("channel", choice("inbox", "mail", name="channel"), nullable=False),
        sa.Column("choice", choice("on", "digest", "off", name="choice"), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(_offered(), name=op.f("ck_preference_offered")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_preference_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint(
            "user_id", "channel", "topic", name=op.f("uq_preference_user_id_channel_topic")
        ),
    )
    bind = op.get_bind()
    off, rows = set(), []
    for user_id, kind, at in bind.execute(
        sa.select(stopped.c.user_id, stopped.c.kind, stopped.c.at)
    ):
        off.add((user_id, kind))
        rows += [_row(user_id, topic, "off", at) for topic in TOPICS[kind]]
    gathered = sa.select(times.c.user_id).where(times.c.rhythm != "at_once")
    now = bind.execute(sa.select(sa.func.now(type_=WHEN))).scalar_one()
    for (user_id,) in bind.execute(gathered):
        if (user_id, "answer") not in off:
            rows += [_row(user_id, topic, "digest", now) for topic in ANSWERS]
    if rows:
        op.bulk_insert(preference, rows)
    op.drop_table("stopped_letter")
    op.execute("UPDATE letter_times SET rhythm = 'daily' WHERE rhythm = 'at_once'")
    _rhythms("daily", "weekly")


def _row(user_id, topic, chosen, at):
    return {
        "id": uuid.uuid4(),
        "user_id": user_id,
        "topic": topic,
        "channel": "mail",
        "choice": chosen,
        "at": at,
    }


def downgrade() -> None:
    """Of a kind of letter all has to be off to be stopped; in a digest is all, or nothing."""
    op.create_table(
        "stopped_letter",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", choice(*TOPICS, name="letter_kind"), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_stopped_letter_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stopped_letter")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_stopped_letter_user_id_kind")),
    )
    _rhythms("at_once", "daily", "weekly")
    bind = op.get_bind()
    by_mail = sa.select(
        preference.c.user_id, preference.c.topic, preference.c.choice, preference.c.at
    ).where(preference.c.channel == "mail")
    off, digests = {}, set()
    for user_id, topic, chosen, at in bind.execute(by_mail):
        if chosen == "digest":
            digests.add(user_id)
        else:
            off.setdefault(user_id, {})[topic] = at
    rows = [
        {"id": uuid.uuid4(), "user_id": user_id, "kind": kind, "at": at[topics[0]]}
        for user_id, at in off.items()
        for kind, topics in TOPICS.items()
        if at.keys() >= set(topics)
    ]
    if rows:
        op.bulk_insert(stopped, rows)
    known = set(bind.execute(sa.select(times.c.user_id)).scalars())
    for user_id in known - digests:
        bind.execute(sa.update(times).where(times.c.user_id == user_id).values(rhythm="at_once"))
    missing = [
        {"id": uuid.uuid4(), "user_id": user_id, "rhythm": "daily", "hour": 8, "weekday": 0}
        for user_id in digests - known
    ]
    if missing:
        op.bulk_insert(times, missing)
    op.drop_table("preference")
