"""Translation that is a text to type checkers too."""

from flask_babel import gettext
from flask_babel import ngettext as count_gettext


def _(message: str, **values: object) -> str:
    """Translate, and be a text to type checkers too."""
    return str(gettext(message, **values))


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Translate by a number, and be a text to type checkers too."""
    return str(count_gettext(one, many, number, **values))
