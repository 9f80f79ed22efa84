"""Enrolments: who is a learner of a run in which state, since when and why."""

import dataclasses
import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.academy.queries import outline
from community.accounts.models import User
from community.cohorts.models import (
    SEATED,
    Enrolment,
    EnrolmentMove,
    EnrolmentState,
    Release,
    Run,
)
from community.cohorts.policy import visible_enrolments, visible_runs
from community.cohorts.rules import FIRST
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.paging import LIMIT, Page, page_of
from community.spaces.models import Space

HISTORY_SHOWN = 50
MINE_SHOWN = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A step of an enrolment; ``by`` is whoever made it, None where it was the house."""

    id: uuid.UUID
    former: EnrolmentState | None
    state: EnrolmentState
    reason: str
    at: dt.datetime
    by_id: uuid.UUID | None
    by: str | None


def enrolment_of(run_id: uuid.UUID, user_id: uuid.UUID) -> Enrolment | None:
    """Return somebody's enrolment in a run as it holds now, paused or not; None for who left.

    The caller has found the run.
    """
    found: Enrolment | None = db.session.scalar(
        sa.select(Enrolment).where(
            Enrolment.run_id == run_id,
            Enrolment.user_id == user_id,
            Enrolment.state.in_(SEATED),
        )
    )
    return found


def dues_of(run: Run) -> list[dt.datetime]:
    """Return when each module of a run that has a date is over for the group, in order."""
    dated = {module.id for module in outline(run.version_id).modules if not module.opens_later}
    instants = db.session.scalars(
        sa.select(Release.opens_at)
        .where(Release.run_id == run.id, Release.module_id.in_(dated))
        .order_by(Release.opens_at, Release.id)
    ).all()
    return [later for _at, later in itertools.pairwise(instants)] + [
        at + FIRST for at in instants[-1:]
    ]


def enrolments_of(
    ctx: Context,
    run_id: uuid.UUID,
    *,
    state: EnrolmentState | None = None,
    limit: int = LIMIT,
    page: str | None = None,
) -> Page:
    """Return a page of those who are or were learners of a run the actor organises, by name.

    Columns: enrolment_id, user_id, name, state, enrolled_at, since (of the state).
    """
    since = (
        sa.select(sa.func.max(EnrolmentMove.at))
        .where(EnrolmentMove.enrolment_id == Enrolment.id)
        .scalar_subquery()
    )
    statement: sa.Select[*tuple[Any, ...]] = (
        visible_enrolments(ctx)
        .where(Enrolment.run_id == run_id)
        .join(User, User.id == Enrolment.user_id)
        .with_only_columns(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            User.name.label("name"),
            Enrolment.state,
            Enrolment.enrolled_at,
            sa.func.coalesce(since, Enrolment.enrolled_at).label("since"),
        )
        .order_by(User.name, Enrolment.id)
    )
    if state is not None:
        statement = statement.where(Enrolment.state == state)
    return page_of(statement, limit=limit, page=page)


def counts_by_state(ctx: Context, run_id: uuid.UUID) -> dict[EnrolmentState, int]:
    """Return how many learners of a run the actor organises are in each state."""
    rows = db.session.execute(
        visible_enrolments(ctx)
        .where(Enrolment.run_id == run_id)
        .with_only_columns(Enrolment.state, sa.func.count())
        .group_by(Enrolment.state)
    ).all()
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in EnrolmentState}


def history_of(enrolment_id: uuid.UUID) -> Sequence[Step]:
    """Return the steps of an enrolment that the caller has found by its rule, the newest first."""
    actor = aliased(User, name="actor")
    rows = db.session.execute(
        sa.select(
            EnrolmentMove.id,
            EnrolmentMove.former,
            EnrolmentMove.state,
            EnrolmentMove.reason,
            EnrolmentMove.at,
            EnrolmentMove.actor_id,
            actor.name,
        )
        .outerjoin(actor, actor.id == EnrolmentMove.actor_id)
        .where(EnrolmentMove.enrolment_id == enrolment_id)
        .order_by(EnrolmentMove.id.desc())
        .limit(HISTORY_SHOWN)
    )
    return [Step(*row) for row in rows]


def my_enrolments(ctx: Context) -> Sequence[Any]:
    """Return the actor's own enrolments, the newest first, also those that ended.

    Columns: id, run_id, run (its name), state, enrolled_at, ended_at, reason (of the last step). A
    run one does not see any more is not named.
    """
    reason = (
        sa.select(EnrolmentMove.reason)
        .where(EnrolmentMove.enrolment_id == Enrolment.id)
        .order_by(EnrolmentMove.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    seen = visible_runs(ctx).subquery("seen")
    return db.session.execute(
        visible_enrolments(ctx)
        .where(Enrolment.user_id == ctx.person)
        .outerjoin(seen, seen.c.id == Run.id)
        .outerjoin(Space, Space.id == seen.c.space_id)
        .with_only_columns(
            Enrolment.id,
            seen.c.id.label("run_id"),
            Space.name.label("run"),
            Enrolment.state,
            Enrolment.enrolled_at,
            Enrolment.ended_at,
            sa.func.coalesce(reason, "").label("reason"),
        )
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
        .limit(MINE_SHOWN)
    ).all()


def last_parting(ctx: Context) -> dt.datetime | None:
    """Return when the actor's last part in a run ended; None: none did.

    Which run it was, and who leads it, they see no more: it stands in the letter that told them.
    """
    found: dt.datetime | None = db.session.scalar(
        visible_enrolments(ctx)
        .where(
            Enrolment.user_id == ctx.person,
            Enrolment.state == EnrolmentState.WITHDRAWN,
            Enrolment.ended_at.is_not(None),
        )
        .with_only_columns(Enrolment.ended_at)
        .order_by(Enrolment.ended_at.desc())
        .limit(1)
    )
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A step that a letter tells of; ``repr`` keeps people's words out of logs."""

    move_id: uuid.UUID
    user_id: uuid.UUID
    state: EnrolmentState
    reason: str = dataclasses.field(repr=False)
    by_id: uuid.UUID | None
    by: str | None = dataclasses.field(repr=False)
    space_id: uuid.UUID
    run: str
    slug: str


def step_to_tell(move_id: uuid.UUID) -> Told | None:
    """Return a step for the job that tells of it, while it is the last one; it asks no rule."""
    actor, later = aliased(User, name="actor"), aliased(EnrolmentMove, name="later")
    row = db.session.execute(
        sa.select(
            EnrolmentMove.id,
            Enrolment.user_id,
            EnrolmentMove.state,
            EnrolmentMove.reason,
            EnrolmentMove.actor_id,
            actor.name,
            Space.id,
            Space.name,
            Space.slug,
        )
        .join(Enrolment, Enrolment.id == EnrolmentMove.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Space, Space.id == Run.space_id)
        .outerjoin(actor, actor.id == EnrolmentMove.actor_id)
        .where(
            EnrolmentMove.id == move_id,
            ~sa.exists().where(
                later.enrolment_id == EnrolmentMove.enrolment_id, later.id > EnrolmentMove.id
            ),
        )
    ).one_or_none()
    return Told(*row) if row else None
