"""What waits for an answer in a space: questions, hand-ins, and letters of invitation."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.coursework.queries import HOW_MANY_WAIT, WAIT_SINCE
from community.discussions.models import Thread, ThreadKind
from community.discussions.policy import visible_threads
from community.discussions.queries import UNANSWERED
from community.home.rules import LONGEST_WAIT, Kind, Need
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY
from community.spaces.models import RESCUE_HOURS, Invitation, Space
from community.spaces.policy import is_waiting, visible_invitations
from community.spaces.queries import belongs_already


class Question(NamedTuple):
    """A question that nobody but its asker has written in."""

    id: uuid.UUID
    title: str
    asked_by: str
    asked_at: dt.datetime


_DUE = sa.case(
    *(
        (Space.rescue_hours == hours, sa.bindparam(f"before_{hours}", type_=UtcDateTime()))
        for hours in RESCUE_HOURS
    )
)
"""Before when a question was asked that has waited for as long as its space says."""
_OPEN = (
    visible_threads(ANYBODY)
    .join(Space, Space.id == Thread.space_id)
    .where(
        Thread.kind == ThreadKind.QUESTION,
        Thread.created_at < _DUE,
        Thread.created_at > sa.bindparam("oldest", type_=UtcDateTime()),
        UNANSWERED,
    )
    .order_by(Thread.created_at, Thread.id)
)
_in_space: Any = (
    _OPEN.join(User, User.id == Thread.author_id)
    .where(Thread.space_id == sa.bindparam("space", type_=sa.Uuid()))
    .with_only_columns(Thread.id, Thread.title, User.name, Thread.created_at)
)
_OF_SPACE = Listing(_in_space)
_ranked = (
    _OPEN.where(Thread.space_id.in_(sa.bindparam("spaces", type_=sa.Uuid(), expanding=True)))
    .order_by(None)
    .with_only_columns(
        Thread.space_id,
        Thread.id,
        Thread.title,
        Thread.created_at,
        sa.func.count().over(partition_by=Thread.space_id).label("waiting"),
        sa.func.row_number()
        .over(partition_by=Thread.space_id, order_by=(Thread.created_at, Thread.id))
        .label("place"),
    )
    .subquery()
)
_OLDEST = sa.select(_ranked).where(_ranked.c.place == 1)


WRITTEN = sa.func.coalesce(Invitation.last_sent_at, Invitation.created_at, type_=UtcDateTime())
_letters = visible_invitations(ANYBODY).where(*is_waiting(), ~belongs_already())


def of_letters(column: Any) -> Any:
    """Return a value over the letters that wait for an answer in the space of the statement."""
    found = _letters.with_only_columns(column).where(Invitation.space_id == Space.id)
    return found.correlate(Space).scalar_subquery()


def questions(
    ctx: Context, space_id: uuid.UUID, *, limit: int = LIMIT, page: str | None = None
) -> Page:
    """Return a page of the questions of a space that wait for an answer, the oldest first.

    Those that only their askers have written in for as long as the space says (``rescue_hours``).
    Raises Invalid for no bookmark of this list.
    """
    found = _OF_SPACE.page({**_given(ctx), "space": space_id}, limit=limit, page=page)
    return Page([Question(*row) for row in found.items], found.next, found.previous)


def open_questions(ctx: Context, space_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Need]:
    """Return how many questions wait in spaces, and the oldest of each; one statement."""
    rows: Any = execute(_OLDEST, {**_given(ctx), "spaces": list(space_ids)})
    return {
        row.space_id: Need(
            kind=Kind.QUESTIONS,
            number=row.waiting,
            id=row.id,
            title=row.title,
            at=row.created_at,
            days=(ctx.now - row.created_at).days,
        )
        for row in rows
    }


HAND_INS = (HOW_MANY_WAIT, WAIT_SINCE)
"""Columns of a statement that reads runs one leads; ``hand_ins`` makes a need of them."""


def hand_ins(ctx: Context, row: Any) -> Need | None:
    """Return how many hand-ins wait in the run of a row with ``HAND_INS``; None for none."""
    if not row.hand_ins:
        return None
    since = row.handed_in_since
    return Need(kind=Kind.HAND_INS, number=row.hand_ins, at=since, days=(ctx.now - since).days)


def _given(ctx: Context) -> dict[str, Any]:
    due = {f"before_{hours}": ctx.now - dt.timedelta(hours=hours) for hours in RESCUE_HOURS}
    return {"me": ctx.actor_id, "oldest": ctx.now - LONGEST_WAIT, **due}
