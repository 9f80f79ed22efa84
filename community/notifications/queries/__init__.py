"""Who is written to, what is to be told, and what stands in inboxes."""

from community.notifications.queries.entries import Entry, told_in_entries
from community.notifications.queries.inbox import (
    Unread,
    entries_of,
    entry_of,
    personal,
    unread_entries,
    unread_in_frame,
)
from community.notifications.queries.letters import (
    answered_by,
    answers_in,
    audience,
    members_of,
    of_group,
    readers_with_answers,
    reminders_due,
    spaces_with_news,
    told_in,
    untold,
    who_moved,
)

__all__ = [
    "Entry",
    "Unread",
    "answered_by",
    "answers_in",
    "audience",
    "entries_of",
    "entry_of",
    "members_of",
    "of_group",
    "personal",
    "readers_with_answers",
    "reminders_due",
    "spaces_with_news",
    "told_in",
    "told_in_entries",
    "unread_entries",
    "unread_in_frame",
    "untold",
    "who_moved",
]
