"""What somebody adds within a day is counted, and numbers stay of what they chose.

Files are counted whatever of them is removed again; answers to a named survey stay among its
counts, as numbers, when an account is deleted.

Revises: a91d4e07c2b6
"""

import sqlalchemy as sa
from alembic import op

revision = "d3b85f1c60e9"
down_revision = "a91d4e07c2b6"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "file_allowance",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", WHEN, nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_file_allowance_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_allowance")),
        sa.UniqueConstraint("user_id", name=op.f("uq_file_allowance_user_id")),
    )
    op.create_table(
        "survey_gone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_survey_gone_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_survey_gone_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_gone")),
        sa.UniqueConstraint(
            "run_id", "activity_id", name=op.f("uq_survey_gone_run_id_activity_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("survey_gone")
    op.drop_table("file_allowance")
