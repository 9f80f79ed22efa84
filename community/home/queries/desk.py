"""The desk: what a space needs of those who run it, and everybody's progress at once."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import Run, RunState
from community.cohorts.rules import week_of
from community.discussions.models import Post, Thread, ThreadKind
from community.discussions.policy import visible_threads
from community.home.policy import may_use_desk
from community.home.queries.overview import SpaceLine, space_line_and_run
from community.home.queries.sessions import SessionLine, sessions_ahead
from community.home.rules import SOON, WAITING
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.kernel.policy import ANYBODY, require
from community.progress.queries import Matrix, Row, longest_away, matrix

QUESTIONS_SHOWN = 3
QUESTIONS_COUNTED = 50
FADING_SHOWN = 3
LONGEST_WAIT = dt.timedelta(days=60)
"""A question older than this is history, not a task for today."""


class Question(NamedTuple):
    """A question that nobody but its asker has written in."""

    id: uuid.UUID
    title: str
    asked_by: str
    asked_at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All of a desk; ``matrix`` is None where there is no run. ``week`` is the run's, from 1."""

    space: SpaceLine
    run: Run | None
    week: int
    sessions: Sequence[SessionLine]
    questions: Sequence[Question]
    more_questions: int
    fading: Sequence[Row]
    more_fading: int
    matrix: Matrix | None

    @property
    def over(self) -> bool:
        """Whether the last week has passed and the run is still open."""
        run = self.run
        return run is not None and run.state is RunState.OPEN and self.week > run.weeks


def desk(ctx: Context, slug: str, *, show: str, page: str | None = None) -> Desk:
    """Return the desk of a space, in at most seven statements.

    ``show`` and ``page`` choose the rows of the matrix. Raises NotFound for a space the actor does
    not belong to, Forbidden for who does not facilitate it, Invalid for no page of the matrix.
    """
    space, run = space_line_and_run(ctx, slug)
    require(may_use_desk, ctx, space)
    waiting = _waiting(ctx, space.id)
    everybody = matrix(ctx, run, show=show, page=page) if run else None
    fading = longest_away(ctx, run, FADING_SHOWN) if run and everybody and everybody.fading else []
    return Desk(
        space=space,
        run=run,
        week=week_of(run.starts_on, run.weeks, _today(ctx, run)) if run else 0,
        sessions=[
            session
            for session in sessions_ahead(ctx, space.id)
            if session.is_open(ctx.now) or session.starts_at < ctx.now + SOON
        ],
        questions=waiting[:QUESTIONS_SHOWN],
        more_questions=max(0, len(waiting) - QUESTIONS_SHOWN),
        fading=fading,
        more_fading=everybody.fading - len(fading) if everybody else 0,
        matrix=everybody,
    )


def questions(ctx: Context, slug: str) -> tuple[SpaceLine, Sequence[Question]]:
    """Return a space and the questions that wait for an answer there, the oldest first.

    Raises NotFound for a space the actor does not belong to, Forbidden for who does not facilitate
    it.
    """
    space, _run = space_line_and_run(ctx, slug)
    require(may_use_desk, ctx, space)
    return space, _waiting(ctx, space.id)


def _today(ctx: Context, run: Run) -> dt.date:
    return localtime.in_zone(ctx.now, run.zone).date()


_WAITING = (
    visible_threads(ANYBODY)
    .join(User, User.id == Thread.author_id)
    .where(
        Thread.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Thread.kind == ThreadKind.QUESTION,
        Thread.created_at < sa.bindparam("latest", type_=UtcDateTime()),
        Thread.created_at > sa.bindparam("oldest", type_=UtcDateTime()),
        ~sa.exists().where(Post.thread_id == Thread.id, Post.author_id != Thread.author_id),
    )
    .order_by(Thread.created_at, Thread.id)
    .limit(QUESTIONS_COUNTED)
    .with_only_columns(Thread.id, Thread.title, User.name, Thread.created_at)
)


def _waiting(ctx: Context, space_id: uuid.UUID) -> list[Question]:
    """Return the questions only their askers have written in, older than a day, oldest first."""
    given = {
        "me": ctx.actor_id,
        "space": space_id,
        "latest": ctx.now - WAITING,
        "oldest": ctx.now - LONGEST_WAIT,
    }
    return [Question(*row) for row in execute(_WAITING, given)]
