"""How closely members follow threads and spaces, what that counts, and whom they block."""

import itertools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space

from community.discussions.models import Block, SpaceLevel, Thread, ThreadLevel
from community.discussions.operations import (
    block_person,
    erase,
    follow_space,
    follow_thread,
    unblock_person,
)
from community.discussions.queries import (
    Shown,
    blocked_people,
    followed_spaces,
    followed_threads,
    level_for,
    level_in,
    personal,
    thread_head,
    threads_of,
    unread_threads,
)
from community.discussions.rules import Because, Level, followed
from community.kernel.db import db
from community.kernel.errors import Conflict, NotFound
from community.notifications.queries import unread_in_frame
from community.spaces.operations import remove_member

pytestmark = pytest.mark.usefixtures("inside")
CHOICES = (None, *Level)


def leave(place, user_id):
    remove_member(acting(place.owner), place.space_id, user_id)


def unread(ctx, place):
    """How many posts of the place's threads are counted: rail, Home and list must agree."""
    rail = unread_in_frame(ctx).spaces.get(place.space_id, 0)
    home = sum(row.unread for row in unread_threads(ctx, 50) if row.space_id == place.space_id)
    rows = threads_of(ctx, place.space_id, show=Shown.UNREAD).items
    assert rail == home == sum(row.unread for row in rows)
    return rail


def how(ctx, place):
    head = thread_head(ctx, place.thread_id)
    return level_in(head)


@pytest.mark.parametrize(
    ("thread", "space", "wrote"), list(itertools.product(CHOICES, CHOICES, (False, True)))
)
def test_what_is_counted_is_what_the_rule_says(app, place, thread, space, wrote):
    ctx = acting(place.observer if not wrote else place.owner)
    if wrote:
        reply(app, place.thread_id, place.owner)
    reply(app, place.thread_id, place.member)
    follow_thread(ctx, place.thread_id, level=thread)
    follow_space(ctx, place.space_id, level=space)
    level, because = how(ctx, place)
    assert (level, because) == followed(thread, space, wrote=wrote)
    asked = sa.select(level_for(ctx.actor_id)).where(Thread.id == place.thread_id)
    assert db.session.scalar(asked) is level, "the same in SQL"
    counted = level in {Level.WATCHING, Level.TRACKING}
    assert bool(unread(ctx, place)) == counted
    [row] = threads_of(ctx, place.space_id).items
    assert bool(row.unread) == counted
    assert thread_head(ctx, place.thread_id).new > 0, "what is new is marked in the thread"


def test_one_thread_of_a_muted_space_can_be_heard(app, place):
    other = make_thread(app, place.space_id, place.member, title="Another")
    ctx = acting(place.owner)
    follow_space(ctx, place.space_id, level=Level.MUTED)
    assert unread(ctx, place) == 0
    follow_thread(ctx, other, level=Level.WATCHING)
    assert unread(ctx, place) == 1
    assert how(ctx, place) == (Level.MUTED, Because.SPACE)
    follow_thread(ctx, other, level=None)
    assert unread(ctx, place) == 0
    follow_space(ctx, place.space_id, level=None)
    assert unread(ctx, place) == 2
    assert how(ctx, place) == (Level.TRACKING, Because.USUAL)


def test_choosing_again_replaces_and_is_ones_own(app, place):
    ctx, other = acting(place.owner), acting(place.organiser)
    for level in (Level.MUTED, Level.WATCHING, Level.WATCHING):
        follow_thread(ctx, place.thread_id, level=level)
        follow_space(ctx, place.space_id, level=level)
    assert [row.level for row in followed_threads(ctx).items] == [Level.WATCHING]
    assert [row.level for row in followed_spaces(ctx)] == [Level.WATCHING]
    assert followed_threads(other).items == []
    assert list(followed_spaces(other)) == []
    assert how(other, place) == (Level.TRACKING, Because.USUAL)


def test_what_one_does_not_see_one_does_not_follow(app, place):
    ctx = acting(place.outsider)
    with pytest.raises(NotFound):
        follow_thread(ctx, place.thread_id, level=Level.MUTED)
    with pytest.raises(NotFound):
        follow_space(ctx, place.space_id, level=Level.MUTED)
    with pytest.raises(NotFound):
        block_person(ctx, place.member)
    for model in (ThreadLevel, SpaceLevel, Block):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_who_lost_the_space_sees_nothing_of_it(app, place):
    ctx = acting(place.member)
    follow_thread(ctx, place.thread_id, level=Level.WATCHING)
    follow_space(ctx, place.space_id, level=Level.MUTED)
    leave(place, place.member)
    ctx = acting(place.member)
    assert followed_threads(ctx).items == []
    assert list(followed_spaces(ctx)) == []
    kept = personal(ctx)
    assert [(row["thread"], row["level"]) for row in kept["threads_followed"]] == [
        (None, Level.WATCHING)
    ]


def test_a_block_is_known_to_who_made_it_alone(app, place):
    ctx, blocked = acting(place.owner), acting(place.member)
    block_person(ctx, place.member)
    block_person(ctx, place.member)
    assert [one["id"] for one in blocked_people(ctx)] == [place.member]
    assert blocked_people(blocked) == []
    assert "blocked" in personal(ctx)
    assert personal(blocked)["blocked"] == []
    unblock_person(ctx, place.member)
    unblock_person(ctx, place.member)
    assert blocked_people(ctx) == []


def test_who_is_blocked_and_met_no_more_can_be_heard_again(place):
    ctx = acting(place.owner)
    block_person(ctx, place.member)
    leave(place, place.member)
    unblock_person(acting(place.owner), place.member)
    assert blocked_people(ctx) == []
    with pytest.raises(NotFound):
        unblock_person(acting(place.owner), place.member)


def test_nobody_blocks_themselves(place):
    with pytest.raises(Conflict):
        block_person(acting(place.owner), place.owner)


def test_whom_one_meets_no_more_is_blocked_without_a_name(app, place):
    ctx = acting(place.owner)
    block_person(ctx, place.member)
    leave(place, place.member)
    assert blocked_people(acting(place.owner)) == [{"id": place.member, "name": None}]


def test_as_many_as_may_be_are_chosen(app, place, monkeypatch):
    monkeypatch.setattr("community.discussions.operations.following.MOST_LEVELS", 1)
    other = make_thread(app, place.space_id, place.member, title="Another")
    ctx = acting(place.owner)
    follow_thread(ctx, place.thread_id, level=Level.MUTED)
    with pytest.raises(Conflict):
        follow_thread(ctx, other, level=Level.MUTED)
    follow_thread(ctx, place.thread_id, level=Level.WATCHING)
    assert [row.thread_id for row in followed_threads(ctx).items] == [place.thread_id]


def test_an_account_that_goes_takes_it_along(app, place):
    me, other = acting(place.owner), acting(place.member)
    follow_thread(me, place.thread_id, level=Level.MUTED)
    follow_space(me, place.space_id, level=Level.MUTED)
    block_person(me, place.member)
    block_person(other, place.owner)
    block_person(other, place.organiser)
    erase(me)
    assert followed_threads(me).items == []
    assert list(followed_spaces(me)) == []
    assert blocked_people(me) == []
    assert [one["id"] for one in blocked_people(other)] == [place.organiser]


def test_another_space_is_counted_as_before(app, place):
    elsewhere = make_space(app, "Elsewhere")
    for who in ("owner", "member"):
        join(app, elsewhere, place.people[who])
    make_thread(app, elsewhere, place.member)
    ctx = acting(place.owner)
    follow_space(ctx, place.space_id, level=Level.MUTED)
    assert unread_in_frame(ctx).spaces == {elsewhere: 1}
