"""Two posts of one person come at once where a thread is slowed down."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Post
from community.discussions.operations import post_reply
from community.kernel.db import db
from community.kernel.errors import TooMany
from community.spaces.models import Role

pytestmark = pytest.mark.races


def test_of_posts_at_once_one_stands_where_a_thread_is_slow(app):
    space_id = make_space(app, slow_seconds=3600)
    asking, mia = make_user(app, "Ada Asking"), make_user(app, "Mia Example")
    join(app, space_id, asking, Role.ORGANISER)
    join(app, space_id, mia)
    thread_id = make_thread(app, space_id, asking)
    acts = [lambda n=n: post_reply(acting(mia), thread_id, body=f"At once, {n}.") for n in range(4)]
    answers = at_once(app, acts)
    refused = [answer for answer in answers if isinstance(answer, TooMany)]
    assert len(refused) == 3
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Post.author_id == mia)) == 1
