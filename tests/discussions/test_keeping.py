"""Threads are renamed, pinned, locked, answered and read again: by whom, and what follows."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread, reply

from community.discussions.models import Post, ReadPointer, Thread, ThreadKind
from community.discussions.operations import (
    accept_answer,
    lock_thread,
    mark_read,
    mark_unread,
    pin_thread,
    post_reply,
    remove_post,
    rename_thread,
    take_back_answer,
)
from community.discussions.queries import Shown, pinned_threads, threads_of
from community.discussions.rules import MOST_PINNED
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.notifications.queries import unread_in_frame

pytestmark = pytest.mark.usefixtures("inside")
LEADS = ("owner", "organiser", "facilitator")


def thread(place):
    return db.session.get_one(Thread, place.thread_id, populate_existing=True)


def shown(place, who, **more):
    return [row.id for row in threads_of(acting(place.people[who]), place.space_id, **more).items]


@pytest.mark.parametrize("who", LEADS)
def test_who_facilitates_pins_and_locks(place, who):
    pin_thread(acting(place.people[who]), place.thread_id, pinned=True)
    lock_thread(acting(place.people[who]), place.thread_id, locked=True)
    assert thread(place).pinned_at is not None
    assert thread(place).locked_at is not None
    told = log.head(place.thread_id)
    pin_thread(acting(place.people[who]), place.thread_id, pinned=True)
    assert log.head(place.thread_id) == told, "as it is already, nothing is told"
    pin_thread(acting(place.people[who]), place.thread_id, pinned=False)
    lock_thread(acting(place.people[who]), place.thread_id, locked=False)
    assert (thread(place).pinned_at, thread(place).locked_at) == (None, None)


def test_nobody_else_pins_or_locks(place):
    for who in ("member", "observer"):
        with pytest.raises(Forbidden):
            pin_thread(acting(place.people[who]), place.thread_id, pinned=True)
        with pytest.raises(Forbidden):
            lock_thread(acting(place.people[who]), place.thread_id, locked=True)
    with pytest.raises(NotFound):
        lock_thread(acting(place.outsider), place.thread_id, locked=True)


def test_in_a_locked_thread_nobody_replies_but_who_facilitates(place):
    lock_thread(acting(place.owner), place.thread_id, locked=True)
    with pytest.raises(Forbidden):
        post_reply(acting(place.member), place.thread_id, body="But still.")
    assert post_reply(acting(place.facilitator), place.thread_id, body="Closed.").number == 2
    lock_thread(acting(place.owner), place.thread_id, locked=False)
    assert post_reply(acting(place.member), place.thread_id, body="Thank you.").number == 3


def test_a_few_are_pinned_at_once(app, place):
    keys = [make_thread(app, place.space_id, place.member) for _ in range(MOST_PINNED)]
    for key in keys:
        pin_thread(acting(place.owner), key, pinned=True)
    with pytest.raises(Conflict):
        pin_thread(acting(place.owner), place.thread_id, pinned=True)
    assert [row.id for row in pinned_threads(acting(place.observer), place.space_id)] == keys[::-1]
    assert list(pinned_threads(acting(place.outsider), place.space_id)) == []
    pin_thread(acting(place.owner), keys[0], pinned=False)
    pin_thread(acting(place.owner), place.thread_id, pinned=True)


def test_who_asked_says_which_post_answers(app, place):
    reply(app, place.thread_id, place.owner)
    better = post_reply(acting(place.facilitator), place.thread_id, body="It was the storm.")
    accept_answer(acting(place.member), better.id)
    assert thread(place).answer == better.number
    take_back_answer(acting(place.facilitator), place.thread_id)
    assert thread(place).answer is None
    first = db.session.scalars(sa.select(Post).where(Post.number == 1)).one()
    with pytest.raises(Conflict):
        accept_answer(acting(place.member), first.id)


def test_nobody_else_says_so_and_only_of_a_question(app, place):
    key = make_thread(app, place.space_id, place.owner, kind=ThreadKind.DISCUSSION)
    number = reply(app, key, place.member)
    said = db.session.scalars(
        sa.select(Post).where(Post.thread_id == key, Post.number == number)
    ).one()
    with pytest.raises(Forbidden):
        accept_answer(acting(place.owner), said.id)
    asked = make_thread(app, place.space_id, place.owner)
    number = reply(app, asked, place.member)
    answer = db.session.scalars(
        sa.select(Post).where(Post.thread_id == asked, Post.number == number)
    ).one()
    with pytest.raises(Forbidden):
        accept_answer(acting(place.member), answer.id)
    with pytest.raises(NotFound):
        accept_answer(acting(place.outsider), answer.id)


def test_a_removed_post_and_a_thread_that_asks_no_more_have_no_answer(app, place):
    for undo in ("remove", "rename"):
        number = reply(app, place.thread_id, place.owner)
        post = db.session.scalars(sa.select(Post).where(Post.number == number)).one()
        accept_answer(acting(place.member), post.id)
        if undo == "remove":
            remove_post(acting(place.owner), post.id)
        else:
            rename_thread(
                acting(place.member), place.thread_id, title="A talk", kind=ThreadKind.DISCUSSION
            )
        assert thread(place).answer is None


def test_a_thread_is_renamed_by_who_began_it_and_by_who_facilitates(place):
    given = {"title": "Who reads the wells?", "kind": ThreadKind.ASK}
    rename_thread(acting(place.member), place.thread_id, **given)
    assert (thread(place).title, thread(place).kind) == ("Who reads the wells?", ThreadKind.ASK)
    with pytest.raises(Forbidden):
        rename_thread(acting(place.observer), place.thread_id, **given)
    with pytest.raises(Forbidden):
        rename_thread(
            acting(place.member), place.thread_id, title="Now hear", kind=ThreadKind.ANNOUNCEMENT
        )
    rename_thread(acting(place.facilitator), place.thread_id, title="Wells", kind=ThreadKind.ASK)
    assert thread(place).title == "Wells"


def test_lists_show_what_is_unread_unanswered_and_ones_own(app, place):
    talk = make_thread(app, place.space_id, place.owner, kind=ThreadKind.DISCUSSION)
    asked = make_thread(app, place.space_id, place.owner)
    assert shown(place, "member", show=Shown.LATEST) == [asked, talk, place.thread_id]
    assert shown(place, "member", show=Shown.MINE) == [place.thread_id]
    assert shown(place, "member", show=Shown.UNREAD) == [asked, talk]
    assert shown(place, "member", show=Shown.UNANSWERED) == [asked, place.thread_id]
    reply(app, asked, place.member)
    assert shown(place, "owner", show=Shown.UNANSWERED) == [place.thread_id]
    assert shown(place, "member", show=Shown.MINE) == [asked, place.thread_id]


def test_what_is_marked_unread_is_new_again_from_there(app, place):
    for _ in range(3):
        reply(app, place.thread_id, place.member)
    mark_read(acting(place.observer), place.thread_id, number=4)
    assert unread_in_frame(acting(place.observer)).spaces == {}
    mark_unread(acting(place.observer), place.thread_id, number=3)
    assert unread_in_frame(acting(place.observer)).spaces == {place.space_id: 2}
    mark_unread(acting(place.observer), place.thread_id, number=4)
    assert unread_in_frame(acting(place.observer)).spaces == {place.space_id: 2}, "never forward"
    for wrong in (0, 5):
        with pytest.raises(Invalid):
            mark_unread(acting(place.observer), place.thread_id, number=wrong)
    with pytest.raises(NotFound):
        mark_unread(acting(place.outsider), place.thread_id, number=1)
    mark_unread(acting(place.observer), place.thread_id, number=1)
    pointers = sa.select(ReadPointer.number).where(ReadPointer.user_id == place.observer)
    assert db.session.scalars(pointers).all() == [0]
