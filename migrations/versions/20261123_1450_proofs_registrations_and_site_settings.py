"""Proofs of addresses, registrations that wait, settings of the site, and more about sign-ins.

Revises: 7c1d94f0a3b8
"""

import sqlalchemy as sa
from alembic import op

revision = "75bb111e99dd"
down_revision = "7c1d94f0a3b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("digest", name=op.f("uq_registration_digest")),
    )
    with op.batch_alter_table("registration") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registration_expires_at"), ["expires_at"], unique=False
        )
    op.create_table(
        "site_settings",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "registration",
            sa.Enum(
                "open",
                "invitation",
                "closed",
                name="registration_mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="invitation",
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_site_settings_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_settings")),
        sa.UniqueConstraint("one", name=op.f("uq_site_settings_one")),
    )
    op.create_table(
        "email_proof",
        sa.Column(
            "purpose",
            sa.Enum(
                "verify",
                "reset",
                "change",
                "undo",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_email_proof_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_proof")),
        sa.UniqueConstraint("digest", name=op.f("uq_email_proof_digest")),
    )
    with op.batch_alter_table("email_proof") as batch_op:
        batch_op.create_index("ix_email_proof_email", ["email", "purpose"], unique=False)
        batch_op.create_index(batch_op.f("ix_email_proof_user_id"), ["user_id"], unique=False)
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(
            sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_column("email_verified_at")
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_column("proved_at")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("device")
    with op.batch_alter_table("email_proof") as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_proof_user_id"))
        batch_op.drop_index("ix_email_proof_email")
    op.drop_table("email_proof")
    op.drop_table("site_settings")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_expires_at"))
    op.drop_table("registration")
