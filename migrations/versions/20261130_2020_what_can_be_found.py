"""What can be found: an index that is filled by the worker, and made anew at any time.

Revises: 5d27c8e1f04b
"""

import sqlalchemy as sa
from alembic import op

revision = "5d1c9e7a20f3"
down_revision = "5d27c8e1f04b"
branch_labels = None
depends_on = None

KINDS = ("thread", "post", "person", "page", "session")


def _choice(name: str) -> sa.Enum:
    return sa.Enum(*KINDS, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(),
            nullable=False,
        ),
        sa.Column("kind", _choice("entry_kind"), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=True),
        sa.Column("part_id", sa.Uuid(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    op.create_table(
        "search_state",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("state_kind"), nullable=True),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("one = 1", name=op.f("ck_search_state_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_search_state")),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Words come folded and apart: only ASCII's blank stands between them.
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5("
            "title, body, facts, tokenize = 'ascii', prefix = '2 3')"
        )
        return
    op.execute("ALTER TABLE search_entry ADD COLUMN words tsvector")
    op.execute("CREATE INDEX ix_search_entry_words ON search_entry USING gin (words)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_state")
    op.drop_table("search_entry")
