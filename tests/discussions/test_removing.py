"""Posts are taken away and put back: by whom, what is left, what is counted."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread, reply

from community.discussions.models import Post, PostEdition, Removal, Thread, ThreadKind
from community.discussions.operations import (
    edit_post,
    mark_read,
    post_reply,
    remove_post,
    restore_post,
    wipe_removed,
)
from community.discussions.queries import (
    Shown,
    announced_first,
    is_announced,
    personal,
    thread_head,
    threads_of,
    unread_threads,
)
from community.discussions.rules import KEPT_FOR
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.notifications.queries import unread_in_frame

pytestmark = pytest.mark.usefixtures("inside")
SECRET = "Forty-one litres"


@pytest.fixture
def post(place):
    return post_reply(acting(place.member), place.thread_id, body=f"{SECRET} a day.")


def after(user_id, span):
    return acting(user_id, now=dt.datetime.now(dt.UTC) + span)


def test_its_number_stays_and_is_not_used_again(place, post):
    remove_post(acting(place.member), post.id)
    gone = db.session.get_one(Post, post.id)
    thread = db.session.get_one(Thread, place.thread_id)
    assert gone.removal is Removal.AUTHOR
    assert (thread.last_number, thread.removed) == (2, 1)
    assert thread.last_author_id == place.member
    assert post_reply(acting(place.owner), place.thread_id, body="Next.").number == 3


def test_the_last_word_is_that_of_the_newest_post_that_stands(place):
    mine = post_reply(acting(place.owner), place.thread_id, body="Mine.")
    assert db.session.get_one(Thread, place.thread_id).last_author_id == place.owner
    remove_post(acting(place.owner), mine.id)
    thread = db.session.get_one(Thread, place.thread_id)
    first = db.session.scalars(sa.select(Post).where(Post.number == 1)).one()
    assert (thread.last_author_id, thread.last_posted_at) == (place.member, first.created_at)
    restore_post(acting(place.owner), mine.id)
    thread = db.session.get_one(Thread, place.thread_id)
    assert (thread.last_author_id, thread.removed) == (place.owner, 0)


@pytest.mark.parametrize("who", ["owner", "organiser", "facilitator"])
def test_who_leads_the_space_takes_away_and_its_author_does_not_put_back(place, post, who):
    remove_post(acting(place.people[who]), post.id)
    assert db.session.get_one(Post, post.id).removal is Removal.STAFF
    with pytest.raises(NotFound):
        restore_post(acting(place.member), post.id)
    restore_post(acting(place.owner), post.id)
    assert db.session.get_one(Post, post.id).removal is None


def test_what_its_author_took_away_nobody_else_reads_or_puts_back(place, post):
    remove_post(acting(place.member), post.id)
    for who in ("owner", "organiser", "facilitator", "observer"):
        with pytest.raises(NotFound):
            restore_post(acting(place.people[who]), post.id)
    restore_post(acting(place.member), post.id)


def test_who_wrote_it_is_found_by_no_list(place):
    mine = post_reply(acting(place.facilitator), place.thread_id, body="Mine.")
    remove_post(acting(place.facilitator), mine.id)
    ctx = acting(place.observer)
    assert threads_of(ctx, place.space_id, by=place.facilitator).items == []
    mine = threads_of(acting(place.facilitator), place.space_id, show=Shown.MINE)
    assert mine.items == []


def test_who_had_read_all_that_stands_has_read_their_reply_too(place, post):
    mark_read(acting(place.owner), place.thread_id, number=1)
    remove_post(acting(place.member), post.id)
    post_reply(acting(place.owner), place.thread_id, body="After the gap.")
    assert unread_in_frame(acting(place.owner)).spaces == {}


def test_an_announcement_stays_on_top_until_it_is_read(app, place):
    key = make_thread(app, place.space_id, place.owner, kind=ThreadKind.ANNOUNCEMENT)
    said = post_reply(acting(place.member), key, body="Thanks.")
    remove_post(acting(place.member), said.id)
    ctx = acting(place.observer)
    found = announced_first(ctx, place.space_id, 5)
    assert [row.id for row in found if is_announced(row)] == [key]
    assert [row.id for row in unread_threads(ctx, 5) if is_announced(row)] == [key]


def test_a_question_that_was_taken_back_waits_for_no_answer(place):
    first = db.session.scalars(sa.select(Post).where(Post.number == 1)).one()
    remove_post(acting(place.member), first.id)
    waiting = threads_of(acting(place.owner), place.space_id, show=Shown.UNANSWERED)
    assert waiting.items == []


def test_it_stands_in_what_its_author_takes_along_with_what_it_said_before(place, post):
    edit_post(after(place.member, dt.timedelta(hours=1)), post.id, body="Anew.", edition=1)
    found = personal(acting(place.member))
    assert [row["body"] for row in found["former_editions_of_posts"]] == [f"{SECRET} a day."]
    assert personal(acting(place.owner))["former_editions_of_posts"] == []


def test_nobody_else_takes_it_away(place, post):
    with pytest.raises(Forbidden):
        remove_post(acting(place.observer), post.id)
    with pytest.raises(NotFound):
        remove_post(acting(place.outsider), post.id)
    theirs = post_reply(acting(place.owner), place.thread_id, body="The owner's.")
    with pytest.raises(Forbidden):
        remove_post(acting(place.member), theirs.id)
    remove_post(acting(place.owner), theirs.id)
    with pytest.raises(NotFound):
        remove_post(acting(place.owner), theirs.id)


def test_it_is_no_news_and_nothing_counts_it(app, place, post):
    last = reply(app, place.thread_id, place.member)
    mark_read(acting(place.observer), place.thread_id, number=1)
    ctx = acting(place.observer)
    assert unread_in_frame(ctx).spaces == {place.space_id: 2}
    remove_post(acting(place.member), post.id)
    assert unread_in_frame(acting(place.observer)).spaces == {place.space_id: 1}
    head = thread_head(acting(place.observer), place.thread_id)
    assert (head.new, head.standing, head.last_number) == (1, 2, last)
    final = db.session.scalars(sa.select(Post).where(Post.number == last)).one()
    remove_post(acting(place.member), final.id)
    assert unread_in_frame(acting(place.observer)).spaces == {}
    assert unread_threads(acting(place.observer), 10) == []


def test_words_are_kept_for_a_while_and_then_wiped(place, post):
    long = dt.timedelta(hours=1)
    edit_post(after(place.member, long), post.id, body=f"{SECRET} a week.", edition=1)
    remove_post(acting(place.member), post.id)
    assert wipe_removed(after(None, KEPT_FOR - long)) == 0
    with pytest.raises(Conflict):
        restore_post(after(place.member, KEPT_FOR + long), post.id)
    assert wipe_removed(after(None, KEPT_FOR + long)) == 1
    assert wipe_removed(after(None, KEPT_FOR + long)) == 0
    wiped = db.session.get_one(Post, post.id)
    assert (wiped.body, wiped.html, wiped.number) == ("", "", 2)
    assert db.session.scalars(sa.select(PostEdition)).all() == []


def test_who_follows_the_thread_sees_it_go(live, place):
    with live.app.app_context():
        made = post_reply(acting(place.member), place.thread_id, body=SECRET)
    reader = live.connect(place.observer)
    reader.ask("thread.join", {"thread_id": str(place.thread_id), "since": 2})
    with live.app.app_context():
        remove_post(acting(place.owner), made.id)
    [message] = reader.heard("thread.post_changed")
    assert message["data"]["removal"] == "staff"
    assert SECRET not in str(message)
    missed = reader.ask("thread.sync", {"thread_id": str(place.thread_id), "since": 1})
    assert SECRET not in str(missed)
