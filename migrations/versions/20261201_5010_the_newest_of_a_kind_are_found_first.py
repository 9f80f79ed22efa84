"""The newest entries of a kind are read in their order, without those of other kinds.

Revises: 50a1c4e8d2f7

Only on PostgreSQL: SQLite's index gives them in this order by itself.
"""

from alembic import op

revision = "50b7e2a96c13"
down_revision = "50a1c4e8d2f7"
branch_labels = None
depends_on = None

KINDS = ("thread", "post", "person", "page", "session")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # beside the rest of the row, as soon as it is written again: most are looked at in order
        op.execute("ALTER TABLE search_entry ALTER COLUMN words SET STORAGE MAIN")
        for kind in KINDS:
            op.execute(
                f"CREATE INDEX ix_search_entry_{kind} ON search_entry (number)"
                f" WHERE kind = '{kind}'"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for kind in KINDS:
            op.execute(f"DROP INDEX ix_search_entry_{kind}")
        op.execute("ALTER TABLE search_entry ALTER COLUMN words SET STORAGE EXTENDED")
