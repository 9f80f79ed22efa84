"""The pages of sessions: the calendar of a space, one session, its room, a new one.

A room reads and can be written in without scripts; what is live by nature (who is there, and
attendance, which counts connections) needs them, and the page says so.
"""

from community.live.pages.acts import end, lower_hand, raise_hand, say, start, video_link
from community.live.pages.blueprint import pages
from community.live.pages.calendar import new_session, session_list
from community.live.pages.calendar_file import calendar_file
from community.live.pages.changes import call_off, edit, move, reinstate
from community.live.pages.room import room
from community.live.pages.session import session

__all__ = [
    "calendar_file",
    "call_off",
    "edit",
    "end",
    "lower_hand",
    "move",
    "new_session",
    "pages",
    "raise_hand",
    "reinstate",
    "room",
    "say",
    "session",
    "session_list",
    "start",
    "video_link",
]
