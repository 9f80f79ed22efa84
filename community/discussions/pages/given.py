"""What addresses and forms of talk say."""

from flask import request
from flask_babel import gettext as _

from community.kernel.errors import Invalid
from community.kernel.schemas import HIGHEST


def number(value: str | None) -> int | None:
    """Return a number written in an address or a form; None for anything else."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 10:
        return None
    return min(int(value), HIGHEST)


def switched_on(field: str = "on") -> bool:
    """Return whether a form switches something on. Raises Invalid where it does not say."""
    on = request.form.get(field, "")
    if on not in {"yes", "no"}:
        raise Invalid(_("Say whether it is to be on."), fields={field: [_("Choose yes or no.")]})
    return on == "yes"
