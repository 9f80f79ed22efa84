"""What was done elsewhere and counts here: posts in an activity's thread, time in its session."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa

from community.cohorts.models import SEATED, Enrolment, Run, RunState
from community.cohorts.queries import enrolment_of, placement_of_session, placement_of_thread
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import operation
from community.live.models import LiveSession
from community.live.queries import attendance_of
from community.progress.operations.ledger import Given, take
from community.progress.operations.locking import lock_summaries
from community.progress.policy import line_now
from community.progress.rules.states import Kind

BATCH = 50

# Ids of our own hold a colon, which those of clients cannot: nobody can take one in advance.


@operation
def begin_record(ctx: Context, run_id: uuid.UUID, enrolment_id: uuid.UUID) -> None:
    """Begin the totals of a new enrolment; one that came back goes on with its own."""
    run = db.session.get_one(Run, run_id)
    lock_summaries(ctx, run, [enrolment_id])


@operation
def count_post(
    ctx: Context, thread_id: uuid.UUID, post_id: uuid.UUID, author_id: uuid.UUID, *, number: int
) -> None:
    """Count a post towards the activity its thread was begun for, if its author learns there."""
    placement = placement_of_thread(thread_id)
    if placement is None:
        return
    enrolment = enrolment_of(placement.run_id, author_id)
    run = db.session.get_one(Run, placement.run_id)
    if enrolment is None:
        return
    act = Given(enrolment.id, author_id, Kind.POSTED, number, f"post:{post_id.hex}", ctx.now)
    summaries = lock_summaries(ctx, run, [enrolment.id])
    line = line_now(run, placement.activity_id)
    if line is not None and run.state is RunState.OPEN:  # under the lock: closed meanwhile, or not
        take(ctx, run, line, [act], summaries)


def count_attendance(ctx: Context, session_id: uuid.UUID) -> int:
    """Count the attendance of an ended session, fifty learners a transaction.

    The id of each act follows from the session, so a repeat changes nothing. Returns how many were
    new. A session that ended after its run was closed counts for nobody.
    """
    placement = placement_of_session(session_id)
    session = db.session.get(LiveSession, session_id)
    if placement is None or session is None or session.ended_at is None:
        return 0
    run = db.session.get_one(Run, placement.run_id)
    if run.closed_at is not None and session.ended_at > run.closed_at:
        return 0
    there = {user_id: seconds for user_id, seconds in attendance_of(session_id).items() if seconds}
    db.session.remove()  # each batch reads its rows anew
    return sum(
        count_attendance_of(ctx, session_id, {user_id: there[user_id] for user_id in batch})
        for batch in _batches(sorted(there))
    )


@operation
def count_attendance_of(
    ctx: Context, session_id: uuid.UUID, seconds: Mapping[uuid.UUID, int]
) -> int:
    """Count one batch of attendance (user id to seconds); returns how many were new."""
    placement = placement_of_session(session_id)
    session = db.session.get_one(LiveSession, session_id)
    if placement is None or session.ended_at is None:
        return 0
    run = db.session.get_one(Run, placement.run_id)
    enrolled = db.session.execute(
        sa.select(Enrolment.id, Enrolment.user_id).where(
            Enrolment.run_id == run.id,
            Enrolment.state.in_(SEATED),
            Enrolment.user_id.in_(seconds),
        )
    ).all()
    acts = [
        Given(
            row.id,
            row.user_id,
            Kind.ATTENDED,
            seconds[row.user_id],
            f"session:{session_id.hex}",
            session.ended_at,
        )
        for row in enrolled
    ]
    if not acts:
        return 0
    summaries = lock_summaries(ctx, run, [act.enrolment_id for act in acts])
    line = line_now(run, placement.activity_id)
    return take(ctx, run, line, acts, summaries).new if line is not None else 0


def _batches(keys: Sequence[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    remaining = iter(keys)
    while batch := list(islice(remaining, BATCH)):
        yield batch
