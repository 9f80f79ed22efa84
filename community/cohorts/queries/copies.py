"""What the next run of a course would be: the dates and people of one, counted from another day."""

import dataclasses
import functools
import hashlib
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.queries import outline
from community.cohorts.models import Placement, Run
from community.cohorts.queries.changes import dates_of
from community.cohorts.queries.people import Lead, leads_of
from community.cohorts.rules import (
    Dates,
    Move,
    RunPlan,
    flaws_of_plan,
    release_at,
    session_at,
    week_to_move_with,
)
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.json import dumps
from community.live.models import LiveSession

MOST_EXTRA = 100  # sessions planned by hand that a copy takes over


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A run to be made like another: ``plan`` with all that follows from it.

    ``openings`` are its modules, ``meetings`` the sessions that opening it plans (kept as ``Move``
    with the day each is at), ``extra`` those that were planned by hand. ``leads`` are those who
    come to lead it, ``left`` those who were asked for and have left the network. ``seen`` is the
    print of all of it.
    """

    source: Run
    plan: RunPlan
    openings: Sequence[Move]
    meetings: Sequence[Move]
    extra: Sequence[Move]
    leads: Sequence[Lead]
    left: Sequence[Lead]
    seen: str


def copy_of(ctx: Context, run: Run, plan: RunPlan, leads: Collection[uuid.UUID]) -> Copy:
    """Return what a run like ``run`` would be by another plan; raises Invalid naming its flaws."""
    course = outline(run.version_id)
    flaws = flaws_of_plan(plan, modules=len(course.modules), now=ctx.now)
    if flaws:
        raise Invalid(_("This run cannot be made like that."), fields=flaws)
    old, new = dates_of(run), Dates(plan.timeline, plan.zone)
    move = functools.partial(Move, old_zone=old.zone, zone=new.zone)
    openings, meetings = [], []
    for module in course.modules:
        before = release_at(old.timeline, module.position)
        after = release_at(new.timeline, module.position)
        number, title = module.position, module.title
        openings.append(move(key=module.id, title=title, position=number, old=before, new=after))
        for line in module.activities:
            if line.kind == LIVE_SESSION.name:
                day, time = line.settings["day"], line.settings["time"]
                meetings.append(
                    move(
                        key=line.id,
                        title=line.title,
                        position=number,
                        old=session_at(before, day, time),
                        new=session_at(after, day, time),
                    )
                )
    extra = [_extra(row, old, new) for row in sessions_by_hand(run)]
    asked = [lead for lead in leads_of(run) if lead.person.id in leads]
    return Copy(
        source=run,
        plan=plan,
        openings=openings,
        meetings=meetings,
        extra=extra,
        leads=[lead for lead in asked if not lead.left and lead.person.id != ctx.actor_id],
        left=[lead for lead in asked if lead.left],
        seen=_print(run, plan, extra, asked),
    )


def sessions_by_hand(run: Run) -> Sequence[LiveSession]:
    """Return the sessions of a run's space that the course did not ask for, by their time.

    Those that were called off are left out; at most 100.
    """
    placed = sa.select(Placement.session_id).where(
        Placement.run_id == run.id, Placement.session_id.is_not(None)
    )
    return db.session.scalars(
        sa.select(LiveSession)
        .where(
            LiveSession.space_id == run.space_id,
            LiveSession.id.not_in(placed),
            LiveSession.called_off_at.is_(None),
        )
        .order_by(LiveSession.starts_at, LiveSession.id)
        .limit(MOST_EXTRA)
    ).all()


def _extra(row: LiveSession, old: Dates, new: Dates) -> Move:
    """Return when a session planned by hand is in the copy: as far into its week, by its clock."""
    day = localtime.in_zone(row.starts_at, old.zone).date()
    return Move(
        key=row.id,
        title=row.title,
        old=row.local_at,
        new=row.local_at + old.delta(new, week_to_move_with(old.timeline, day)),
        old_zone=row.zone,
        zone=new.zone if row.zone == old.zone else row.zone,
    )


def _print(run: Run, plan: RunPlan, extra: Sequence[Move], asked: Sequence[Lead]) -> str:
    """Return the same word for the same copy of the same state of a run, else another."""
    parts: list[Any] = [str(run.id), run.revision, dataclasses.asdict(plan)]
    parts += [[str(move.key), move.new.isoformat(), move.zone] for move in extra]
    parts += [[str(lead.person.id), lead.role, lead.left] for lead in asked]
    return hashlib.sha256(dumps(parts).encode()).hexdigest()[:32]
