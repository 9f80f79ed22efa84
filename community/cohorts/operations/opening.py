"""What organisers do about when modules open: another rule, an opening, a learner's own dates.

Each act is kept with who did it and why; the words stand in no event.
"""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.academy.queries import ModuleOutline, Outline, outline
from community.cohorts.events import ReleaseChanged
from community.cohorts.models import (
    SEATED,
    Enrolment,
    LearnerRelease,
    Release,
    ReleaseAct,
    ReleaseKind,
    Run,
)
from community.cohorts.operations.dates import refuse_over
from community.cohorts.operations.releasing import (
    hold_sessions,
    settle_learners,
    settle_releases,
)
from community.cohorts.operations.seats import locked_enrolment, locked_run
from community.cohorts.policy import find_enrolment, may_edit_run, run_to_change
from community.cohorts.queries.own_rules import sound_rule
from community.cohorts.rules import MAX_LEARNER_SHIFT
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation, record
from community.spaces.models import Space
from community.spaces.policy import refuse_archived

JOB = "cohorts.mail_release"


@operation
def set_release(
    ctx: Context,
    run_id: uuid.UUID,
    module_id: uuid.UUID,
    *,
    rule: str | None,
    reason: str = "",
) -> Release:
    """Let a module of a run open by a rule of the run's own; None: by that of its course again.

    An empty rule is the usual one. Nothing happens where it is so already. Raises NotFound,
    Forbidden, Invalid naming ``rule``, Conflict for a run that is over.
    """
    run = _run_to_change(ctx, run_id)
    course = outline(run.version_id)
    module, release = _module(run, course, module_id)
    wanted = module.release if rule is None else sound_rule(run, course, module.id, rule)
    own = rule is not None and wanted != module.release
    if (release.rule, release.own) == (wanted, own):
        return release
    hold_sessions(run)
    release.rule, release.own = wanted, own
    settle_releases(run)
    _note(ctx, run, ReleaseKind.RULE, module_id=module_id, reason=reason)
    return release


@operation
def open_module(
    ctx: Context, run_id: uuid.UUID, module_id: uuid.UUID, *, reason: str = ""
) -> Release:
    """Open a module to everybody in a run now, whatever its rule says.

    One that was opened already stays so. Raises NotFound, Forbidden, Conflict for a run that is
    over.
    """
    run = _run_to_change(ctx, run_id)
    module, release = _module(run, outline(run.version_id), module_id)
    _refuse_outline(module)
    if release.opened_at is None:
        release.opened_at = ctx.now
        _note(ctx, run, ReleaseKind.OPENED, module_id=module_id, reason=reason)
    return release


@operation
def shut_module(
    ctx: Context, run_id: uuid.UUID, module_id: uuid.UUID, *, reason: str = ""
) -> Release:
    """Take back that a module was opened to everybody: it opens by its rule again.

    What was done in it stays. Raises what ``open_module`` raises.
    """
    run = _run_to_change(ctx, run_id)
    _module_there, release = _module(run, outline(run.version_id), module_id)
    if release.opened_at is not None:
        release.opened_at = None
        _note(ctx, run, ReleaseKind.SHUT, module_id=module_id, reason=reason)
    return release


@operation
def open_module_for(
    ctx: Context, enrolment_id: uuid.UUID, module_id: uuid.UUID, *, reason: str = ""
) -> None:
    """Open a module to one learner now, whatever its rule says; they are told.

    Raises NotFound, Forbidden, Conflict for who is no learner any more and for a run that is over.
    """
    enrolment, run = _learner(ctx, enrolment_id)
    module, release = _module(run, outline(run.version_id), module_id)
    _refuse_outline(module)
    row = _row_of(enrolment, module_id)
    if row is not None and row.opened_at is not None:
        return
    if row is None:
        row = LearnerRelease(
            id=new_key(),
            enrolment_id=enrolment.id,
            module_id=module_id,
            begins_at=release.begins_at or release.opens_at,
            opens_at=release.opens_at,
            instants=release.instants,
        )
        db.session.add(row)
    row.opened_at = ctx.now
    run.individual = True
    _note(
        ctx, run, ReleaseKind.OPENED, module_id=module_id, enrolment_id=enrolment_id, reason=reason
    )


@operation
def shut_module_for(
    ctx: Context, enrolment_id: uuid.UUID, module_id: uuid.UUID, *, reason: str = ""
) -> None:
    """Take back that a module was opened to one learner; what they did in it stays.

    Raises what ``open_module_for`` raises.
    """
    enrolment, run = _learner(ctx, enrolment_id)
    _module(run, outline(run.version_id), module_id)
    row = _row_of(enrolment, module_id)
    if row is None or row.opened_at is None:
        return
    row.opened_at = None
    db.session.flush()
    settle_learners(run, [enrolment_id])  # a row that says nothing of its own goes
    _note(ctx, run, ReleaseKind.SHUT, module_id=module_id, enrolment_id=enrolment_id, reason=reason)


@operation
def shift_learner(
    ctx: Context, enrolment_id: uuid.UUID, *, days: int, reason: str = ""
) -> Enrolment:
    """Let all dates of one learner be ``days`` later than the group's; 0: they are the group's.

    When their modules open and are due moves, by the same clock; sessions are when they are. What
    is open to them stays open. They are told. Raises NotFound, Forbidden, Invalid naming ``days``,
    Conflict for who is no learner any more and for a run that is over.
    """
    if abs(days) > MAX_LEARNER_SHIFT:
        message = _("Say by how many days, up to %(most)d.", most=MAX_LEARNER_SHIFT)
        raise Invalid(message, fields={"days": [message]})
    enrolment, run = _learner(ctx, enrolment_id)
    if enrolment.shift_days == days:
        return enrolment
    enrolment.shift_days = days
    run.individual = True
    # what was kept of earlier shifts, and of this one, says what is open already
    _note(ctx, run, ReleaseKind.SHIFTED, enrolment_id=enrolment_id, days=days, reason=reason)
    settle_learners(run, [enrolment_id])
    return enrolment


def _run_to_change(ctx: Context, run_id: uuid.UUID) -> Run:
    """Return a run the actor may change, held; its space is held too, but may be referred to.

    Whoever moves a session holds it and then writes what refers to the space: they must not wait
    here for who waits for the session.
    """
    run = run_to_change(ctx, run_id, may_edit_run, lock=False)
    held = sa.select(Space).where(Space.id == run.space_id).with_for_update(read=True)
    space = db.session.scalars(held.execution_options(populate_existing=True)).one()
    refuse_archived(space)
    locked_run(run.space_id)
    refuse_over(run)
    return run


def _module(run: Run, course: Outline, module_id: uuid.UUID) -> tuple[ModuleOutline, Release]:
    """Return a module of a run's course and when it opens; raises NotFound."""
    module = next((each for each in course.modules if each.id == module_id), None)
    release = db.session.scalar(
        sa.select(Release)
        .where(Release.run_id == run.id, Release.module_id == module_id)
        .execution_options(populate_existing=True)
    )
    if module is None or release is None:
        raise NotFound(_("There is no such module."))
    return module, release


def _refuse_outline(module: ModuleOutline) -> None:
    if module.opens_later:
        raise Conflict(_("This module is only outlined for now: there is nothing to open."))


def _learner(ctx: Context, enrolment_id: uuid.UUID) -> tuple[Enrolment, Run]:
    """Return a learner of a run the actor may change, both under their locks."""
    found = find_enrolment(ctx, enrolment_id)
    run = _run_to_change(ctx, found.run_id)
    enrolment = locked_enrolment(run.id, found.user_id)
    if enrolment is None or enrolment.state not in SEATED:
        raise Conflict(_("They have left meanwhile."))
    return enrolment, run


def _row_of(enrolment: Enrolment, module_id: uuid.UUID) -> LearnerRelease | None:
    found: LearnerRelease | None = db.session.scalar(
        sa.select(LearnerRelease)
        .where(LearnerRelease.enrolment_id == enrolment.id, LearnerRelease.module_id == module_id)
        .execution_options(populate_existing=True)
    )
    return found


def _note(
    ctx: Context,
    run: Run,
    kind: ReleaseKind,
    *,
    module_id: uuid.UUID | None = None,
    enrolment_id: uuid.UUID | None = None,
    days: int = 0,
    reason: str = "",
) -> None:
    """Keep what was done, and owe a learner whom it is about a letter."""
    act = ReleaseAct(
        id=new_key(),
        run_id=run.id,
        enrolment_id=enrolment_id,
        module_id=module_id,
        kind=kind,
        days=days,
        reason=reason,
        actor_id=ctx.actor_id,
        at=ctx.now,
    )
    db.session.add(act)
    db.session.flush()
    run.revision += 1
    record(
        ReleaseChanged(
            run_id=run.id, space_id=run.space_id, module_id=module_id, enrolment_id=enrolment_id
        )
    )
    if enrolment_id is not None:
        enqueue(ctx, JOB, {"act_id": str(act.id)}, once=f"cohorts.release:{act.id.hex}")
