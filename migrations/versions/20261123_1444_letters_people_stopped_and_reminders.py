"""Letters people stopped, reminders that were owed, and news of calendars.

Revises: e2b6109f4c87

The release before this one keeps running while this migration is applied: add, fill, switch and
only then, a release later, take away. A migration imports none of our code.
"""

import sqlalchemy as sa
from alembic import op

revision = "05641fca36a8"
down_revision = "e2b6109f4c87"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stopped_letter",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "announcement",
                "reminder",
                "schedule",
                "message",
                name="letter_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_stopped_letter_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stopped_letter")),
        sa.UniqueConstraint("user_id", "kind", name=op.f("uq_stopped_letter_user_id_kind")),
    )
    op.create_table(
        "reminder",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_reminder_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_reminder_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "session_id",
            "user_id",
            "hours",
            "sequence",
            name=op.f("uq_reminder_session_id_user_id_hours_sequence"),
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_user_id"), ["user_id"], unique=False)

    op.create_table(
        "schedule_news",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("was_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_minutes", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("telling", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_schedule_news_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["live_session.id"],
            name=op.f("fk_schedule_news_session_id_live_session"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_schedule_news_space_id_space")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_news")),
    )
    with op.batch_alter_table("schedule_news", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedule_news_session_id"), ["session_id"], unique=False
        )
        batch_op.create_index("ix_schedule_news_telling", ["telling", "space_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("schedule_news", schema=None) as batch_op:
        batch_op.drop_index("ix_schedule_news_telling")
        batch_op.drop_index(batch_op.f("ix_schedule_news_session_id"))

    op.drop_table("schedule_news")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_user_id"))

    op.drop_table("reminder")
    op.drop_table("stopped_letter")
