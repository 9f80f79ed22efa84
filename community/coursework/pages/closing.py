"""What coursework says where a run is closed: how much would be left unmarked."""

from typing import Any

from flask_babel import gettext as _
from markupsafe import escape

from community.coursework.queries.waiting import how_many_wait_in
from community.kernel.context import Context
from community.kernel.feature import Part


def part(_ctx: Context, run: Any) -> Part | None:
    """Say how many hand-ins and essays wait in a run its reader may close; None: none does."""
    waiting = how_many_wait_in(run.id)
    return Part(html=escape(words(waiting))) if waiting else None


def words(waiting: int) -> str:
    """Return the words for so much that waits."""
    return str(
        _(
            "Hand-ins and essays that wait to be marked: %(num)d. What you mark within a week"
            " after closing still counts.",
            num=waiting,
        )
    )
