"""Several who tell and read at once: one notice a person, and what was read stays read."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import ThreadKind
from community.discussions.operations import mark_read, post_reply
from community.kernel.db import db
from community.kernel.keys import new_key
from community.notifications.models import InboxNotice
from community.notifications.operations import mark_all, put_to_space
from community.notifications.queries import unread_entries
from community.notifications.rules import Reason
from community.spaces.models import Role

pytestmark = pytest.mark.races


@pytest.fixture
def space(app):
    return make_space(app)


@pytest.fixture
def asker(app, space):
    made = make_user(app, "Asker")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def others(app, space):
    made = [make_user(app, f"Person {number}") for number in range(6)]
    for each in made:
        join(app, space, each)
    return made


def notices(app):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(InboxNotice))


def test_two_workers_that_tell_a_space_put_one_notice_into_each_inbox(app, space, asker, others):
    subject = new_key()
    tell = [lambda: put_to_space(acting(asker), subject, space, Reason.SCHEDULE, but=asker)] * 4
    assert at_once(app, tell) == [None] * 4
    assert notices(app) == len(others)


def test_answers_that_come_while_one_reads_are_all_told(app, space, asker, others):
    thread = make_thread(app, space, asker, kind=ThreadKind.QUESTION)
    acts = [
        *(
            lambda who=who: post_reply(acting(who), thread, body="Perhaps so.").number
            for who in others
        ),
        *[lambda: mark_all(acting(asker), until=acting(asker).now)] * 2,
    ]
    answers = at_once(app, acts)
    assert sorted(answers[: len(others)]) == list(range(2, 2 + len(others)))
    assert notices(app) == len(others)
    with app.app_context():
        mark_read(acting(asker), thread, number=1 + len(others))
        assert unread_entries(acting(asker)) == 0
