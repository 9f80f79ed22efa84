"""Files that are kept as they came, those of courses and drafts, and what is played of films.

Revises: c41e9a07d5b2

The release before this one keeps running while this migration is applied: it adds tables only. A
migration imports none of our code.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d80e2b6f19a"
down_revision = "c41e9a07d5b2"
branch_labels = None
depends_on = None

REFUSAL = "a published course version does not change"


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("let_go_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("digest", name=op.f("uq_stored_file_digest")),
    )
    for table, owner, of in (
        ("course_file", "version_id", "course_version"),
        ("draft_file", "draft_id", "course_draft"),
    ):
        op.create_table(
            table,
            sa.Column(owner, sa.Uuid(), nullable=False),
            sa.Column("path", sa.String(length=200), nullable=False),
            sa.Column("stored_id", sa.Uuid(), nullable=False),
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.ForeignKeyConstraint([owner], [f"{of}.id"], name=op.f(f"fk_{table}_{owner}_{of}")),
            sa.ForeignKeyConstraint(
                ["stored_id"], ["stored_file.id"], name=op.f(f"fk_{table}_stored_id_stored_file")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(owner, "path", name=op.f(f"uq_{table}_{owner}_path")),
        )
        op.create_index(op.f(f"ix_{table}_stored_id"), table, ["stored_id"])
    op.create_table(
        "film_watching",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("played", sa.JSON(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_film_watching_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_film_watching_enrolment_id_enrolment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_film_watching")),
        sa.UniqueConstraint(
            "enrolment_id", "activity_id", name=op.f("uq_film_watching_enrolment_id_activity_id")
        ),
    )
    freeze()


# As of its other parts: what a published version holds is fixed (see the first tables).
def freeze() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER course_file_stays BEFORE INSERT OR UPDATE OR DELETE ON course_file "
            "FOR EACH ROW EXECUTE FUNCTION version_part_stays()"
        )
        return
    for change, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        keys = ", ".join(f"{row}.version_id" for row in rows)
        op.execute(
            f"CREATE TRIGGER course_file_stays_{change.lower()} BEFORE {change} ON course_file "  # noqa: S608  # our own words only
            f"WHEN EXISTS (SELECT 1 FROM course_version WHERE id IN ({keys}) "
            f"AND state = 'published') BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    for table in ("film_watching", "draft_file", "course_file", "stored_file"):
        op.drop_table(table)
