"""How large a file is, as people say it."""

from flask_babel import format_decimal
from flask_babel import gettext as _


def size_words(size: int) -> str:
    """Return bytes in words: "340 kB", "1.2 MB", "1.4 GB"; never nothing."""
    if size < 1_000_000:
        return str(_("%(size)s kB", size=format_decimal(max(1, round(size / 1_000)))))
    if size < 1_000_000_000:
        return str(_("%(size)s MB", size=_short(size / 1_000_000)))
    return str(_("%(size)s GB", size=_short(size / 1_000_000_000)))


def _short(value: float) -> str:
    return str(format_decimal(round(value, 1 if value < 10 else 0)))
