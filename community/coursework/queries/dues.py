"""When an assignment is due: for the group, and for the learner who asks."""

import datetime as dt

from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.coursework.rules import due_local
from community.kernel import localtime
from community.kernel.context import Context
from community.progress.policy import plan
from community.progress.policy.access import Openings, openings, openings_for
from community.progress.policy.standing import standing
from community.progress.queries import my_due
from community.progress.rules.unlocking import due_by_module

DAY = dt.timedelta(days=1)


def group_due(ctx: Context, run: Run, line: ActivityLine) -> dt.datetime | None:
    """Return when an assignment is due for who keeps up; None: it has no end."""
    return _due(run, line, openings(ctx, run))


def assignment_due(ctx: Context, run: Run, line: ActivityLine) -> dt.datetime | None:
    """Return when an assignment is due for the actor, without grace and extension.

    It is counted from the day on which its module begins for them. Who came late to the run has as
    much longer as for the module, in whole days: the time of day stays. Of who pauses nothing is
    asked.
    """
    mine = standing(ctx, run)
    if mine.paused:
        return None
    paced = my_due(ctx, run, line.module_id)
    if line.settings["due"] is None:
        return paced
    found = openings_for(ctx, run, mine.enrolment_id)
    due = _due(run, line, found)
    planned = due_by_module(plan(run.version_id).parts, found).get(line.module_id)
    if due is None or paced is None or planned is None or paced <= planned:
        return due
    # by the clock of the run: a day on which clocks are changed is one day, too
    longer = _local(paced, run) - _local(planned, run)
    return localtime.instant(_local(due, run) + -(-longer // DAY) * DAY, run.zone)


def _due(run: Run, line: ActivityLine, found: Openings) -> dt.datetime | None:
    """Return when an assignment is due where modules open so."""
    if line.settings["due"] is None:
        return due_by_module(plan(run.version_id).parts, found).get(line.module_id)
    opening = found.get(line.module_id)
    if opening is None:
        return None
    day = _local(opening.begins_at, run).date()
    local = due_local(day, line.settings["due"], line.settings["time"])
    return localtime.instant(local, run.zone)


def _local(at: dt.datetime, run: Run) -> dt.datetime:
    return localtime.in_zone(at, run.zone).replace(tzinfo=None)
