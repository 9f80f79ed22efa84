"""Domains of addresses are kept as servers know them, so that one mailbox has one address.

Revises: 9b3f0d2e6a17

The release before this one keeps running while this migration is applied: add, fill, switch and
only then, a release later, take away. A migration imports none of our code.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "c41e9a07d5b2"
down_revision = "9b3f0d2e6a17"
branch_labels = None
depends_on = None

KEPT = ("user_account", "email_proof", "registration", "invitation")
ONCE = ("user_account", "invitation")  # has each address once, invitations in a space


def upgrade() -> None:
    for name in KEPT:
        _rewrite(name, lambda domain: domain.encode("idna").decode())


def downgrade() -> None:
    for name in KEPT:
        _rewrite(name, lambda domain: domain.encode().decode("idna"))


def _rewrite(name: str, told: Callable[[str], str]) -> None:
    """Write the domains of a table anew; one that has its address already stays as it is."""
    table = sa.table(name, sa.column("id", sa.Uuid()), sa.column("email", sa.String()))
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, table.c.email)).all()
    there = {row.email for row in rows}
    for row in rows:
        local, _at, domain = (row.email or "").rpartition("@")
        try:
            email = f"{local}@{told(domain)}"
        except UnicodeError:
            continue
        if not domain or email == row.email or (name in ONCE and email in there):
            continue
        connection.execute(sa.update(table).where(table.c.id == row.id).values(email=email))
        there.add(email)
