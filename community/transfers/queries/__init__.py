"""What was brought in, and what became of it."""

from community.transfers.queries.feeds import (
    feeds_of,
    followed_posts,
    my_feed_token,
    reader_of,
    space_and_threads,
    thread_and_posts,
)
from community.transfers.queries.mail import (
    MessageLine,
    counted,
    import_by_id,
    imports_of,
    lines_of,
    remaining_in,
    unnamed_elsewhere,
)
from community.transfers.queries.personal import personal

__all__ = [
    "MessageLine",
    "counted",
    "feeds_of",
    "followed_posts",
    "import_by_id",
    "imports_of",
    "lines_of",
    "my_feed_token",
    "personal",
    "reader_of",
    "remaining_in",
    "space_and_threads",
    "thread_and_posts",
    "unnamed_elsewhere",
]
