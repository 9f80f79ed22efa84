"""A question of each sort as an example: for whoever writes one, in the order of the menu."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from community.academy.kinds.fields import Piece

EXAMPLES: Mapping[str, Piece] = {
    "single": Piece(
        lazy_gettext("One is chosen"),
        lazy_gettext("## Your question? *\n\n- ( ) An answer\n- ( ) Another answer"),
    ),
    "multiple": Piece(
        lazy_gettext("Any are chosen"),
        lazy_gettext("## Which of these?\n\n- [ ] An answer\n- [ ] Another answer"),
    ),
    "scale": Piece(
        lazy_gettext("A scale"),
        lazy_gettext("## How much?\n\n- 1: hardly\n- 5: very much"),
    ),
    "text": Piece(
        lazy_gettext("A text"),
        lazy_gettext("## What would you change?\n\n- ___"),
    ),
}
