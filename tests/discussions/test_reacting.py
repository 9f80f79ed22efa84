"""Reactions: who may, what is counted, what stays of them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread

from community.discussions.events import PostReacted
from community.discussions.models import Post, Reaction, ReactionKind
from community.discussions.operations import (
    edit_post,
    erase,
    lock_thread,
    post_reply,
    react,
    remove_post,
    restore_post,
    wipe_removed,
)
from community.discussions.queries import (
    personal,
    posts_after,
    reactions_to,
    tallies_of,
    tally_of,
)
from community.discussions.rules import KEPT_FOR, counts_of, counts_text
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.installed import installed
from community.kernel.log import EventRow
from community.kernel.operation import operation, tell, unit_of_work
from community.spaces.models import Space

pytestmark = pytest.mark.usefixtures("inside")
THANKS, HELPFUL, HEART = ReactionKind.THANKS, ReactionKind.HELPFUL, ReactionKind.HEART


@pytest.fixture
def post(place):
    return post_reply(acting(place.member), place.thread_id, body="Boil it first.")


def counts(post):
    return counts_of(db.session.get_one(Post, post.id, populate_existing=True).reactions)


def say(who, post, *kinds, on=True):
    for kind in kinds:
        react(acting(who), post.id, kind=kind, on=on)


@operation
def say_and_fail(ctx, post):
    react(ctx, post.id, kind=THANKS, on=True)
    raise NotFound


def test_each_kind_counts_once_a_person_and_is_taken_back(place, post):
    say(place.owner, post, HELPFUL, THANKS, THANKS)
    say(place.facilitator, post, THANKS)
    assert counts(post) == {"thanks": 2, "helpful": 1}
    assert list(counts(post)) == ["thanks", "helpful"]
    say(place.owner, post, THANKS, HEART, on=False)
    assert counts(post) == {"thanks": 1, "helpful": 1}
    tally = tally_of(acting(place.owner), post.id)
    assert (counts_of(tally.reactions), tally.mine) == (counts(post), "helpful")
    assert tally_of(acting(place.observer), post.id).mine is None


def test_counts_are_read_as_they_are_written():
    written = counts_text((kind, place * 1_000_000) for place, kind in enumerate(ReactionKind))
    assert len(written) <= Post.__table__.c.reactions.type.length
    assert list(counts_of(written)) == [*ReactionKind][1:], "a kind that nobody chose is not named"
    assert counts_of(written)["heart"] == 5_000_000
    assert counts_of("") == {}


@pytest.mark.parametrize(
    ("who", "refusal"), [("member", Forbidden), ("observer", Forbidden), ("outsider", NotFound)]
)
def test_who_may_not_react_changes_nothing(place, post, who, refusal):
    with pytest.raises(refusal):
        say(place.people[who], post, THANKS)
    say(place.owner, post, THANKS)
    assert counts(post) == {"thanks": 1}


def test_a_locked_thread_takes_reactions_and_an_archived_space_none(place, post):
    lock_thread(acting(place.owner), place.thread_id, locked=True)
    say(place.owner, post, THANKS)
    with unit_of_work(acting(None)):
        db.session.get_one(Space, place.space_id).archived_at = dt.datetime.now(dt.UTC)
    for on in (True, False):
        with pytest.raises(Conflict, match="archived"):
            say(place.owner, post, THANKS, on=on)
    assert counts(post) == {"thanks": 1}


def test_of_a_removed_post_they_are_hidden_and_come_back_with_it(place, post):
    say(place.owner, post, THANKS)
    remove_post(acting(place.member), post.id)
    for ask in (tally_of, reactions_to):
        with pytest.raises(NotFound):
            ask(acting(place.owner), post.id)
    with pytest.raises(NotFound):
        say(place.owner, post, THANKS, on=False)
    shown = posts_after(acting(place.owner), place.thread_id, 1, 5)
    assert [(row.reactions, row.mine) for row in shown] == [("", None)]
    assert tallies_of(acting(place.owner), place.thread_id, 0, 20) == []
    restore_post(acting(place.member), post.id)
    assert counts(post) == {"thanks": 1}


def test_wiping_a_post_wipes_what_was_said_to_it(place, post):
    say(place.owner, post, THANKS)
    remove_post(acting(place.member), post.id)
    later = acting(None, now=dt.datetime.now(dt.UTC) + KEPT_FOR + dt.timedelta(hours=1))
    assert wipe_removed(later) == 1
    assert counts(post) == {}
    assert db.session.scalars(sa.select(Reaction)).all() == []


def test_writing_a_post_anew_keeps_them(place, post):
    say(place.owner, post, THANKS)
    edit_post(acting(place.member), post.id, body="Boil it twice.", edition=1)
    assert counts(post) == {"thanks": 1}


def test_who_goes_takes_theirs_along_and_the_rest_is_right(place, post):
    other = post_reply(acting(place.owner), place.thread_id, body="Filter it.")
    say(place.owner, post, THANKS, HELPFUL)
    say(place.facilitator, post, THANKS)
    say(place.facilitator, other, HEART)
    erase(acting(place.facilitator))
    assert counts(post) == {"thanks": 1, "helpful": 1}
    assert counts(other) == {}
    people = [item["person"].name for item in reactions_to(acting(place.member), post.id).items]
    assert people == ["Owner Example", "Owner Example"]


def test_who_reacted_is_read_in_pages_the_newest_first(place, post):
    now = dt.datetime.now(dt.UTC)
    for minute, who in enumerate(("owner", "organiser", "facilitator")):
        at = now + dt.timedelta(minutes=minute)
        react(acting(place.people[who], now=at), post.id, kind=THANKS, on=True)
    react(acting(place.owner, now=now + dt.timedelta(hours=1)), post.id, kind=HEART, on=True)
    reader = acting(place.observer)
    first = reactions_to(reader, post.id, limit=3)
    said = [(item["person"].name.split()[0], item["kind"]) for item in first.items]
    assert said == [("Owner", HEART), ("Facilitator", THANKS), ("Organiser", THANKS)]
    rest = reactions_to(reader, post.id, limit=3, page=first.next)
    assert [item["person"].id for item in rest.items] == [place.owner]
    assert rest.next is None
    assert len(reactions_to(reader, post.id, kind=HEART).items) == 1
    with pytest.raises(Invalid):
        reactions_to(reader, post.id, page="no-such-page")
    with pytest.raises(NotFound):
        reactions_to(acting(place.outsider), post.id)


def test_ones_own_are_among_ones_data(place, post):
    say(place.owner, post, THANKS)
    [mine] = personal(acting(place.owner))["reactions"]
    assert (mine["kind"], mine["number"]) == (THANKS, 2)
    assert mine["thread"] == "Who signs for the readings?"
    assert personal(acting(place.member))["reactions"] == []


def test_reactions_leave_no_row_in_the_log(place, post):
    rows = sa.select(sa.func.count(EventRow.id))
    before = db.session.scalar(rows)
    say(place.owner, post, THANKS, HELPFUL)
    say(place.owner, post, THANKS, on=False)
    assert db.session.scalar(rows) == before


def test_only_what_is_kept_is_told_and_nothing_twice(place, post, monkeypatch):
    told = []
    monkeypatch.setattr(installed(), "announce", lambda _ctx, events: told.extend(events))
    with pytest.raises(Forbidden):
        say(place.member, post, THANKS)
    with pytest.raises(NotFound):
        say_and_fail(acting(place.owner), post)
    assert told == []
    say(place.owner, post, THANKS, THANKS)
    told = [logged for logged in told if isinstance(logged.event, PostReacted)]
    assert [(logged.seq, logged.event.post_id) for logged in told] == [(None, post.id)]
    with pytest.raises(RuntimeError, match="outside an operation"):
        tell(told[0].event)


def test_a_page_of_tallies_holds_only_its_posts(inside, place, post):
    other = make_thread(inside, place.space_id, place.member)
    first = posts_after(acting(place.owner), other, 0, 1)[0]
    say(place.owner, post, THANKS)
    say(place.owner, first, HEART)
    reader = acting(place.owner)
    found = tallies_of(reader, place.thread_id, 0, 20)
    assert [(row.number, row.reactions, row.mine) for row in found] == [(2, "thanks=1", "thanks")]
    assert tallies_of(reader, place.thread_id, 2, 20) == []
