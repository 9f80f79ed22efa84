"""Who sees a session and what happened in it, and who may do what there."""

import uuid
from collections.abc import Callable

import sqlalchemy as sa

from community.kernel.context import Context
from community.kernel.policy import Finder, read_rule, require, rule
from community.live.models import Attendance, LiveSession, RoomMessage
from community.spaces.models import Space
from community.spaces.policy import (
    FACILITATING,
    belongs_to,
    facilitates,
    my_spaces,
    my_spaces_as,
    refuse_archived,
    takes_part,
)


@read_rule
def visible_sessions(ctx: Context) -> sa.Select[LiveSession]:
    """Members of a space see its sessions, their rooms and their video links."""
    return sa.select(LiveSession).where(LiveSession.space_id.in_(my_spaces(ctx)))


find_session = Finder(visible_sessions)


def session_to_change(
    ctx: Context, session_id: uuid.UUID, may: Callable[[Context, LiveSession], bool]
) -> LiveSession:
    """Return a session, its row held till the commit, for an actor who may change it.

    Raises NotFound, Forbidden, Conflict in an archived space.
    """
    session = find_session(ctx, session_id, lock=True)
    require(may, ctx, session)
    refuse_archived(belongs_to(ctx, session.space_id))
    return session


@read_rule
def visible_messages(ctx: Context) -> sa.Select[RoomMessage]:
    """Whoever sees a session reads what was said in its room."""
    return (
        sa.select(RoomMessage)
        .join(LiveSession, LiveSession.id == RoomMessage.session_id)
        .where(LiveSession.space_id.in_(my_spaces(ctx)))
    )


@read_rule
def visible_attendance(ctx: Context) -> sa.Select[Attendance]:
    """Members see their own attendance, facilitators everybody's."""
    led = my_spaces_as(ctx, FACILITATING)
    return (
        sa.select(Attendance)
        .join(LiveSession, LiveSession.id == Attendance.session_id)
        .where(
            LiveSession.space_id.in_(my_spaces(ctx)),
            sa.or_(Attendance.user_id == ctx.actor_id, LiveSession.space_id.in_(led)),
        )
    )


@rule
def may_schedule_session(ctx: Context, space: Space) -> bool:
    """Organisers and facilitators plan the sessions of their space."""
    return facilitates(ctx, space.id)


@rule
def may_edit_session(ctx: Context, session: LiveSession) -> bool:
    """Organisers and facilitators change and move what is planned."""
    return facilitates(ctx, session.space_id)


@rule
def may_call_off_session(ctx: Context, session: LiveSession) -> bool:
    """Organisers and facilitators call a session off, and hold it after all."""
    return facilitates(ctx, session.space_id)


@rule
def may_start_session(ctx: Context, session: LiveSession) -> bool:
    """Organisers and facilitators begin a session."""
    return facilitates(ctx, session.space_id)


@rule
def may_end_session(ctx: Context, session: LiveSession) -> bool:
    """Organisers and facilitators end a session."""
    return facilitates(ctx, session.space_id)


@rule
def may_set_video_link(ctx: Context, session: LiveSession) -> bool:
    """Organisers and facilitators say where picture and sound are."""
    return facilitates(ctx, session.space_id)


@rule
def may_post_message(ctx: Context, session: LiveSession) -> bool:
    """Whoever takes part writes in the room; observers read."""
    return takes_part(ctx, session.space_id)


@rule
def may_raise_hand(ctx: Context, session: LiveSession) -> bool:
    """Whoever takes part raises a hand; observers watch."""
    return takes_part(ctx, session.space_id)


@rule
def may_lower_any_hand(ctx: Context, session: LiveSession) -> bool:
    """Everybody lowers their own; facilitators anybody's."""
    return facilitates(ctx, session.space_id)


@rule
def may_see_attendance(ctx: Context, session: LiveSession) -> bool:
    """The whole table; one's own is ``visible_attendance``."""
    return facilitates(ctx, session.space_id)


ABILITIES = {
    "edit": may_edit_session,
    "call_off": may_call_off_session,
    "start": may_start_session,
    "end": may_end_session,
    "set_video_link": may_set_video_link,
    "say": may_post_message,
    "raise_hand": may_raise_hand,
    "lower_any_hand": may_lower_any_hand,
    "see_attendance": may_see_attendance,
}
