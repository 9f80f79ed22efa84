"""Certificates.

Revises: 5d0d4b7e62f9
"""

import sqlalchemy as sa
from alembic import op

revision = "c37e51d8a4b0"
down_revision = "5d0d4b7e62f9"
branch_labels = None
depends_on = None

REASONS = ("verdict_withdrawn", "mistake", "conduct", "request", "other")


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("run", sa.String(length=200), nullable=False),
        sa.Column("network", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(*REASONS, name="reason", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("edition >= 1", name=op.f("ck_certificate_edition")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (reason IS NULL) AND (revoked_at IS NOT NULL OR note = '')",
            name=op.f("ck_certificate_revoked_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_certificate_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["user_account.id"], name=op.f("fk_certificate_revoked_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_certificate_enrolment_id")),
    )
    op.create_table(
        "certificate_name",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_certificate_name_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_name")),
        sa.UniqueConstraint("user_id", name=op.f("uq_certificate_name_user_id")),
    )
    op.create_table(
        "certificate_lead",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_lead_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_certificate_lead_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_lead")),
        sa.UniqueConstraint(
            "certificate_id", "user_id", name=op.f("uq_certificate_lead_certificate_id_user_id")
        ),
    )
    op.create_index(op.f("ix_certificate_lead_user_id"), "certificate_lead", ["user_id"])


def downgrade() -> None:
    for table in ("certificate_lead", "certificate_name", "certificate"):
        op.drop_table(table)
