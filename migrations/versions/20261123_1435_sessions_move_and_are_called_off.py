"""Sessions move and are called off, and calendars are told.

Revises: 54050d382f91

Until now a session that was over without having begun was one that was called off; that is written
down. Columns come with defaults: the release before this one goes on planning sessions.
"""

import sqlalchemy as sa
from alembic import op

revision = "7c41a9d0e3b5"
down_revision = "54050d382f91"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("live_session") as batch_op:
        batch_op.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("moved_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_from_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("called_off_reason", sa.String(300), nullable=False, server_default="")
        )
    op.create_index("ix_live_session_due", "live_session", ["state", "starts_at"], unique=False)
    op.execute(
        "UPDATE live_session SET called_off_at = ended_at, ended_at = NULL, sequence = 1 "
        "WHERE state = 'ended' AND started_at IS NULL"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE live_session SET ended_at = called_off_at "
        "WHERE state = 'ended' AND started_at IS NULL"
    )
    op.drop_index("ix_live_session_due", table_name="live_session")
    # Not in a batch: SQLite would write the table anew, which other tables refer to.
    for name in (
        "called_off_reason",
        "called_off_at",
        "moved_from_minutes",
        "moved_from",
        "edition",
        "sequence",
    ):
        op.drop_column("live_session", name)
