"""An invitation can be a letter to one address; a learner can pause, and each step has a reason.

Revises: c41f7e02a9d6

The release before goes on: what is new in its tables may be null or has a default, and it writes
neither letters nor pauses.
"""

import sqlalchemy as sa
from alembic import op

revision = "c41f7a90d3b6"
down_revision = "c41f7e02a9d6"
branch_labels = None
depends_on = None

WAITING = "email IS NOT NULL AND revoked_at IS NULL AND answered_at IS NULL AND declined_at IS NULL"
BEFORE, AFTER = ("active", "withdrawn"), ("active", "paused", "withdrawn")
INSTANT = sa.DateTime(timezone=True)


def states(values: tuple[str, ...], name: str = "enrolment_state", *, check: bool) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=check, length=32)


def change_states(values: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_enrolment_enrolment_state"), type_="check")
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_enrolment_enrolment_state"), f"state IN ({allowed})"
        )


def upgrade() -> None:
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=True))
        batch_op.add_column(
            sa.Column("name", sa.String(length=120), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("note", sa.String(length=500), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("sent_count", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("last_sent_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("sent_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("answered_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("answered_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("declined_at", INSTANT, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_invitation_answered_by_user_account"),
            "user_account",
            ["answered_by"],
            ["id"],
        )
    op.create_index(
        "uq_invitation_waiting",
        "invitation",
        ["space_id", "email"],
        unique=True,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )

    change_states(AFTER)
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.add_column(sa.Column("returned_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("paced_from", INSTANT, nullable=True))
    op.create_table(
        "enrolment_move",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("former", states(AFTER, "former", check=True), nullable=True),
        sa.Column("state", states(AFTER, check=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["user_account.id"],
            name=op.f("fk_enrolment_move_actor_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_move_enrolment_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_move")),
    )
    with op.batch_alter_table("enrolment_move") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enrolment_move_enrolment_id"), ["enrolment_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("enrolment_move")
    op.execute("UPDATE enrolment SET state = 'active' WHERE state = 'paused'")
    change_states(BEFORE)
    with op.batch_alter_table("enrolment") as batch_op:
        batch_op.drop_column("paced_from")
        batch_op.drop_column("returned_at")

    op.execute("DELETE FROM invitation WHERE email IS NOT NULL")
    op.drop_index("uq_invitation_waiting", table_name="invitation")
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_invitation_answered_by_user_account"), type_="foreignkey"
        )
        for column in (
            "declined_at",
            "answered_by",
            "answered_at",
            "sent_at",
            "last_sent_at",
            "sent_count",
            "note",
            "name",
            "email",
        ):
            batch_op.drop_column(column)
