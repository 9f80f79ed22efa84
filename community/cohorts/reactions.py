"""Belonging to a run's space as a learner is being enrolled in it: both begin and end as one.

And a session that moves takes along what opens after it.
"""

import datetime as dt

from community.cohorts.operations import give_back_seat, settle_session, take_seat
from community.cohorts.queries import placement_of_session
from community.kernel.context import Context
from community.kernel.db import db
from community.live.events import SessionMoved
from community.live.models import LiveSession
from community.spaces.events import MemberJoined, MemberRemoved, RoleChanged
from community.spaces.models import Role


def on_member_joined(ctx: Context, event: MemberJoined) -> None:
    """Enrol who joined to learn; a full cohort undoes the joining."""
    if event.role == Role.MEMBER:
        take_seat(ctx, event.space_id, event.user_id)


def on_session_moved(_ctx: Context, event: SessionMoved) -> None:
    """Let what opens after a session of the course open as much later."""
    placed = placement_of_session(event.session_id)
    if placed is not None:
        session = db.session.get_one(LiveSession, event.session_id)
        ends_at = session.starts_at + dt.timedelta(minutes=session.minutes)
        settle_session(placed.run_id, placed.activity_id, ends_at)


def on_member_removed(ctx: Context, event: MemberRemoved) -> None:
    """End the enrolment with the membership."""
    give_back_seat(ctx, event.space_id, event.user_id)


def on_role_changed(ctx: Context, event: RoleChanged) -> None:
    """Enrol who learns from now on; whoever leads or observes instead gives the seat back."""
    if event.role == Role.MEMBER:
        take_seat(ctx, event.space_id, event.user_id)
    else:
        give_back_seat(ctx, event.space_id, event.user_id)
