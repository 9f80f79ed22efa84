"""What became of letters, and when they come."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.accounts.models import User
from community.correspondence.rules import Channel
from community.discussions.models import Post, Thread
from community.discussions.policy import visible_posts, visible_threads
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.paging import LIMIT, Page, page_of
from community.kernel.posting import Why
from community.mailing.models import AddressTrouble, LedgerEntry, LetterTimes, ReplyKey
from community.mailing.policy import (
    visible_address_troubles,
    visible_ledger_entries,
    visible_letter_times,
)
from community.mailing.rules import BATCH, FINAL, GATHERED, MAILED, Fate, Rhythm, Times
from community.spaces.models import Space
from community.spaces.policy import visible_spaces

STRANGE = (Why.SENDER, Why.FORGED, Why.AUTOMATIC)  # of answers that others may have sent


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the ledger as its reader may see it now.

    ``hidden``: it was about something they cannot open any more; then nothing says what it was.
    """

    id: uuid.UUID
    channel: Channel
    kind: str
    subject: str
    thread_id: uuid.UUID | None
    hidden: bool
    fate: Fate
    why: Why | None
    until: dt.datetime | None
    into: uuid.UUID | None
    at: dt.datetime


def my_ledger(
    ctx: Context, *, fate: Fate | None = None, limit: int = LIMIT, page: str | None = None
) -> Page:
    """Return a page of lines about letters to the actor, the last first.

    Raises Invalid when ``page`` is no bookmark of this list.
    """
    wanted: Any = visible_ledger_entries(ctx).with_only_columns(
        LedgerEntry.id,
        LedgerEntry.channel,
        LedgerEntry.kind,
        LedgerEntry.subject,
        LedgerEntry.space_id,
        LedgerEntry.thread_id,
        LedgerEntry.fate,
        LedgerEntry.why,
        LedgerEntry.until,
        LedgerEntry.into,
        LedgerEntry.at,
    )
    if fate is not None:
        wanted = wanted.where(LedgerEntry.fate == fate)
    ordered = wanted.order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc())
    found = page_of(ordered, limit=limit, page=page)
    return dataclasses.replace(found, items=_seen(ctx, found.items))


def _seen(ctx: Context, rows: Sequence[Any]) -> list[Line]:
    spaces = {row.space_id for row in rows if row.space_id and not row.thread_id}
    threads = {row.thread_id for row in rows if row.thread_id}
    open_spaces = _among(visible_spaces(ctx), Space.id, Space.name, spaces)
    titles = _among(visible_threads(ctx), Thread.id, Thread.title, threads)
    return [_line(row, open_spaces, titles) for row in rows]


def _among(visible: Any, key: Any, name: Any, wanted: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of those of some rows that the actor sees, by id."""
    if not wanted:
        return {}
    rows = execute(visible.where(key.in_(wanted)).with_only_columns(key, name))
    return {row[0]: row[1] for row in rows}


def _line(row: Any, spaces: Mapping[uuid.UUID, str], titles: Mapping[uuid.UUID, str]) -> Line:
    subject = titles.get(row.thread_id, "") if row.thread_id else row.subject
    if row.thread_id:
        hidden = row.thread_id not in titles
    else:
        hidden = row.space_id is not None and row.space_id not in spaces
    return Line(
        id=row.id,
        channel=row.channel,
        kind=row.kind,
        subject="" if hidden else subject,
        thread_id=None if hidden else row.thread_id,
        hidden=hidden,
        fate=row.fate,
        why=row.why,
        until=row.until,
        into=row.into,
        at=row.at,
    )


def has_written(user_id: uuid.UUID, thread_id: uuid.UUID, *, but: str) -> bool:
    """Whether somebody got another letter about a thread before, by itself, than that of a key."""
    return bool(
        execute(
            sa.select(LedgerEntry.id)
            .where(
                LedgerEntry.user_id == user_id,
                LedgerEntry.thread_id == thread_id,
                LedgerEntry.channel == Channel.MAIL,
                LedgerEntry.fate == Fate.SENT,
                LedgerEntry.key != but,
            )
            .limit(1)
        ).first()
    )


def has_gone(user_id: uuid.UUID, key: str) -> bool:
    """Whether a letter to somebody was sent, by itself or within a digest."""
    return bool(
        execute(
            sa.select(LedgerEntry.id).where(
                LedgerEntry.user_id == user_id,
                LedgerEntry.key == key,
                LedgerEntry.fate.in_(FINAL),
            )
        ).first()
    )


def times_for(user_id: uuid.UUID) -> Times | None:
    """Return when letters come to somebody, for who posts one; None: nobody is there any more."""
    row = execute(
        sa.select(
            User.zone,
            LetterTimes.rhythm,
            LetterTimes.hour,
            LetterTimes.weekday,
            LetterTimes.quiet_from,
            LetterTimes.quiet_to,
        )
        .outerjoin(LetterTimes, LetterTimes.user_id == User.id)
        .where(User.id == user_id, User.deactivated_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    if row.rhythm is None:
        return Times(zone=row.zone)
    return Times(
        zone=row.zone,
        rhythm=row.rhythm,
        hour=row.hour,
        weekday=row.weekday,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
    )


def my_times(ctx: Context) -> Mapping[str, Any]:
    """Return when letters come to the actor, as they chose: rhythm, hour, weekday, quiet hours."""
    row = db.session.scalar(visible_letter_times(ctx))
    chosen: Any = row or Times(zone="UTC")
    names = ("rhythm", "hour", "weekday", "quiet_from", "quiet_to")
    return {name: getattr(chosen, name) for name in names}


def waits_for_digest(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether a letter's time to be told in a digest has come, and none has taken it."""
    return sa.and_(
        LedgerEntry.fate == Fate.HELD,
        LedgerEntry.why == Why.DIGEST,
        LedgerEntry.until <= now,
        LedgerEntry.into.is_(None),
    )


def readers_of_digests(now: dt.datetime) -> Sequence[uuid.UUID]:
    """Return for whom a digest is due: a batch."""
    return (
        execute(
            sa.select(LedgerEntry.user_id)
            .where(waits_for_digest(now))
            .group_by(LedgerEntry.user_id)
            .order_by(LedgerEntry.user_id)
            .limit(BATCH)
        )
        .scalars()
        .all()
    )


def of_digest(ctx: Context, digest_id: uuid.UUID) -> Sequence[Any]:
    """Return what a digest to the actor takes the place of: key, job and payload, oldest first."""
    return execute(
        visible_ledger_entries(ctx)
        .where(LedgerEntry.into == digest_id, LedgerEntry.fate == Fate.HELD)
        .order_by(LedgerEntry.at, LedgerEntry.id)
        .limit(GATHERED)
        .with_only_columns(LedgerEntry.key, LedgerEntry.job, LedgerEntry.payload)
    ).all()


# ------------------------------------------------------------------ answers by mail


@dataclasses.dataclass(frozen=True, slots=True)
class Author:
    """Whose mail is taken; ``email`` in the folded form."""

    email: str = dataclasses.field(repr=False)
    verified: bool


def author_of(user_id: uuid.UUID) -> Author | None:
    """Return whose letters came to somebody, for who takes mail; None: their account has ended."""
    row = execute(
        sa.select(User.email, User.email_verified_at).where(
            User.id == user_id, User.deactivated_at.is_(None)
        )
    ).one_or_none()
    return Author(row.email, row.email_verified_at is not None) if row else None


def line_of(line_id: uuid.UUID) -> Any:
    """Return the line that an address names, for who checks the address; None: there is none.

    Columns: user_id, key, fate, space_id, thread_id, post_id, and key_id, which an address that
    takes answers is bound to; None where these have ended.
    """
    return execute(
        sa.select(
            LedgerEntry.user_id,
            LedgerEntry.key,
            LedgerEntry.fate,
            LedgerEntry.space_id,
            LedgerEntry.thread_id,
            LedgerEntry.post_id,
            ReplyKey.id.label("key_id"),
        )
        .outerjoin(ReplyKey, ReplyKey.user_id == LedgerEntry.user_id)
        .where(LedgerEntry.id == line_id, LedgerEntry.kind != MAILED)
    ).one_or_none()


@dataclasses.dataclass(frozen=True, slots=True)
class Mailed:
    """How many answers came by mail of late, and whether a certain one is known.

    What others than the member may have sent is counted apart, as ``strange``.
    """

    number: int
    strange: int
    known: bool


def mailed_since(ctx: Context, since: dt.datetime, *, known_as: str) -> Mailed:
    """Return how many answers the actor has mailed since an instant."""
    key = f"{MAILED}:{known_as}"
    row = execute(
        visible_ledger_entries(ctx)
        .where(LedgerEntry.kind == MAILED, sa.or_(LedgerEntry.at > since, LedgerEntry.key == key))
        .with_only_columns(
            sa.func.count(LedgerEntry.id).label("number"),
            sa.func.sum(sa.case((LedgerEntry.why.in_(STRANGE), 1), else_=0)).label("strange"),
            sa.func.sum(sa.case((LedgerEntry.key == key, 1), else_=0)).label("known"),
        )
    ).one()
    strange = row.strange or 0
    return Mailed(row.number - strange, strange, bool(row.known))


def refusals_since(ctx: Context, since: dt.datetime, *, strange: bool) -> int:
    """Return how many answers the actor mailed were refused, or not posted whole.

    Or, where ``strange``, how many that others may have sent, but for machines.
    """
    refused = LedgerEntry.why.in_((Why.SENDER, Why.FORGED))
    mine = visible_ledger_entries(ctx).where(
        LedgerEntry.kind == MAILED,
        LedgerEntry.at > since,
        refused if strange else LedgerEntry.why.not_in(STRANGE),
    )
    number: int = execute(mine.with_only_columns(sa.func.count(LedgerEntry.id))).scalar_one()
    return number


def answered_number(ctx: Context, thread_id: uuid.UUID, post_id: uuid.UUID | None) -> int | None:
    """Return the number of a post in a thread, where the actor sees it there; else None."""
    if post_id is None:
        return None
    here = visible_posts(ctx).where(Post.id == post_id, Post.thread_id == thread_id)
    return execute(here.with_only_columns(Post.number)).scalar()


def paused_since(ctx: Context) -> dt.datetime | None:
    """Return since when no letters are sent to the actor, for they came back; None: they are."""
    mine = visible_address_troubles(ctx).with_only_columns(AddressTrouble.paused_at)
    at: dt.datetime | None = execute(mine).scalar()
    return at


def title_seen(ctx: Context, thread_id: uuid.UUID) -> str | None:
    """Return the title of a thread; None where the actor does not see it."""
    return _among(visible_threads(ctx), Thread.id, Thread.title, {thread_id}).get(thread_id)


def mailed_answer(ctx: Context, line_id: uuid.UUID) -> Any:
    """Return the thread_id and why of a line about an answer of the actor's; None: it is gone."""
    return execute(
        visible_ledger_entries(ctx)
        .where(LedgerEntry.id == line_id, LedgerEntry.kind == MAILED)
        .with_only_columns(LedgerEntry.thread_id, LedgerEntry.why)
    ).one_or_none()


def export(ctx: Context) -> dict[str, Any]:
    """Return when letters come to the actor, and what became of those of the last 90 days."""
    rows = db.session.scalars(
        visible_ledger_entries(ctx).order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc())
    )
    return {
        "letter_times": {
            name: value.value if isinstance(value, Rhythm) else value
            for name, value in my_times(ctx).items()
        },
        "ledger": [
            {
                "channel": row.channel.value,
                "kind": row.kind,
                "fate": row.fate.value,
                "why": row.why and row.why.value,
                "at": row.at.isoformat(),
            }
            for row in rows
        ],
    }
