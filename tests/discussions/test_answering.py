"""How soon questions are usually answered: what can be promised, and where it is said."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread, reply
from factories.spaces import make_space
from page_text import text_of

from community.discussions.models import Post, Thread, ThreadKind
from community.discussions.operations import remove_post
from community.discussions.queries import usual_answer
from community.discussions.rules import FEWEST, usual_wait
from community.kernel.db import WRITE, db
from community.spaces.models import Space

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def asked(hours_ago, wait=None):
    at = NOW - hours_ago * HOUR
    return at, None if wait is None else at + wait * HOUR


@pytest.mark.parametrize(
    ("questions", "hours"),
    [
        ([], None),
        ([asked(500, 0.5)] * (FEWEST - 1), None),
        ([asked(500, 0.5)] * FEWEST, 1),
        ([asked(500, 0.5)] * 3 + [asked(500, 20)], 1),
        ([asked(500, 0.5)] * 2 + [asked(500, 20)] * 2, 24),
        ([asked(500, 0.5)] * 3 + [asked(500)], 1),
        ([asked(500, 0.5)] * 2 + [asked(500)] * 2, None),
        ([asked(500, 0.5)] * 4 + [asked(0.5)] * 9, 1),
        ([asked(500, 0.5)] * 4 + [asked(30)] * 4, 72),
        ([asked(500, 100)] * 4, 168),
        ([asked(500, 200)] * 4, None),
    ],
)
def test_what_is_promised_held_for_three_of_four(questions, hours):
    wait = usual_wait(questions, NOW)
    assert wait == (None if hours is None else hours * HOUR)


@pytest.fixture
def answered(app, place):
    """Four questions of a week ago, each answered after two hours; one thread is no question."""
    keys = []
    for number in range(4):
        keys.append(make_thread(app, place.space_id, place.member, title=f"Question {number}"))
        reply(app, keys[-1], place.owner)
    make_thread(app, place.space_id, place.member, kind=ThreadKind.DISCUSSION, title="No question")
    week_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=7)
    with app.app_context(), db.engines[WRITE].begin() as connection:
        connection.execute(sa.update(Thread).values(created_at=week_ago))
        connection.execute(
            sa.update(Post).values(
                created_at=sa.case(
                    (Post.number == 1, sa.literal(week_ago, Post.created_at.type)),
                    else_=sa.literal(week_ago + 2 * HOUR, Post.created_at.type),
                )
            )
        )
        connection.execute(sa.delete(Post).where(Post.thread_id == place.thread_id))
        connection.execute(
            sa.update(Thread)
            .where(Thread.id == place.thread_id)
            .values(kind=ThreadKind.DISCUSSION.value)
        )
    return keys


def test_it_is_computed_from_what_the_reader_sees(app, place, answered):
    with app.app_context():
        assert usual_answer(acting(place.observer), place.space_id) == 24 * HOUR
        assert usual_answer(acting(place.outsider), place.space_id) is None
        assert usual_answer(acting(place.owner), make_space(app, "Elsewhere")) is None


def test_a_removed_reply_was_no_answer(app, place, answered):
    with app.app_context():
        for key in answered:
            post = db.session.scalars(
                sa.select(Post.id).where(Post.thread_id == key, Post.number == 2)
            ).one()
            remove_post(acting(place.owner), post)
        assert usual_answer(acting(place.owner), place.space_id) is None


def test_it_is_said_where_one_asks_and_where_one_waits(app, place, browse, answered):
    words = "Questions here are usually answered within a day."
    with app.app_context():
        slug = db.session.get_one(Space, place.space_id).slug
    member = browse(place.member)
    waiting = make_thread(app, place.space_id, place.member, title="A new question")
    assert words in text_of(member.get(f"/spaces/{slug}/threads/new"))
    assert words in text_of(member.get(f"/spaces/{slug}/threads?show=unanswered"))
    assert words not in text_of(member.get(f"/spaces/{slug}/threads"))
    assert f"Nobody has replied yet. {words}" in text_of(member.get(f"/threads/{waiting}"))
    assert words not in text_of(member.get(f"/threads/{answered[0]}"))
    told = member.get(f"/api/v1/spaces/{place.space_id}/usual-answer").json
    assert told == {"within_hours": 24}
    outsider = browse(place.outsider).get(f"/api/v1/spaces/{place.space_id}/usual-answer")
    assert outsider.status_code == 404


def test_where_it_cannot_be_said_nothing_is(app, place, browse):
    with app.app_context():
        slug = db.session.get_one(Space, place.space_id).slug
    member = browse(place.member)
    assert "usually answered" not in text_of(member.get(f"/spaces/{slug}/threads/new"))
    assert "usually answered" not in text_of(member.get(f"/threads/{place.thread_id}"))
    told = member.get(f"/api/v1/spaces/{place.space_id}/usual-answer").json
    assert told == {"within_hours": None}
