"""Reports of posts, what was decided about them, and second looks.

Revises: 5d1c9e7a20f3
"""

import sqlalchemy as sa
from alembic import op

revision = "859bc32f07d0"
down_revision = "5d1c9e7a20f3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_case",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_at IS NULL)",
            name=op.f("ck_moderation_case_claimed_at_some_time"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user_account.id"],
            name=op.f("fk_moderation_case_author_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"],
            ["user_account.id"],
            name=op.f("fk_moderation_case_claimed_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_moderation_case_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_moderation_case_space_id_space")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
    )
    with op.batch_alter_table("moderation_case", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_case_post_id", ["post_id"], unique=False)
        batch_op.create_index(
            "ix_moderation_case_space_id", ["space_id", "closed_at"], unique=False
        )
        batch_op.create_index(
            "uq_moderation_case_open",
            ["post_id", "space_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "moderation_act",
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["user_account.id"], name=op.f("fk_moderation_act_about_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_moderation_act_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_act_case_id_moderation_case"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_moderation_act_space_id_space")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_act")),
    )
    with op.batch_alter_table("moderation_act", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_act_space_id", ["space_id", "at", "id"], unique=False)

    op.create_table(
        "moderation_decision",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "kept",
                "hidden",
                "warned",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "unkind",
                "private",
                "dangerous",
                "advertising",
                "off_topic",
                "other",
                name="decision_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overturned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"],
            ["user_account.id"],
            name=op.f("fk_moderation_decision_about_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_moderation_decision_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_decision_case_id_moderation_case"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_moderation_decision_space_id_space")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
        sa.UniqueConstraint("case_id", name=op.f("uq_moderation_decision_case_id")),
    )
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moderation_decision_about_id"), ["about_id"], unique=False
        )
        batch_op.create_index("ix_moderation_decision_at", ["at"], unique=False)

    op.create_table(
        "moderation_report",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "unkind",
                "private",
                "dangerous",
                "advertising",
                "off_topic",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_report_case_id_moderation_case"),
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_moderation_report_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["user_account.id"],
            name=op.f("fk_moderation_report_reporter_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_report")),
        sa.UniqueConstraint(
            "post_id", "reporter_id", name=op.f("uq_moderation_report_post_id_reporter_id")
        ),
    )
    with op.batch_alter_table("moderation_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_report_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_moderation_report_reporter_id", ["reporter_id", "at"], unique=False
        )

    op.create_table(
        "moderation_appeal",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_moderation_appeal_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_moderation_appeal_answered_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["moderation_decision.id"],
            name=op.f("fk_moderation_appeal_decision_id_moderation_decision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_moderation_appeal_decision_id")),
    )
    with op.batch_alter_table("moderation_appeal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_moderation_appeal_waiting",
            ["decision_id"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("moderation_appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_moderation_appeal_waiting",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )

    op.drop_table("moderation_appeal")
    with op.batch_alter_table("moderation_report", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_report_reporter_id")
        batch_op.drop_index(batch_op.f("ix_moderation_report_case_id"))

    op.drop_table("moderation_report")
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_decision_at")
        batch_op.drop_index(batch_op.f("ix_moderation_decision_about_id"))

    op.drop_table("moderation_decision")
    with op.batch_alter_table("moderation_act", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_act_space_id")

    op.drop_table("moderation_act")
    with op.batch_alter_table("moderation_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_moderation_case_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_moderation_case_space_id")
        batch_op.drop_index("ix_moderation_case_post_id")

    op.drop_table("moderation_case")
