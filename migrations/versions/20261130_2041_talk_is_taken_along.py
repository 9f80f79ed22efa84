"""Archives of a space's talk are taken away.

Revises: 5d20c9e47ab1
"""

import sqlalchemy as sa
from alembic import op

revision = "8f41b7d2c60e"
down_revision = "5d20c9e47ab1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk_export",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("stored_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                *("making", "done", "failed"),
                name="export_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_talk_export_space_id_space")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_talk_export_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["stored_id"], ["stored_file.id"], name=op.f("fk_talk_export_stored_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_export")),
    )
    for column in ("space_id", "by_id", "stored_id", "asked_at"):
        op.create_index(op.f(f"ix_talk_export_{column}"), "talk_export", [column])


def downgrade() -> None:
    for column in ("space_id", "by_id", "stored_id", "asked_at"):
        op.drop_index(op.f(f"ix_talk_export_{column}"), table_name="talk_export")
    op.drop_table("talk_export")
