"""The log: one row for each thing that happened; numbered within a thread or a room.

The number comes from ``UPDATE stream SET head = head + 1 ... RETURNING head`` in the transaction of
the event: the row lock makes numbers gapless and equal to commit order, which no sequence does
(a rollback leaves gaps, and numbers become visible out of order).
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from community.kernel.context import Context
from community.kernel.db import INSERT, WRITE, Keyed, Model, db, execute
from community.kernel.errors import Conflict
from community.kernel.events import Event
from community.kernel.keys import new_key

REPLAY_LIMIT = 500  # who is further behind than this gets a snapshot instead


class Stream(Model):
    """The head of a numbered stream; its id is that of the thread or session it belongs to.

    A stream may hold no events: its head says that something changed (``operation.tell``), its id
    is that of the person whose own it is.
    """

    __tablename__ = "stream"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    head: Mapped[int] = mapped_column(default=0)


class EventRow(Keyed):
    """One fact: the audit trail, and what a live client catches up from."""

    __tablename__ = "event"
    __table_args__ = (
        sa.UniqueConstraint("stream_id", "seq"),
        sa.UniqueConstraint("stream_id", "actor_id", "client_id"),
    )

    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    actor_id: Mapped[uuid.UUID | None]
    happened_at: Mapped[dt.datetime] = mapped_column(index=True)
    stream_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("stream.id"))
    seq: Mapped[int | None]
    client_id: Mapped[str | None] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


@dataclasses.dataclass(frozen=True, slots=True)
class Logged:
    """An event with its place in the log; ``seq`` is None outside a stream."""

    event: Event
    seq: int | None
    actor_id: uuid.UUID | None
    happened_at: dt.datetime


# Every act goes through these: built once, and on the tables, since nobody keeps the rows.
_EVENT: Any = EventRow.__table__
_STREAM: Any = Stream.__table__
_INSERT: Any = sa.insert(_EVENT)
_NEXT: Any = (
    sa.update(_STREAM)
    .where(_STREAM.c.id == sa.bindparam("stream", type_=sa.Uuid()))
    .values(head=_STREAM.c.head + 1)
    .returning(_STREAM.c.head)
)
_COLUMNS = (_EVENT.c.name, _EVENT.c.payload, _EVENT.c.seq, _EVENT.c.actor_id, _EVENT.c.happened_at)
_EARLIER = sa.select(*_COLUMNS).where(
    _EVENT.c.stream_id == sa.bindparam("stream", type_=sa.Uuid()),
    _EVENT.c.actor_id == sa.bindparam("actor", type_=sa.Uuid()),
    _EVENT.c.client_id == sa.bindparam("client"),
)
_SINCE = (
    sa.select(*_COLUMNS)
    .where(
        _EVENT.c.stream_id == sa.bindparam("stream", type_=sa.Uuid()),
        _EVENT.c.seq > sa.bindparam("seen", type_=sa.Integer()),
    )
    .order_by(_EVENT.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)


_RAISE: Any = {
    name: insert(_STREAM).on_conflict_do_update(
        index_elements=[_STREAM.c.id], set_={"head": _STREAM.c.head + 1}
    )
    for name, insert in INSERT.items()
}


def open_stream(key: uuid.UUID) -> None:
    """Begin the stream of a new thread or room, inside a unit of work."""
    db.session.add(Stream(id=key, head=0))


def raise_heads(keys: Collection[uuid.UUID]) -> None:
    """Raise the heads of streams that hold no events, and begin those that are not there.

    Called once, by the unit of work as it settles, in the order of the keys: two at once wait for
    each other in one order.
    """
    rows = [{"id": key, "head": 1} for key in sorted(keys)]
    execute(_RAISE[db.engines[WRITE].dialect.name], rows)


def append(ctx: Context, event: Event, client_id: str | None) -> Logged:
    """Write the row of ``event``; called by the unit of work as it settles."""
    seq: int | None = None
    if event.stream_id is not None:
        seq = execute(_NEXT, {"stream": event.stream_id}).scalar()
        if seq is None:
            raise RuntimeError(f"{event.name}: no stream was opened for {event.stream_id}")
    execute(
        _INSERT,
        {
            "id": new_key(),
            "name": event.name,
            "actor_id": ctx.actor_id,
            "happened_at": ctx.now,
            "stream_id": event.stream_id,
            "seq": seq,
            "client_id": client_id,
            "payload": event.payload(),
        },
    )
    return Logged(event, seq, ctx.actor_id, ctx.now)


def earlier(
    ctx: Context, stream_id: uuid.UUID, client_id: str | None, act: type[Event]
) -> Logged | None:
    """Return what this actor already did in the stream under ``client_id``: a retry counts once.

    ``act`` is what is to be recorded now. Ask after the stream's thread or room row is locked, or
    two copies may both find nothing (the unique key then refuses the second). Raises Conflict for
    a ``client_id`` that stood for an act of another sort: that is no retry.
    """
    if client_id is None:
        return None
    given = {"stream": stream_id, "actor": ctx.actor_id, "client": client_id}
    row = execute(_EARLIER, given).one_or_none()
    if row is not None and row.name != act.name:
        raise Conflict(_("This was sent before, as another act. Send it as a new one."))
    return _logged(row) if row else None


def head(stream_id: uuid.UUID) -> int:
    """Return the number of the last event of a stream (0: none yet)."""
    return db.session.scalar(sa.select(Stream.head).where(Stream.id == stream_id)) or 0


def heads(stream_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the heads of many streams in one statement."""
    rows = db.session.execute(
        sa.select(Stream.id, Stream.head).where(Stream.id.in_(list(stream_ids)))
    )
    return {row.id: row.head for row in rows}


def since(stream_id: uuid.UUID, seq: int, limit: int = REPLAY_LIMIT) -> Sequence[Logged]:
    """Return the events of a stream after number ``seq``, oldest first, at most ``limit``.

    The caller has looked the thread or room up under its read rule.
    """
    rows = execute(_SINCE, {"stream": stream_id, "seen": seq, "most": limit})
    return [_logged(row) for row in rows]


def _logged(row: Any) -> Logged:
    event = Event.registry[row.name].from_payload(row.payload)
    return Logged(event, row.seq, row.actor_id, row.happened_at)
