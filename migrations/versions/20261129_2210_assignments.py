"""Assignments: what learners work on and hand in, and more time; essays in quizzes are marked.

Revises: c37e51d8a4b0
"""

import sqlalchemy as sa
from alembic import op

revision = "a91d4e07c2b6"
down_revision = "c37e51d8a4b0"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
MARKER = "fk_quiz_attempt_marked_by_user_account"


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def names(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def upgrade() -> None:
    op.create_table(
        "assignment_work",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            one_of("stage", "open", "handed_in", "returned", "accepted"),
            nullable=False,
        ),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", WHEN, nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("waiting_since", WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'handed_in') = (waiting_since IS NOT NULL)",
            name=op.f("ck_assignment_work_waits_since"),
        ),
        names("assignment_work", "activity_id", "activity"),
        names("assignment_work", "enrolment_id", "enrolment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_work")),
        sa.UniqueConstraint(
            "enrolment_id", "activity_id", name=op.f("uq_assignment_work_enrolment_id_activity_id")
        ),
    )
    op.create_index(
        "ix_assignment_work_activity", "assignment_work", ["activity_id", "waiting_since"]
    )
    op.create_table(
        "submission",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("handed_in_at", WHEN, nullable=False),
        sa.Column("due_at", WHEN, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("taken_back_at", WHEN, nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("comment_html", sa.Text(), nullable=False),
        sa.Column("outcome", one_of("outcome", "returned", "accepted"), nullable=True),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.Column("marked_at", WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(outcome IS NULL) = (marked_at IS NULL)"
            " AND (taken_back_at IS NULL OR outcome IS NULL)",
            name=op.f("ck_submission_marked_whole"),
        ),
        names("submission", "marked_by", "user_account"),
        names("submission", "work_id", "assignment_work"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("work_id", "client_id", name=op.f("uq_submission_work_id_client_id")),
        sa.UniqueConstraint("work_id", "number", name=op.f("uq_submission_work_id_number")),
    )
    op.create_table(
        "work_file",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stored_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        names("work_file", "stored_id", "stored_file"),
        names("work_file", "submission_id", "submission"),
        names("work_file", "work_id", "assignment_work"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_file")),
    )
    for column in ("stored_id", "submission_id", "work_id"):
        op.create_index(op.f(f"ix_work_file_{column}"), "work_file", [column])
    op.create_table(
        "assignment_extension",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("until", WHEN, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        names("assignment_extension", "activity_id", "activity"),
        names("assignment_extension", "enrolment_id", "enrolment"),
        names("assignment_extension", "given_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_extension")),
        sa.UniqueConstraint(
            "enrolment_id",
            "activity_id",
            name=op.f("uq_assignment_extension_enrolment_id_activity_id"),
        ),
    )
    with op.batch_alter_table("quiz_attempt") as batch_op:
        batch_op.add_column(sa.Column("marks", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("marked_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("marked_at", WHEN, nullable=True))
        batch_op.create_foreign_key(op.f(MARKER), "user_account", ["marked_by"], ["id"])


def downgrade() -> None:
    # What waits for a person has no score: the release before knows no such attempt.
    op.execute("DELETE FROM quiz_attempt WHERE submitted_at IS NOT NULL AND score IS NULL")
    with op.batch_alter_table("quiz_attempt") as batch_op:
        batch_op.drop_constraint(op.f(MARKER), type_="foreignkey")
        for name in ("marked_at", "marked_by", "edition", "marks"):
            batch_op.drop_column(name)
    for table in ("assignment_extension", "work_file", "submission", "assignment_work"):
        op.drop_table(table)
