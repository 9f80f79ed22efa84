"""Posts that were brought in from elsewhere count as read: after an undo, and where they move."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread

from community.discussions.models import ReadPointer, Thread
from community.discussions.operations import (
    mark_all_read,
    post_reply,
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
