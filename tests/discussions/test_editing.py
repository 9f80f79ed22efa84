"""Posts are written anew: by whom, what stays to be read, what two windows do to each other."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting

from community.discussions.models import Post, PostEdition
from community.discussions.operations import edit_post, post_reply, remove_post
from community.discussions.queries import editions_of
from community.discussions.rules import MOST_EDITIONS, SECOND_THOUGHTS
from community.kernel import log
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.kernel.operation import unit_of_work
from community.spaces.models import Space

pytestmark = pytest.mark.usefixtures("inside")
LATER = SECOND_THOUGHTS + dt.timedelta(seconds=1)


@pytest.fixture
def post(place):
    return post_reply(acting(place.member), place.thread_id, body="The well is *dry*.")


def later(user_id, times=1):
    return acting(user_id, now=dt.datetime.now(dt.UTC) + times * LATER)


def kept(post_id):
    return db.session.scalars(
        sa.select(PostEdition.body)
        .where(PostEdition.post_id == post_id)
        .order_by(PostEdition.number)
    ).all()


def test_new_words_stand_in_the_place_of_the_old_which_can_still_be_read(place, post):
    edit_post(later(place.member), post.id, body="The well is **full**.", edition=1)
    now = db.session.get_one(Post, post.id)
    assert (now.number, now.body, now.edition) == (2, "The well is **full**.", 2)
    assert now.html == "<p>The well is <strong>full</strong>.</p>\n"
    assert now.edited_at > now.created_at
    rows = editions_of(acting(place.observer), post.id)
    assert [(row.number, row.body) for row in rows] == [
        (2, "The well is **full**."),
        (1, "The well is *dry*."),
    ]
    assert rows[1].written_at == now.created_at
    assert [logged.event.name for logged in log.since(place.thread_id, 2)] == [
        "discussions.post_edited"
    ]


def test_second_thoughts_leave_no_edition_and_the_same_words_change_nothing(place, post):
    edit_post(acting(place.member), post.id, body="The well is full.", edition=1)
    edit_post(acting(place.member), post.id, body="The well is full.", edition=1)
    now = db.session.get_one(Post, post.id)
    assert (now.body, now.edition, now.said_at) == ("The well is full.", 2, None)
    assert kept(post.id) == []
    assert log.head(place.thread_id) == 3


def test_two_windows_clash_within_five_minutes_too(place, post):
    edit_post(acting(place.member), post.id, body="From my phone.", edition=1)
    with pytest.raises(Conflict):
        edit_post(acting(place.member), post.id, body="From my desk.", edition=1)
    assert db.session.get_one(Post, post.id).body == "From my phone."


def test_second_thoughts_end_five_minutes_after_it_was_said(place, post):
    short = SECOND_THOUGHTS - dt.timedelta(minutes=1)
    for number in (1, 2, 3):
        ctx = acting(place.member, now=post.created_at + number * short)
        edit_post(ctx, post.id, body=f"Words {number}.", edition=number)
    assert kept(post.id) == ["Words 1."], "what stood for longer is kept, however often it changed"


def test_only_who_wrote_it_writes_it_anew_and_only_where_they_take_part(place, post):
    for who in ("owner", "organiser", "facilitator", "observer"):
        with pytest.raises(Forbidden):
            edit_post(acting(place.people[who]), post.id, body="Mine now.", edition=1)
    with pytest.raises(NotFound):
        edit_post(acting(place.outsider), post.id, body="Mine now.", edition=1)
    with unit_of_work(Context.begin(None)):
        db.session.get_one(Space, place.space_id).archived_at = dt.datetime.now(dt.UTC)
    with pytest.raises(Conflict):
        edit_post(acting(place.member), post.id, body="Too late.", edition=1)
    assert db.session.get_one(Post, post.id).body == "The well is *dry*."


def test_what_was_changed_in_another_window_is_not_written_over(place, post):
    edit_post(later(place.member), post.id, body="From my phone.", edition=1)
    with pytest.raises(Conflict):
        edit_post(later(place.member, 2), post.id, body="From my desk.", edition=1)
    assert db.session.get_one(Post, post.id).body == "From my phone."


def test_of_very_many_editions_the_first_and_the_newest_are_kept(place, post):
    for number in range(1, MOST_EDITIONS + 5):
        edit_post(later(place.member, number), post.id, body=f"Words {number}.", edition=number)
    bodies = kept(post.id)
    assert len(bodies) == MOST_EDITIONS
    assert bodies[0] == "The well is *dry*."
    assert bodies[-1] == f"Words {MOST_EDITIONS + 3}."


def test_a_retry_of_what_was_edited_since_answers_the_post(place):
    given = {"body": "Only once.", "client_id": "retry-12345"}
    first = post_reply(acting(place.member), place.thread_id, **given)
    edit_post(acting(place.member), first.id, body="Once only.", edition=1)
    assert post_reply(acting(place.member), place.thread_id, **given).id == first.id
    remove_post(acting(place.member), first.id)
    assert post_reply(acting(place.member), place.thread_id, **given).id == first.id


def test_who_follows_the_thread_sees_the_new_words_at_once(live, place):
    with live.app.app_context():
        made = post_reply(acting(place.member), place.thread_id, body="The well is dry.")
    reader = live.connect(place.observer)
    reader.ask("thread.join", {"thread_id": str(place.thread_id), "since": 2})
    with live.app.app_context():
        edit_post(acting(place.member), made.id, body="The well is full.", edition=1)
    [message] = reader.heard("thread.post_changed")
    assert message["seq"] == 3
    assert message["data"]["html"] == "<p>The well is full.</p>\n"
    missed = reader.ask("thread.sync", {"thread_id": str(place.thread_id), "since": 1})
    assert [event["name"] for event in missed["events"]] == [
        "thread.reply_posted",
        "thread.post_changed",
    ]
