"""Archives are brought in by two at once, and written by two workers: nothing comes twice."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import consistent
from factories.mail import archive, begin, message
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Post, Thread
from community.discussions.operations import post_reply
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.jobs import run_everything
from community.spaces.models import Role
from community.transfers.models import MailImport
from community.transfers.operations import (
    carry_out_taking_back,
    read_mail,
    take_back_mail,
    write_mail,
)

pytestmark = pytest.mark.races
TALK = archive(
    *(message(n, answers=f"m{n - 1}@lists.example" if n % 9 else "") for n in range(1, 120))
)


@pytest.fixture
def owner(app):
    return make_user(app)


@pytest.fixture
def space(app, owner):
    space_id = make_space(app)
    join(app, space_id, owner, Role.OWNER)
    return space_id


def test_two_who_bring_archives_at_once_bring_one(app, space, owner):
    def act():
        return begin(app, space, owner, TALK)

    answers = at_once(app, [act, act])
    assert sum(isinstance(each, Conflict) for each in answers) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(MailImport.id))) == 1


def test_two_workers_write_each_post_once(app, space, owner):
    key = str(begin(app, space, owner, TALK))
    at_once(app, [lambda: read_mail(Context.begin(None), key)] * 2)
    at_once(app, [lambda: write_mail(Context.begin(None), key)] * 2)
    run_everything(app)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Post.id))) == 119
        threads = db.session.scalars(sa.select(Thread.id)).all()
    consistent(app, *threads)


def test_a_reply_beside_the_taking_back_is_kept_or_refused(app, space, owner):
    key = begin(app, space, owner, archive(message(1)))
    run_everything(app)
    with app.app_context():
        thread = db.session.scalars(sa.select(Thread.id)).one()
        take_back_mail(acting(owner), key)
    answers = at_once(
        app,
        [
            lambda: post_reply(acting(owner), thread, body="Still so."),
            lambda: carry_out_taking_back(Context.begin(None), str(key)),
        ],
    )
    with app.app_context():
        posts = db.session.scalars(sa.select(Post.body).order_by(Post.number)).all()
    assert posts == ([] if isinstance(answers[0], Exception) else ["Text.", "Still so."])
