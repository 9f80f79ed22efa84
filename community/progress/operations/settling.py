"""Verdicts of a whole run, for what comes about by no act of a learner's own."""

import uuid
from collections.abc import Iterator, Sequence
from itertools import islice

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, Run
from community.cohorts.queries import placement_of_session
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import operation
from community.progress.models import CompletionPolicy
from community.progress.operations.ledger import settled_by
from community.progress.operations.locking import lock_all_summaries, lock_summaries
from community.progress.operations.verdicts import judge_learners
from community.progress.policy.sessions import passed_over
from community.progress.policy.terms import in_force
from community.progress.rules.completion import DEFAULT, Change

BATCH = 50


@operation
def begin_policy(ctx: Context, run_id: uuid.UUID) -> None:
    """Give a new run the rules that hold where nobody says otherwise, as number 1."""
    db.session.add(
        CompletionPolicy(
            run_id=run_id,
            number=1,
            criteria=DEFAULT.as_json(),
            change=Change.FIRST,
            note="",
            made_by=ctx.person,
            made_at=ctx.now,
        )
    )


@operation
def wait_for_acts(ctx: Context, run_id: uuid.UUID) -> None:
    """Let whoever is counting something in a run come to its end first, and hold the others."""
    lock_all_summaries(run_id)


def seated(run_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Return the enrolments of a run that have a seat, in order."""
    return db.session.scalars(
        sa.select(Enrolment.id)
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(SEATED))
        .order_by(Enrolment.id)
    ).all()


def batches(keys: Sequence[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    """Yield ``keys`` by fifty."""
    remaining = iter(keys)
    while batch := list(islice(remaining, BATCH)):
        yield batch


@operation
def copy_policy(ctx: Context, like_id: uuid.UUID, run_id: uuid.UUID) -> None:
    """Let a new run ask for what another does, where that is not what every run asks for."""
    like = in_force(like_id)
    if like is None or like.terms == DEFAULT:
        return
    db.session.add(
        CompletionPolicy(
            run_id=run_id,
            number=2,
            criteria=like.terms.as_json(),
            change=Change.RECOMPUTE,  # nobody has worked by the first
            note="",
            made_by=ctx.person,
            made_at=ctx.now,
        )
    )


def settle_verdicts(ctx: Context, run_id: uuid.UUID) -> int:
    """Find what learners of a run have reached without an act of their own; returns how many.

    A session was called off, so nobody is asked to come; the run closed. Fifty learners a
    transaction; a repeat changes nothing.
    """
    keys = seated(run_id)
    db.session.remove()  # each batch reads its rows anew
    return sum(settle_verdicts_of(ctx, run_id, batch) for batch in batches(keys))


def settle_for_session(ctx: Context, session_id: uuid.UUID) -> int:
    """Find who has completed a run of which a session does not take place; returns how many.

    One that takes place, or whose time is yet to come, completes nobody: nothing is looked at.
    """
    placement = placement_of_session(session_id)
    run = db.session.get(Run, placement.run_id) if placement else None
    if run is None or placement is None or placement.activity_id not in passed_over(ctx, run):
        return 0
    return settle_verdicts(ctx, run.id)


@operation
def settle_verdicts_of(ctx: Context, run_id: uuid.UUID, enrolment_ids: Sequence[uuid.UUID]) -> int:
    """Do what ``settle_verdicts`` says for some learners."""
    run = db.session.get_one(Run, run_id)
    summaries = lock_summaries(ctx, run, enrolment_ids)
    return judge_learners(ctx, run, in_force(run_id), summaries, settled_by(enrolment_ids))
