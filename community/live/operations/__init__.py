"""What one can do with a session and in its room."""

from community.live.operations.calling_off import (
    call_off_session,
    call_off_sessions,
    reinstate_session,
)
from community.live.operations.planning import edit_session, move_sessions, schedule_session
from community.live.operations.presence import (
    enter_room,
    leave_room,
    reap_dead_leases,
    reap_leases,
    renew_leases,
)
from community.live.operations.room import lower_hand, post_message, raise_hand
from community.live.operations.sessions import (
    end_forgotten_sessions,
    end_session,
    set_video_link,
    start_session,
)

__all__ = [
    "call_off_session",
    "call_off_sessions",
    "edit_session",
    "end_forgotten_sessions",
    "end_session",
    "enter_room",
    "leave_room",
    "lower_hand",
    "move_sessions",
    "post_message",
    "raise_hand",
    "reap_dead_leases",
    "reap_leases",
    "reinstate_session",
    "renew_leases",
    "schedule_session",
    "set_video_link",
    "start_session",
]
