"""A space at a glance: the network's own, or that of a run."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.cohorts.models import Run
from community.cohorts.policy import visible_runs
from community.discussions.queries import announced_first, is_announced
from community.home.queries.runs import MyRun, as_my_runs
from community.home.queries.sessions import SessionLine, leads, sessions_ahead, sessions_of
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY
from community.spaces.models import Membership, Space, SpaceKind
from community.spaces.policy import visible_spaces

SESSIONS_SHOWN = 3
THREADS_SHOWN = 5
ANNOUNCED_SHOWN = 3


@dataclasses.dataclass(frozen=True, slots=True)
class SpaceLine:
    """A space as its pages need it; ``people`` is how many belong to it now."""

    id: uuid.UUID
    slug: str
    name: str
    kind: SpaceKind
    summary: str
    people: int
    rescue_hours: int


@dataclasses.dataclass(frozen=True, slots=True)
class Overview:
    """What a space's first page shows beside the space and its run.

    ``announced`` stands on top until it is read.
    """

    leads: Sequence[Person]
    sessions: Sequence[SessionLine]
    more_sessions: int
    announced: Sequence[Any]
    threads: Sequence[Any]


_PEOPLE = (
    sa.select(sa.func.count())
    .select_from(Membership)
    .where(Membership.space_id == Space.id, Membership.ended_at.is_(None))
    .correlate(Space)
    .scalar_subquery()
)
_SEEN = visible_runs(ANYBODY).with_only_columns(Run.id).correlate(None)
OF_SLUG: Any = (
    visible_spaces(ANYBODY)
    .where(Space.slug == sa.bindparam("slug"))
    .outerjoin(Run, sa.and_(Run.space_id == Space.id, Run.id.in_(_SEEN)))
    .with_only_columns(
        Space.id.label("space_id"),
        Space.slug,
        Space.name,
        Space.kind,
        Space.summary,
        Space.rescue_hours,
        _PEOPLE.label("people"),
        Run,
    )
)


def space_with_my_run(ctx: Context, slug: str) -> tuple[SpaceLine, MyRun | None]:
    """Return the space of an address and the run in it as the actor has it; five statements.

    Raises NotFound for a space the actor does not belong to.
    """
    row = _row(ctx, slug)
    if not row.Run:
        return line_of(ctx, row), None
    return line_of(ctx, row), as_my_runs(ctx, [row], sessions_of(ctx, row.space_id))[0]


def _row(ctx: Context, slug: str) -> Any:
    row = db.session.execute(OF_SLUG, {"slug": slug, "me": ctx.actor_id}).one_or_none()
    if row is None:
        raise NotFound
    return row


def line_of(ctx: Context, row: Any) -> SpaceLine:
    """Return the space of a row of ``OF_SLUG``, and keep its run for who asks for it."""
    ctx.keep(("cohorts.run_of", row.space_id), row.Run)
    return SpaceLine(
        row.space_id, row.slug, row.name, row.kind, row.summary, row.people, row.rescue_hours
    )


def overview(ctx: Context, space: SpaceLine, *, with_leads: bool) -> Overview:
    """Return what goes on in a space one sees; its sessions are read once with its run."""
    sessions = sessions_ahead(ctx, space.id)
    threads = announced_first(ctx, space.id, THREADS_SHOWN + ANNOUNCED_SHOWN)
    announced = [thread for thread in threads if is_announced(thread)][:ANNOUNCED_SHOWN]
    return Overview(
        leads=leads(ctx, space.id) if with_leads else (),
        sessions=sessions[:SESSIONS_SHOWN],
        more_sessions=max(0, len(sessions) - SESSIONS_SHOWN),
        announced=announced,
        threads=[thread for thread in threads if thread not in announced][:THREADS_SHOWN],
    )
