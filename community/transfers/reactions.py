"""What happens to feeds when somebody takes their account back from others."""

import sqlalchemy as sa

from community.accounts.events import AddressChanged, PasswordChanged
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.operation import record
from community.transfers.events import FeedKeyRevoked
from community.transfers.models import FeedKey


def on_account_secured(ctx: Context, event: PasswordChanged | AddressChanged) -> None:
    """Who changes or resets a password or an address shuts their feeds, as their tokens end.

    Somebody else may have read the secret; it would be the quiet way to stay.
    """
    gone = execute(
        sa.delete(FeedKey).where(FeedKey.user_id == event.user_id).returning(FeedKey.id)
    ).scalar()
    if gone is not None:
        record(FeedKeyRevoked(user_id=event.user_id))
