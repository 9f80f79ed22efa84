"""Posts move and threads are tagged while others write: nothing is lost, doubled or left half."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import consistent, make_thread
from factories.spaces import join, make_space
from races.parallel import at_once, in_line

from community.discussions.models import Post, Removal, Thread, ThreadKind
from community.discussions.operations import (
    edit_post,
    merge_posts,
    post_reply,
    remove_post,
    rename_thread,
    split_thread,
)
from community.discussions.queries import tags_of_space
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.spaces.models import Role

pytestmark = pytest.mark.races


@pytest.fixture
def leader(app):
    return make_user(app, "Leader Example")


@pytest.fixture
def space(app, leader):
    space_id = make_space(app)
    join(app, space_id, leader, Role.FACILITATOR)
    return space_id


def test_a_split_beside_replies_loses_none(app, space, leader):
    thread_id = make_thread(app, space, leader, replies=5)
    acts = [lambda n=n: post_reply(acting(leader), thread_id, body=f"Beside {n}") for n in range(6)]
    acts.insert(
        3,
        lambda: split_thread(
            acting(leader), thread_id, title="Apart", kind=ThreadKind.QUESTION, since=3
        ),
    )
    answers = at_once(app, acts)
    made = answers[3].thread.id
    consistent(app, thread_id, made)
    with app.app_context():
        standing = db.session.scalars(
            sa.select(sa.func.count()).where(
                Post.thread_id.in_((thread_id, made)), Post.removal.is_(None)
            )
        ).one()
    assert standing == 12


def test_two_threads_that_merge_crosswise_do_not_wait_in_a_ring(app, space, leader):
    for _round in range(6):
        first, second = (make_thread(app, space, leader, replies=2) for _ in range(2))
        answers = at_once(
            app,
            [
                lambda a=a, b=b: merge_posts(acting(leader), a, into=b)
                for a, b in ((first, second), (second, first))
            ],
        )
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        consistent(app, first, second)


def test_what_is_removed_while_it_moves_is_removed_where_it_is_or_refused(app, space, leader):
    thread_id = make_thread(app, space, leader, replies=1)
    other = make_thread(app, space, leader)
    with app.app_context():
        post_id = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == thread_id, Post.number == 2)
        ).one()
    held = sa.select(Thread.id).where(Thread.id == thread_id).with_for_update()
    answers = in_line(
        app,
        held,
        [
            lambda: merge_posts(acting(leader), thread_id, into=other, numbers=(2,)),
            lambda: remove_post(acting(leader), post_id),
            lambda: edit_post(acting(leader), post_id, body="Anew", edition=1),
        ],
    )
    consistent(app, thread_id, other)
    with app.app_context():
        removal = db.session.get_one(Post, post_id).removal
    if isinstance(answers[1], Conflict):  # it was found where it no longer is
        assert isinstance(answers[2], Conflict)
        assert removal is None
    else:  # where there is one writer at a time, it was found where it is now
        assert isinstance(answers[2], NotFound)
        assert removal is Removal.AUTHOR


def test_what_was_removed_before_it_was_to_move_does_not(app, space, leader):
    thread_id = make_thread(app, space, leader, replies=1)
    other = make_thread(app, space, leader)
    with app.app_context():
        post_id = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == thread_id, Post.number == 2)
        ).one()
    held = sa.select(Thread.id).where(Thread.id == thread_id).with_for_update()
    answers = in_line(
        app,
        held,
        [
            lambda: remove_post(acting(leader), post_id),
            lambda: merge_posts(acting(leader), thread_id, into=other, numbers=(2,)),
        ],
    )
    assert isinstance(answers[1], Conflict)
    consistent(app, thread_id, other)
    with app.app_context():
        assert db.session.get_one(Post, post_id).removal is Removal.AUTHOR


def test_a_tag_that_two_use_first_at_once_is_one(app, space, leader):
    for number in range(6):
        threads = [make_thread(app, space, leader) for _ in range(3)]
        acts = [
            lambda key=key, n=number: rename_thread(
                acting(leader), key, title="T", kind=ThreadKind.ASK, tags=[f"tag {n}"]
            )
            for key in threads
        ]
        acts.append(lambda key=threads[0]: post_reply(acting(leader), key, body="Beside"))
        answers = at_once(app, acts)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        assert {row.name: row.threads for row in tags_of_space(space)} == {
            f"tag {number}": 3 for number in range(6)
        }
