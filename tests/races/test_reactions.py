"""Many react to one post at once: every one counts, and none counts twice.

The lock is that of the post's row (``discussions.operations.reacting``).
"""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once, in_line

from community.accounts.operations import delete_account
from community.discussions.models import Post, Reaction, ReactionKind
from community.discussions.operations import react
from community.discussions.rules import counts_of
from community.kernel.db import db

pytestmark = pytest.mark.races
THANKS, HEART = ReactionKind.THANKS, ReactionKind.HEART


@pytest.fixture
def talk(app):
    """The id of a post, and of twelve people who may react to it."""
    space_id, author = make_space(app), make_user(app, "Author")
    people = [make_user(app, f"Peer {number}") for number in range(12)]
    for person in (author, *people):
        join(app, space_id, person)
    thread_id = make_thread(app, space_id, author)
    with app.app_context():
        post_id = db.session.scalars(sa.select(Post.id).where(Post.thread_id == thread_id)).one()
    return post_id, people


def saying(post_id, who, kind=THANKS, *, on=True):
    return lambda: react(acting(who), post_id, kind=kind, on=on)


def counts(app, post_id):
    """Return what stands at the post, having compared it with the rows."""
    with app.app_context():
        rows = sa.select(Reaction.kind, sa.func.count()).group_by(Reaction.kind)
        truth = {kind.value: many for kind, many in db.session.execute(rows)}
        found = counts_of(db.session.get_one(Post, post_id).reactions)
    assert found == truth
    return found


def test_twelve_people_and_two_windows_of_each_are_twelve(app, talk):
    post_id, people = talk
    answers = at_once(app, [saying(post_id, who) for who in people for _window in range(2)])
    assert answers == [None] * 24
    assert counts(app, post_id) == {"thanks": 12}


def test_one_waits_for_the_other_and_counts_with_them(app, talk):
    post_id, people = talk
    in_line(
        app,
        sa.select(Post).where(Post.id == post_id),
        [saying(post_id, people[0]), saying(post_id, people[1]), saying(post_id, people[1], HEART)],
    )
    assert counts(app, post_id) == {"thanks": 2, "heart": 1}


def test_taking_back_and_giving_at_once_leaves_what_the_rows_say(app, talk):
    post_id, people = talk
    for who in people:
        with app.app_context():
            saying(post_id, who)()
    acts = [saying(post_id, who, on=False) for who in people[:6]]
    at_once(app, acts + [saying(post_id, who, HEART) for who in people])
    assert counts(app, post_id) == {"thanks": 6, "heart": 12}


def test_who_deletes_their_account_in_one_window_and_reacts_in_another_is_not_counted(app, talk):
    post_id, people = talk
    for who in people[:4]:
        answers = at_once(
            app,
            [
                saying(post_id, who),
                lambda who=who: delete_account(acting(who)),
                saying(post_id, who, HEART),
                saying(post_id, people[10]),
            ],
        )
        assert answers[1] is None
    assert counts(app, post_id)["thanks"] == 1
    assert "heart" not in counts(app, post_id)
