"""Two windows of one writer: of texts that begin or go on at once one is kept, and none is lost.

The locks are the row of the draft and, where there is none yet, that of the person.
"""

import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import PostDraft
from community.discussions.operations import post_reply, save_reply_draft, save_thread_draft
from community.discussions.rules import MOST_NEW_THREADS
from community.kernel.db import db
from community.kernel.errors import Conflict

pytestmark = pytest.mark.races


@pytest.fixture
def writer(app):
    user_id, space_id = make_user(app), make_space(app)
    join(app, space_id, user_id)
    return user_id, space_id, make_thread(app, space_id, user_id)


def rows_of(app):
    with app.app_context():
        return db.session.scalars(sa.select(PostDraft)).all()


@pytest.mark.parametrize("begun", [False, True])
def test_of_texts_from_many_windows_one_is_kept_and_the_others_hear_of_it(app, writer, begun):
    user_id, _space, thread_id = writer
    revision = 0
    if begun:
        with app.app_context():
            revision = save_reply_draft(acting(user_id), thread_id, body="Begun.").revision

    def save(number):
        body = f"From window {number}"
        return save_reply_draft(acting(user_id), thread_id, body=body, revision=revision)

    answers = at_once(app, [lambda n=n: save(n) for n in range(6)])
    clashes = [each for each in answers if isinstance(each, Conflict)]
    [kept] = [each for each in answers if not isinstance(each, Exception)]
    assert len(clashes) == 5
    assert {each.details["kept"]["body"] for each in clashes} == {kept.body}
    assert [row.body for row in rows_of(app)] == [kept.body]


def test_many_windows_begin_no_more_threads_than_may_be(app, writer):
    user_id, space_id, _thread = writer

    def save(number):
        return save_thread_draft(acting(user_id), space_id, uuid.uuid4(), title=f"Wells {number}")

    answers = at_once(app, [lambda n=n: save(n) for n in range(MOST_NEW_THREADS + 3)])
    assert len([each for each in answers if isinstance(each, Conflict)]) == 3
    assert len(rows_of(app)) == MOST_NEW_THREADS


def test_what_another_window_writes_while_one_sends_is_not_lost(app, writer):
    user_id, _space, thread_id = writer
    for _round in range(6):
        with app.app_context():
            row = save_reply_draft(acting(user_id), thread_id, body="So far.")
        known = row.revision
        answers = at_once(
            app,
            [
                lambda known=known: post_reply(
                    acting(user_id), thread_id, body="So far.", draft=known
                ),
                lambda known=known: save_reply_draft(
                    acting(user_id), thread_id, body="Something else.", revision=known
                ),
            ],
        )
        assert not [each for each in answers if isinstance(each, Exception)]
        assert [row.body for row in rows_of(app)] == ["Something else."]
        with app.app_context():
            post_reply(acting(user_id), thread_id, body="Something else.")
