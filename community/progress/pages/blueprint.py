"""What the pages of progress share: the blueprint, the run of an address, words for templates."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import (
    Blueprint,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from community.academy.kinds.builtin import KINDS
from community.cohorts.models import Run
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.doors import current_context
from community.kernel.errors import NotFound
from community.kernel.markdown import inline, parted
from community.kernel.pages import last_moment, local_time
from community.progress.queries import (
    CELLS,
    ActivityView,
    Column,
    ModuleView,
    space_and_run,
)
from community.progress.rules.completion import Outcome
from community.progress.rules.dues import END_OF_DAY, Due
from community.progress.rules.states import Status
from community.spaces.models import Space

pages = Blueprint("progress", __name__)
VIA_RECORD = "record"  # in addresses: by way of a learner's record

STATUS_WORDS = {
    Status.BEGUN: _l("Begun"),
    Status.DONE: _l("Done"),
    Status.EXCUSED: _l("Excused"),
    Status.WAIVED: _l("Waived"),
}
OUTCOME_WORDS = {
    Outcome.COMPLETED: _l("Completed"),
    Outcome.PARTICIPATED: _l("Took part"),
}
CELL_WORDS = {
    "done": _l("done"),
    "begun": _l("begun"),
    "late": _l("late"),
    "excused": _l("excused"),
    "waived": _l("waived"),
    "open": _l("not begun"),
    "locked": _l("not open"),
}


class Here(NamedTuple):
    """The run of an address, with its space."""

    ctx: Context
    space: Space
    run: Run


def here(slug: str) -> Here:
    """Return the run of an address; raises NotFound."""
    ctx = current_context()
    space, run = space_and_run(ctx, slug)
    if run is None:
        raise NotFound
    return Here(ctx, space, run)


@pages.app_template_global()
def status_word(status: Status | None) -> str:
    """Return what a state is called; empty for none."""
    return str(STATUS_WORDS[status]) if status else ""


@pages.app_template_global()
def kind_label(kind: str) -> str:
    """Return what a kind of activity is called."""
    return str(KINDS[kind].label)


@pages.app_template_global()
def outcome_word(outcome: Outcome | None) -> str:
    """Return what somebody's part in a run has come to; empty where nothing is said yet."""
    return str(OUTCOME_WORDS[outcome]) if outcome else ""


@pages.app_template_global()
def due_day(due: Due, zone: str) -> str:
    """Return until when somebody has for something in a run whose days are those of ``zone``.

    A day by itself where it ends with that day, else with the time.
    """
    ends = localtime.in_zone(due.at, zone).strftime("%H:%M") == END_OF_DAY
    return last_moment(due.at, zone) if due.with_module or ends else local_time(due.at)


@pages.app_template_global()
def due_words(module: ModuleView, activity: ActivityView, zone: str) -> str:
    """Return by when an activity is to be done, or was; empty where that is nobody's question."""
    due = module.due_of(activity)
    if due is None:
        return ""
    if due.at > current_context().now:
        return str(_("By %(day)s", day=due_day(due, zone)))
    if not activity.line.required:
        return ""
    return str(_("Was for %(day)s", day=due_day(due, zone)))


@pages.app_template_global()
def turn_words(
    module: ModuleView, activity: ActivityView, zone: str, meets_at: dt.datetime | None = None
) -> str:
    """Return what stands beside an activity that is asked: whose turn it is, else by when.

    A session says when it begins (``meets_at``, where its place was not read); one that is over is
    due no more.
    """
    place, reading = activity.place, activity.reading
    if activity.handed_in:
        return str(_("Handed in"))
    if activity.given_back:
        return str(
            _("Given back by %(name)s", name=reading.by)
            if reading and reading.by
            else _("Given back")
        )
    if activity.held or activity.off:
        return ""
    meets_at = meets_at or (place.starts_at if place else None)
    return local_time(meets_at, "full") if meets_at else due_words(module, activity, zone)


@pages.app_template_global()
def first_due_words(waiting: Sequence[tuple[ModuleView, ActivityView]], zone: str) -> str:
    """Return by when all of it is to be done, or the first of it where that differs."""
    dues = [
        due
        for module, activity in waiting
        if not activity.waits and (due := module.due_of(activity))
    ]
    if not dues:
        return ""
    first = min(dues, key=lambda due: due.at)
    day, over = due_day(first, zone), first.at <= current_context().now
    if any(due.at != first.at for due in dues):
        if over:
            return str(_("The first was for %(day)s", day=day))
        return str(_("The first by %(day)s", day=day))
    return str(_("Was for %(day)s", day=day) if over else _("By %(day)s", day=day))


@pages.app_template_global()
def cell_words() -> dict[str, str]:
    """Return what each cell of the matrix is called, in the order of a legend."""
    return {name: str(word) for name, word in CELL_WORDS.items()}


@pages.app_template_global()
def cell_names() -> dict[str, str]:
    """Return what the letters of a row of the matrix mean."""
    return dict(CELLS)


@pages.app_template_global()
def matrix_cells(columns: Sequence[Column], signs: Mapping[str, Markup]) -> Callable[[str], Markup]:
    """Return what makes cells of a row's letters; ``signs``: what stands in a cell, by its letter.

    A page has thousands of them: each sort is made once, and a row put together here.
    """
    plain = {
        letter: Markup('<td class="{}">{}</td>').format(CELLS[letter], sign)
        for letter, sign in signs.items()
    }
    begins = {
        letter: Markup('<td class="{} begins">{}</td>').format(CELLS[letter], sign)
        for letter, sign in signs.items()
    }
    made = [begins if column.begins else plain for column in columns]

    def cells(letters: str) -> Markup:
        row = "".join([sorts[letter] for sorts, letter in zip(made, letters, strict=True)])
        return Markup(row)  # noqa: S704  # of Markup only

    return cells


pages.add_app_template_filter(inline, "inline")
pages.add_app_template_filter(parted, "parted")
