"""The pages of one's inbox, and its count in the frame of every page."""

from community.notifications.pages.blueprint import pages
from community.notifications.pages.frame import contribute
from community.notifications.pages.inbox import (
    follow,
    inbox,
    mark,
    mark_everything,
    unmark,
    unmark_everything,
)

__all__ = [
    "contribute",
    "follow",
    "inbox",
    "mark",
    "mark_everything",
    "pages",
    "unmark",
    "unmark_everything",
]
