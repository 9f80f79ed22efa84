"""The index is written by several at once: in the end it says what is there."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Post
from community.discussions.operations import edit_post, post_reply
from community.kernel.db import db, execute
from community.kernel.jobs import run_everything
from community.search.models import ENTRY, EntryKind
from community.search.operations import index, rebuild

pytestmark = pytest.mark.races


def entries():
    columns = [column for column in ENTRY.c if column.name != "number"]
    return sorted(map(repr, execute(sa.select(*columns)).all()))


@pytest.fixture
def writer(app):
    return make_user(app, "Writer Example")


@pytest.fixture
def thread(app, writer):
    space_id = make_space(app)
    join(app, space_id, writer)
    return make_thread(app, space_id, writer)


def test_the_index_is_made_anew_while_people_write(app, writer, thread):
    for number in range(5):
        reply(app, thread, writer, f"Before {number}")
    with app.app_context():
        posts = db.session.scalars(sa.select(Post.id).where(Post.thread_id == thread)).all()

    def edit(number):
        return lambda: edit_post(acting(writer), posts[number], body=f"After {number}", edition=1)

    def write(number):
        return lambda: post_reply(acting(writer), thread, body=f"New {number}")

    acts = [lambda: rebuild(acting(None)), *map(edit, (1, 2)), *map(write, (1, 2))]
    answers = at_once(app, acts)
    assert not any(isinstance(answer, Exception) for answer in answers)
    run_everything(app)
    with app.app_context():
        as_it_is = entries()
        rebuild(acting(None))
        assert entries() == as_it_is
        assert len(as_it_is) == 1 + 5 + 2 + 1  # a thread, its replies old and new, a person


def test_two_jobs_about_one_post_leave_one_entry_that_is_true(app, writer, thread):
    reply(app, thread, writer, "Once")
    with app.app_context():
        post = db.session.scalars(
            sa.select(Post).where(Post.thread_id == thread, Post.number == 2)
        ).one()
    look = [lambda: index(acting(None), EntryKind.POST, [post.id])] * 3
    at_once(
        app, [*look, lambda: edit_post(acting(writer), post.id, body="Twice", edition=1), *look]
    )
    run_everything(app)
    with app.app_context():
        [text] = execute(sa.select(ENTRY.c.text).where(ENTRY.c.subject_id == post.id)).scalars()
        assert text == "Twice"
