"""The index of what can be found: derived, so it is in no backup and can be made anew any time.

Its tables belong to a metadata of their own: what everybody else counts, backs up and compares is
what people made.
"""

import enum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from community.kernel.db import NAMING, UtcDateTime, choice

INDEX = sa.MetaData(naming_convention=NAMING)
LONGEST_TITLE = 200


class EntryKind(enum.StrEnum):
    """What can be found."""

    THREAD = "thread"  # its title, its tags, and the post it was begun with
    POST = "post"  # every other one
    PERSON = "person"
    PAGE = "page"  # an activity of a published version
    SESSION = "session"


ENTRY = sa.Table(
    "search_entry",
    INDEX,
    # a whole number, for that is what SQLite's index goes by; it rises as things are written
    sa.Column(
        "number",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        sa.Identity(),
        primary_key=True,
    ),
    sa.Column("kind", choice(EntryKind), nullable=False),
    sa.Column("subject_id", sa.Uuid(), nullable=False),
    sa.Column("space_id", sa.Uuid()),
    # of a thread the post whose words stand here, of a course page its module
    sa.Column("part_id", sa.Uuid()),
    sa.Column("edition", sa.Integer()),  # of the words that stand here
    sa.Column("author_id", sa.Uuid()),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("title", sa.String(LONGEST_TITLE), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.UniqueConstraint("kind", "subject_id"),
)
"""One thing that can be found, as it was when it was last looked at."""

VECTORED = ENTRY.to_metadata(sa.MetaData())
"""The same table as PostgreSQL has it: with a column of words, and its GIN index."""
VECTORED.append_column(sa.Column("words", postgresql.TSVECTOR()))

WORDS = sa.Table(
    "search_words",
    sa.MetaData(),
    sa.Column("rowid", sa.Integer(), primary_key=True),  # the entry's number
    sa.Column("title", sa.Text()),
    sa.Column("body", sa.Text()),
    sa.Column("facts", sa.Text()),
)
"""The FTS5 table that SQLite has instead."""

STATE = sa.Table(
    "search_state",
    INDEX,
    sa.Column("one", sa.Integer(), primary_key=True, autoincrement=False),  # there is no second
    sa.Column("version", sa.Integer(), nullable=False),  # see rules.VERSION
    sa.Column("kind", choice(EntryKind, name="state_kind")),  # what is being read; None: all was
    sa.Column("after", sa.Uuid()),
    sa.Column("filled_at", UtcDateTime()),
    sa.CheckConstraint("one = 1", name="one"),
)
"""How far filling has come; whoever writes the index holds this row."""


def is_of_index(table: str) -> bool:
    """Whether a table of the database is one of the index, FTS5's own among them."""
    return table.startswith("search_")
