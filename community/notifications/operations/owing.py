"""What is owed to people by letter: reminders, news of calendars, answers."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.correspondence.rules import Topic
from community.discussions.models import Post
from community.discussions.queries import watchers
from community.discussions.rules import MentionedGroup
from community.kernel.context import Context
from community.kernel.db import INSERT, WRITE, db, execute, in_one, insert_missing
from community.kernel.keys import new_key
from community.kernel.log import Stream
from community.kernel.operation import enqueue, enqueue_each, operation
from community.notifications import queries
from community.notifications.models import AnswerNews, InboxNotice, Reminder, ScheduleNews
from community.notifications.operations.inbox import put_posts
from community.notifications.rules import BATCH, LEADS, Lead, Why


def owe_reminders(ctx: Context) -> int:
    """Owe the reminders whose time has come, a batch a transaction; returns how many."""
    owed = 0
    for lead in LEADS:
        while count := _owe_reminders(ctx, lead):
            owed += count
    return owed


@operation
def _owe_reminders(ctx: Context, lead: Lead) -> int:
    """Owe one batch; returns how many were found."""
    due = queries.reminders_due(ctx.now, lead)
    for row in due:
        made = insert_missing(
            Reminder,
            {
                "id": new_key(),
                "session_id": row.session_id,
                "user_id": row.user_id,
                "hours": lead.hours,
                "sequence": row.sequence,
                "at": ctx.now,
            },
            unique=("session_id", "user_id", "hours", "sequence"),
        )
        if made:
            enqueue(
                ctx.acting_as(row.user_id),
                "notifications.mail_reminder",
                {
                    "session_id": str(row.session_id),
                    "sequence": row.sequence,
                    "hours": lead.hours,
                },
            )
    return len(due)


def owe_schedule_news(ctx: Context) -> int:
    """Owe one letter for what changed in each calendar that has come to rest; returns how many."""
    spaces = queries.spaces_with_news(ctx.now)
    for space_id in spaces:
        _gather_news(ctx, space_id)
    return len(spaces)


@operation
def _gather_news(ctx: Context, space_id: uuid.UUID) -> None:
    """Put what is untold of a space into one letter."""
    telling = new_key()
    gathered = execute(
        sa.update(ScheduleNews)
        .where(ScheduleNews.space_id == space_id, ScheduleNews.telling.is_(None))
        .values(telling=telling)
        .returning(ScheduleNews.id)
    ).all()
    if gathered:  # else another worker was quicker
        payload: dict[str, object] = {"space_id": str(space_id), "telling": str(telling)}
        enqueue(ctx, "notifications.tell_schedule", payload)


def owe_to_space(
    ctx: Context,
    space_id: uuid.UUID,
    topic: Topic,
    job: str,
    payload: Mapping[str, object],
    *,
    but: uuid.UUID | None = None,
) -> None:
    """Owe a letter to everybody of a space who wants its topic, but one: a batch a transaction.

    Done again (a worker was killed half way) it owes nobody a second one.
    """
    after: uuid.UUID | None = None
    while keys := queries.audience(space_id, topic, now=ctx.now, after=after):
        _owe_batch(ctx, [key for key in keys if key != but], job, payload)
        after = keys[-1]


@operation
def _owe_batch(
    ctx: Context, readers: Sequence[uuid.UUID], job: str, payload: Mapping[str, object]
) -> None:
    """Owe a letter to some readers."""
    about = ":".join(str(value) for value in payload.values())
    enqueue_each(ctx, job, dict(payload), {key: f"{job}:{about}:{key}" for key in readers})


def note_post(
    ctx: Context, post_id: uuid.UUID, told: Mapping[uuid.UUID, Why], *, at: dt.datetime
) -> None:
    """Note in the running unit of work that people are to learn of a post, each once.

    In their inbox at once; the letter is owed, and leaves later if it still is news to them.
    """
    put_posts(post_id, told, at=at)
    if told:
        _owe_posts(post_id, told, at)


_NEWS: Any = AnswerNews.__table__


def _owing(insert: Any) -> Any:
    new = insert(_NEWS)
    return new.on_conflict_do_update(
        index_elements=["post_id", "user_id"],
        set_={"why": new.excluded.why},
        where=sa.and_(new.excluded.why == Why.REPLY, _NEWS.c.telling.is_(None)),
    )


_OWE = {name: _owing(insert) for name, insert in INSERT.items()}  # built once: a hot path


def _owe_posts(post_id: uuid.UUID, told: Mapping[uuid.UUID, Why], at: dt.datetime) -> None:
    """Owe the letters about a post, in one statement for however many people.

    That it answers them goes before another reason, until the letter is owed: an answer reaches
    whoever mutes, and no edit ends it.
    """
    rows = [
        {"id": new_key(), "user_id": reader, "post_id": post_id, "why": why, "at": at}
        for reader, why in sorted(told.items())  # in one order: two who note it do not clash
    ]
    execute(*in_one(_OWE[db.engines[WRITE].dialect.name], rows))


def note_group(
    ctx: Context,
    post_id: uuid.UUID,
    space_id: uuid.UUID,
    groups: Collection[MentionedGroup],
    *,
    but: uuid.UUID,
) -> None:
    """Note for everybody of some groups that a post mentions them: a batch a transaction.

    Done again (a worker was killed half way) it notes nothing twice.
    """
    after: uuid.UUID | None = None
    while keys := queries.of_group(space_id, groups, after=after):
        _note_batch(ctx, post_id, [key for key in keys if key != but], Why.GROUP)
        after = keys[-1]


def note_watchers(
    ctx: Context, post_id: uuid.UUID, thread_id: uuid.UUID, *, but: uuid.UUID
) -> None:
    """Note a post for everybody who watches its thread: a batch a transaction, each once."""
    after: uuid.UUID | None = None
    while keys := watchers(thread_id, after=after, limit=BATCH):
        _note_batch(ctx, post_id, [key for key in keys if key != but], Why.WATCHING)
        after = keys[-1]


@operation
def _note_batch(ctx: Context, post_id: uuid.UUID, readers: Sequence[uuid.UUID], why: Why) -> None:
    """Note a post for some readers, each for the same reason."""
    note_post(ctx, post_id, dict.fromkeys(readers, why), at=ctx.now)


def owe_answers(ctx: Context) -> int:
    """Owe the letters about answers that have waited long enough; returns how many."""
    owed = 0
    while rows := queries.readers_with_answers(ctx.now):
        owed += len(rows)
        _gather_answers(ctx, [(row.user_id, row.thread_id) for row in rows])
    return owed


@operation
def _gather_answers(ctx: Context, waiting: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """Put what is untold to each reader of each thread into one letter; a batch at once."""
    for reader, thread_id in waiting:
        telling = new_key()
        of_thread = sa.select(Post.id).where(Post.thread_id == thread_id)
        gathered = execute(
            sa.update(AnswerNews)
            .where(
                AnswerNews.user_id == reader,
                AnswerNews.telling.is_(None),
                AnswerNews.post_id.in_(of_thread),
            )
            .values(telling=telling)
            .returning(AnswerNews.id)
        ).all()
        if gathered:  # else another worker was quicker
            payload: dict[str, object] = {"telling": str(telling)}
            enqueue(ctx.acting_as(reader), "notifications.mail_answers", payload)


@operation
def erase(ctx: Context) -> None:
    """Forget of what the actor was reminded and told: their account is being deleted."""
    execute(sa.delete(Reminder).where(Reminder.user_id == ctx.actor_id))
    execute(sa.delete(AnswerNews).where(AnswerNews.user_id == ctx.actor_id))
    execute(sa.delete(InboxNotice).where(InboxNotice.user_id == ctx.actor_id))
    execute(sa.delete(Stream).where(Stream.id == ctx.actor_id))
