"""The runs one leads, each with what it needs: for the desk of the network."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Run, RunState
from community.cohorts.policy import visible_runs
from community.home.queries.sessions import SessionLine
from community.home.queries.stages import stage_now
from community.home.queries.waiting import HAND_INS, hand_ins, of_letters
from community.home.rules import Facts, Kind, Need, needs
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.moderation.queries import HOW_MANY_CASES
from community.progress.queries import Coming, Figures, coming, figures
from community.spaces.models import Space
from community.spaces.policy import FACILITATING, my_spaces_as

RUNS_SHOWN = 12


@dataclasses.dataclass(frozen=True, slots=True)
class LedRun:
    """A run with its space's address and name, its figures and what it needs."""

    run: Run
    slug: str
    name: str
    figures: Figures
    needs: Sequence[Need]


def led_runs(ctx: Context) -> Sequence[Any]:
    """Return the runs the actor sees and leads: those that are not over first, the latest first.

    Columns: Run, slug and name of its space, how many letters and reports wait,
    ``HAND_INS``. One statement.
    """
    return db.session.execute(
        visible_runs(ctx)
        .join(Space, Space.id == Run.space_id)
        .where(Run.space_id.in_(my_spaces_as(ctx, FACILITATING)))
        .order_by(
            sa.case((Run.state == RunState.CLOSED, 1), else_=0),
            Run.starts_on.desc(),
            Run.id.desc(),
        )
        .limit(RUNS_SHOWN)
        .add_columns(
            Space.slug,
            Space.name,
            of_letters(sa.func.count()).label("letters"),
            *HAND_INS,
            HOW_MANY_CASES.label("reports"),
        ),
        {"me": ctx.actor_id},
    ).all()


def with_needs(
    ctx: Context,
    led: Sequence[Any],
    soon: Sequence[SessionLine],
    asked: Mapping[uuid.UUID, Need],
) -> list[LedRun]:
    """Return runs with what each needs, from sessions and questions of all; three statements."""
    counted = figures(ctx, [row.Run for row in led])
    found = [
        LedRun(
            row.Run,
            row.slug,
            row.name,
            counted[row.Run.id],
            needs(
                of_run(
                    Facts(
                        soon=[each for each in soon if each.space_id == row.Run.space_id],
                        questions=asked.get(row.Run.space_id),
                        hand_ins=hand_ins(ctx, row),
                        letters=row.letters,
                        reports=row.reports,
                        unplanned=unplanned(coming(ctx, row.Run)),
                    ),
                    row.Run,
                    counted[row.Run.id],
                    ctx.now,
                )
            ),
        )
        for row in led
    ]
    return sorted(found, key=lambda mine: stage_now(mine.run, ctx.now))


def unplanned(found: Coming | None) -> Need | None:
    """Return what is to be planned of the module that opens next."""
    if found is None:
        return None
    return Need(
        kind=Kind.UNPLANNED,
        number=len(found.unplanned),
        title=found.module.title,
        at=found.opens_at,
    )


def of_run(facts: Facts, run: Run, figures: Figures, now: dt.datetime) -> Facts:
    """Return the facts of a space with those of its run."""
    today = localtime.in_zone(now, run.zone).date()
    starts = localtime.instant(dt.datetime.combine(run.starts_on, dt.time()), run.zone)
    return dataclasses.replace(
        facts,
        fading=figures.calling,
        quiet_days=figures.quiet_days,
        late=figures.late,
        planned=run.state is RunState.PLANNED,
        closed=run.state is RunState.CLOSED,
        over=run.state is RunState.OPEN and run.timeline.week_of(today) > run.weeks,
        starts_in=starts - now,
        seats=run.capacity,
        taken=run.enrolled,
    )
