"""The unit of work: the only place that commits.

``@operation`` marks a function that changes things. The outermost one opens a unit of work and
commits it; one that is called inside another joins it (by a context variable, so that it cannot be
forgotten). Queries need no decorator: they read in AUTOCOMMIT.

Around the commit, in this order::

    the operation's own changes
    for each recorded event: its row in the log, its outbox rows, its reactions   (same transaction)
    COMMIT
    what this process remembers of people who lost something is forgotten
    live push, best effort

An operation that raises dooms the whole unit of work, even if the outer one catches the exception:
no half of it is kept.
"""

import contextlib
import datetime as dt
import functools
import sqlite3
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask_babel import gettext as _

from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import (
    INSERT,
    PROMISE,
    WRITE,
    db,
    execute,
    insert_missing,
    metadata,
    writer_turn,
    writing,
)
from community.kernel.errors import Conflict
from community.kernel.events import Event
from community.kernel.installed import Installed, installed
from community.kernel.keys import new_key
from community.kernel.outbox import OutboxRow

P = ParamSpec("P")
R = TypeVar("R")

SAME_KEY = {"UNIQUE", "PRIMARYKEY", "23505"}  # SQLite's names, PostgreSQL's code
CHECKS = {"CHECK", "23514"}
MAX_DEPTH = 12  # reactions to reactions to reactions: those that feed one another end here

_OWE = sa.insert(cast(Any, OutboxRow.__table__))

_current: ContextVar["UnitOfWork | None"] = ContextVar("unit_of_work", default=None)


class UnitOfWork:
    """Collects the events of one transaction and settles them before its commit."""

    def __init__(self, ctx: Context, house: Installed) -> None:
        self.ctx = ctx
        self.house = house
        self.pending: deque[tuple[Event, str | None, int]] = deque()
        self.depth = 0
        self.settled: list[log.Logged] = []
        self.told: list[Event] = []
        self.raised: set[uuid.UUID] = set()
        self.owed: list[dict[str, Any]] = []
        self.afterwards: list[Callable[[], None]] = []
        self.doomed = False

    def settle(self) -> None:
        """Log the pending events and let their reactions run until nothing new happens.

        How many there are is for the operation to limit, for whom it acts at once; here only how
        far one leads to another is.
        Raises RuntimeError when a nested operation has failed, even if that was swallowed.
        """
        self._refuse_doomed()
        while self.pending:
            db.session.flush()
            event, client_id, depth = self.pending.popleft()
            if depth > MAX_DEPTH:
                raise RuntimeError(f"{event.name}: more than {MAX_DEPTH} reactions in a row")
            self.depth = depth + 1  # of what the reactions to it record
            self.settled.append(log.append(self.ctx, event, client_id))
            for job in self.house.later.get(type(event), ()):
                enqueue(self.ctx, job, event.payload())
            for react in self.house.reactions.get(type(event), ()):
                react(self.ctx, event)
        self.write_owed()
        if self.raised:
            log.raise_heads(self.raised)
        db.session.flush()
        self._refuse_doomed()

    def write_owed(self) -> None:
        """Write the outbox rows that are owed so far, in one statement."""
        if self.owed:
            execute(_OWE, self.owed)
            self.owed = []

    def _refuse_doomed(self) -> None:
        if self.doomed:
            raise RuntimeError("a nested operation failed; nothing of the outer one is kept")


@contextlib.contextmanager
def unit_of_work(ctx: Context) -> Iterator[UnitOfWork]:
    """Run the block in the running unit of work, or in a new one that commits at its end.

    Raises RuntimeError when changes are pending outside a unit of work, Conflict when the database
    refuses what somebody else did first, Unavailable when SQLite is too busy. Whatever else the
    database refuses is a fault of ours and leaves as it is.
    """
    joined = _current.get()
    if joined is not None:
        try:
            yield joined
        except BaseException:
            joined.doomed = True
            raise
        return
    _leave_reading()
    ctx.forget()  # what may be done is decided on what this transaction sees
    uow = UnitOfWork(ctx, installed())
    one_writer = db.engines[WRITE].dialect.name == "sqlite"
    with writer_turn if one_writer else contextlib.nullcontext():
        token, mode = _current.set(uow), writing.set(True)
        try:
            db.session.connection()
            yield uow
            uow.settle()
            db.session.commit()
        except sa.exc.IntegrityError as error:
            db.session.rollback()
            if not _is_race(error):
                raise
            raise Conflict(_("Somebody else was quicker. Look again and try once more.")) from error
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.close()  # rows stay readable, detached; the connection goes back
            writing.reset(mode)
            _current.reset(token)
    for act in uow.afterwards:
        act()
    passing = [log.Logged(event, None, ctx.actor_id, ctx.now) for event in uow.told]
    uow.house.announce(ctx, [*uow.settled, *passing])


def _is_race(error: sa.exc.IntegrityError) -> bool:
    """Whether the database refused what two people did at once: the same key, a kept promise."""
    refused: Any = error.orig
    if isinstance(refused, sqlite3.IntegrityError):
        kind = refused.sqlite_errorname.removeprefix("SQLITE_CONSTRAINT_")
        broken = str(refused).removeprefix("CHECK constraint failed: ")
    else:  # psycopg's
        kind, broken = refused.sqlstate, refused.diag.constraint_name
    if kind in CHECKS:
        promises = (each for table in metadata.tables.values() for each in table.constraints)
        return any(each.name == broken for each in promises if PROMISE in each.info)
    return kind in SAME_KEY


def _leave_reading() -> None:
    """End the reads so far; refuse to begin over changes that no operation made."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside an operation")
    session.close()


def record(event: Event, *, client_id: str | None = None) -> None:
    """Say that something happened, inside the running operation.

    ``client_id`` is the client's own id of this act in the event's stream; a second row with the
    same one is refused by the database.
    """
    uow = _current.get()
    if uow is None:
        raise RuntimeError(f"{event.name} was recorded outside an operation")
    uow.pending.append((event, client_id, uow.depth))


def tell(event: Event) -> None:
    """Show something to who is looking, once the running operation is kept; no row says so.

    For what happens often and tells nothing that is not read elsewhere: a count that rose. It has
    no number, so whoever missed it reads the count again. Where it has a stream, the head of that
    rises: whoever listens to it in another process learns within a second that there is something
    to read again. Reactions to it run at once, in the same transaction.
    """
    uow = _current.get()
    if uow is None:
        raise RuntimeError(f"{event.name} was told outside an operation")
    if event in uow.told:
        return
    uow.told.append(event)
    if event.stream_id is not None:
        uow.raised.add(event.stream_id)
    for react in uow.house.reactions.get(type(event), ()):
        react(uow.ctx, event)


def after_commit(act: Callable[[], None]) -> None:
    """Have this process do something, small and sure, once the running operation is kept."""
    uow = _current.get()
    if uow is None:
        raise RuntimeError("nothing is committed outside an operation")
    uow.afterwards.append(act)


def enqueue(
    ctx: Context,
    job: str,
    payload: dict[str, object],
    *,
    once: str | None = None,
    due_at: dt.datetime | None = None,
) -> None:
    """Owe a job, in the running unit of work; it is done as the actor of ``ctx``.

    ``due_at`` (an instant) is when it is wanted, now unless said. What was owed under the name
    ``once`` is not owed again, till a week after it was done: two processes that find the same
    thing to do leave one row.
    """
    row = _owed(ctx, job, payload, once, due_at)
    if once is None:
        _running(job).owed.append(row)
    else:
        insert_missing(OutboxRow, row, unique=("once",))


def enqueue_each(
    ctx: Context, job: str, payload: dict[str, object], people: Mapping[uuid.UUID, str]
) -> None:
    """Owe a job once for each of some people, done as them, in one statement.

    ``people`` says under which name (``once``) it is owed for each; a batch of a few hundred.
    """
    rows = [
        {**_owed(ctx, job, payload, once, None), "actor_id": person}
        for person, once in sorted(people.items())  # in one order: two who owe it do not clash
    ]
    if rows:
        new = INSERT[db.session.connection().dialect.name](OutboxRow).values(rows)
        execute(new.on_conflict_do_nothing(index_elements=["once"]))


def hasten(ctx: Context, person: uuid.UUID) -> None:
    """Owe now what waits for a time that somebody chose, in the running unit of work.

    Its jobs look at what they choose now; what is to wait all the same waits on.
    """
    waits = (
        OutboxRow.chosen_by == person,
        OutboxRow.done_at.is_(None),
        OutboxRow.due_at > ctx.now,  # what is being done now is not handed out again
    )
    now: dict[str, Any] = {"due_at": ctx.now, "relayed_at": None, "chosen_by": None}
    execute(sa.update(OutboxRow).where(*waits).values(now))


def _owed(
    ctx: Context,
    job: str,
    payload: dict[str, object],
    once: str | None,
    due_at: dt.datetime | None,
) -> dict[str, Any]:
    """Return the columns of a job that is owed; raises RuntimeError where none may be."""
    _running(job)
    if job not in installed().jobs:
        raise RuntimeError(f"no feature has a job {job!r}")
    return {
        "id": new_key(),
        "job": job,
        "once": once,
        "payload": dict(payload),  # as it is now: it is written as the act settles
        "request_id": ctx.request_id,
        "actor_id": ctx.actor_id,
        "due_at": due_at or ctx.now,
        "attempts": 0,
    }


def _running(job: str) -> UnitOfWork:
    uow = _current.get()
    if uow is None:
        raise RuntimeError(f"{job} was enqueued outside an operation")
    return uow


def operation(
    function: Callable[Concatenate[Context, P], R],
) -> Callable[Concatenate[Context, P], R]:
    """Make ``function(ctx, ...)`` run inside a unit of work."""

    @functools.wraps(function)
    def run(ctx: Context, *args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work(ctx):
            return function(ctx, *args, **kwargs)

    run.__operation__ = True  # type: ignore[attr-defined]  # for the test of conventions
    return cast(Callable[Concatenate[Context, P], R], run)


def outside_operation() -> bool:
    """Whether no unit of work is running; for what must never happen inside one."""
    return _current.get() is None
