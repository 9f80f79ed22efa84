"""When an assignment is due: for the group, and for the learner who asks."""

import datetime as dt

from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.coursework.rules import due_local
from community.kernel import localtime
from community.kernel.context import Context
from community.progress.policy import plan
from community.progress.policy.access import openings
from community.progress.policy.standing import standing
from community.progress.queries import my_due
from community.progress.rules.unlocking import due_by_module

DAY = dt.timedelta(days=1)


def group_due(ctx: Context, run: Run, line: ActivityLine) -> dt.datetime | None:
    """Return when an assignment is due for who keeps up; None: it has no end."""
    found = openings(ctx, run)
    if line.settings["due"] is None:
        return due_by_module(plan(run.version_id).parts, found).get(line.module_id)
    opening = found.get(line.module_id)
    if opening is None:
        return None
    day = localtime.in_zone(opening.begins_at, run.zone).date()
    local = due_local(day, line.settings["due"], line.settings["time"])
    return localtime.instant(local, run.zone)


def assignment_due(ctx: Context, run: Run, line: ActivityLine) -> dt.datetime | None:
    """Return when an assignment is due for the actor, without grace and extension.

    Who came late to the run has as much longer as for its module, in whole days: the time of day
    stays. Of who pauses nothing is asked.
    """
    due = group_due(ctx, run, line)
    if due is None or standing(ctx, run).paused:
        return None
    mine = my_due(ctx, run, line.module_id)
    if line.settings["due"] is None:
        return mine
    module = due_by_module(plan(run.version_id).parts, openings(ctx, run))
    theirs = module.get(line.module_id)
    if mine is None or theirs is None or mine <= theirs:
        return due
    local = localtime.in_zone(due, run.zone).replace(tzinfo=None)
    return localtime.instant(local + -(-(mine - theirs) // DAY) * DAY, run.zone)
