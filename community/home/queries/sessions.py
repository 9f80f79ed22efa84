"""Sessions as home shows them: columns of the calendar, and who leads."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from community.accounts.models import User
from community.cohorts.models import Placement, Run, RunState
from community.kernel.context import Context
from community.kernel.db import UtcDateTime, execute
from community.kernel.frame import Person
from community.kernel.policy import ANYBODY
from community.live import rules
from community.live.models import LiveSession, SessionState
from community.live.policy import visible_sessions
from community.live.queries import ATTENDED, is_ahead, is_missed, is_open
from community.spaces.models import Membership, Space
from community.spaces.policy import FACILITATING, RANK, visible_memberships

SESSIONS_READ = 60
PAST_READ = 600  # of courses that go on: they say what is open behind them
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
    run_id: uuid.UUID | None
    activity_id: uuid.UUID | None  # what of a course takes place there
    moved_from: dt.datetime | None
    called_off: bool
    attended: bool  # by the reader

    @property
    def ends_at(self) -> dt.datetime:
        return rules.planned_end(self.starts_at, self.minutes)

    @property
    def live(self) -> bool:
        return self.state is SessionState.LIVE

    def is_open(self, now: dt.datetime) -> bool:
        """Whether one may be in the room."""
        return is_open(self, now)

    def is_ahead(self, now: dt.datetime) -> bool:
        """Whether it is live or can still take place."""
        return is_ahead(self, now)

    def is_missed(self, now: dt.datetime) -> bool:
        """Whether nobody began it, and it can begin no more."""
        return is_missed(self, now)


_CALLED_OFF = LiveSession.called_off_at.is_not(None)
_COLUMNS: tuple[Any, ...] = (
    LiveSession.id,
    LiveSession.title,
    LiveSession.starts_at,
    LiveSession.minutes,
    LiveSession.state,
    LiveSession.video_url.is_not(None).label("has_video"),
    LiveSession.space_id,
    Space.slug,
    Space.name.label("space_name"),
    Run.id.label("run_id"),
    Placement.activity_id,
    LiveSession.moved_from,
    _CALLED_OFF.label("called_off"),
    ATTENDED.label("attended"),
)
_SHOWN = (
    visible_sessions(ANYBODY)
    .join(Space, Space.id == LiveSession.space_id)
    .outerjoin(Placement, Placement.session_id == LiveSession.id)
    .outerjoin(Run, Run.space_id == LiveSession.space_id)
    .where(sa.or_(sa.not_(_CALLED_OFF), Run.id.is_(None), Run.state == RunState.OPEN))
    .limit(SESSIONS_READ)
    .with_only_columns(*_COLUMNS)
)
_RECENT = sa.or_(
    LiveSession.starts_at >= sa.bindparam("since", type_=UtcDateTime()),
    LiveSession.state == SessionState.LIVE,
)


def _since(*of: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return what reads the sessions from an instant on; those of long ago are counted apart.

    So however many there were in the past, none that is to come is left out for them.
    """
    ahead = _SHOWN.where(_RECENT, *of).order_by(LiveSession.starts_at, LiveSession.id)
    past = (
        _SHOWN.where(sa.not_(_RECENT), Placement.id.is_not(None), Run.state == RunState.OPEN, *of)
        .order_by(LiveSession.starts_at.desc(), LiveSession.id)
        .limit(PAST_READ)
    )
    both = sa.union_all(sa.select(ahead.subquery()), sa.select(past.subquery())).subquery()
    return sa.select(both).order_by(both.c.starts_at, both.c.id)


_SINCE = _since()
_SINCE_IN_SPACE = _since(LiveSession.space_id == sa.bindparam("space", type_=sa.Uuid()))


def sessions_since(
    ctx: Context, since: dt.datetime, *, space_id: uuid.UUID | None = None
) -> Sequence[SessionLine]:
    """Return the reader's sessions from an instant on, and whatever is live, by their time.

    Those that were called off are among them, but for those of a closed run; of the activities of
    a course that goes on also those of long ago: they hold nobody back.
    """
    given: dict[str, Any] = {"me": ctx.actor_id, "since": since}
    if space_id is None:
        rows = execute(_SINCE, given)
    else:
        rows = execute(_SINCE_IN_SPACE, given | {"space": space_id})
    return [SessionLine(*row) for row in rows]


def sessions_of(ctx: Context, space_id: uuid.UUID | None = None) -> Sequence[SessionLine]:
    """Return the sessions of a space that can still take place, or were called off; read once.

    Without a space those of all one belongs to.
    """
    since = rules.oldest_start(ctx.now)
    return ctx.memo(
        ("home.sessions_of", space_id), lambda: sessions_since(ctx, since, space_id=space_id)
    )


def sessions_ahead(ctx: Context, space_id: uuid.UUID | None = None) -> list[SessionLine]:
    """Return a space's sessions that are live or to come, live ones first, then by time."""
    ahead = [session for session in sessions_of(ctx, space_id) if session.is_ahead(ctx.now)]
    return sorted(ahead, key=lambda session: not session.live)


_rank = sa.case({role.value: -rank for role, rank in RANK.items()}, value=Membership.role)
_LEADS = (
    visible_memberships(ANYBODY)
    .join(User, User.id == Membership.user_id)
    .where(
        Membership.space_id == sa.bindparam("space", type_=sa.Uuid()),
        Membership.role.in_(FACILITATING),
    )
    .order_by(_rank.desc(), User.name, User.id)
    .limit(LEADS_SHOWN)
    .with_only_columns(User.id, User.name, User.face, Membership.role)
)


def leads(ctx: Context, space_id: uuid.UUID) -> list[Person]:
    """Return who leads in a space: facilitators first, then organisers and owners."""
    rows = execute(_LEADS, {"me": ctx.actor_id, "instant": ctx.now, "space": space_id})
    return [Person(row.id, row.name, row.face) for row in rows]
