"""Posts have reactions, and say how many of each kind.

Revises: c41e8a5d70b3
"""

import sqlalchemy as sa
from alembic import op

revision = "3c8a61f0d4b7"
down_revision = "c41e8a5d70b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reaction",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *("thanks", "helpful", "agree", "curious", "celebrate", "heart"),
                name="reaction_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reaction_post_id_post")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_reaction_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction")),
        sa.UniqueConstraint(
            "post_id", "user_id", "kind", name=op.f("uq_reaction_post_id_user_id_kind")
        ),
    )
    op.create_index(op.f("ix_reaction_user_id"), "reaction", ["user_id"])
    op.add_column("post", sa.Column("reactions", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("post") as table:
        table.drop_column("reactions")
    op.drop_index(op.f("ix_reaction_user_id"), table_name="reaction")
    op.drop_table("reaction")
