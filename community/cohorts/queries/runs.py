"""Runs: as lists show them, and the one of a space."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.models import CourseVersion
from community.cohorts.models import Run, RunState
from community.cohorts.policy import visible_runs
from community.cohorts.rules import Break, Timeline
from community.kernel.context import Context
from community.kernel.db import db, values_of
from community.kernel.errors import NotFound
from community.spaces.models import Space


@dataclasses.dataclass(frozen=True, slots=True)
class RunLine:
    """A run as lists show it."""

    id: uuid.UUID
    space_id: uuid.UUID
    slug: str
    name: str
    version_id: uuid.UUID
    course_title: str
    starts_on: dt.date
    weeks: int
    zone: str
    capacity: int
    enrolled: int
    state: RunState
    closed_at: dt.datetime | None
    breaks: tuple[Break, ...]
    revision: int

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.starts_on, self.weeks, self.breaks)


def run_of(ctx: Context, space_id: uuid.UUID) -> Run | None:
    """Return the run of a space the actor belongs to; None where there is none to see."""
    return ctx.memo(
        ("cohorts.run_of", space_id),
        lambda: db.session.scalar(visible_runs(ctx).where(Run.space_id == space_id)),
    )


def space_with_run(ctx: Context, slug: str) -> tuple[Space, Run]:
    """Return the space of an address and the run in it; one statement, raises NotFound."""
    row = db.session.execute(
        visible_runs(ctx)
        .join(Space, Space.id == Run.space_id)
        .where(Space.slug == slug)
        .add_columns(Space)
    ).one_or_none()
    if row is None:
        raise NotFound
    run, space = row
    ctx.keep(("cohorts.run_of", space.id), run)
    return space, run


def run_lines(ctx: Context) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of the runs the actor sees, the latest first, for a page of them."""
    visible = visible_runs(ctx).with_only_columns(Run.id)
    return (
        sa.select(
            Run.id,
            Run.space_id,
            Space.slug,
            Space.name,
            Run.version_id,
            CourseVersion.title.label("course_title"),
            Run.starts_on,
            Run.weeks,
            Run.zone,
            Run.capacity,
            Run.enrolled,
            Run.state,
            Run.closed_at,
            Run.breaks.label("breaks"),
            Run.revision,
        )
        .join(Space, Space.id == Run.space_id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .where(Run.id.in_(visible))
        .order_by(Run.starts_on.desc(), Run.id.desc())
    )


def my_runs(ctx: Context) -> Sequence[RunLine]:
    """Return the runs the actor sees that are not closed, at most 50, the latest first."""
    rows = db.session.execute(run_lines(ctx).where(Run.state != RunState.CLOSED).limit(50))
    return [RunLine(**values_of(row)) for row in rows]


def run_line(ctx: Context, run_id: uuid.UUID) -> RunLine:
    """Return one run as lists show it; raises NotFound."""
    row = db.session.execute(run_lines(ctx).where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound
    return RunLine(**values_of(row))


def run_in(space_id: uuid.UUID) -> Run | None:
    """Return the run of a space; the caller has found the space, or holds an invitation into it."""
    found: Run | None = db.session.scalar(sa.select(Run).where(Run.space_id == space_id))
    return found
