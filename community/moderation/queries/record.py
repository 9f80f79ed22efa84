"""The record of what those who lead did: who, what, when, why."""

import dataclasses
import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.kernel.context import Context
from community.kernel.frame import Person
from community.kernel.paging import Page, page_of
from community.moderation.models import Decision, ModerationAct
from community.moderation.policy import visible_moderation_acts
from community.moderation.rules import Reason
from community.spaces.models import Space

_by, _about = (aliased(User, name=name) for name in ("by", "about"))
_measure = aliased(Decision, name="measure")
DECIDING = frozenset({"decide", "warn", "silence", "suspend"})
"""Acts beside which stands why."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ActSeen:
    """An act of somebody who leads: from one state to another, and why, where that was said.

    Without a space it holds in all of them; without a case it was not about a post; what sets
    something for a space is about nobody.
    """

    id: uuid.UUID
    at: dt.datetime
    space_name: str | None
    case_id: uuid.UUID | None
    by: Person
    about: Person | None
    what: str
    before: str
    after: str
    reason: Reason | None
    words: str


def record_of(
    ctx: Context, space_id: uuid.UUID | None, *, limit: int = 50, page: str | None = None
) -> Page:
    """Return a page of the record of a space, or of all the actor sees; the newest first.

    Why stands beside what was decided. Raises Invalid for no page of it.
    """
    statement: Any = (
        visible_moderation_acts(ctx)
        .outerjoin(Space, Space.id == ModerationAct.space_id)
        .join(_by, _by.id == ModerationAct.by_id)
        .outerjoin(_about, _about.id == ModerationAct.about_id)
        .outerjoin(Decision, Decision.case_id == ModerationAct.case_id)
        .outerjoin(_measure, _measure.id == ModerationAct.decision_id)
        .order_by(ModerationAct.at.desc(), ModerationAct.id.desc())
        .with_only_columns(
            ModerationAct.id,
            ModerationAct.at,
            Space.name.label("space_name"),
            ModerationAct.case_id,
            ModerationAct.by_id,
            _by.name.label("by_name"),
            ModerationAct.about_id,
            _about.name.label("about_name"),
            ModerationAct.what,
            ModerationAct.before,
            ModerationAct.after,
            *(_why(name) for name in ("reason", "words")),
        )
    )
    if space_id is not None:
        statement = statement.where(ModerationAct.space_id == space_id)
    found = page_of(statement, limit=limit, page=page)
    items = [
        ActSeen(
            id=row.id,
            at=row.at,
            space_name=row.space_name,
            case_id=row.case_id,
            by=Person(row.by_id, row.by_name),
            about=Person(row.about_id, row.about_name) if row.about_id else None,
            what=row.what,
            before=row.before,
            after=row.after,
            reason=row.reason if row.what in DECIDING else None,
            words=(row.words or "") if row.what in DECIDING else "",
        )
        for row in found.items
    ]
    return dataclasses.replace(found, items=items)


def _why(name: str) -> sa.Label[Any]:
    """Return a column of what an act decided: of the measure it is about, else of the case."""
    of_measure, of_case = getattr(_measure, name), getattr(Decision, name)
    of_act = ModerationAct.decision_id.is_not(None)
    return sa.case((of_act, of_measure), else_=of_case).label(name)
