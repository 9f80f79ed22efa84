"""When activities are due for somebody: the one place, for pages, matrix and JSON."""

import datetime as dt
import uuid
from collections.abc import Mapping

from community.academy.queries import ActivityLine
from community.cohorts.models import Run
from community.cohorts.rules import paced_due
from community.kernel.context import Context
from community.progress.policy.access import Openings, openings, openings_for
from community.progress.policy.more_time import NO_TIME, Given
from community.progress.policy.plans import plan
from community.progress.policy.standing import Standing, standing
from community.progress.rules.dues import Due, due_by_itself
from community.progress.rules.unlocking import due_by_module

ModuleDues = Mapping[uuid.UUID, dt.datetime]


def module_dues(planned: ModuleDues, mine: Standing) -> ModuleDues:
    """Return when each module is due for somebody; nothing is, for whoever has paused.

    ``planned`` is when it is by their dates.
    """
    if mine.paused:
        return {}
    if mine.paced_from is None:
        return planned
    return paced(planned, mine.paced_from)


def paced(planned: ModuleDues, since: dt.datetime) -> ModuleDues:
    """Return when each module is due for a learner who is paced from an instant."""
    return {key: paced_due(at, since, number) for number, (key, at) in enumerate(planned.items())}


def own_dues(
    run: Run, found: Openings, planned: ModuleDues, theirs: ModuleDues, given: Given = NO_TIME
) -> dict[uuid.UUID, Due | None]:
    """Return when those activities are due that may be by themselves; None: never.

    ``found`` is how modules open to the learner, ``planned`` when those are due by their dates,
    ``theirs`` when they are for them.
    """
    course = plan(run.version_id)
    dues: dict[uuid.UUID, Due | None] = {}
    for key, deadline in course.deadlines.items():
        module = course.lines[key].module_id
        opening = found.get(module)
        due = due_by_itself(
            deadline,
            opening.begins_at if opening else None,
            run.zone,
            planned=planned.get(module),
            paced=theirs.get(module),
        )
        dues[key] = due.given(given.get(key)) if due else None
    return dues


def my_due(ctx: Context, run: Run, module_id: uuid.UUID) -> dt.datetime | None:
    """Return when the actor's time for a module is over; None: it has no end for them."""
    mine = standing(ctx, run)
    theirs = openings_for(ctx, run, mine.enrolment_id)
    return module_dues(due_by_module(plan(run.version_id).parts, theirs), mine).get(module_id)


def activity_due(ctx: Context, run: Run, line: ActivityLine) -> Due | None:
    """Return when an activity that may be due by itself is due for the actor.

    Without more time they were given: what is handed in keeps by which day it was due.
    """
    mine = standing(ctx, run)
    return _due(run, line, openings_for(ctx, run, mine.enrolment_id), mine)


def group_due(ctx: Context, run: Run, line: ActivityLine) -> Due | None:
    """Return when an activity that may be due by itself is due for who keeps up."""
    return _due(run, line, openings(ctx, run), None)


def _due(run: Run, line: ActivityLine, found: Openings, mine: Standing | None) -> Due | None:
    planned = due_by_module(plan(run.version_id).parts, found)
    theirs = module_dues(planned, mine) if mine else planned
    return own_dues(run, found, planned, theirs).get(line.id)
