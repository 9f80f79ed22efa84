"""What is unread over all spaces: the first threads of it, and how much of it each space has."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread
from factories.spaces import join, make_space

from community.discussions.models import Thread, ThreadKind
from community.discussions.operations import mark_read
from community.discussions.queries import Shown, is_announced, threads_of, unread_threads
from community.kernel.db import db
from community.kernel.frame import MOST_COUNTED
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.notifications.queries import unread_in_frame
from community.spaces.models import Role
from community.spaces.operations import remove_member

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def spaces(app, place):
    """Spaces to which the place's member belongs: of many threads, of few, and of none."""
    made = [make_space(app, f"Space {number}") for number in range(4)]
    for space_id in made:
        join(app, space_id, place.owner, Role.OWNER)
        join(app, space_id, place.member)
    for space_id, number in zip(made, (5, 2, 1, 0), strict=True):
        for _ in range(number):
            make_thread(app, space_id, place.owner, replies=1)
    return [place.space_id, *made]


def every(ctx, spaces):
    """Return the ids of all that is unread, as the lists of the spaces have it, in Home's order."""
    rows = [row for key in spaces for row in threads_of(ctx, key, show=Shown.UNREAD).items]
    rows.sort(key=lambda row: (row.last_posted_at, row.id), reverse=True)
    rows.sort(key=lambda row: not is_announced(row))
    return [row.id for row in rows]


def first(ctx, limit):
    return [row.id for row in unread_threads(ctx, limit)]


def test_as_many_are_given_as_are_asked_for_the_last_word_first(app, place, spaces):
    ctx = acting(place.member)
    expected = every(ctx, spaces)
    assert len(expected) >= 8
    for limit in (1, 2, 5, 6, len(expected), len(expected) + 3):
        assert first(ctx, limit) == expected[:limit]
    mark_read(ctx, expected[0], number=2)
    mark_read(ctx, expected[3], number=1)
    left = every(ctx, spaces)
    assert expected[0] not in left
    for limit in (1, 3, len(expected)):
        assert first(ctx, limit) == left[:limit]


def test_announcements_that_nobody_opened_come_first_however_old(app, place, spaces):
    ctx = acting(place.member)
    told = [
        make_thread(app, key, place.owner, kind=ThreadKind.ANNOUNCEMENT, replies=1)
        for key in (spaces[1], spaces[3], spaces[3])
    ]
    for number in range(6):
        make_thread(app, spaces[2], place.owner, title=f"Question {number}")
    assert first(ctx, 2) == [told[2], told[1]]
    mark_read(ctx, told[2], number=1)  # opened: a thread like any other
    expected = every(ctx, spaces)
    assert expected[:2] == [told[1], told[0]]
    for limit in (1, 2, 3, 8, 40):
        assert first(ctx, limit) == expected[:limit]


def test_what_is_left_out_does_not_stand_for_what_is_asked_for(app, place, spaces):
    ctx = acting(place.member)
    latest = make_thread(app, spaces[1], place.owner)
    but = Thread.id == latest
    expected = [key for key in every(ctx, spaces) if key != latest]
    for limit in (1, 4, 6):
        assert [row.id for row in unread_threads(ctx, limit, but=but)] == expected[:limit]


def test_who_left_a_space_has_nothing_unread_there(app, place, spaces):
    for key in spaces[1:]:
        remove_member(acting(place.owner), key, place.member)
    ctx = acting(place.member)
    assert set(unread_in_frame(ctx).spaces) <= {place.space_id}
    assert first(ctx, 40) == every(ctx, [place.space_id])


def test_beyond_ninety_nine_a_space_has_simply_more(app, place):
    reader, began = place.observer, dt.datetime.now(dt.UTC)
    ctx = acting(reader)
    before = unread_in_frame(ctx).spaces.get(place.space_id, 0)
    rows = [
        {
            "id": new_key(),
            "space_id": place.space_id,
            "kind": ThreadKind.QUESTION,
            "title": f"Question {number}",
            "author_id": place.owner,
            "created_at": began,
            "last_number": 1,
            "last_posted_at": began + dt.timedelta(seconds=number),
            "last_author_id": place.owner,
        }
        for number in range(MOST_COUNTED + 20)
    ]

    def put(some):
        with unit_of_work(ctx):
            db.session.execute(sa.insert(Thread), some)

    exact = MOST_COUNTED - before
    put(rows[:exact])
    assert unread_in_frame(ctx).spaces == {place.space_id: MOST_COUNTED}
    put(rows[exact:])
    assert unread_in_frame(ctx).spaces[place.space_id] > MOST_COUNTED
