"""What was decided about somebody, as they are told it; what the letters need."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import Post, Thread
from community.kernel.context import Context
from community.kernel.db import db, execute, values_of
from community.kernel.errors import NotFound
from community.moderation.models import Appeal, Case, Decision, Report
from community.moderation.policy import in_force, visible_decisions
from community.moderation.rules import APPEAL_WITHIN, LASTING, NOTICED, TOLD, Outcome, Reason
from community.spaces.models import Space
from community.spaces.policy import my_spaces, only_seen, still_mine

MOST_SHOWN = 100  # decisions about one person, the newest


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSeen:
    """A decision as whom it concerns reads it: not who decided, nor who reported.

    ``space_id`` and ``space_name`` are where it was decided, ``everywhere``: in all spaces at once;
    they and ``thread_title`` are None where they have left, and of what is about no post there is
    no thread.
    ``until`` is when what lasts ends by itself, ``lifted_at`` when it was ended before.
    ``appealed_at`` is when they asked for a second look, ``answered_at`` when it was taken;
    ``may_appeal``: they still can ask. ``stands``: the post is there to be read.
    """

    id: uuid.UUID
    about_id: uuid.UUID
    space_id: uuid.UUID | None
    space_name: str | None
    everywhere: bool
    thread_id: uuid.UUID | None
    thread_title: str | None
    number: int | None
    stands: bool
    outcome: Outcome
    reason: Reason | None
    words: str
    at: dt.datetime
    overturned_at: dt.datetime | None
    until: dt.datetime | None
    lifted_at: dt.datetime | None
    appealed_at: dt.datetime | None
    appeal: str | None
    answered_at: dt.datetime | None
    answer: str | None
    may_appeal: bool

    def keeps_out(self, now: dt.datetime) -> bool:
        """Whether they are suspended by it still."""
        return self.outcome is Outcome.SUSPENDED and self.holds(now)

    @property
    def waited(self) -> bool:
        """Whether it is about a post that nobody approved: it has no number (one below 0)."""
        return self.number is not None and self.number < 0

    def holds(self, now: dt.datetime) -> bool:
        """Whether what lasts for a time lasts still."""
        lasting = self.outcome in LASTING and self.overturned_at is None and self.lifted_at is None
        return lasting and (self.until is None or self.until > now)


def _told(ctx: Context, statement: sa.Select[Any]) -> Sequence[DecisionSeen]:
    mine = Space.id.in_(still_mine(ctx))
    rows = db.session.execute(
        statement.outerjoin(Case, Case.id == Decision.case_id)
        .outerjoin(Post, Post.id == Case.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .outerjoin(Space, Space.id == Decision.space_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .order_by(Decision.at.desc(), Decision.id)
        .limit(MOST_SHOWN)
        .with_only_columns(
            Decision.id,
            Decision.about_id,
            sa.case((mine, Space.id), else_=sa.null()).label("space_id"),
            sa.case((mine, Space.name), else_=sa.null()).label("space_name"),
            sa.case((Decision.space_id.is_(None), True), else_=False).label("everywhere"),
            Thread.id.label("thread_id"),
            sa.case((Thread.space_id.in_(my_spaces(ctx)), Thread.title), else_=sa.null()).label(
                "thread_title"
            ),
            Post.number,
            sa.case(
                (sa.and_(Post.id.is_not(None), Post.removal.is_(None)), True), else_=False
            ).label("stands"),
            Decision.outcome,
            Decision.reason,
            Decision.words,
            Decision.at,
            Decision.overturned_at,
            Decision.until,
            Decision.lifted_at,
            Appeal.at.label("appealed_at"),
            Appeal.text.label("appeal"),
            Appeal.answered_at,
            Appeal.words.label("answer"),
        )
    )
    return [
        DecisionSeen(
            **values_of(row),
            may_appeal=row.appealed_at is None
            and row.overturned_at is None
            and row.outcome in TOLD
            and (row.outcome is not Outcome.HIDDEN or row.lifted_at is None)
            and ctx.now - row.at <= APPEAL_WITHIN,
        )
        for row in rows
    ]


def decisions_about_me(ctx: Context) -> Sequence[DecisionSeen]:
    """Return what was decided about the actor, the newest first; one statement."""
    return _told(ctx, _about_me(ctx))


def decision_about_me(ctx: Context, decision_id: uuid.UUID) -> DecisionSeen:
    """Return one decision about the actor; raises NotFound for any other."""
    found = _told(ctx, _about_me(ctx).where(Decision.id == decision_id))
    if not found:
        raise NotFound
    return found[0]


def suspensions(ctx: Context) -> Sequence[DecisionSeen]:
    """Return by what the actor is suspended now, the newest first: there, nothing else says so."""
    now = _about_me(ctx).where(Decision.outcome == Outcome.SUSPENDED, *in_force(ctx.now))
    found = _told(ctx, now)
    return [one for one in found if one.everywhere or one.space_id is not None]


def _about_me(ctx: Context) -> sa.Select[Decision]:
    return visible_decisions(ctx).where(
        Decision.about_id == ctx.actor_id, Decision.outcome.in_(NOTICED)
    )


def my_report(ctx: Context, post_id: uuid.UUID) -> bool:
    """Whether the actor has reported a post."""
    mine = sa.select(Report.id).where(Report.post_id == post_id, Report.reporter_id == ctx.actor_id)
    return execute(mine).first() is not None


def decision_to_tell(ctx: Context, decision_id: uuid.UUID) -> DecisionSeen | None:
    """Return a decision for the letter to whom it concerns, who the context acts as."""
    found = _told(ctx, _about_me(ctx).where(Decision.id == decision_id))
    return found[0] if found else None


def report_to_tell(report_id: uuid.UUID) -> Any:
    """Return who reported and the space's id and name, for a letter; or None.

    Who has left the space is not written to any more.
    """
    return execute(
        sa.select(Report.id, Report.reporter_id, Space.id.label("space_id"), Space.name)
        .join(Case, Case.id == Report.case_id)
        .join(Space, Space.id == Case.space_id)
        .where(Report.id == report_id, Report.reporter_id.is_not(None))
    ).one_or_none()


def personal(ctx: Context) -> dict[str, Any]:
    """Return what the actor reported, and what was decided about them, as they are told it."""
    reports = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            Report.reason,
            Report.note,
            Report.at,
        )
        .join(Case, Case.id == Report.case_id)
        .join(Space, Space.id == Case.space_id)
        .where(Report.reporter_id == ctx.actor_id)
        .order_by(Report.at, Report.id)
    )
    told = decisions_about_me(ctx)
    kept = (
        *("outcome", "reason", "words", "at", "until", "lifted_at", "overturned_at"),
        *("appealed_at", "appeal", "answer"),
    )
    return {
        "reports": [values_of(row) for row in reports],
        "decisions": [
            {"space": one.space_name, **{name: getattr(one, name) for name in kept}} for one in told
        ],
    }
