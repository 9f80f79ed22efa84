"""Words are looked up among those of a kind alone, and without reading what was just written.

Revises: 63b19c4e07d5

Only on PostgreSQL. One index over all kinds was read beside that of a kind's numbers, whole, to
leave the others out. What is written waits in a list that every search reads to its end: it is kept
short. The release before this one names the kind in its statement too, so that it is served.
"""

from alembic import op

revision = "71a06c3f9e25"
down_revision = "63b19c4e07d5"
branch_labels = None
depends_on = None

KINDS = ("thread", "post", "person", "page", "session")
WAITING = 256  # kB of the list


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for kind in KINDS:
            op.execute(
                f"CREATE INDEX ix_search_entry_words_{kind} ON search_entry USING gin (words)"
                f" WITH (gin_pending_list_limit = {WAITING}) WHERE kind = '{kind}'"
            )
        op.execute("DROP INDEX ix_search_entry_words")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_search_entry_words ON search_entry USING gin (words)")
        for kind in KINDS:
            op.execute(f"DROP INDEX ix_search_entry_words_{kind}")
