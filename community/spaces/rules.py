"""What holds for spaces whatever the database says."""

from flask_babel import gettext as _

from community.kernel.errors import Invalid

MAX_DAYS = 90  # an invitation lives no longer
MAX_USES = 1_000
TOKEN_LONGEST = 100  # ours have 43 characters
MAX_OPEN_INVITATIONS = 100  # in one space


def check_invitation(days: int, max_uses: int) -> None:
    """Raise Invalid, naming the field, unless an invitation may last and serve that much."""
    wrong: dict[str, list[str]] = {}
    if not 1 <= days <= MAX_DAYS:
        wrong["days"] = [_("Choose 1 to %(most)d days.", most=MAX_DAYS)]
    if not 1 <= max_uses <= MAX_USES:
        wrong["max_uses"] = [_("Choose 1 to %(most)d people.", most=MAX_USES)]
    if wrong:
        raise Invalid(_("This invitation cannot be made."), fields=wrong)
