"""How posts are counted into pages: numbers have no gaps, so a page is a range of numbers."""

POSTS_A_PAGE = 20


def page_start(number: int) -> int:
    """Return the number before the first post of the page that holds post ``number``."""
    return max(0, number - 1) // POSTS_A_PAGE * POSTS_A_PAGE


def opening_page(read: int, last: int) -> int:
    """Return where a thread opens: the page of the first unread post, or the last one.

    ``read`` is the number read up to, ``last`` the newest post's.
    """
    return page_start(min(read + 1, last))
