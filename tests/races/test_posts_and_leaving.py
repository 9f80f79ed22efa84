"""Whoever deletes their account beside an act on a post they reacted to: no ring, either order."""

import threading
import time

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from races.parallel import at_once

from community.accounts.operations import delete_account
from community.discussions.models import Post, ReactionKind, ThreadKind
from community.discussions.operations import edit_post, editing, react, relocating, split_thread
from community.kernel.db import db
from community.spaces.models import Role

pytestmark = pytest.mark.races
WINDOW = 1.0  # seconds in which the other one can come between


@pytest.fixture
def talk(app):
    """A thread whose second post somebody reacted to who wrote the third."""
    space = make_space(app)
    leader, leaving = make_user(app, "Leader Example"), make_user(app, "Xenia Leaves")
    join(app, space, leader, Role.OWNER)
    join(app, space, leaving)
    thread = make_thread(app, space, leader)
    reply(app, thread, leader, "One.")
    reply(app, thread, leaving, "Mine.")
    with app.app_context():
        of_thread = sa.select(Post.id).where(Post.thread_id == thread, Post.number == 2)
        post = db.session.scalars(of_thread).one()
        react(acting(leaving), post, kind=ReactionKind.HEART, on=True)
    return thread, post, leader, leaving


def widened(monkeypatch, module, name):
    """Let an act rest where it holds posts, and tell when it has come there."""
    there, real = threading.Event(), getattr(module, name)

    def slow(*given, **more):
        if not there.is_set():
            db.session.flush()
            there.set()
            time.sleep(WINDOW)
        return real(*given, **more)

    monkeypatch.setattr(module, name, slow)
    return there


def test_posts_move_beside_a_deletion(app, talk, monkeypatch):
    thread, post, leader, leaving = talk
    there = widened(monkeypatch, relocating, "_left_behind")
    given = {"title": "Apart", "kind": ThreadKind.QUESTION, "numbers": (2, 3)}

    def leave():
        there.wait(20)
        delete_account(acting(leaving))

    moved, _left = at_once(app, [lambda: split_thread(acting(leader), thread, **given), leave])
    with app.app_context():
        assert db.session.get_one(Post, post).thread_id == moved.thread.id
        assert db.session.get_one(Post, post).reactions == ""


def test_a_post_that_comes_to_mention_somebody_beside_their_deletion(app, talk, monkeypatch):
    _thread, post, leader, leaving = talk
    there = widened(monkeypatch, editing, "keep_mentions")

    def leave():
        there.wait(20)
        delete_account(acting(leaving))

    words = {"body": "Hello @Xenia Leaves", "edition": 1}
    at_once(app, [lambda: edit_post(acting(leader), post, **words), leave])
    with app.app_context():
        assert db.session.get_one(Post, post).body == words["body"]
        assert db.session.get_one(Post, post).reactions == ""
