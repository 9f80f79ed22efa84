"""The names that stood on certificates before are kept.

Revises: 6a0f3d92c8e5
"""

import sqlalchemy as sa
from alembic import op

revision = "7f2c9e51ab36"
down_revision = "6a0f3d92c8e5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_former_name",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_former_name_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_former_name")),
        sa.UniqueConstraint(
            "certificate_id",
            "edition",
            name=op.f("uq_certificate_former_name_certificate_id_edition"),
        ),
    )


def downgrade() -> None:
    op.drop_table("certificate_former_name")
