"""What people are told of: in their inbox at once, by letter when it is owed."""

from community.notifications.operations.inbox import (
    mark_all,
    mark_entry,
    put,
    put_posts,
    put_reaction,
    put_to_space,
    read_as_far,
    unmark_all,
    unread_from,
)
from community.notifications.operations.owing import (
    erase,
    note_group,
    note_post,
    note_watchers,
    owe_answers,
    owe_reminders,
    owe_schedule_news,
    owe_to_space,
)

__all__ = [
    "erase",
    "mark_all",
    "mark_entry",
    "note_group",
    "note_post",
    "note_watchers",
    "owe_answers",
    "owe_reminders",
    "owe_schedule_news",
    "owe_to_space",
    "put",
    "put_posts",
    "put_reaction",
    "put_to_space",
    "read_as_far",
    "unmark_all",
    "unread_from",
]
