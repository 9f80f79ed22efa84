"""Posts that were brought in from elsewhere count as read: after an undo, and where they move."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread

from community.discussions.models import ReadPointer, Thread, ThreadKind
from community.discussions.operations import (
    mark_all_read,
    mark_read,
    mark_unread,
    merge_posts,
    post_reply,
    split_thread,
    undo_mark_all,
)
from community.discussions.queries import threads_of
from community.kernel.db import db
from community.kernel.operation import unit_of_work

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def brought(app, place):
    """A thread of six posts, the first five of which were brought in."""
    key = make_thread(app, place.space_id, place.member, replies=4)
    with unit_of_work(acting(place.owner)):
        thread = db.session.get_one(Thread, key)
        thread.history = thread.last_number
    post_reply(acting(place.member), key, body="What do you say today?")
    return key


def unread(place, thread, who):
    rows = threads_of(acting(place.people[who]), place.space_id).items
    return next(row.unread for row in rows if row.id == thread)


def split(place, thread, numbers):
    ctx, said = acting(place.facilitator), {"title": "Tides", "kind": ThreadKind.QUESTION}
    return split_thread(ctx, thread, **said, numbers=numbers).thread.id


def test_to_undo_that_all_is_read_owes_nobody_what_was_brought_in(place, brought):
    ctx = acting(place.observer)
    assert unread(place, brought, "observer") == 1
    mark_all_read(ctx, until=ctx.now)
    assert unread(place, brought, "observer") == 0
    at = sa.select(ReadPointer.swept_at).where(
        ReadPointer.thread_id == brought, ReadPointer.user_id == place.observer
    )
    undo_mark_all(ctx, at=db.session.scalars(at).one())
    assert unread(place, brought, "observer") == 1


def test_what_was_brought_in_is_no_debt_in_the_thread_that_is_split_off(place, brought):
    mark_unread(acting(place.member), brought, number=4)
    made = split(place, brought, (2, 4, 5, 6))
    assert unread(place, made, "observer") == 1
    assert unread(place, made, "member") == 3
    assert unread(place, brought, "observer") == 0
    assert db.session.get_one(Thread, made).history == 3


def test_who_reads_on_where_all_was_brought_in_owes_nothing_of_what_comes(place, brought):
    made = split(place, brought, (2, 3))
    mark_read(acting(place.observer), brought, number=6)
    merge_posts(acting(place.facilitator), brought, into=made, numbers=(4, 6))
    assert unread(place, made, "observer") == 0
    assert unread(place, made, "owner") == 1


def test_what_was_brought_in_and_comes_after_something_new_is_new_with_it(place, brought):
    merge_posts(acting(place.facilitator), brought, into=place.thread_id, numbers=(2, 3))
    assert unread(place, place.thread_id, "observer") == 3
    assert db.session.get_one(Thread, place.thread_id).history == 0


def test_what_was_split_off_and_comes_back_was_brought_in_still(place, brought):
    made = split(place, brought, (1, 2, 3, 4, 5, 6))
    merge_posts(acting(place.facilitator), made, into=brought)
    assert unread(place, brought, "observer") == 1
