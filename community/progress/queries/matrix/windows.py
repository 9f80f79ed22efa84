"""A window of the matrix: its rows with what is said of each learner, and what is counted.

A row's cells are one text, a letter an activity, kept beside the learner's totals: to fetch 45,000
states as rows would take ten times as long.
"""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from community.academy.queries import ActivityLine, ModuleOutline
from community.accounts.rules import patterns, search_terms
from community.cohorts.models import Run
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.policy import require
from community.progress.policy import may_see_everybody, plan
from community.progress.policy.plans import KEPT
from community.progress.queries.calendar import NEVER, Calendar, calendar_of, calendars_of
from community.progress.queries.matrix.ruled import (
    named,
    quiet_for,
    read_ruled,
    ruled,
    signs_of,
    standings,
)
from community.progress.queries.matrix.statements import Statements, counts, statements
from community.progress.rules.cells import not_asked, seen_by_time, totals
from community.progress.rules.completion import Outcome
from community.progress.rules.fading import DAY, NUDGE_RESTS, Signs, reasons

WINDOW = 60  # learners on a page, fewer where a course is so wide that
CELLS_SHOWN = 9_000  # would be more: a browser takes a second to lay out twice as many
LEAST_WINDOW = 10
LARGEST_WINDOW = 500

CELLS: Mapping[str, str] = {
    "d": "done",
    "b": "begun",
    "l": "late",
    "e": "excused",
    "w": "waived",
    "o": "open",
    "x": "locked",
}
"""What the letters of a row mean."""

LATE = "l"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """An activity of the matrix; ``begins`` where it is the first of its module."""

    line: ActivityLine
    module: ModuleOutline
    begins: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A learner; ``cells`` has a letter (see ``CELLS``) for each column.

    ``signs`` are the figures that say why they are fading; None: they are not. ``taken_by`` is who
    looks after them, ``taker`` that one's name; ``nudged_at`` and ``nudger`` are of the last nudge.
    ``outcome`` is the better of the verdicts that stand.
    """

    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    name: str
    percent: int
    cells: str
    signs: Signs | None
    paused: bool
    taken_by: uuid.UUID | None
    taker: str | None
    nudged_at: dt.datetime | None
    nudger: str | None
    outcome: Outcome | None

    @property
    def late(self) -> int:
        """How many activities are late."""
        return self.cells.count(LATE)

    @property
    def why(self) -> list[str]:
        """Why they are fading, in words with figures; nothing: they are not."""
        return reasons(self.signs) if self.signs else []


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """How many learners a run has, and how many of them are what.

    ``calling`` of those who are fading are taken by nobody else and have had no nudge of late; the
    longest of them has been quiet for ``quiet_days``.
    """

    everybody: int = 0
    fading: int = 0
    late: int = 0
    not_started: int = 0
    paused: int = 0
    completed: int = 0
    participated: int = 0
    calling: int = 0
    quiet_days: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Matrix:
    """A window of the matrix; ``figures`` are of the whole run, whatever is searched for."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    show: str
    search: str
    next: str | None
    previous: str | None
    figures: Figures


def matrix(
    ctx: Context,
    run: Run,
    *,
    show: str = "all",
    search: str = "",
    limit: int | None = None,
    page: str | None = None,
) -> Matrix:
    """Return learners of the run by name, at most ``limit`` from the bookmark ``page`` on.

    Without a limit there are as many as a page shows well: see ``window_of``.

    ``show``: all, those who are "fading" (see ``rules.fading``), those with something "late" (their
    time for its module is over; not in a closed run), those who have "not_started" or "paused", and
    those who have "completed" the run or "participated" in it.
    ``search``: words of a name.
    Raises Forbidden for who does not facilitate the run, Invalid for no bookmark of this list.
    """
    require(may_see_everybody, ctx, run)
    calendar = calendar_of(ctx, run)
    limit = window_of(len(calendar.plan.order)) if limit is None else limit
    given = _given(ctx, calendar)
    searched = bool(search_terms(search))
    if searched:
        given |= patterns(search)
    found = _asked(calendar).lists[show, searched].page(given, limit=limit, page=page)
    return Matrix(
        columns=columns(run.version_id),
        rows=rows_of(ctx, calendar, found.items),
        show=show,
        search=search,
        next=found.next,
        previous=found.previous,
        figures=figures(ctx, [run])[run.id],
    )


def window_of(activities: int) -> int:
    """Return how many learners a page shows well beside each other's so many activities."""
    return max(LEAST_WINDOW, min(WINDOW, CELLS_SHOWN // max(1, activities)))


def figures(ctx: Context, runs: Sequence[Run]) -> dict[uuid.UUID, Figures]:
    """Return the figures of several runs, by their ids; at most five statements.

    Raises Forbidden for who does not facilitate one of them.
    """
    for run in runs:
        require(may_see_everybody, ctx, run)
    if not runs:
        return {}
    calendars = calendars_of(ctx, runs)
    read_ruled(ctx, calendars)
    found = {each.run.id: _counted(ctx, each) for each in calendars if each.judged}
    calendars = [each for each in calendars if not each.judged]
    if not calendars:
        return found
    given: dict[str, Any] = {"me": ctx.person, "nudged_after": ctx.now - NUDGE_RESTS * DAY}
    for number, calendar in enumerate(calendars):
        given |= {f"{name}_{number}": value for name, value in calendar.given().items()}
    rows = execute(counts(tuple(calendar.shape for calendar in calendars)), given).all()
    for number, *counted, since in rows:
        calendar = calendars[number]
        everybody, fading, late, not_started, paused, calling, completed, participated = (
            int(one or 0) for one in counted
        )
        found[calendar.run.id] = Figures(
            everybody=everybody,
            fading=fading,
            late=late,
            not_started=not_started,
            paused=paused,
            completed=completed,
            participated=participated,
            calling=calling,
            quiet_days=quiet_for(calendar, since) if since else 0,
        )
    return found


def _counted(ctx: Context, calendar: Calendar) -> Figures:
    """Return the figures of a run with rules, whose learners are judged one by one."""
    rules = ruled(ctx, calendar)
    everybody = [each.row for each in rules.learners.values()] if rules else []
    found = standings(ctx, calendar)
    fading = [each.row for each in found if each.fading]
    calling = [row for row in fading if not row.nudged and row.taken_by in {None, ctx.person}]
    since = min((row.latest for row in calling), default=None)
    begun = calendar.given()["due"] > 0
    return Figures(
        everybody=len(everybody),
        fading=len(fading),
        late=sum(each.late for each in found),
        not_started=sum(begun and each.row.last_active_at is None for each in found),
        paused=sum(bool(row.paused) for row in everybody),
        completed=sum(row.outcome is Outcome.COMPLETED for row in everybody),
        participated=sum(row.outcome is Outcome.PARTICIPATED for row in everybody),
        calling=len(calling),
        quiet_days=quiet_for(calendar, since) if since else 0,
    )


@functools.lru_cache(maxsize=KEPT)
def columns(version_id: uuid.UUID) -> tuple[Column, ...]:
    """Return the activities of a published version, in order."""
    return tuple(
        Column(line, module, begins=number == 0)
        for module in plan(version_id).outline.modules
        for number, line in enumerate(module.activities)
    )


def _asked(calendar: Calendar) -> Statements:
    return statements(calendar.shape)


# ------------------------------------------------------------------ rows


def _given(ctx: Context, calendar: Calendar) -> dict[str, Any]:
    """Return the parameters of a run's statements."""
    return {**calendar.given(), **named(ctx, calendar)}


def rows_of(ctx: Context, calendar: Calendar, found: Iterable[Any]) -> list[Row]:
    """Return rows of the statements of a run as the matrix shows them."""
    made = []
    rules = ruled(ctx, calendar)
    for key, user_id, name, enrolled_at, pace, stored, paused, *known, since in found:
        row = not_asked(stored or calendar.plan.nothing, calendar.off)
        percent = totals(row).percent
        if rules is not None:
            seen = rules.seen(key, row, pace, paused=paused)
        else:
            spans = calendar.spans_of(NEVER if paused else pace)
            locking = not_asked(row, calendar.over)
            seen = seen_by_time(row, locking, spans, calendar.starts)
        signs = signs_of(calendar, row, seen, since, enrolled_at) if since else None
        made.append(Row(key, user_id, name, percent, seen, signs, paused, *known))
    return made
