"""Many vote in one poll, and it closes meanwhile: every vote counts once, or is refused.

The lock is that of the poll's row (``discussions.operations.polling``).
"""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once, in_line

from community.accounts.operations import delete_account
from community.discussions.models import Ballot, Poll, Post
from community.discussions.operations import (
    PollGiven,
    close_poll,
    edit_poll,
    remove_poll,
    remove_post,
    vote,
    wipe_removed,
)
from community.discussions.operations.polling import forget_ballots
from community.discussions.rules import KEPT_FOR, choices_of, tally_of
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, NotFound
from community.kernel.operation import unit_of_work

pytestmark = pytest.mark.races


@pytest.fixture
def talk(app):
    """The id of a post with a poll, its author, and twelve people who may vote."""
    space_id, author = make_space(app), make_user(app, "Author")
    people = [make_user(app, f"Peer {number}") for number in range(12)]
    for person in (author, *people):
        join(app, space_id, person)
    poll = PollGiven(question="Where?", options=["Here", "There"])
    thread_id = make_thread(app, space_id, author, poll=poll)
    with app.app_context():
        post_id = db.session.scalars(sa.select(Post.id).where(Post.thread_id == thread_id)).one()
    return post_id, author, people


def voting(post_id, who, *choices):
    return lambda: vote(acting(who), post_id, choices=choices)


def truth(app, post_id):
    """Return voters and counts, having compared them with the ballots."""
    with app.app_context():
        rows = sa.select(Ballot.choices, sa.func.count()).group_by(Ballot.choices)
        ballots = {choices_of(text): many for text, many in db.session.execute(rows)}
        poll = db.session.scalars(sa.select(Poll).where(Poll.post_id == post_id)).one()
        found = poll.voters, poll.tally["counts"]
        assert poll.tally == tally_of(ballots, 2, ranked=False)
    assert found[0] == sum(ballots.values())
    return found


def test_twelve_people_and_two_windows_of_each_are_twelve(app, talk):
    post_id, _author, people = talk
    acts = [voting(post_id, who, choice) for who in people for choice in (1, 2)]
    assert at_once(app, acts) == [None] * 24
    assert truth(app, post_id)[0] == 12


def test_a_vote_that_waits_for_the_closing_is_refused(app, talk):
    post_id, author, people = talk
    with app.app_context():
        voting(post_id, people[0], 1)()
    answers = in_line(
        app,
        sa.select(Poll).where(Poll.post_id == post_id),
        [lambda: close_poll(acting(author), post_id), voting(post_id, people[1], 1)],
    )
    assert answers[0] is None
    assert isinstance(answers[1], Conflict)
    assert truth(app, post_id) == (1, [1, 0])


def test_votes_and_the_closing_at_once_leave_what_the_ballots_say(app, talk):
    post_id, author, people = talk
    acts = [voting(post_id, who, 1) for who in people]
    answers = at_once(app, [*acts, lambda: close_poll(acting(author), post_id)])
    refused = [each for each in answers if isinstance(each, Conflict)]
    assert truth(app, post_id)[0] == 12 - len(refused)


def test_options_are_written_anew_before_the_first_vote_or_not_at_all(app, talk):
    post_id, author, people = talk
    answers = in_line(
        app,
        sa.select(Poll).where(Poll.post_id == post_id),
        [
            voting(post_id, people[0], 2),
            lambda: edit_poll(acting(author), post_id, question="?", options=["Up", "Down"]),
            lambda: remove_poll(acting(author), post_id),
        ],
    )
    assert answers[0] is None
    assert [type(each) for each in answers[1:]] == [Conflict, Conflict]
    assert truth(app, post_id) == (1, [0, 1])


def test_taken_out_and_voted_in_at_once_is_one_of_both(app, talk):
    post_id, author, people = talk
    answers = at_once(
        app, [voting(post_id, people[0], 1), lambda: remove_poll(acting(author), post_id)]
    )
    assert [type(each) for each in answers if each] in ([Conflict], [NotFound])
    assert len([each for each in answers if each is None]) == 1


def test_who_deletes_their_account_while_they_vote_is_not_counted(app, talk):
    post_id, _author, people = talk
    for who in people[:4]:
        answers = at_once(
            app,
            [
                voting(post_id, who, 1),
                lambda who=who: delete_account(acting(who)),
                voting(post_id, who, 2),
                voting(post_id, people[10], 1),
            ],
        )
        assert answers[1] is None
    assert truth(app, post_id) == (1, [1, 0])


def test_a_vote_that_waits_while_its_post_is_removed_is_refused(app, talk):
    post_id, author, people = talk

    def remove_under_the_lock():
        with unit_of_work(acting(author)) as work:
            execute(sa.select(Poll.id).where(Poll.post_id == post_id).with_for_update())
            remove_post(work.ctx, post_id)

    answers = in_line(
        app,
        sa.select(Poll).where(Poll.post_id == post_id),
        [remove_under_the_lock, voting(post_id, people[0], 1)],
    )
    assert answers[0] is None
    assert isinstance(answers[1], NotFound)
    assert truth(app, post_id) == (0, [0, 0])


def test_wiping_waits_for_who_holds_the_poll_before_it_holds_the_post(app, talk):
    """Who deletes their account holds polls, then posts: the other way round nobody goes on."""
    post_id, author, people = talk
    with app.app_context():
        voting(post_id, people[0], 1)()
        remove_post(acting(author), post_id)
    later = dt.datetime.now(dt.UTC) + KEPT_FOR + dt.timedelta(hours=1)

    def erase_slowly():
        with unit_of_work(acting(people[0])) as work:
            forget_ballots(work.ctx)
            held = sa.select(Post.id).where(Post.id == post_id).with_for_update(nowait=True)
            execute(held)  # as whoever takes mentions and reactions back does

    answers = in_line(
        app,
        sa.select(Poll).where(Poll.post_id == post_id),
        [erase_slowly, lambda: wipe_removed(acting(None, now=later))],
    )
    assert answers == [None, 1]
    with app.app_context():
        assert db.session.scalars(sa.select(Poll)).all() == []
