"""What other dates would do to a run: every module and session that hangs on them."""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.queries import outline
from community.cohorts.models import Placement, Release, Run
from community.cohorts.rules import (
    MAX_SHIFT,
    Dates,
    Move,
    Stay,
    flaws_of_dates,
    shifted,
    week_to_move_with,
)
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.json import dumps
from community.live.models import LiveSession, SessionState

MOST_SESSIONS = 500  # that a run moves at once


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a run's dates with all that follows from it.

    ``openings`` are its modules, ``sessions`` those of its space that are not over. ``seen`` is the
    print of all of it: the same for two who look at the same change of the same run.
    """

    run: Run
    old: Dates
    new: Dates
    openings: Sequence[Move]
    sessions: Sequence[Move]
    seen: str

    @property
    def moving(self) -> Sequence[Move]:
        """The modules and sessions that are at another time afterwards."""
        return [move for move in (*self.openings, *self.sessions) if move.changes]


def dates_of(run: Run) -> Dates:
    """Return when a run is now."""
    return Dates(run.timeline, run.zone)


def shift_of(run: Run, days: int, from_week: int, note: str = "") -> Dates:
    """Return the dates of a run of which everything from a week on is so many days later.

    Raises Invalid naming ``days`` or ``from_week``.
    """
    if not 1 <= from_week <= run.weeks:
        message = _("Choose one of the weeks 1 to %(last)d.", last=run.weeks)
        raise Invalid(message, fields={"from_week": [message]})
    if not days or abs(days) > MAX_SHIFT:
        message = _("Say by how many days, up to %(most)d.", most=MAX_SHIFT)
        raise Invalid(message, fields={"days": [message]})
    timeline = shifted(run.timeline, days, from_week, note)
    if timeline is None:
        message = _(
            "There is no break of so many days before week %(week)d: the weeks would lie on each"
            " other.",
            week=from_week,
        )
        raise Invalid(message, fields={"days": [message]})
    return Dates(timeline, run.zone)


def change_of(ctx: Context, run: Run, new: Dates, *, lock: bool = False) -> Change:
    """Return what other dates would do to a run the caller may change; three statements.

    ``lock`` holds its sessions that have not begun till the commit. Raises Invalid naming what is
    wrong.
    """
    modules = {module.id: module for module in outline(run.version_id).modules}
    old = dates_of(run)
    flaws = flaws_of_dates(new.timeline, new.zone, modules=len(modules), now=ctx.now)
    if flaws:
        raise Invalid(_("The run cannot be at this time."), fields=flaws)
    if new == old:
        raise Invalid(_("This is when it is already. Nothing would change."))
    positions = {module.id: module.position for module in modules.values()}
    openings = [
        Move(
            key=row.module_id,
            title=modules[row.module_id].title,
            position=positions[row.module_id],
            old=row.local_at,
            new=row.local_at + old.delta(new, positions[row.module_id]),
            old_zone=old.zone,
            zone=new.zone,
        )
        for row in db.session.scalars(
            sa.select(Release)
            .where(Release.run_id == run.id)
            .order_by(Release.local_at, Release.id)
            .execution_options(populate_existing=True)
        )
    ]
    rows = sessions_to_move(run, lock=lock)
    weeks = _weeks_of_placed(run)
    sessions = []
    for row in rows:
        day = localtime.in_zone(row.starts_at, old.zone).date()
        week = weeks.get(row.id) or week_to_move_with(old.timeline, day)
        sessions.append(moved(ctx.now, row, old.delta(new, week)))
    return Change(
        run=run,
        old=old,
        new=new,
        openings=openings,
        sessions=sessions,
        seen=_print(run, new, [*openings, *sessions]),
    )


def sessions_to_move(run: Run, *, lock: bool) -> Sequence[LiveSession]:
    """Return the sessions of a run's space that are not over, as they are now, by their time.

    Those that have begun are not locked: they do not move, and a room does not wait for this.
    Raises Invalid where there are more than can move at once.
    """
    query = (
        sa.select(LiveSession)
        .where(LiveSession.space_id == run.space_id)
        .order_by(LiveSession.id)
        .limit(MOST_SESSIONS + 1)
        .execution_options(populate_existing=True)
    )
    if lock:
        ahead = query.where(LiveSession.state == SessionState.SCHEDULED).with_for_update()
        begun = query.where(LiveSession.state == SessionState.LIVE)
        found = [*db.session.scalars(ahead), *db.session.scalars(begun)]
    else:
        found = [*db.session.scalars(query.where(LiveSession.state != SessionState.ENDED))]
    if len(found) > MOST_SESSIONS:
        raise Invalid(_("More than %(most)d sessions would move at once.", most=MOST_SESSIONS))
    return sorted(found, key=lambda row: (row.starts_at, row.id))


def _weeks_of_placed(run: Run) -> Mapping[uuid.UUID, int]:
    """Return the week that each session of the course moves with: that of its module."""
    in_week = {
        line.id: m.position for m in outline(run.version_id).modules for line in m.activities
    }
    rows = db.session.execute(
        sa.select(Placement.session_id, Placement.activity_id).where(
            Placement.run_id == run.id, Placement.session_id.is_not(None)
        )
    )
    return {row.session_id: in_week[row.activity_id] for row in rows}


def moved(now: dt.datetime, row: LiveSession, delta: dt.timedelta) -> Move:
    """Return where a session goes that is to be so much later by its clock."""
    local_at = row.local_at + delta
    ends_at = localtime.instant(local_at, row.zone) + dt.timedelta(minutes=row.minutes)
    stays = None
    if row.state is SessionState.LIVE:
        stays = Stay.BEGUN
    elif delta and ends_at <= now:
        stays = Stay.PAST
    return Move(
        key=row.id,
        title=row.title,
        old=row.local_at,
        new=local_at,
        old_zone=row.zone,
        zone=row.zone,
        stays=stays,
    )


def _print(run: Run, new: Dates, moves: Sequence[Move]) -> str:
    """Return the same word for the same change of the same state of a run, else another."""
    parts: list[Any] = [str(run.id), run.revision, run.state, new.zone]
    parts += [new.timeline.starts_on.isoformat(), new.timeline.weeks]
    parts += [[rest.after_week, rest.days, rest.note] for rest in new.timeline.breaks]
    parts += sorted(
        [str(move.key), move.old.isoformat(), move.new.isoformat(), move.zone, move.stays or ""]
        for move in moves
    )
    return hashlib.sha256(dumps(parts).encode()).hexdigest()[:32]
