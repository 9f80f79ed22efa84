"""What stays the same in a course from version to version.

Revises: 1f7c2a90b3d4

Modules and activities of the same slugs share the key of the first version that has them. What a
published version holds is fixed, so the guards are put aside while the column is filled, and back.
The release before this one goes on importing meanwhile: what it writes gets keys of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "4e8d61c75b20"
down_revision = "1f7c2a90b3d4"
branch_labels = None
depends_on = None

TABLES = ("module", "activity")
NOT_SAID = "0" * 32  # SQLite adds no column whose default is made anew for each row
FIRST_MODULES = """
    SELECT part.id AS id, first_value(part.id) OVER (
        PARTITION BY version.course_id, part.slug ORDER BY version.number
    ) AS lineage
    FROM module AS part JOIN course_version AS version ON version.id = part.version_id
"""
FIRST_ACTIVITIES = """
    SELECT part.id AS id, first_value(part.id) OVER (
        PARTITION BY version.course_id, owner.slug, part.slug ORDER BY version.number
    ) AS lineage
    FROM activity AS part
    JOIN module AS owner ON owner.id = part.module_id
    JOIN course_version AS version ON version.id = part.version_id
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        upgrade_postgresql()
    else:
        upgrade_sqlite()
    for table in TABLES:
        op.create_index(f"uq_{table}_lineage", table, ["version_id", "lineage"], unique=True)


def fill(table: str) -> None:
    firsts = {"module": FIRST_MODULES, "activity": FIRST_ACTIVITIES}[table]
    op.execute(
        f"UPDATE {table} SET lineage = firsts.lineage FROM ({firsts}) AS firsts "  # noqa: S608  # our own words only
        f"WHERE firsts.id = {table}.id"
    )


def upgrade_postgresql() -> None:
    for table in TABLES:
        new = sa.Column(
            "lineage", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False
        )
        op.add_column(table, new)
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        fill(table)
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def upgrade_sqlite() -> None:
    # Not in a batch: SQLite would write the tables anew, and lose what guards them.
    for table in TABLES:
        op.add_column(
            table, sa.Column("lineage", sa.Uuid(), server_default=NOT_SAID, nullable=False)
        )
        guard = f"{table}_stays_update"
        made_by = op.get_bind().scalar(
            sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"),
            {"name": guard},
        )
        op.execute(f"DROP TRIGGER {guard}")
        fill(table)
        op.get_bind().exec_driver_sql(made_by)
        op.execute(
            f"CREATE TRIGGER {table}_lineage AFTER INSERT ON {table} "  # noqa: S608  # our own words only
            f"WHEN NEW.lineage = '{NOT_SAID}' "
            f"BEGIN UPDATE {table} SET lineage = id WHERE id = NEW.id; END"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_lineage")
        op.drop_index(f"uq_{table}_lineage", table_name=table)
        op.drop_column(table, "lineage")
