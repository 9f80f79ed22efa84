"""Posts have polls.

Revises: 3c8a61f0d4b7
"""

import sqlalchemy as sa
from alembic import op

revision = "8e2d5b97c1a4"
down_revision = "3c8a61f0d4b7"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("poll_kind", "single", "multiple", "ranked"), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("shows", _choice("poll_shows", "always", "voted", "closed"), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("local_at", sa.DateTime(), nullable=True),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(closes_at IS NULL) = (local_at IS NULL)", name=op.f("ck_poll_closes_by_a_clock")
        ),
        sa.CheckConstraint(
            "(closes_at IS NULL) = (zone IS NULL)", name=op.f("ck_poll_closes_in_a_zone")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_poll_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("post_id", name=op.f("uq_poll_post_id")),
    )
    op.create_table(
        "ballot",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("choices", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_ballot_post_id_post")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_ballot_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("post_id", "user_id", name=op.f("uq_ballot_post_id_user_id")),
    )
    op.create_index(op.f("ix_ballot_user_id"), "ballot", ["user_id"])
    op.add_column(
        "post", sa.Column("has_poll", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.drop_column("has_poll")
    op.drop_index(op.f("ix_ballot_user_id"), table_name="ballot")
    op.drop_table("ballot")
    op.drop_table("poll")
