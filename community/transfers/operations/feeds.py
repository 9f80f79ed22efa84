"""Feeds are opened to programs by a secret, and shut again."""

import sqlalchemy as sa

from community.accounts.policy import find_account
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.secrets import derive, digest_of
from community.transfers.events import FeedKeyMade, FeedKeyRevoked
from community.transfers.models import FeedKey


@operation
def make_feed_key(ctx: Context) -> FeedKey:
    """Give the actor's feeds a new secret; the addresses of before lead nowhere at once."""
    user = find_account(ctx, ctx.person, lock=True)  # two at once: the second replaces the first
    execute(sa.delete(FeedKey).where(FeedKey.user_id == user.id))
    key = new_key()
    made = FeedKey(id=key, user_id=user.id, digest=digest_of(derive("feed", key)), made_at=ctx.now)
    db.session.add(made)
    record(FeedKeyMade(user_id=user.id))
    return made


@operation
def revoke_feed_key(ctx: Context) -> None:
    """Shut the actor's feeds; where they are shut nothing changes."""
    user = find_account(ctx, ctx.person, lock=True)
    gone = execute(
        sa.delete(FeedKey).where(FeedKey.user_id == user.id).returning(FeedKey.id)
    ).scalar()
    if gone is not None:
        record(FeedKeyRevoked(user_id=user.id))
