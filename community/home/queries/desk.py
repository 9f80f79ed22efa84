"""The desk of a space: what it needs of those who run it, and everybody's progress at once."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from community.cohorts.models import Run
from community.home.policy import may_use_desk
from community.home.queries.led import LedRun, led_runs, of_run, unplanned, with_needs
from community.home.queries.overview import OF_SLUG, SpaceLine, line_of
from community.home.queries.sessions import SessionLine, sessions_ahead
from community.home.queries.waiting import HAND_INS, WRITTEN, hand_ins, of_letters, open_questions
from community.home.rules import DAYS_AHEAD, UNANSWERED, Facts, Kind, Need, needs
from community.kernel import localtime
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.policy import require
from community.moderation.queries import HOW_MANY_CASES
from community.progress.queries import Matrix, coming, matrix
from community.spaces.models import Membership, Role, Space, SpaceKind


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A space as its desk needs it: its run, whether anybody facilitates, who has not answered.

    ``letters`` is how many have not, ``invitations`` that as a need once the oldest waits.
    """

    space: SpaceLine
    run: Run | None
    led: bool
    invitations: Need | None
    letters: int = 0
    hand_ins: Need | None = None
    reports: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All of a desk; ``matrix`` is None where there is no run, ``runs`` are the network's.

    ``sessions`` are those of the next seven days, ``hand_ins`` how many wait to be marked.
    """

    space: SpaceLine
    run: Run | None
    needs: Sequence[Need]
    questions: int
    sessions: Sequence[SessionLine]
    matrix: Matrix | None
    hand_ins: int = 0
    runs: Sequence[LedRun] = ()


def desk(
    ctx: Context, slug: str, *, zone: str, show: str = "all", search: str = "", page: str | None
) -> Desk:
    """Return the desk of a space, in at most seven statements; days end as in the reader's zone.

    ``show``, ``search`` and ``page`` choose the rows of the matrix. Raises NotFound for a space the
    actor does not belong to, Forbidden for who does not facilitate it, Invalid for no page of the
    matrix.
    """
    head = desk_head(ctx, slug)
    run = head.run
    if run is None:
        return _without_run(ctx, head, zone)
    everybody = matrix(ctx, run, show=show, search=search, page=page)
    soon = sessions_soon(ctx, zone, head.space.id)
    asked = open_questions(ctx, [head.space.id]).get(head.space.id)
    facts = Facts(
        soon=soon,
        led=head.led,
        questions=asked,
        hand_ins=head.hand_ins,
        invitations=head.invitations,
        letters=head.letters,
        reports=head.reports,
        unplanned=unplanned(coming(ctx, run)),
    )
    return Desk(
        space=head.space,
        run=run,
        needs=needs(of_run(facts, run, everybody.figures, ctx.now)),
        questions=asked.number if asked else 0,
        sessions=soon,
        matrix=everybody,
        hand_ins=head.hand_ins.number if head.hand_ins else 0,
    )


def _without_run(ctx: Context, head: Head, zone: str) -> Desk:
    """Return the desk of a space without a run; that of the network names the runs one leads."""
    space = head.space
    led = led_runs(ctx) if space.kind is SpaceKind.NETWORK else []
    keys = [space.id, *(row.Run.space_id for row in led)]
    soon = sessions_soon(ctx, zone, None if led else space.id)
    asked = open_questions(ctx, keys)
    here = [session for session in soon if session.space_id == space.id]
    mine = asked.get(space.id)
    facts = Facts(
        soon=here,
        led=head.led,
        questions=mine,
        invitations=head.invitations,
        reports=head.reports,
    )
    return Desk(
        space=space,
        run=None,
        needs=needs(facts),
        questions=mine.number if mine else 0,
        sessions=here,
        matrix=None,
        runs=with_needs(ctx, led, soon, asked),
    )


_facilitators = (
    sa.select(sa.func.count())
    .where(
        Membership.space_id == Space.id,
        Membership.ended_at.is_(None),
        Membership.role == Role.FACILITATOR,
    )
    .correlate(Space)
    .scalar_subquery()
)
_OF_DESK = OF_SLUG.add_columns(
    _facilitators.label("facilitators"),
    of_letters(sa.func.count()).label("letters"),
    of_letters(sa.func.min(WRITTEN)).label("since"),
    *HAND_INS,
    HOW_MANY_CASES.label("reports"),
)


def desk_head(ctx: Context, slug: str, *, of_run: bool = False) -> Head:
    """Return the space of a desk, its run if it has one; one statement.

    Raises NotFound for a space the actor does not belong to, or one without a run where what is
    asked for is ``of_run``; Forbidden for who does not facilitate it.
    """
    row = db.session.execute(_OF_DESK, {"slug": slug, "me": ctx.actor_id}).one_or_none()
    if row is None or (of_run and row.Run is None):
        raise NotFound
    space = line_of(ctx, row)
    require(may_use_desk, ctx, space)
    waits = row.letters and row.since <= ctx.now - UNANSWERED
    return Head(
        space=space,
        run=row.Run,
        led=bool(row.facilitators),
        invitations=Need(kind=Kind.INVITATIONS, number=row.letters, days=(ctx.now - row.since).days)
        if waits
        else None,
        letters=row.letters,
        hand_ins=hand_ins(ctx, row),
        reports=row.reports,
    )


def sessions_soon(ctx: Context, zone: str, space_id: uuid.UUID | None = None) -> list[SessionLine]:
    """Return the sessions of the next seven days that are live or to come, live ones first.

    Without a space those of all one belongs to.
    """
    today = localtime.in_zone(ctx.now, zone).date()
    after = dt.datetime.combine(today + dt.timedelta(days=DAYS_AHEAD), dt.time())
    until = localtime.instant(after, zone)
    return [
        session
        for session in sessions_ahead(ctx, space_id)
        if session.live or session.starts_at < until
    ]
