"""What follows for letters that wait, and for the addresses that letters name."""

from community.accounts.events import AddressChanged, PasswordChanged, SignedOutEverywhere
from community.correspondence.events import PreferencesChosen
from community.correspondence.queries import has_digests
from community.kernel.context import Context
from community.mailing.operations import (
    end_reply_addresses,
    forget_trouble,
    release_letters,
)


def on_account_secured(
    ctx: Context, event: PasswordChanged | AddressChanged | SignedOutEverywhere
) -> None:
    """Who takes their account back ends the addresses in letters that others may have read."""
    end_reply_addresses(ctx, event.user_id)


def on_address_changed(ctx: Context, event: AddressChanged) -> None:
    """What came back from the former address says nothing of the new one."""
    forget_trouble(ctx, event.user_id)


def on_preferences_chosen(ctx: Context, event: PreferencesChosen) -> None:
    """Who wants nothing in a digest any more gets soon what waited for one."""
    if not has_digests(event.user_id):
        release_letters(ctx, event.user_id)
