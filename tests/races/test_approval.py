"""Two who lead decide at once about a post that waits; its author changes it meanwhile."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.events import ReplyPosted
from community.discussions.models import Post, Removal, Thread
from community.discussions.operations import edit_post, post_reply, remove_post
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.moderation.models import Case, Decision
from community.moderation.operations import decide_case
from community.moderation.rules import Outcome, Reason
from community.spaces.models import Role

pytestmark = pytest.mark.races

APPROVED = {"outcome": Outcome.APPROVED, "edition": 1}
DECLINED = {"outcome": Outcome.HIDDEN, "reason": Reason.ADVERTISING, "words": "No adverts."}


@pytest.fixture
def space_id(app):
    return make_space(app, approve_first=1)


@pytest.fixture
def leaders(app, space_id):
    made = [make_user(app, f"Organiser {n}") for n in range(4)]
    for who in made:
        join(app, space_id, who, Role.ORGANISER)
    return made


@pytest.fixture
def thread_id(app, space_id, leaders):
    return make_thread(app, space_id, leaders[0])


@pytest.fixture
def mia(app, space_id):
    user_id = make_user(app, "Mia Example")
    join(app, space_id, user_id)
    return user_id


@pytest.fixture
def waiting(app, thread_id, mia):
    with app.app_context():
        return post_reply(acting(mia), thread_id, body="I am new.").id


@pytest.fixture
def case_id(app, waiting):
    with app.app_context():
        return db.session.scalars(sa.select(Case.id).where(Case.post_id == waiting)).one()


def told(thread_id):
    return [e for e in log.since(thread_id, 0) if isinstance(e.event, ReplyPosted)]


def test_of_approvals_at_once_one_wins_and_the_post_is_new_once(
    app, leaders, thread_id, waiting, case_id
):
    answers = at_once(
        app, [lambda who=who: decide_case(acting(who), case_id, **APPROVED) for who in leaders]
    )
    lost = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(lost) == len(leaders) - 1
    assert {answer.message for answer in lost} == {"This was decided already."}
    with app.app_context():
        assert db.session.get_one(Thread, thread_id).last_number == 2
        assert len(told(thread_id)) == 1


def test_it_is_approved_or_declined_and_never_both(app, leaders, thread_id, waiting, case_id):
    acts = [
        lambda who=who, how=how: decide_case(acting(who), case_id, **how)
        for who, how in zip(leaders, [APPROVED, DECLINED] * 2, strict=True)
    ]
    answers = at_once(app, acts)
    assert [type(a) for a in answers].count(Decision) == 1
    with app.app_context():
        outcome = db.session.scalars(sa.select(Decision.outcome)).one()
        stands = outcome is Outcome.APPROVED
        post = db.session.get_one(Post, waiting)
        assert (post.removal is None, post.number > 0) == (stands, stands)
        assert len(told(thread_id)) == stands


def test_what_its_author_takes_away_at_that_moment_is_approved_or_gone(
    app, leaders, mia, thread_id, waiting, case_id
):
    acts = [
        lambda: decide_case(acting(leaders[0]), case_id, **APPROVED),
        lambda: remove_post(acting(mia), waiting),
        lambda: edit_post(acting(mia), waiting, body="Anew.", edition=1),
    ]
    answers = at_once(app, acts)
    assert all(not isinstance(a, Exception) or isinstance(a, Conflict | NotFound) for a in answers)
    with app.app_context():
        post = db.session.get_one(Post, waiting)
        approved = post.number > 0
        assert post.removal in ({None, Removal.AUTHOR} if approved else {Removal.AUTHOR})
        assert len(told(thread_id)) == approved


def test_posts_at_once_wait_each_in_a_place_of_its_own(app, mia, thread_id):
    acts = [lambda n=n: post_reply(acting(mia), thread_id, body=f"At once, {n}.") for n in range(4)]
    made = at_once(app, acts)
    assert sorted(post.number for post in made) == [-4, -3, -2, -1]
