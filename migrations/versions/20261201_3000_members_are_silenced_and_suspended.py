"""Members are silenced and suspended, and warned without a case.

Revises: 20261201_2010
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201_3000"
down_revision = "20261201_2010"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
WHY = sa.Enum(
    *("unkind", "private", "dangerous", "advertising", "off_topic", "other"),
    name="silence_reason",
    native_enum=False,
    create_constraint=True,
    length=32,
)
OUTCOMES = ("kept", "hidden", "warned")
REASONS = ("mention", "group", "reply", "question", "watching", "announcement", "reaction")
REASONS += ("schedule", "work", "score", "message", "certificate")


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("membership") as table:
        table.add_column(sa.Column("silenced_until", WHEN, nullable=True))
        table.add_column(sa.Column("silence_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("silence_reason", WHY, nullable=True))
        table.add_column(sa.Column("suspended_until", WHEN, nullable=True))
    with op.batch_alter_table("moderation_decision") as table:
        table.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)
        table.alter_column("space_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("until", WHEN, nullable=True))
        table.add_column(sa.Column("lifted_at", WHEN, nullable=True))
        table.add_column(sa.Column("lifted_by", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_moderation_decision_lifted_by_user_account"),
            "user_account",
            ["lifted_by"],
            ["id"],
        )
        table.drop_constraint(op.f("ck_moderation_decision_outcome"), type_="check")
        table.create_check_constraint(
            op.f("ck_moderation_decision_outcome"),
            _one_of("outcome", *OUTCOMES, "silenced", "suspended"),
        )
        table.create_check_constraint(
            op.f("ck_moderation_decision_a_case_stands_in_a_space"),
            "case_id IS NULL OR space_id IS NOT NULL",
        )
        table.create_check_constraint(
            op.f("ck_moderation_decision_lifted_by_somebody"),
            "(lifted_at IS NULL) = (lifted_by IS NULL)",
        )
    with op.batch_alter_table("moderation_act") as table:
        table.alter_column("space_id", existing_type=sa.Uuid(), nullable=True)
        table.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("decision_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_moderation_act_decision_id_moderation_decision"),
            "moderation_decision",
            ["decision_id"],
            ["id"],
        )
    with op.batch_alter_table("inbox_notice") as table:
        table.drop_constraint(op.f("ck_inbox_notice_reason"), type_="check")
        table.create_check_constraint(
            op.f("ck_inbox_notice_reason"), _one_of("why", *REASONS, "measure")
        )


def downgrade() -> None:
    # the release before knows no measures: who was silenced or suspended is so no more
    op.execute("DELETE FROM inbox_notice WHERE why = 'measure'")
    op.execute("DELETE FROM moderation_act WHERE decision_id IS NOT NULL OR case_id IS NULL")
    op.execute(
        "DELETE FROM moderation_appeal WHERE decision_id IN"
        " (SELECT id FROM moderation_decision WHERE case_id IS NULL)"
    )
    op.execute("DELETE FROM moderation_decision WHERE case_id IS NULL")
    with op.batch_alter_table("inbox_notice") as table:
        table.drop_constraint(op.f("ck_inbox_notice_reason"), type_="check")
        table.create_check_constraint(op.f("ck_inbox_notice_reason"), _one_of("why", *REASONS))
    with op.batch_alter_table("moderation_act") as table:
        table.drop_constraint(
            op.f("fk_moderation_act_decision_id_moderation_decision"), type_="foreignkey"
        )
        table.drop_column("decision_id")
        table.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)
        table.alter_column("space_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("moderation_decision") as table:
        for name in ("lifted_by_somebody", "a_case_stands_in_a_space", "outcome"):
            table.drop_constraint(op.f(f"ck_moderation_decision_{name}"), type_="check")
        table.create_check_constraint(
            op.f("ck_moderation_decision_outcome"), _one_of("outcome", *OUTCOMES)
        )
        table.drop_constraint(
            op.f("fk_moderation_decision_lifted_by_user_account"), type_="foreignkey"
        )
        for name in ("lifted_by", "lifted_at", "until"):
            table.drop_column(name)
        table.alter_column("space_id", existing_type=sa.Uuid(), nullable=False)
        table.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("membership") as table:
        table.drop_constraint(op.f("ck_membership_silence_reason"), type_="check")
        for name in ("suspended_until", "silence_reason", "silence_id", "silenced_until"):
            table.drop_column(name)
