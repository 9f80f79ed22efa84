"""A question of each sort as an example: for whoever writes one, in the order of the menu."""

from collections.abc import Mapping

from flask_babel import lazy_gettext

from community.academy.kinds.fields import Piece
from community.academy.kinds.quiz.answers import (
    ESSAY,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SINGLE,
    TEXT,
)

EXAMPLES: Mapping[str, Piece] = {
    SINGLE: Piece(
        lazy_gettext("One answer is right"),
        lazy_gettext(
            "## Your question?\n\n- (x) The right answer\n  > Why it is right.\n- ( ) Another"
            " answer\n  > What to look at again.\n\n> What the question was about."
        ),
    ),
    MULTIPLE: Piece(
        lazy_gettext("Several answers are right"),
        lazy_gettext(
            "## Which of these?\n\n- [x] A right answer\n- [x] Another right answer\n"
            "- [ ] A wrong answer\n  > What to look at again."
        ),
    ),
    ORDERING: Piece(
        lazy_gettext("Put in order"),
        lazy_gettext(
            "## In which order?\n\n- (1) What comes first\n- (2) What comes next\n"
            "- (3) What comes last"
        ),
    ),
    MATCHING: Piece(
        lazy_gettext("Match"),
        lazy_gettext(
            "## What belongs together?\n\n- (=) A word = What it means\n"
            "- (=) Another word = What that means"
        ),
    ),
    NUMERIC: Piece(
        lazy_gettext("A number"),
        lazy_gettext("## How many?\n\n- (#) 12.5 +- 0.5\n\n> How one arrives at it."),
    ),
    TEXT: Piece(
        lazy_gettext("A short text"),
        lazy_gettext(
            "## What is it called?\n\n- (~) A word that is accepted\n- (~) Another spelling"
        ),
    ),
    ESSAY: Piece(
        lazy_gettext("An essay that a person marks"),
        lazy_gettext("## What would you do, and why?\n\n- (_) 300\n\n> What was looked for."),
    ),
}
