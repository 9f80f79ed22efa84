"""What happens in spaces because something happened below."""

from community.accounts.events import AccountSwitchedOff, UserRegistered
from community.kernel.context import Context
from community.spaces.operations import accept_by_id, withdraw_everywhere


def on_user_registered(ctx: Context, event: UserRegistered) -> None:
    """Let somebody in who got their account by an invitation; both or neither."""
    if event.invitation_id is not None:
        accept_by_id(ctx, event.invitation_id)


def on_account_switched_off(ctx: Context, event: AccountSwitchedOff) -> None:
    """Take back what somebody who is shut out could come in by again, under another name."""
    withdraw_everywhere(ctx, event.user_id)
