"""What is owed to people: reminders, and news of calendars."""

import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from community.correspondence.rules import LetterKind
from community.kernel.context import Context
from community.kernel.db import execute, insert_missing
from community.kernel.keys import new_key
from community.kernel.operation import enqueue, operation
from community.notifications import queries
from community.notifications.models import Reminder, ScheduleNews
from community.notifications.rules import LEADS, Lead


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
    kind: LetterKind,
    job: str,
    payload: Mapping[str, object],
    *,
    but: uuid.UUID | None = None,
) -> None:
    """Owe a letter to everybody of a space who wants its kind, but one: a batch a transaction.

    Done again (a worker was killed half way) it owes nobody a second one.
    """
    after: uuid.UUID | None = None
    while keys := queries.audience(space_id, kind, after=after):
        _owe_batch(ctx, [key for key in keys if key != but], job, payload)
        after = keys[-1]


@operation
def _owe_batch(
    ctx: Context, readers: Sequence[uuid.UUID], job: str, payload: Mapping[str, object]
) -> None:
    """Owe a letter to some readers."""
    about = ":".join(str(value) for value in payload.values())
    for reader in readers:
        enqueue(
            ctx.acting_as(reader),
            job,
            dict(payload),
            once=f"{job}:{about}:{reader}",
        )


@operation
def erase(ctx: Context) -> None:
    """Forget of what the actor was reminded: their account is being deleted."""
    execute(sa.delete(Reminder).where(Reminder.user_id == ctx.actor_id))
