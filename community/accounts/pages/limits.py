"""How often the forms of an account may be sent: by source, by address, by person."""

from flask import request

from community.accounts.rules import fold_email
from community.kernel.doors import current_context
from community.kernel.secrets import digest_of
from community.kernel.sources import client_address

# A whole class comes in from one address at nine o'clock; nobody guesses at one account that fast.
PER_SOURCE = "60 per minute"
PER_ACCOUNT = "10 per minute; 60 per hour"
LETTERS = "3 per minute; 6 per hour; 20 per day"  # to one address, or asked for by one person


def source() -> str:
    """Return the key of where a form comes from."""
    return f"from {client_address()}"


def typed_address() -> str:
    """Return the key of the address that was typed; a digest, so that no store holds addresses."""
    typed = request.form.get("email", "").strip()[:500]  # what is cut off must not be blanks only
    return f"to {digest_of(fold_email(typed))}"


def person() -> str:
    """Return the key of whoever is signed in."""
    return f"by {current_context().actor_id}"


def link() -> str:
    """Return the key of the link that was opened; a digest, so that no store holds secrets."""
    return f"link {digest_of((request.view_args or {}).get('token', ''))}"
