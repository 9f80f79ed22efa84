"""Polls: who votes, what is counted and shown, what closes them, what stays."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread

from community.discussions.models import Ballot, Poll, PollKind, PollShows, Post, ThreadKind
from community.discussions.operations import (
    PollGiven,
    close_poll,
    edit_poll,
    erase,
    lock_thread,
    merge_posts,
    post_reply,
    remove_poll,
    remove_post,
    reopen_poll,
    restore_post,
    start_thread,
    vote,
    wipe_removed,
)
from community.discussions.queries import personal, poll_of, votes_in
from community.discussions.rules import KEPT_FOR
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.operation import unit_of_work
from community.spaces.models import Space

pytestmark = pytest.mark.usefixtures("inside")
NOON = dt.datetime.fromisoformat("2099-03-03T12:00")


def ask(place, who="member", **more):
    values = {"question": "Where do we meet?", "options": ["Nairobi", "Kisumu", "Online"], **more}
    poll = PollGiven(**values)
    return post_reply(acting(place.people[who]), place.thread_id, body="A poll.", poll=poll).id


def say(place, post_id, who, *choices, **when):
    vote(acting(place.people[who], **when), post_id, choices=choices)


def seen(place, post_id, who="observer", **when):
    return poll_of(acting(place.people[who], **when), post_id)


def archive(place):
    with unit_of_work(acting(None)):
        db.session.get_one(Space, place.space_id).archived_at = dt.datetime.now(dt.UTC)


def test_a_vote_counts_once_is_changed_and_taken_back(place):
    post_id = ask(place)
    say(place, post_id, "owner", 1)
    say(place, post_id, "facilitator", 1)
    say(place, post_id, "owner", 2)
    found = seen(place, post_id, "owner")
    assert (found.voters, found.results["counts"], found.mine) == (2, [1, 1, 0], (2,))
    say(place, post_id, "owner")
    found = seen(place, post_id, "owner")
    assert (found.voters, found.results["counts"], found.mine) == (1, [1, 0, 0], ())


def test_a_thread_begins_with_one(place):
    poll = PollGiven(question="When?", options=["Now", "Later"])
    thread = start_thread(
        acting(place.member),
        place.space_id,
        kind=ThreadKind.QUESTION,
        title="When",
        body="?",
        poll=poll,
    )
    post = db.session.scalars(sa.select(Post).where(Post.thread_id == thread.id)).one()
    assert post.has_poll
    assert seen(place, post.id).options == ("Now", "Later")


@pytest.mark.parametrize(
    ("kind", "most", "choices"),
    [
        (PollKind.SINGLE, None, (1, 2)),
        (PollKind.SINGLE, None, (4,)),
        (PollKind.SINGLE, None, (0,)),
        (PollKind.MULTIPLE, 2, (1, 2, 3)),
        (PollKind.MULTIPLE, None, (1, 1)),
        (PollKind.RANKED, None, (2, 2)),
    ],
)
def test_what_is_no_ballot_is_refused(place, kind, most, choices):
    post_id = ask(place, kind=kind, most=most)
    with pytest.raises(Invalid):
        say(place, post_id, "owner", *choices)
    assert seen(place, post_id).voters == 0


def test_several_and_an_order_are_counted(place):
    several = ask(place, kind=PollKind.MULTIPLE, most=2)
    say(place, several, "owner", 1, 3)
    say(place, several, "member", 3)
    assert seen(place, several).results["counts"] == [1, 0, 2]
    ranked = ask(place, kind=PollKind.RANKED)
    for who, order in {
        "owner": (1, 3),
        "organiser": (2,),
        "facilitator": (3, 1),
        "member": (1,),
    }.items():
        say(place, ranked, who, *order)
    found = seen(place, ranked, "owner")
    assert found.results["winners"] == [1]
    assert found.mine == (1, 3)


@pytest.mark.parametrize(("who", "refusal"), [("observer", Forbidden), ("outsider", NotFound)])
def test_who_may_not_vote_changes_nothing(place, who, refusal):
    post_id = ask(place)
    for act in (
        lambda ctx: vote(ctx, post_id, choices=[1]),
        lambda ctx: close_poll(ctx, post_id),
        lambda ctx: reopen_poll(ctx, post_id),
        lambda ctx: edit_poll(ctx, post_id, question="?", options=["a", "b"]),
        lambda ctx: remove_poll(ctx, post_id),
    ):
        with pytest.raises(refusal):
            act(acting(place.people[who]))
    assert (seen(place, post_id).voters, seen(place, post_id).closed) == (0, False)


def test_a_locked_thread_takes_votes_and_an_archived_space_none(place):
    post_id = ask(place)
    lock_thread(acting(place.owner), place.thread_id, locked=True)
    say(place, post_id, "member", 1)
    archive(place)
    with pytest.raises(Conflict, match="archived"):
        say(place, post_id, "owner", 1)
    with pytest.raises(Conflict, match="archived"):
        close_poll(acting(place.owner), post_id)
    assert seen(place, post_id).voters == 1


def test_results_are_hidden_until_they_may_be_seen(place):
    voted, closed = ask(place, shows=PollShows.VOTED), ask(place, shows=PollShows.CLOSED)
    for post_id in (voted, closed):
        say(place, post_id, "owner", 1)
    assert seen(place, voted, "owner").results["counts"] == [1, 0, 0]
    assert seen(place, voted, "facilitator").results is None, "also to who leads"
    assert seen(place, closed, "owner").results is None
    for post_id in (voted, closed):
        close_poll(acting(place.member), post_id)
        assert seen(place, post_id, "observer").results["counts"] == [1, 0, 0]


def test_it_closes_at_its_time_and_opens_again_for_another_one_only(place):
    post_id = ask(place, local_at=NOON, zone="Africa/Nairobi")
    closes = dt.datetime.fromisoformat("2099-03-03T09:00+00:00")
    before = closes - dt.timedelta(seconds=1)
    assert seen(place, post_id).closes_at == closes
    say(place, post_id, "owner", 1, now=before)
    with pytest.raises(Conflict, match="closed"):
        say(place, post_id, "owner", 2, now=closes)
    assert seen(place, post_id, now=closes).closed
    with pytest.raises(Invalid):
        reopen_poll(acting(place.member, now=closes), post_id)
    with pytest.raises(Invalid, match="passed"):
        reopen_poll(acting(place.member, now=closes), post_id, local_at=NOON, zone="Africa/Nairobi")
    later = NOON + dt.timedelta(days=1)
    reopen_poll(acting(place.member, now=closes), post_id, local_at=later, zone="Africa/Nairobi")
    say(place, post_id, "owner", 2, now=closes)
    assert seen(place, post_id, now=closes).results["counts"] == [0, 1, 0]


def test_by_hand_its_author_and_who_leads_close_it_and_open_it(place):
    post_id = ask(place)
    close_poll(acting(place.member), post_id)
    with pytest.raises(Conflict, match="closed"):
        say(place, post_id, "owner", 1)
    reopen_poll(acting(place.facilitator), post_id)
    say(place, post_id, "owner", 1)
    theirs = ask(place, "owner")
    with pytest.raises(Forbidden):
        close_poll(acting(place.member), theirs)


def test_a_poll_that_is_over_when_it_begins_is_refused(place):
    past = dt.datetime.fromisoformat("2001-01-01T00:00")
    with pytest.raises(Invalid, match="passed"):
        ask(place, local_at=past, zone="UTC")
    assert db.session.scalars(sa.select(Poll)).all() == []


def test_its_author_writes_it_anew_until_somebody_voted(place):
    post_id = ask(place, kind=PollKind.RANKED)
    edit_poll(acting(place.member), post_id, question="Where?", options=["Here", "There"])
    found = seen(place, post_id)
    assert (found.question, found.options, found.edition, found.most) == (
        "Where?",
        ("Here", "There"),
        2,
        2,
    )
    with pytest.raises(Forbidden):
        edit_poll(acting(place.owner), post_id, question="Mine", options=["a", "b"])
    say(place, post_id, "owner", 2)
    with pytest.raises(Conflict, match="voted"):
        edit_poll(acting(place.member), post_id, question="Other", options=["a", "b"])
    with pytest.raises(Conflict, match="voted"):
        remove_poll(acting(place.member), post_id)


def test_its_author_takes_it_out_until_somebody_voted(place):
    post_id = ask(place)
    remove_poll(acting(place.member), post_id)
    with pytest.raises(NotFound):
        seen(place, post_id)
    with pytest.raises(NotFound):
        say(place, post_id, "owner", 1)
    assert not db.session.get_one(Post, post_id).has_poll


def test_of_a_removed_post_it_is_hidden_comes_back_and_is_wiped(place):
    post_id = ask(place)
    say(place, post_id, "owner", 1)
    remove_post(acting(place.member), post_id)
    for act in (lambda: seen(place, post_id), lambda: say(place, post_id, "owner", 2)):
        with pytest.raises(NotFound):
            act()
    restore_post(acting(place.member), post_id)
    assert seen(place, post_id).voters == 1
    remove_post(acting(place.member), post_id)
    later = acting(None, now=dt.datetime.now(dt.UTC) + KEPT_FOR + dt.timedelta(hours=1))
    wipe_removed(later)
    assert db.session.scalars(sa.select(Poll)).all() == []
    assert db.session.scalars(sa.select(Ballot)).all() == []


def test_a_moved_post_keeps_it(app, place):
    post_id = ask(place)
    say(place, post_id, "owner", 1)
    other = make_thread(app, place.space_id, place.owner)
    merge_posts(acting(place.owner), place.thread_id, into=other, numbers=(2,))
    found = seen(place, post_id)
    assert (found.thread_id, found.voters) == (other, 1)


def test_who_goes_leaves_open_polls_and_no_name_in_closed_ones(place):
    still, over = ask(place), ask(place, named=True)
    for post_id in (still, over):
        say(place, post_id, "facilitator", 1)
        say(place, post_id, "owner", 1)
    close_poll(acting(place.owner), over)
    assert len(personal(acting(place.facilitator))["votes"]) == 2
    erase(acting(place.facilitator))
    assert (seen(place, still).voters, seen(place, still).results["counts"]) == (1, [1, 0, 0])
    assert (seen(place, over).voters, seen(place, over).results["counts"]) == (2, [2, 0, 0])
    names = [item["person"].name for item in votes_in(seen(place, over, "member")).items]
    assert names == ["Owner Example"]
    assert personal(acting(place.facilitator))["votes"] == []


def test_ones_own_votes_are_among_ones_data(place):
    post_id = ask(place, kind=PollKind.RANKED)
    say(place, post_id, "owner", 3, 1)
    [mine] = personal(acting(place.owner))["votes"]
    assert (mine["question"], mine["choices"]) == ("Where do we meet?", ["Online", "Nairobi"])


def test_a_vote_is_for_the_options_its_voter_saw(place):
    post_id = ask(place)
    edit_poll(acting(place.member), post_id, question="Where not?", options=["Kisumu", "Nairobi"])
    with pytest.raises(Conflict, match="anew"):
        vote(acting(place.owner), post_id, choices=[1], edition=1)
    assert seen(place, post_id).voters == 0
    vote(acting(place.owner), post_id, choices=[1], edition=2)
    assert seen(place, post_id).results["counts"] == [1, 0]


def test_the_export_of_a_vote_tells_nothing_of_a_removed_poll(place):
    post_id = ask(place)
    say(place, post_id, "owner", 3)
    remove_post(acting(place.member), post_id)
    [mine] = personal(acting(place.owner))["votes"]
    assert (mine["question"], mine["choices"]) == (None, [3])
    assert "Online" not in str(mine)


def test_what_one_asked_is_among_ones_data(place):
    ask(place, named=True)
    [mine] = personal(acting(place.member))["polls"]
    assert (mine["question"], mine["options"], mine["named"]) == (
        "Where do we meet?",
        ["Nairobi", "Kisumu", "Online"],
        True,
    )
    assert personal(acting(place.owner))["polls"] == []


def test_in_an_archived_space_it_takes_no_votes_and_shows_what_they_come_to(place):
    post_id = ask(place, shows=PollShows.CLOSED)
    say(place, post_id, "owner", 1)
    assert seen(place, post_id).results is None
    archive(place)
    found = seen(place, post_id)
    assert (found.closed, found.results["counts"]) == (True, [1, 0, 0])


def test_while_it_is_open_its_end_is_moved(place):
    post_id = ask(place, local_at=NOON, zone="Africa/Nairobi")
    earlier = NOON - dt.timedelta(days=1)
    reopen_poll(acting(place.member), post_id, local_at=earlier, zone="Africa/Nairobi")
    assert seen(place, post_id).closes_at == dt.datetime.fromisoformat("2099-03-02T09:00+00:00")
    past = dt.datetime.fromisoformat("2001-01-01T00:00")
    with pytest.raises(Invalid, match="passed"):
        reopen_poll(acting(place.member), post_id, local_at=past, zone="UTC")
    reopen_poll(acting(place.member), post_id)
    assert seen(place, post_id).closes_at is not None


def test_whose_results_are_for_the_end_is_not_opened_again_once_they_were_shown(place):
    post_id = ask(place, shows=PollShows.CLOSED)
    close_poll(acting(place.member), post_id)
    reopen_poll(acting(place.member), post_id)
    say(place, post_id, "owner", 1)
    close_poll(acting(place.member), post_id)
    with pytest.raises(Conflict, match="shown"):
        reopen_poll(acting(place.member), post_id)
    assert seen(place, post_id).closed


def test_opened_again_it_holds_no_vote_of_who_went(place):
    post_id = ask(place)
    for who in ("facilitator", "owner"):
        say(place, post_id, who, 1)
    close_poll(acting(place.owner), post_id)
    erase(acting(place.facilitator))
    reopen_poll(acting(place.owner), post_id)
    assert (seen(place, post_id).voters, seen(place, post_id).results["counts"]) == (1, [1, 0, 0])


def test_the_same_act_with_another_poll_is_refused(place):
    first = PollGiven(question="When?", options=["Now", "Later"])
    other = PollGiven(question="When?", options=["Later", "Now"])
    act = {"body": "A poll.", "client_id": "c" * 32}
    made = post_reply(acting(place.member), place.thread_id, poll=first, **act)
    assert post_reply(acting(place.member), place.thread_id, poll=first, **act).id == made.id
    for poll in (other, None):
        with pytest.raises(Conflict):
            post_reply(acting(place.member), place.thread_id, poll=poll, **act)
    begun = {"kind": ThreadKind.QUESTION, "title": "When", "body": "?", "client_id": "d" * 32}
    start_thread(acting(place.member), place.space_id, poll=first, **begun)
    start_thread(acting(place.member), place.space_id, poll=first, **begun)
    with pytest.raises(Conflict):
        start_thread(acting(place.member), place.space_id, poll=other, **begun)


def test_who_voted_what_is_read_of_a_named_poll_alone_and_when_results_are(place):
    named = ask(place, named=True, shows=PollShows.VOTED)
    hidden = ask(place)
    for post_id in (named, hidden):
        say(place, post_id, "owner", 2)
    for who in ("owner", "member"):
        with pytest.raises(NotFound):
            votes_in(seen(place, hidden, who))
    with pytest.raises(NotFound):
        votes_in(seen(place, named, "facilitator"))
    [item] = votes_in(seen(place, named, "owner")).items
    assert (item["person"].name, item["choices"]) == ("Owner Example", [2])
