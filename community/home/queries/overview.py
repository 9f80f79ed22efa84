"""A space at a glance: the network's own, or that of a run."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Run
from community.cohorts.policy import visible_runs
from community.discussions.queries import threads_of
from community.home.queries.runs import MyRun, as_my_runs
from community.home.queries.sessions import SessionLine, leads, sessions_ahead
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership, Space, SpaceKind
from community.spaces.policy import visible_spaces

SESSIONS_SHOWN = 3
THREADS_SHOWN = 5


@dataclasses.dataclass(frozen=True, slots=True)
class SpaceLine:
    """A space as its pages need it; ``people`` is how many belong to it now."""

    id: uuid.UUID
    slug: str
    name: str
    kind: SpaceKind
    summary: str
    people: int


@dataclasses.dataclass(frozen=True, slots=True)
class Overview:
    """What a space's first page shows beside the space and its run."""

    leads: Sequence[Person]
    sessions: Sequence[SessionLine]
    more_sessions: int
    threads: Sequence[Any]


_PEOPLE = (
    sa.select(sa.func.count())
    .select_from(Membership)
    .where(Membership.space_id == Space.id, Membership.ended_at.is_(None))
    .correlate(Space)
    .scalar_subquery()
)
_SEEN = visible_runs(ANYBODY).with_only_columns(Run.id).correlate(None)
_OF_SLUG: Any = (
    visible_spaces(ANYBODY)
    .where(Space.slug == sa.bindparam("slug"))
    .outerjoin(Run, sa.and_(Run.space_id == Space.id, Run.id.in_(_SEEN)))
    .with_only_columns(
        Space.id.label("space_id"),
        Space.slug,
        Space.name,
        Space.kind,
        Space.summary,
        _PEOPLE.label("people"),
        Run,
    )
)


def space_with_my_run(ctx: Context, slug: str) -> tuple[SpaceLine, MyRun | None]:
    """Return the space of an address and the run in it as the actor has it; four statements.

    Raises NotFound for a space the actor does not belong to.
    """
    row = _row(ctx, slug)
    return _line(ctx, row), as_my_runs(ctx, [row])[0] if row.Run else None


def space_line_and_run(ctx: Context, slug: str) -> tuple[SpaceLine, Run | None]:
    """Return the space of an address and the row of the run in it; one statement.

    Raises NotFound for a space the actor does not belong to.
    """
    row = _row(ctx, slug)
    return _line(ctx, row), row.Run


def _row(ctx: Context, slug: str) -> Any:
    row = db.session.execute(_OF_SLUG, {"slug": slug, "me": ctx.actor_id}).one_or_none()
    if row is None:
        raise NotFound
    return row


def _line(ctx: Context, row: Any) -> SpaceLine:
    ctx.keep(("cohorts.run_of", row.space_id), row.Run)  # tabs ask for it
    return SpaceLine(row.space_id, row.slug, row.name, row.kind, row.summary, row.people)


def overview(ctx: Context, space: SpaceLine, *, with_leads: bool) -> Overview:
    """Return what goes on in a space one sees; two statements, a third for those who lead it."""
    sessions = sessions_ahead(ctx, space.id)
    return Overview(
        leads=leads(ctx, space.id) if with_leads else (),
        sessions=sessions[:SESSIONS_SHOWN],
        more_sessions=max(0, len(sessions) - SESSIONS_SHOWN),
        threads=db.session.execute(threads_of(ctx, space.id).limit(THREADS_SHOWN)).all(),
    )
