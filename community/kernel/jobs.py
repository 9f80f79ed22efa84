"""Background work: outbox rows relayed to huey, and huey's workers doing them.

The queue is huey's (Redis in production, an SQLite file when embedded), with its retries. The
promise is the outbox row: it is done when its own row says so.
"""

import datetime as dt
import time
import uuid

import sqlalchemy as sa
import structlog
from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey

from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.feature import Periodic
from community.kernel.files.keeping import FILES
from community.kernel.installed import installed
from community.kernel.metrics import JOBS
from community.kernel.operation import operation
from community.kernel.outbox import MAX_ATTEMPTS, NotYet, OutboxRow
from community.kernel.settings import Settings
from community.kernel.sweeping import sweep

BATCH = 100
RELAY_AGAIN = dt.timedelta(minutes=2)  # a relayed row not done by then was lost on the way
RETRIES = 3  # at once, a few seconds apart; then it waits, longer each time
LONGEST_WAIT = dt.timedelta(hours=6)
RETRY_DELAY = 2  # seconds
SWEEP = Periodic(name="kernel.sweep", every=dt.timedelta(minutes=5), run=sweep)

log = structlog.get_logger(__name__)


def make_queue(settings: Settings) -> Huey:
    """Return the queue the settings ask for."""
    if settings.redis_url:
        return RedisHuey("community", url=settings.redis_url)
    return SqliteHuey("community", filename=str(settings.queue_file))


class Worker:
    """Relays the outbox and does the jobs of one application; one process runs it."""

    def __init__(self, app: Flask, queue: Huey) -> None:
        self.app = app
        self.queue = queue
        self.task = queue.task(retries=RETRIES, retry_delay=RETRY_DELAY)(self._do)
        self._due: dict[str, float] = {}

    def relay(self) -> int:
        """Hand waiting outbox rows to the queue; returns how many."""
        with self.app.app_context():
            keys = relay_rows(Context.begin(None, origin="job"))
        for key in keys:
            self.task(str(key))
        return len(keys)

    def run_periodic(self) -> None:
        """Run what is wanted regularly, each when its time has come."""
        with self.app.app_context():
            theirs = (work for feature in installed().features for work in feature.periodic)
            for work in (*theirs, SWEEP, FILES):
                if time.monotonic() < self._due.get(work.name, 0):
                    continue
                self._due[work.name] = time.monotonic() + work.every.total_seconds()
                self._guard(work)

    def _guard(self, work: Periodic) -> None:
        try:
            work.run(Context.begin(None, origin="job"))
        except Exception:
            log.exception("periodic work failed", work=work.name)
        finally:
            db.session.remove()

    def _do(self, key: str) -> None:
        with self.app.app_context():
            try:
                do_row(uuid.UUID(key))
            finally:
                db.session.remove()


@operation
def relay_rows(ctx: Context) -> list[uuid.UUID]:
    """Mark the rows that are due, and those lost on the way, as relayed; return their ids."""
    rows = db.session.scalars(
        sa.select(OutboxRow)
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.due_at <= ctx.now,
            OutboxRow.attempts < MAX_ATTEMPTS,
            sa.or_(OutboxRow.relayed_at.is_(None), OutboxRow.relayed_at < ctx.now - RELAY_AGAIN),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.relayed_at = ctx.now
    return [row.id for row in rows]


def waiting(now: dt.datetime) -> bool:
    """Whether a row waits to be relayed: one cheap read, so that an idle worker never writes."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    OutboxRow.done_at.is_(None),
                    OutboxRow.due_at <= now,
                    OutboxRow.attempts < MAX_ATTEMPTS,
                    sa.or_(
                        OutboxRow.relayed_at.is_(None), OutboxRow.relayed_at < now - RELAY_AGAIN
                    ),
                )
            )
        )
    )


def do_row(key: uuid.UUID) -> None:
    """Do the job of one outbox row, as the person it serves, and mark it done.

    Raises whatever the job raises, after counting the attempt in a transaction of its own.
    """
    row = db.session.get(OutboxRow, key)
    if row is None or row.done_at is not None:
        return
    name, payload, actor, attempts = row.job, dict(row.payload), row.actor_id, row.attempts
    ctx = Context.begin(actor, origin="job", request_id=row.request_id or "")
    db.session.close()  # a job may wait for a mail server: hold no connection meanwhile
    try:
        with structlog.contextvars.bound_contextvars(request_id=ctx.request_id, job=name):
            installed().jobs[name](ctx, **payload)
    except NotYet as later:
        postpone_row(Context.begin(actor, origin="job"), key, later)
        return
    except Exception as error:
        JOBS.labels(name, "failed").inc()
        again = RELAY_AGAIN * 2 ** (attempts // (RETRIES + 1))
        count_failure(
            Context.begin(actor, origin="job"),
            key,
            type(error).__name__,
            after=min(again, LONGEST_WAIT),
        )
        raise
    JOBS.labels(name, "done").inc()
    finish_row(Context.begin(actor, origin="job"), key)


@operation
def count_failure(ctx: Context, key: uuid.UUID, kind: str, *, after: dt.timedelta) -> None:
    """Count a failed attempt, and owe the next; apart from the job's own transaction.

    There it would roll back with the rest.
    """
    db.session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.id == key)
        .values(
            attempts=OutboxRow.attempts + 1,
            last_error=kind[:200],
            relayed_at=ctx.now,
            due_at=ctx.now + after,
            chosen_by=None,  # it waits because it failed: no choice of anybody's ends that
        )
    )


@operation
def postpone_row(ctx: Context, key: uuid.UUID, later: NotYet) -> None:
    """Owe a row at a later instant; that is no failure, and none is counted."""
    db.session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.id == key, OutboxRow.done_at.is_(None))
        .values(due_at=later.until, relayed_at=None, chosen_by=later.chosen_by)
    )


@operation
def finish_row(ctx: Context, key: uuid.UUID) -> None:
    """Mark a row as done."""
    db.session.execute(sa.update(OutboxRow).where(OutboxRow.id == key).values(done_at=ctx.now))


def run_everything(app: Flask) -> int:
    """Do every waiting row here and now, without a queue; for commands and tests.

    Returns how many were done.
    """
    done = 0
    with app.app_context():
        while keys := relay_rows(Context.begin(None, origin="job")):
            for key in keys:
                do_row(key)
                done += 1
    return done
