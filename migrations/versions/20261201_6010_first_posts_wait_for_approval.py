"""The first posts of newcomers can wait for approval.

Revises: 20261201_6000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_6010"
down_revision = "20261201_6000"
branch_labels = None
depends_on = None

REMOVAL, OUTCOME = "ck_post_removal", "ck_moderation_decision_outcome"
REMOVALS = ("author", "staff", "moved")
OUTCOMES = ("kept", "hidden", "warned", "silenced", "suspended")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("space") as table:
        table.add_column(
            sa.Column("approve_first", sa.Integer(), server_default="0", nullable=False)
        )
        table.create_check_constraint(op.f("ck_space_approve_first"), "approve_first IN (0, 1, 3)")
    with op.batch_alter_table("post") as table:
        table.drop_constraint(op.f(REMOVAL), type_="check")
        table.create_check_constraint(op.f(REMOVAL), _one_of("removal", (*REMOVALS, "waiting")))
    with op.batch_alter_table("moderation_decision") as table:
        table.drop_constraint(op.f(OUTCOME), type_="check")
        table.create_check_constraint(op.f(OUTCOME), _one_of("outcome", (*OUTCOMES, "approved")))


def downgrade() -> None:
    # the release before knows no posts without a place: they are removed ones, and nobody's news
    op.execute("UPDATE post SET removal = 'author' WHERE removal = 'waiting'")
    op.execute("UPDATE moderation_decision SET outcome = 'kept' WHERE outcome = 'approved'")
    with op.batch_alter_table("moderation_decision") as table:
        table.drop_constraint(op.f(OUTCOME), type_="check")
        table.create_check_constraint(op.f(OUTCOME), _one_of("outcome", OUTCOMES))
    with op.batch_alter_table("post") as table:
        table.drop_constraint(op.f(REMOVAL), type_="check")
        table.create_check_constraint(op.f(REMOVAL), _one_of("removal", REMOVALS))
    with op.batch_alter_table("space") as table:
        table.drop_constraint(op.f("ck_space_approve_first"), type_="check")
        table.drop_column("approve_first")
