"""What holds for spaces whatever the database says."""

import re
import unicodedata

from flask_babel import gettext as _

from community.kernel.errors import Invalid

MAX_DAYS = 90  # an invitation lives no longer
MAX_USES = 1_000
TOKEN_LONGEST = 100  # ours have 43 characters
MAX_OPEN_INVITATIONS = 100  # in one space
SLUG_LENGTH = 60  # leaves room in the column for a number that tells two equal names apart


def slug_of(name: str) -> str:
    """Return ``name`` as a part of an address: ASCII letters and digits joined by hyphens.

    Empty for a name that has none of them; the caller then takes another word.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded)[:SLUG_LENGTH].strip("-")


def free_slug(wanted: str, taken: set[str]) -> str:
    """Return ``wanted``, with the first free number behind it if somebody has it."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def check_invitation(days: int, max_uses: int) -> None:
    """Raise Invalid, naming the field, unless an invitation may last and serve that much."""
    wrong: dict[str, list[str]] = {}
    if not 1 <= days <= MAX_DAYS:
        wrong["days"] = [_("Choose 1 to %(most)d days.", most=MAX_DAYS)]
    if not 1 <= max_uses <= MAX_USES:
        wrong["max_uses"] = [_("Choose 1 to %(most)d people.", most=MAX_USES)]
    if wrong:
        raise Invalid(_("This invitation cannot be made."), fields=wrong)
