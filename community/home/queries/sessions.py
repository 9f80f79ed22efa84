"""Sessions as home shows them: columns of the calendar, and who leads."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import Placement
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, db, execute
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY
from community.live import rules
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.spaces.models import Membership, Role, Space
from community.spaces.policy import FACILITATING, RANK, visible_memberships

SESSIONS_READ = 60
LEADS_SHOWN = 12


class SessionLine(NamedTuple):
    """A session and the space it belongs to."""

    id: uuid.UUID
    title: str
    starts_at: dt.datetime
    minutes: int
    state: SessionState
    has_video: bool
    space_id: uuid.UUID
    slug: str
    space_name: str
    activity_id: uuid.UUID | None  # what of a course takes place there

    @property
    def ends_at(self) -> dt.datetime:
        return rules.planned_end(self.starts_at, self.minutes)

    @property
    def live(self) -> bool:
        return self.state is SessionState.LIVE

    def is_open(self, now: dt.datetime) -> bool:
        """Whether one may be in the room."""
        return self.live or (
            self.state is SessionState.SCHEDULED and rules.may_begin(self.starts_at, now)
        )

    def is_ahead(self, now: dt.datetime) -> bool:
        """Whether it is live or can still take place."""
        return self.live or (
            self.state is SessionState.SCHEDULED and not rules.has_lapsed(self.starts_at, now)
        )


_COLUMNS: tuple[Any, ...] = (
    LiveSession.id,
    LiveSession.title,
    LiveSession.starts_at,
    LiveSession.minutes,
    LiveSession.state,
    LiveSession.video_url.is_not(None),
    LiveSession.space_id,
    Space.slug,
    Space.name,
    Placement.activity_id,
)
_SINCE = (
    visible_sessions(ANYBODY)
    .join(Space, Space.id == LiveSession.space_id)
    .outerjoin(Placement, Placement.session_id == LiveSession.id)
    .where(
        sa.or_(
            LiveSession.starts_at >= sa.bindparam("since", type_=UtcDateTime()),
            LiveSession.state == SessionState.LIVE,
        ),
        sa.or_(
            LiveSession.state != SessionState.ENDED,
            LiveSession.started_at.is_not(None),  # else it was called off
        ),
    )
    .order_by(LiveSession.starts_at, LiveSession.id)
    .limit(SESSIONS_READ)
    .with_only_columns(*_COLUMNS)
)
_SINCE_IN_SPACE = _SINCE.where(LiveSession.space_id == sa.bindparam("space", type_=sa.Uuid()))


def sessions_since(
    ctx: Context, since: dt.datetime, *, space_id: uuid.UUID | None = None
) -> Sequence[SessionLine]:
    """Return the reader's sessions from an instant on, and whatever is live, by their time."""
    given: dict[str, Any] = {"me": ctx.actor_id, "since": since}
    if space_id is None:
        rows = execute(_SINCE, given)
    else:
        rows = execute(_SINCE_IN_SPACE, given | {"space": space_id})
    return [SessionLine(*row) for row in rows]


def sessions_ahead(ctx: Context, space_id: uuid.UUID) -> list[SessionLine]:
    """Return a space's sessions that are live or to come, live ones first, then by time."""
    found = sessions_since(ctx, ctx.now - rules.LATEST_START, space_id=space_id)
    ahead = [session for session in found if session.is_ahead(ctx.now)]
    return sorted(ahead, key=lambda session: not session.live)


def leads(ctx: Context, space_id: uuid.UUID) -> list[Person]:
    """Return who facilitates in a space: its facilitators, or where it has none its organisers."""
    rank = sa.case({role.value: -rank for role, rank in RANK.items()}, value=Membership.role)
    rows = db.session.execute(
        visible_memberships(ctx)
        .join(User, User.id == Membership.user_id)
        .where(Membership.space_id == space_id, Membership.role.in_(FACILITATING))
        .order_by(rank.desc(), User.name, User.id)
        .limit(LEADS_SHOWN)
        .with_only_columns(User.id, User.name, Membership.role)
    ).all()
    facilitators = [row for row in rows if row.role is Role.FACILITATOR] or rows
    return [Person(row.id, row.name) for row in facilitators]
