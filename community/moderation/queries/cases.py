"""The queue of those who look after a space, and one case of it with all that is known."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.discussions.models import Poll, Post, Removal, Thread
from community.discussions.queries import TAGS, tags_in
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.paging import Page, page_of
from community.kernel.policy import ME
from community.kernel.schemas import HIGHEST
from community.moderation.models import Appeal, Case, Decision, Report
from community.moderation.policy import visible_cases, visible_reports
from community.moderation.rules import CLAIM_LASTS, Outcome, Reason, Show
from community.spaces.models import Space
from community.spaces.policy import my_spaces

MOST_SHOWN = 100  # reports that a case shows; the number of all is told

_author, _holder, _decider, _answerer = (
    aliased(User, name=name) for name in ("author", "holder", "decider", "answerer")
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case as a queue shows it; ``claimed_by`` is who looks at it now.

    ``thread_title`` is empty where it was moved to a space to which the actor does not belong.
    """

    id: uuid.UUID
    space_id: uuid.UUID
    space_name: str
    slug: str
    thread_id: uuid.UUID
    thread_title: str
    number: int
    author: Person
    reports: int
    opened_at: dt.datetime
    claimed_by: Person | None
    closed_at: dt.datetime | None
    outcome: Outcome | None
    appealed: bool
    """Whether a second look is waited for."""
    waits: bool
    """Whether the post waits for approval; it has no number then (one below 0)."""
    begun: bool
    """Whether its thread is there to be read: one that begins with a waiting post is not."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReportSeen:
    """What somebody said of a post; ``by`` is None once their account is deleted."""

    by: Person | None
    reason: Reason
    note: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen:
    """A case as its page shows it; ``html`` is empty where the words may not be read any more.

    ``before`` is the post before it, for what it answers to; None for the first of a thread.
    """

    line: CaseLine
    post_id: uuid.UUID
    html: str
    edition: int
    question: str
    """That of its poll; empty without one."""
    options: Sequence[str]
    tags: Sequence[str]
    """Of the thread it begins, while that waits for approval."""
    removal: Removal | None
    said_at: dt.datetime
    edited_at: dt.datetime | None
    before: Mapping[str, Any] | None
    reports: Sequence[ReportSeen]
    decision: Decision | None
    decided_by: Person | None
    appeal: Appeal | None
    answered_by: Person | None


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """How many cases stand in each part of a queue."""

    open: int
    mine: int
    done: int
    appeals: int

    def of(self, show: Show) -> int:
        """Return the number of one part."""
        return {Show.OPEN: self.open, Show.MINE: self.mine, Show.DONE: self.done}[show]


_waits = (
    sa.select(Appeal.id)
    .where(Appeal.decision_id == Decision.id, Appeal.answered_at.is_(None))
    .correlate(Decision)
    .exists()
)


def _with_place(ctx: Context, space_id: uuid.UUID | None) -> sa.Select[Any]:
    """Select the cases the actor sees with where they stand, in one space or in all."""
    statement = (
        visible_cases(ctx)
        .join(Post, Post.id == Case.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Case.space_id)
        .outerjoin(Decision, Decision.case_id == Case.id)
    )
    return statement if space_id is None else statement.where(Case.space_id == space_id)


def _lines(ctx: Context, space_id: uuid.UUID | None) -> sa.Select[Any]:
    how_many = (
        sa.select(sa.func.count())
        .where(Report.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    lines: Any = (
        _with_place(ctx, space_id)
        .join(_author, _author.id == Case.author_id)
        .outerjoin(
            _holder,
            sa.and_(_holder.id == Case.claimed_by, Case.claimed_at > ctx.now - CLAIM_LASTS),
        )
        .with_only_columns(
            Case.id,
            Case.opened_at,
            Case.closed_at,
            Case.author_id,
            Space.id.label("space_id"),
            Space.name.label("space_name"),
            Space.slug,
            Thread.id.label("thread_id"),
            sa.case((Thread.space_id.in_(my_spaces(ctx)), Thread.title), else_="").label(
                "thread_title"
            ),
            Post.number,
            sa.case((Post.removal == Removal.WAITING, True), else_=False).label("waits"),
            sa.case((Thread.last_number > 0, True), else_=False).label("begun"),
            _author.name.label("author_name"),
            _holder.id.label("holder_id"),
            _holder.name.label("holder_name"),
            Decision.outcome,
            how_many.label("reports"),
            sa.case((_waits, True), else_=False).label("appealed"),
        )
    )
    found: sa.Select[Any] = lines
    return found


def _shown(ctx: Context, show: Show) -> sa.ColumnElement[bool]:
    """Return which cases a part of the queue holds; open are also those with a second look."""
    waiting = sa.or_(Case.closed_at.is_(None), _waits)
    match show:
        case Show.OPEN:
            return waiting
        case Show.MINE:
            return sa.and_(
                Case.closed_at.is_(None),
                Case.claimed_by == ctx.actor_id,
                Case.claimed_at > ctx.now - CLAIM_LASTS,
            )
        case Show.DONE:
            return sa.not_(waiting)


def queue(
    ctx: Context,
    space_id: uuid.UUID | None,
    *,
    show: Show,
    limit: int = 25,
    page: str | None = None,
) -> Page:
    """Return a part of the queue of a space, or of all the actor looks after; one statement.

    What waits longest comes first, of what is done the latest. Raises Invalid for no page of it.
    """
    done_at = sa.func.coalesce(Case.closed_at, Case.opened_at)  # what is done has one
    order = done_at.desc() if show is Show.DONE else Case.opened_at
    statement = _lines(ctx, space_id).where(_shown(ctx, show)).order_by(order, Case.id)
    found = page_of(statement, limit=limit, page=page)
    return dataclasses.replace(found, items=[_line(row) for row in found.items])


def counts(ctx: Context, space_id: uuid.UUID | None) -> Counts:
    """Return how many cases stand in each part of a queue; one statement."""
    of = {show: sa.func.count().filter(_shown(ctx, show)) for show in Show}
    appeals = sa.func.count().filter(_waits)
    cases = visible_cases(ctx).outerjoin(Decision, Decision.case_id == Case.id)
    if space_id is not None:
        cases = cases.where(Case.space_id == space_id)
    statement = cases.with_only_columns(*of.values(), appeals)
    given: Any = db.session.execute(statement).one()
    return Counts(*given)


def _line(row: Any) -> CaseLine:
    return CaseLine(
        id=row.id,
        space_id=row.space_id,
        space_name=row.space_name,
        slug=row.slug,
        thread_id=row.thread_id,
        thread_title=row.thread_title,
        number=row.number,
        author=Person(row.author_id, row.author_name),
        reports=row.reports,
        opened_at=row.opened_at,
        claimed_by=Person(row.holder_id, row.holder_name) if row.holder_id else None,
        closed_at=row.closed_at,
        outcome=row.outcome,
        appealed=row.appealed,
        waits=row.waits,
        begun=row.begun,
    )


def case_seen(ctx: Context, case_id: uuid.UUID | None) -> CaseSeen:
    """Return a case with the post, what was said of it and decided; four statements.

    What its author took away nobody reads, and what was moved only who belongs there. Raises
    NotFound for a case that is not the actor's to look after, and for none.
    """
    row = db.session.execute(
        _lines(ctx, None)
        .where(Case.id == case_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .outerjoin(_decider, _decider.id == Decision.by_id)
        .outerjoin(_answerer, _answerer.id == Appeal.answered_by)
        .outerjoin(Poll, Poll.post_id == Post.id)
        .add_columns(
            Poll.question,
            Poll.options,
            TAGS,
            Post.id.label("post_id"),
            Post.html,
            Post.removal,
            Post.created_at,
            Post.edited_at,
            Post.edition,
            Decision,
            Appeal,
            _decider.name.label("decider_name"),
            _answerer.name.label("answerer_name"),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    decision, appeal = row.Decision, row.Appeal
    moved = not row.thread_title
    shown = not moved and row.removal is not Removal.AUTHOR
    number = row.number if row.number > 0 else HIGHEST  # what waits comes after all others
    return CaseSeen(
        line=_line(row),
        post_id=row.post_id,
        html=row.html if shown else "",
        question=(row.question or "") if shown else "",
        options=(row.options or ()) if shown else (),
        tags=tags_in(row.tags) if shown and not row.begun else (),
        edition=row.edition,
        removal=row.removal,
        said_at=row.created_at,
        edited_at=row.edited_at,
        before=None if moved else _before(row.thread_id, number),
        reports=_reports(ctx, row.id),
        decision=decision,
        decided_by=Person(decision.by_id, row.decider_name) if decision else None,
        appeal=appeal,
        answered_by=Person(appeal.answered_by, row.answerer_name)
        if appeal and appeal.answered_by
        else None,
    )


def _before(thread_id: uuid.UUID, number: int) -> dict[str, Any] | None:
    """Return the post that stands before another one, in a thread the actor sees."""
    found = execute(
        sa.select(Post.number, Post.html, Post.author_id, User.name)
        .join(User, User.id == Post.author_id)
        .where(Post.thread_id == thread_id, Post.number < number, Post.removal.is_(None))
        .order_by(Post.number.desc())
        .limit(1)
    ).first()
    return values_of(found) if found else None


def _reports(ctx: Context, case_id: uuid.UUID) -> list[ReportSeen]:
    rows = db.session.execute(
        visible_reports(ctx)
        .where(Report.case_id == case_id)
        .outerjoin(User, User.id == Report.reporter_id)
        .order_by(Report.at, Report.id)
        .limit(MOST_SHOWN)
        .with_only_columns(Report.reporter_id, User.name, Report.reason, Report.note, Report.at)
    )
    return [
        ReportSeen(
            by=Person(row.reporter_id, row.name) if row.reporter_id else None,
            reason=row.reason,
            note=row.note,
            at=row.at,
        )
        for row in rows
    ]


_open = (
    sa.select(sa.func.count())
    .where(Case.space_id == Space.id, Case.author_id != ME, Case.closed_at.is_(None))
    .correlate(Space)
    .scalar_subquery()
)
_asked_again = (
    sa.select(sa.func.count())
    .select_from(Appeal)
    .join(Decision, Decision.id == Appeal.decision_id)
    .where(Appeal.answered_at.is_(None), Decision.space_id == Space.id, Decision.about_id != ME)
    .correlate(Space)
    .scalar_subquery()
)
HOW_MANY_CASES: Any = _open + _asked_again  # each over an index of what waits; not by OR
"""A column of a statement that reads spaces one leads: how many cases wait, second looks too."""
