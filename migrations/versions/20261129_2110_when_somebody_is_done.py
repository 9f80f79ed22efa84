"""When somebody is done with a run: its rules, by number, and verdicts by them.

Revises: 7f2c94e0b6d1

Runs that are there get the rules a new one has. Who has met them already is found by a worker
afterwards, dated as it was: one piece of work is owed for each run.
"""

import datetime as dt
import uuid

import sqlalchemy as sa
from alembic import op

revision = "5d0d4b7e62f9"
down_revision = "7f2c94e0b6d1"
branch_labels = None
depends_on = None

RUN = sa.table(
    "run",
    sa.column("id", sa.Uuid()),
    sa.column("created_by", sa.Uuid()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
POLICY = sa.table(
    "completion_policy",
    sa.column("id", sa.Uuid()),
    sa.column("run_id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("criteria", sa.JSON()),
    sa.column("change", sa.String()),
    sa.column("note", sa.String()),
    sa.column("made_by", sa.Uuid()),
    sa.column("made_at", sa.DateTime(timezone=True)),
)
OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Uuid()),
    sa.column("job", sa.String()),
    sa.column("payload", sa.JSON()),
    sa.column("due_at", sa.DateTime(timezone=True)),
    sa.column("attempts", sa.Integer()),
)


def _required(least: int) -> dict[str, object]:
    return {"measure": "required", "least": least, "named": [], "kind": ""}


CRITERIA = {"completed": [_required(100)], "participated": [_required(50)]}


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "completion_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column(
            "change", _choice("change", "first", "keep", "grant", "recompute"), nullable=False
        ),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_completion_policy_number")),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["user_account.id"],
            name=op.f("fk_completion_policy_made_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
            name=op.f("fk_completion_policy_run_id_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_policy")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_completion_policy_run_id_number")),
    )
    op.create_table(
        "completion_verdict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", _choice("outcome", "completed", "participated"), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_completion_verdict_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["completion_policy.id"],
            name=op.f("fk_completion_verdict_policy_id_completion_policy"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_verdict")),
        sa.UniqueConstraint(
            "enrolment_id", "outcome", name=op.f("uq_completion_verdict_enrolment_id_outcome")
        ),
    )
    op.create_index("ix_completion_verdict_policy_id", "completion_verdict", ["policy_id"])
    with op.batch_alter_table("progress_summary") as batch_op:
        batch_op.add_column(sa.Column("outcome", sa.String(length=32), nullable=True))
    _fill()


def _fill() -> None:
    """Give each run its rules, and owe a worker the verdicts by them."""
    connection = op.get_bind()
    now = dt.datetime.now(dt.UTC)
    for row in connection.execute(sa.select(RUN)).all():
        connection.execute(
            POLICY.insert().values(
                id=uuid.uuid4(),
                run_id=row.id,
                number=1,
                criteria=CRITERIA,
                change="first",
                note="",
                made_by=row.created_by,
                made_at=row.created_at,
            )
        )
        connection.execute(
            OUTBOX.insert().values(
                id=uuid.uuid4(),
                job="progress.settle_verdicts",
                payload={"run_id": str(row.id)},
                due_at=now,
                attempts=0,
            )
        )


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE job = 'progress.settle_verdicts' AND done_at IS NULL")
    with op.batch_alter_table("progress_summary") as batch_op:
        batch_op.drop_column("outcome")
    op.drop_table("completion_verdict")
    op.drop_table("completion_policy")
