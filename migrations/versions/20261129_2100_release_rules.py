"""Modules open by rules, and for a learner at times of their own.

Revises: 5d0c7f3a91e8

What is there goes on as before: no rule is the usual one, a module's week and everything required
before it.
"""

import sqlalchemy as sa
from alembic import op

revision = "7f2c94e0b6d1"
down_revision = "5d0c7f3a91e8"
branch_labels = None
depends_on = None

KINDS = ("opened", "shut", "shifted", "rule")


def upgrade() -> None:
    for table in ("module", "draft_module"):
        op.add_column(table, sa.Column("release", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("release") as batch_op:
        batch_op.add_column(sa.Column("rule", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("instants", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "run", sa.Column("individual", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "enrolment", sa.Column("shift_days", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "learner_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instants", sa.JSON(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_learner_release_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_learner_release_module_id_module")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_release")),
        sa.UniqueConstraint(
            "enrolment_id", "module_id", name=op.f("uq_learner_release_enrolment_id_module_id")
        ),
    )
    op.create_table(
        "release_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("module_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS,
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_release_act_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_release_act_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_release_act_module_id_module")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_release_act_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_act")),
    )
    op.create_index("ix_release_act_run", "release_act", ["run_id", "id"])


def downgrade() -> None:
    op.drop_table("release_act")
    op.drop_table("learner_release")
    op.drop_column("enrolment", "shift_days")
    op.drop_column("run", "individual")
    op.execute("UPDATE release SET opens_at = begins_at WHERE begins_at IS NOT NULL")
    with op.batch_alter_table("release") as batch_op:
        for name in ("opened_at", "begins_at", "instants", "own", "rule"):
            batch_op.drop_column(name)
    for table in ("draft_module", "module"):
        op.drop_column(table, "release")
