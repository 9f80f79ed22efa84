"""Reads of threads and posts."""

from community.discussions.queries.heads import thread_head, threads_seen
from community.discussions.queries.lists import (
    Shown,
    announced_first,
    is_announced,
    pinned_in,
    pinned_threads,
    threads_among,
    threads_of,
)
from community.discussions.queries.personal import personal
from community.discussions.queries.posts import (
    POST_COLUMNS,
    editions_of,
    opening_words,
    post_at,
    posts_after,
    posts_of_events,
    words_of,
)
from community.discussions.queries.unanswered import UNANSWERED
from community.discussions.queries.unread import unread_by_space, unread_threads

__all__ = [
    "POST_COLUMNS",
    "UNANSWERED",
    "Shown",
    "announced_first",
    "editions_of",
    "is_announced",
    "opening_words",
    "personal",
    "pinned_in",
    "pinned_threads",
    "post_at",
    "posts_after",
    "posts_of_events",
    "thread_head",
    "threads_among",
    "threads_of",
    "threads_seen",
    "unread_by_space",
    "unread_threads",
    "words_of",
]
