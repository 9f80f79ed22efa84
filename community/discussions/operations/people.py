"""Accounts that rows are about to name."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from community.accounts.models import User
from community.kernel.db import db


def hold_people(keys: Iterable[uuid.UUID]) -> None:
    """Keep some accounts from being deleted meanwhile, before any post is held.

    Whoever deletes theirs holds it first and then posts they reacted to or are mentioned in: who
    holds such a post and then writes a row that names them would wait in a ring with them.
    """
    of = sa.select(User.id).where(User.id.in_(sorted(set(keys)))).order_by(User.id)
    db.session.execute(of.with_for_update(read=True, key_share=True))
