"""Everybody and everything of a run at once: learners down, activities across.

A row's cells are one text, a letter an activity, kept beside the learner's totals: to fetch 45,000
states as rows would take ten times as long.
"""

import dataclasses
import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa

from community.academy.queries import ActivityLine, ModuleOutline
from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Run, RunState
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.paging import Page, page_of
from community.kernel.policy import require
from community.progress.models import Summary
from community.progress.policy import Plan, may_see_everybody, plan
from community.progress.policy.access import clock_of, release_instants
from community.progress.rules.cells import NOTHING
from community.progress.rules.unlocking import WEEK, Access, days_away, due_by_module

WINDOW = 60  # learners on a page
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

SHOWS = ("all", "fading", "late")


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """An activity of the matrix; ``begins`` where it is the first of its module."""

    line: ActivityLine
    module: ModuleOutline
    begins: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A learner; ``cells`` has a letter (see ``CELLS``) for each column.

    ``days_away``: whole days without an act, where that is a reason to worry.
    """

    enrolment_id: uuid.UUID
    user_id: uuid.UUID
    name: str
    percent: int
    cells: str
    days_away: int | None

    @property
    def late(self) -> int:
        """How many activities are late."""
        return self.cells.count("l")


@dataclasses.dataclass(frozen=True, slots=True)
class Matrix:
    """A window of the matrix; counts are of the whole run."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    show: str
    next: str | None
    previous: str | None
    everybody: int
    fading: int
    late: int


def matrix(
    ctx: Context, run: Run, *, show: str = "all", limit: int = WINDOW, page: str | None = None
) -> Matrix:
    """Return learners of the run by name, at most ``limit`` from the bookmark ``page`` on.

    ``show``: all, those who are "fading" (a week without an act, and something open undone) or
    those with something "late" (its module's time is over).
    Raises Forbidden for who does not facilitate the run, Invalid for no bookmark of this list.
    """
    require(may_see_everybody, ctx, run)
    calendar = _calendar(ctx, run)
    found = page_of(_filtered(calendar, show), limit=limit, page=page)
    everybody, fading, late = _counts(calendar)
    return Matrix(
        columns=columns(run),
        rows=_rows(calendar, found),
        show=show,
        next=found.next,
        previous=found.previous,
        everybody=everybody,
        fading=fading,
        late=late,
    )


def columns(run: Run) -> tuple[Column, ...]:
    """Return the activities of a run's course, in order."""
    outline = plan(run.version_id).outline
    return tuple(
        Column(line, module, begins=number == 0)
        for module in outline.modules
        for number, line in enumerate(module.activities)
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Calendar:
    """What the calendar alone says of each activity of a run."""

    run: Run
    plan: Plan
    now: dt.datetime
    unsettled: str
    """The letter of each activity of which nothing is known: open, late or locked."""
    starts: tuple[int, ...]
    """The index of the first activity after each activity's module."""
    over: tuple[tuple[int, int], ...]
    """Where the modules whose time is over lie: from which index, and up to which."""
    released: int
    """How many required activities have been released."""


def _calendar(ctx: Context, run: Run) -> _Calendar:
    course = plan(run.version_id)
    instants = release_instants(ctx, run)
    now = clock_of(ctx, run)
    ends = due_by_module(course.parts, instants)
    letters: list[str] = []
    starts: list[int] = []
    ended: list[tuple[int, int]] = []
    released = 0
    for module in course.outline.modules:
        access = Access(None, instants.get(module.id))
        shut = run.state is RunState.PLANNED or access.opens_at is None or access.opens_at > now
        over = not shut and module.id in ends and ends[module.id] <= now
        for line in module.activities:
            released += line.required and not shut
            late = over and line.required
            letters.append("x" if shut else "l" if late else "o")
        if over:
            ended.append((len(letters) - len(module.activities), len(letters)))
        starts.extend([len(letters)] * len(module.activities))
    return _Calendar(run, course, now, "".join(letters), tuple(starts), _joined(ended), released)


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return spans in order, those that touch as one: as a rule there is one, from the start."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and found[-1][1] == start:
            start = found.pop()[0]  # noqa: PLW2901  # grown to its left
        found.append((start, end))
    return tuple(found)


# ------------------------------------------------------------------ statements


def _learners(run: Run) -> sa.Select[Any]:
    return (
        sa.select()
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id == run.id, Enrolment.state == EnrolmentState.ACTIVE)
    )


def _filtered(calendar: _Calendar, show: str) -> sa.Select[Any]:
    statement = (
        _learners(calendar.run)
        .add_columns(
            Enrolment.id,
            Enrolment.user_id,
            User.name.label("name"),
            sa.func.coalesce(Summary.percent, 0).label("percent"),
            sa.func.coalesce(Summary.done, 0).label("done"),
            Summary.last_active_at,
            Enrolment.enrolled_at,
            sa.func.coalesce(Summary.cells, "").label("cells"),
        )
        .order_by(User.name, Enrolment.id)
    )
    if show == "fading":
        return statement.where(_is_fading(calendar))
    if show == "late":
        return statement.where(_is_late(calendar))
    return statement


def _is_fading(calendar: _Calendar) -> sa.ColumnElement[bool]:
    """Whether a learner has not been here for a week of the open run, with something to do."""
    run, long_ago = calendar.run, calendar.now - WEEK
    if run.state is not RunState.OPEN or run.opened_at is None or run.opened_at > long_ago:
        return sa.false()
    return sa.and_(
        Enrolment.enrolled_at <= long_ago,
        sa.func.coalesce(Summary.last_active_at, Enrolment.enrolled_at) <= long_ago,
        sa.func.coalesce(Summary.done, 0) < calendar.released,
    )


def _is_late(calendar: _Calendar) -> sa.ColumnElement[bool]:
    """Whether something required whose time is over is not settled: a "." or a "b" in its cells."""
    found: list[sa.ColumnElement[bool]] = []
    row = sa.case(
        (sa.func.coalesce(Summary.cells, "") == "", calendar.plan.nothing), else_=Summary.cells
    )
    for start, end in calendar.over:
        part = sa.func.substr(row, start + 1, end - start, type_=sa.Text)
        found += [sa.func.replace(part, sign, "") != part for sign in (NOTHING, "b")]
    return sa.or_(sa.false(), *found)


def _counts(calendar: _Calendar) -> tuple[int, int, int]:
    row = db.session.execute(
        _learners(calendar.run).add_columns(
            sa.func.count(),
            sa.func.sum(sa.case((_is_fading(calendar), 1), else_=0)),
            sa.func.sum(sa.case((_is_late(calendar), 1), else_=0)),
        )
    ).one()
    return row[0], int(row[1] or 0), int(row[2] or 0)


# ------------------------------------------------------------------ rows


def _rows(calendar: _Calendar, page: Page) -> list[Row]:
    return [
        Row(
            enrolment_id=row.id,
            user_id=row.user_id,
            name=row.name,
            percent=row.percent,
            cells=_cells(calendar, row.cells or calendar.plan.nothing),
            days_away=_away(calendar, row),
        )
        for row in page.items
    ]


def _cells(calendar: _Calendar, stored: str) -> str:
    """Return what is stored with what the calendar says of it, and what is locked by it."""
    missing = _MISSING.search(stored)
    first = calendar.starts[missing.start()] if missing else len(stored)
    now = "".join(map(_seen, stored[:first], calendar.unsettled))
    # everything after the module of the first thing that is missing is locked
    return now + "".join(map(_seen, stored[first:], repeat("x")))


_MISSING = re.compile("[.b]")  # required, and not settled


def _seen(sign: str, unsettled: str) -> str:
    if sign in _SETTLED:
        return _SETTLED[sign]
    if sign in "bB":
        return "l" if unsettled == "l" else "b"  # begun and too late is late
    return unsettled


_SETTLED = {sign: sign.lower() for sign in "dewDEW"}


def _away(calendar: _Calendar, row: Any) -> int | None:
    run = calendar.run
    if run.state is not RunState.OPEN or run.opened_at is None or row.done >= calendar.released:
        return None
    return days_away(row.last_active_at, max(row.enrolled_at, run.opened_at), calendar.now)
