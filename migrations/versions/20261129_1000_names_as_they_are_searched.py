"""Names as they are searched: without case and accents, on every page alike.

Revises: b7d20f4e8a31

The release before this one keeps running while this migration is applied: add, fill, switch and
only then, a release later, take away. A migration imports none of our code.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "3e9c51a7d046"
down_revision = "b7d20f4e8a31"
branch_labels = None
depends_on = None

BATCH = 1_000


def upgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("name_folded", sa.Text(), nullable=True))
    people = sa.table(
        "user_account",
        sa.column("id", sa.Uuid()),
        sa.column("name", sa.String()),
        sa.column("name_folded", sa.Text()),
    )
    key, words = sa.bindparam("key", type_=sa.Uuid()), sa.bindparam("words", type_=sa.Text())
    fill = people.update().where(people.c.id == key).values(name_folded=words)
    rows = op.get_bind().execute(sa.select(people.c.id, people.c.name)).all()
    for start in range(0, len(rows), BATCH):
        given = [{"key": row.id, "words": _folded(row.name)} for row in rows[start : start + BATCH]]
        op.get_bind().execute(fill, given)


def _folded(text: str) -> str:
    """Return a text as it is searched: without case and accents, its blanks single."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_column("name_folded")
