"""Letters about one's account; they have no off switch: they are how somebody finds out."""

from community.accounts.letters import factors
from community.accounts.letters.account import (
    mail_address,
    mail_deleted,
    mail_new_device,
    mail_password_changed,
    mail_registration,
    mail_reset,
    mail_undo,
)

__all__ = [
    "factors",
    "mail_address",
    "mail_deleted",
    "mail_new_device",
    "mail_password_changed",
    "mail_registration",
    "mail_reset",
    "mail_undo",
]
