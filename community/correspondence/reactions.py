"""What follows for devices."""

from community.accounts.events import SignInEnded
from community.correspondence.operations import drop_devices_of
from community.kernel.context import Context


def on_sign_in_ended(_ctx: Context, event: SignInEnded) -> None:
    """Who is signed out of a browser is told nothing there."""
    drop_devices_of(event.sign_in_id)
