"""Attempts at quizzes are begun, and have their own copy of the rules and the questions.

Revises: 5d0b81f6a3ce

Attempts that are there stay as they are: without a copy, theirs is made of the published activity
they were answered in, which never changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7f3a91e8"
down_revision = "5d0b81f6a3ce"
branch_labels = None
depends_on = None

OPEN = sa.text("submitted_at IS NULL")
FILLED = (("score", sa.Integer()), ("passed", sa.Boolean()))


def upgrade() -> None:
    with op.batch_alter_table("quiz_attempt") as batch_op:
        batch_op.add_column(sa.Column("begun_as", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sheet", sa.JSON(), nullable=True))
        for name, type_ in FILLED:
            batch_op.alter_column(name, existing_type=type_, nullable=True)
        batch_op.alter_column(
            "submitted_at", existing_type=sa.DateTime(timezone=True), nullable=True
        )
    op.create_index(
        "uq_quiz_attempt_open",
        "quiz_attempt",
        ["enrolment_id", "activity_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("uq_quiz_attempt_open", table_name="quiz_attempt")
    op.execute("DELETE FROM quiz_attempt WHERE submitted_at IS NULL")
    with op.batch_alter_table("quiz_attempt") as batch_op:
        batch_op.alter_column(
            "submitted_at", existing_type=sa.DateTime(timezone=True), nullable=False
        )
        for name, type_ in reversed(FILLED):
            batch_op.alter_column(name, existing_type=type_, nullable=False)
        for name in ("sheet", "ends_at", "begun_at", "begun_as"):
            batch_op.drop_column(name)
