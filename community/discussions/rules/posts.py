"""How posts are counted into pages, and how long what was said can be taken back.

Numbers have no gaps, so a page is a range of numbers; a post that was removed, or moved, leaves a
line in its place.
"""

import datetime as dt

POSTS_A_PAGE = 20

MOST_SWEPT = 500
"""Threads that are marked as read at once."""

MOST_PINNED = 5
"""Threads that stand on top of a space's list at once."""

SECOND_THOUGHTS = dt.timedelta(minutes=5)
"""Words that are written anew so soon after they were said leave no former edition."""

KEPT_FOR = dt.timedelta(days=14)
"""How long a removed post can be put back; then its words are wiped."""

HIDDEN_KEPT_FOR = dt.timedelta(days=30)
"""The same for a post that others than its author took away: a second look takes its time."""

MOST_EDITIONS = 100
"""Former editions of one post that are kept; the first always is."""

MOST_CHOSEN = 200
"""Posts that are chosen one by one."""

MOST_MOVED = 1_000
"""Posts that are moved at once: a whole thread, or what follows a post in it."""


def page_start(number: int) -> int:
    """Return the number before the first post of the page that holds post ``number``."""
    return max(0, number - 1) // POSTS_A_PAGE * POSTS_A_PAGE


def opening_page(read: int, last: int) -> int:
    """Return where a thread opens: the page of the first unread post, or the last one.

    ``read`` is the number read up to, ``last`` the newest post's.
    """
    return page_start(min(read + 1, last))
