import pytest

from community.discussions.rules import opening_page, page_start


@pytest.mark.parametrize(
    ("number", "start"), [(0, 0), (1, 0), (20, 0), (21, 20), (40, 20), (41, 40)]
)
def test_a_post_stands_on_the_page_of_its_twenty(number, start):
    assert page_start(number) == start


@pytest.mark.parametrize(
    ("read", "last", "start"),
    [
        (0, 1, 0),  # nothing read yet: from the beginning
        (0, 45, 0),
        (20, 45, 20),  # the first unread post is the first of its page
        (19, 45, 0),
        (40, 45, 40),
        (20, 20, 0),  # all read, the page is full: there is no next one yet
        (45, 45, 40),  # all read: where the talk is now
    ],
)
def test_a_thread_opens_where_the_unread_begins(read, last, start):
    assert opening_page(read, last) == start
