"""Pictures and files are attached to posts.

Revises: c41e8a7d2f60
"""

import sqlalchemy as sa
from alembic import op

revision = "b3d90c75e1f8"
down_revision = "c41e8a7d2f60"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def names(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_attachment_{column}_{other}")
    )


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("uploader_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("stored_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("added_at", WHEN, nullable=False),
        sa.Column("loose_since", WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(post_id IS NULL) = (loose_since IS NOT NULL)", name=op.f("ck_attachment_loose_or_not")
        ),
        sa.CheckConstraint(
            "(width IS NULL) = (height IS NULL)", name=op.f("ck_attachment_measured")
        ),
        names("space_id", "space"),
        names("uploader_id", "user_account"),
        names("post_id", "post"),
        names("stored_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    for column in ("space_id", "uploader_id", "post_id", "stored_id"):
        op.create_index(op.f(f"ix_attachment_{column}"), "attachment", [column])
    op.create_index("ix_attachment_loose_since", "attachment", ["loose_since"])


def downgrade() -> None:
    op.drop_table("attachment")
