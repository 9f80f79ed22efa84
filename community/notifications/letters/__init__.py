"""The letters themselves: looked at again and composed; what becomes of each, the post office says.

Each acts as its reader, so that what they may not see is simply not found, and nothing is sent.
"""

from community.notifications.letters.answers import tell_group, tell_watchers, write_answers
from community.notifications.letters.to_spaces import (
    tell_announcement,
    tell_schedule,
    write_announcement,
    write_reminder,
    write_schedule,
)

__all__ = [
    "tell_announcement",
    "tell_group",
    "tell_schedule",
    "tell_watchers",
    "write_announcement",
    "write_answers",
    "write_reminder",
    "write_schedule",
]
