"""How posts are counted into pages, and how long what was said can be taken back.

Numbers have no gaps, so a page is a range of numbers; a removed post keeps its place.
"""

import datetime as dt

POSTS_A_PAGE = 20

MOST_PINNED = 5
"""Threads that stand on top of a space's list at once."""

SECOND_THOUGHTS = dt.timedelta(minutes=5)
"""Words that are written anew so soon after them leave no former edition."""

KEPT_FOR = dt.timedelta(days=14)
"""How long a removed post can be put back; then its words are wiped."""

MOST_EDITIONS = 100
"""Former editions of one post that are kept; the first always is."""


def page_start(number: int) -> int:
    """Return the number before the first post of the page that holds post ``number``."""
    return max(0, number - 1) // POSTS_A_PAGE * POSTS_A_PAGE


def opening_page(read: int, last: int) -> int:
    """Return where a thread opens: the page of the first unread post, or the last one.

    ``read`` is the number read up to, ``last`` the newest post's.
    """
    return page_start(min(read + 1, last))
