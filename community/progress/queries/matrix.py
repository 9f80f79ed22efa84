"""Everybody and everything of a run at once: learners down, activities across.

A row's cells are one text, a letter an activity, kept beside the learner's totals: to fetch 45,000
states as rows would take ten times as long.
"""

import dataclasses
import datetime as dt
import functools
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.queries import ActivityLine, ModuleOutline
from community.accounts.models import User
from community.cohorts.models import Enrolment, EnrolmentState, Run
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db
from community.kernel.paging import Listing
from community.kernel.policy import require
from community.progress.models import Summary
from community.progress.policy import may_see_everybody, plan
from community.progress.policy.plans import KEPT
from community.progress.queries.calendar import Calendar, calendar_of
from community.progress.rules.cells import NEVER_LATE, Seen, shown
from community.progress.rules.unlocking import days_away, in_first_week

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

LATE = "l"
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
        return self.cells.count(LATE)


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
    those with something "late" (their time for its module is over; not in a closed run).
    Raises Forbidden for who does not facilitate the run, Invalid for no bookmark of this list.
    """
    require(may_see_everybody, ctx, run)
    calendar = calendar_of(ctx, run)
    given = calendar.given()
    asked = _statements(len(calendar.over))
    found = asked.lists[show].page(given, limit=limit, page=page)
    everybody, fading, late = db.session.execute(asked.counts, given).one()
    return Matrix(
        columns=columns(run.version_id),
        rows=_rows(calendar, found.items),
        show=show,
        next=found.next,
        previous=found.previous,
        everybody=everybody,
        fading=int(fading or 0),
        late=int(late or 0),
    )


def longest_away(ctx: Context, run: Run, most: int) -> list[Row]:
    """Return those who have not been here for a week, the longest away first, at most so many.

    Raises Forbidden for who does not facilitate the run.
    """
    require(may_see_everybody, ctx, run)
    calendar = calendar_of(ctx, run)
    given = {**calendar.given(), "most": most}
    asked = _statements(len(calendar.over)).longest_away
    return _rows(calendar, db.session.execute(asked, given))


def next_late(
    ctx: Context, run: Run, enrolment_id: uuid.UUID, name: str, activity_id: uuid.UUID
) -> tuple[Row, ActivityLine] | None:
    """Return what is late after an activity of a learner: of theirs, or of the next by name.

    Raises Forbidden for who does not facilitate the run.
    """
    require(may_see_everybody, ctx, run)
    calendar = calendar_of(ctx, run)
    given = {**calendar.given(), "name": name, "enrolment": enrolment_id}
    found = db.session.execute(_statements(len(calendar.over)).late_from, given).all()
    for row in _rows(calendar, found):
        after = calendar.plan.at[activity_id] + 1 if row.enrolment_id == enrolment_id else 0
        at = row.cells.find(LATE, after)
        if at >= 0:
            return row, calendar.plan.lines[calendar.plan.order[at]]
    return None


@functools.lru_cache(maxsize=KEPT)
def columns(version_id: uuid.UUID) -> tuple[Column, ...]:
    """Return the activities of a published version, in order."""
    return tuple(
        Column(line, module, begins=number == 0)
        for module in plan(version_id).outline.modules
        for number, line in enumerate(module.activities)
    )


# ------------------------------------------------------------------ statements, built once


@dataclasses.dataclass(frozen=True, slots=True)
class _Statements:
    """What is asked of the learners of a run, see ``Calendar.given``."""

    lists: Mapping[str, Listing]
    counts: sa.Select[Any]
    longest_away: sa.Select[Any]
    late_from: sa.Select[Any]
    """Who has something late, from one learner ("name", "enrolment") on, and who follows."""


_LONG_AGO = sa.bindparam("long_ago", type_=UtcDateTime())
_LATEST = sa.case(
    (Summary.last_active_at > Enrolment.enrolled_at, Summary.last_active_at),
    else_=Enrolment.enrolled_at,
)
_FADING = sa.and_(
    _LONG_AGO >= _LATEST,
    sa.func.coalesce(Summary.done, 0) < sa.bindparam("due", type_=sa.Integer),
)
"""Whether a learner has not been here for a week of the open run, with something to do."""


@functools.cache
def _statements(spans: int) -> _Statements:
    """Return the statements of a run whose modules that are over lie in so many spans."""
    late = _late(spans)
    of_run = (
        sa.select()
        .select_from(Enrolment)
        .outerjoin(Summary, Summary.enrolment_id == Enrolment.id)
        .where(
            Enrolment.run_id == sa.bindparam("run", type_=sa.Uuid()),
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    )
    learners = (
        of_run.join(User, User.id == Enrolment.user_id)
        .add_columns(
            Enrolment.id,
            Enrolment.user_id,
            User.name.label("name"),
            sa.func.coalesce(Summary.percent, 0).label("percent"),
            sa.case((_FADING, _LATEST)).label("away_since"),
            Enrolment.enrolled_at,
            Summary.cells,
        )
        .order_by(User.name, Enrolment.id)
    )
    name = sa.bindparam("name", type_=sa.String)
    from_one = sa.or_(
        User.name > name,
        sa.and_(User.name == name, Enrolment.id >= sa.bindparam("enrolment", type_=sa.Uuid())),
    )
    return _Statements(
        longest_away=learners.where(_FADING)
        .order_by(None)
        .order_by(_LATEST, Enrolment.id)
        .limit(sa.bindparam("most", type_=sa.Integer)),
        late_from=learners.where(late, from_one).limit(2),
        lists={
            "all": Listing(learners),
            "fading": Listing(learners.where(_FADING)),
            "late": Listing(learners.where(late)),
        },
        counts=of_run.add_columns(
            sa.func.count(),
            sa.func.sum(sa.case((_FADING, 1), else_=0)),
            sa.func.sum(sa.case((late, 1), else_=0)),
        ),
    )


def _late(spans: int) -> sa.ColumnElement[bool]:
    """Whether something required whose time is over is not settled, after one's first week."""
    row = sa.func.coalesce(Summary.cells, sa.bindparam("nothing"))
    parts = (
        sa.func.substr(
            row,
            sa.bindparam(f"start_{number}", type_=sa.Integer),
            sa.bindparam(f"length_{number}", type_=sa.Integer),
        )
        for number in range(spans)
    )
    return sa.and_(
        Enrolment.enrolled_at <= _LONG_AGO,
        sa.or_(sa.false(), *(sa.func.ltrim(part, NEVER_LATE) != "" for part in parts)),
    )


# ------------------------------------------------------------------ rows


def _rows(calendar: Calendar, found: Iterable[Any]) -> list[Row]:
    opened_at = calendar.run.opened_at
    return [
        Row(
            enrolment_id=key,
            user_id=user_id,
            name=name,
            percent=percent,
            cells=_cells(calendar, cells or calendar.plan.nothing, enrolled_at),
            days_away=days_away(since, opened_at or since, calendar.now) if since else None,
        )
        for key, user_id, name, percent, since, enrolled_at, cells in found
    ]


def _cells(calendar: Calendar, stored: str, enrolled_at: dt.datetime) -> str:
    """Return what is stored with what the calendar says of it, and what is locked by it."""
    new = in_first_week(enrolled_at, calendar.now)
    missing = _MISSING.search(stored)
    # everything after the module of the first thing that is missing is locked
    locked = calendar.starts[missing.start()] if missing else len(stored)
    parts = [
        shown(stored[start : min(end, locked)], seen)
        for start, end, seen in (calendar.first_spans if new else calendar.spans)
        if start < locked
    ]
    parts.append(shown(stored[locked:], Seen.SHUT))
    return "".join(parts)


_MISSING = re.compile("[.b]")  # required, and not settled
