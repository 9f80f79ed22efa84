"""What was decided about people: for those who lead, and for administrators."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.moderation.models import Appeal, Decision
from community.moderation.policy import visible_measures
from community.moderation.rules import LASTING, Outcome, Reason
from community.spaces.models import Space

MOST_SHOWN = 100  # measures of one person, or that wait for a second look

_about, _by, _answerer, _lifter = (
    aliased(User, name=name) for name in ("about", "by", "answerer", "lifter")
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSeen:
    """What was decided about a person, as those read it who may decide such.

    ``holds``: it lasts still. Without a space it holds in all of them.
    """

    id: uuid.UUID
    decision: Decision
    space_id: uuid.UUID | None
    space_name: str | None
    slug: str | None
    about: Person
    by: Person
    outcome: Outcome
    reason: Reason
    words: str
    note: str
    at: dt.datetime
    until: dt.datetime | None
    holds: bool
    lifted_at: dt.datetime | None
    lifted_by: Person | None
    overturned_at: dt.datetime | None
    appeal: str | None
    appealed_at: dt.datetime | None
    answered_at: dt.datetime | None
    answered_by: Person | None
    answer: str


def measures_of(
    ctx: Context, user_id: uuid.UUID, space_id: uuid.UUID | None
) -> Sequence[MeasureSeen]:
    """Return what was decided about somebody in a space, or everywhere at once; the newest first.

    One statement; nothing of what the actor does not look after.
    """
    here = Decision.space_id == space_id if space_id else Decision.space_id.is_(None)
    return _seen(ctx, Decision.about_id == user_id, here)


def measure_seen(ctx: Context, decision_id: uuid.UUID) -> MeasureSeen:
    """Return what was decided about somebody; raises NotFound for what is not the actor's."""
    found = _seen(ctx, Decision.id == decision_id)
    if not found:
        raise NotFound
    return found[0]


def asked_again(ctx: Context, space_id: uuid.UUID | None) -> Sequence[MeasureSeen]:
    """Return the measures at which somebody is to look again, in a space or in all one leads."""
    waits = sa.and_(Appeal.id.is_not(None), Appeal.answered_at.is_(None))
    return _seen(ctx, waits, *([Decision.space_id == space_id] if space_id else []))


def _seen(ctx: Context, *where: sa.ColumnElement[bool]) -> Sequence[MeasureSeen]:
    rows = db.session.execute(
        visible_measures(ctx)
        .where(*where)
        .join(_about, _about.id == Decision.about_id)
        .join(_by, _by.id == Decision.by_id)
        .outerjoin(Space, Space.id == Decision.space_id)
        .outerjoin(_lifter, _lifter.id == Decision.lifted_by)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .outerjoin(_answerer, _answerer.id == Appeal.answered_by)
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(MOST_SHOWN)
        .add_columns(
            Appeal,
            Space.name.label("space_name"),
            Space.slug,
            _about.name.label("about_name"),
            _by.name.label("by_name"),
            _lifter.name.label("lifter_name"),
            _answerer.name.label("answerer_name"),
        )
    )
    return [_measure(ctx, row) for row in rows]


def _measure(ctx: Context, row: Any) -> MeasureSeen:
    one, appeal = row.Decision, row.Appeal
    ended = one.overturned_at is not None or one.lifted_at is not None
    over = ended or (one.until is not None and one.until <= ctx.now)
    return MeasureSeen(
        id=one.id,
        decision=one,
        space_id=one.space_id,
        space_name=row.space_name,
        slug=row.slug,
        about=Person(one.about_id, row.about_name),
        by=Person(one.by_id, row.by_name),
        outcome=one.outcome,
        reason=one.reason,
        words=one.words,
        note=one.note,
        at=one.at,
        until=one.until,
        holds=one.outcome in LASTING and not over,
        lifted_at=one.lifted_at,
        lifted_by=Person(one.lifted_by, row.lifter_name) if one.lifted_by else None,
        overturned_at=one.overturned_at,
        appeal=appeal.text if appeal else None,
        appealed_at=appeal.at if appeal else None,
        answered_at=appeal.answered_at if appeal else None,
        answered_by=Person(appeal.answered_by, row.answerer_name)
        if appeal and appeal.answered_by
        else None,
        answer=appeal.words if appeal else "",
    )
