"""Two windows, two workers: whoever is mentioned is told of it once."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Mention, Post
from community.discussions.operations import edit_post, erase, post_reply, render_again
from community.discussions.rules import MentionedGroup
from community.kernel import markdown
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.notifications.models import AnswerNews
from community.notifications.operations import note_group, owe_answers
from community.notifications.rules import DELAY
from community.spaces.models import Role

pytestmark = pytest.mark.races


class Place:
    """A thread of a writer's, and members to mention."""

    def __init__(self, app):
        self.app, self.space_id = app, make_space(app)
        self.writer = make_user(app, "Writer")
        self.people = [make_user(app, f"Person {number}") for number in range(5)]
        join(app, self.space_id, self.writer, Role.OWNER)
        for each in self.people:
            join(app, self.space_id, each)
        self.thread_id = make_thread(app, self.space_id, self.writer)

    def say(self, body):
        with self.app.app_context():
            return post_reply(acting(self.writer), self.thread_id, body=body).id


@pytest.fixture
def place(app):
    return Place(app)


def count(app, model, *where):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def test_two_windows_that_add_one_mention_tell_it_once(app, place):
    post = place.say("Hello")
    answers = at_once(
        app,
        [
            lambda body=f"Hello @Person 1, {number}": edit_post(
                acting(place.writer), post, body=body, edition=1
            )
            for number in range(6)
        ],
    )
    assert sum(isinstance(each, Conflict) for each in answers) == 5
    assert count(app, Mention, Mention.post_id == post) == 1
    assert count(app, AnswerNews, AnswerNews.post_id == post) == 1


def test_two_workers_that_tell_a_group_note_each_member_once(app, place):
    post = place.say("Hello @everyone and @Person 2")
    groups = [MentionedGroup.EVERYONE]
    at_once(
        app,
        [lambda: note_group(acting(place.writer), post, place.space_id, groups, but=place.writer)]
        * 4,
    )
    assert count(app, AnswerNews, AnswerNews.post_id == post) == len(place.people)


def test_two_workers_that_owe_letters_owe_one(app, place):
    for number in range(3):
        place.say(f"@Person 1 and @Person 2, {number}")
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(AnswerNews).values(at=dt.datetime.now(dt.UTC) - DELAY))
    at_once(app, [lambda: owe_answers(acting(None))] * 4)
    assert count(app, OutboxRow, OutboxRow.job == "notifications.mail_answers") == 2
    assert count(app, AnswerNews, AnswerNews.telling.is_(None)) == 0


def test_posts_are_rendered_again_while_they_are_edited_and_people_leave(app, place):
    posts = [place.say(f"@Person 1 says {number}") for number in range(12)]
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(Post).values(renderer=1, html="old"))
    edits = [
        lambda key=key: edit_post(acting(place.writer), key, body="New.", edition=1)
        for key in posts[::3]
    ]
    at_once(
        app,
        [
            *edits,
            lambda: render_again(acting(None)),
            lambda: render_again(acting(None)),
            lambda: erase(acting(place.people[1])),
        ],
    )
    with app.app_context():
        while render_again(acting(None)):
            pass
        rows = db.session.scalars(sa.select(Post).where(Post.id.in_(posts)).order_by(Post.number))
        for at, post in enumerate(rows):
            words = "New." if at % 3 == 0 else f"@Person 1 says {at}"
            assert post.html == f"<p>{words}</p>\n"
            assert post.renderer == markdown.RENDERER
            assert post.edition == (2 if at % 3 == 0 else 1)
