"""Posts move to a new thread and to another one: what stands where, what is counted, who reads."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space

from community.discussions.models import Post, ReadPointer, Removal, Thread, ThreadKind
from community.discussions.operations import (
    accept_answer,
    edit_post,
    mark_read,
    merge_posts,
    pin_thread,
    post_reply,
    remove_post,
    restore_post,
    split_thread,
    start_thread,
    wipe_removed,
)
from community.discussions.queries import (
    Shown,
    editions_of,
    personal,
    pinned_threads,
    post_at,
    posts_after,
    thread_head,
    threads_of,
)
from community.discussions.rules import MOST_MOVED
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.notifications.queries import unread_in_frame
from community.spaces.models import Role

pytestmark = pytest.mark.usefixtures("inside")
QUESTION = {"title": "What of the tides?", "kind": ThreadKind.QUESTION}


@pytest.fixture
def posts(place):
    """Five more posts in the thread: by the owner and the member in turn, 4 and 6 answer others."""
    made = {}
    for number in range(2, 7):
        who = place.owner if number % 2 == 0 else place.member
        answers = {4: 2, 6: 5}.get(number)
        made[number] = post_reply(
            acting(who), place.thread_id, body=f"Word {number}", reply_to=answers
        ).id
    return made


def split(place, numbers=(), **more):
    made = split_thread(
        acting(place.facilitator), place.thread_id, **(QUESTION | more), numbers=numbers
    )
    return made.thread.id


def merge(place, source, into, **more):
    return merge_posts(acting(place.facilitator), source, into=into, **more)


def another(place, who="owner", replies=0):
    ctx = acting(place.people[who])
    made = start_thread(ctx, place.space_id, kind=ThreadKind.DISCUSSION, title="B", body="First.")
    for number in range(replies):
        post_reply(ctx, made.id, body=f"More {number}")
    return made.id


def standing(place, thread_id, who="member"):
    rows = posts_after(acting(place.people[who]), thread_id, 0, 50)
    return [row.number for row in rows if row.removal is None]


def unread(place, thread_id, who):
    page = threads_of(acting(place.people[who]), place.space_id)
    return {row.id: row.unread for row in page.items}[thread_id]


def test_chosen_posts_begin_a_thread_in_their_order(place, posts):
    made = split(place, (5, 3, 6))
    thread = db.session.get_one(Thread, made)
    assert (thread.last_number, thread.removed, thread.kind) == (3, 0, ThreadKind.QUESTION)
    first = db.session.get_one(Post, posts[3])
    assert (first.thread_id, first.number) == (made, 1)
    assert (thread.author_id, thread.created_at) == (place.member, first.created_at)
    assert thread.last_author_id == place.owner
    assert db.session.get_one(Post, posts[6]).number == 3
    assert standing(place, place.thread_id) == [1, 2, 4]
    old = db.session.get_one(Thread, place.thread_id)
    assert (old.last_number, old.removed, old.last_author_id) == (6, 3, place.owner)


def test_a_post_and_all_after_it(place, posts):
    made = split_thread(acting(place.owner), place.thread_id, **QUESTION, since=4).thread.id
    assert standing(place, made) == [1, 2, 3]
    assert standing(place, place.thread_id) == [1, 2, 3]


def test_a_line_in_the_old_place_leads_to_where_a_post_is(place, posts):
    made = split(place, (3,))
    row = post_at(acting(place.observer), place.thread_id, 3)
    assert row.removal is Removal.MOVED
    assert (row.html, row.author_id, row.reply_to) == ("", None, None)
    assert (row.moved_to, row.other_thread_id, row.other_title) == (1, made, QUESTION["title"])
    merge(place, made, into=another(place))
    row = post_at(acting(place.observer), place.thread_id, 3)
    assert (row.moved_to, row.other_title) == (2, "B")


def test_numbers_are_not_used_again(place, posts):
    split(place, (6,))
    assert post_reply(acting(place.owner), place.thread_id, body="Next").number == 7


def test_replies_lead_to_what_they_answer_across_a_split(place, posts):
    made = split(place, (4, 5, 6))
    ctx = acting(place.observer)
    answering = post_at(ctx, made, 1)  # was 4 and answers 2, which stayed
    assert (answering.reply_to, answering.other_thread_id) == (2, place.thread_id)
    assert answering.reply_to_name == "Owner Example"
    assert answering.other_title == "Who signs for the readings?"
    along = post_at(ctx, made, 3)  # was 6 and answers 5: both moved
    assert (along.reply_to, along.other_thread_id, along.other_title) == (2, made, None)


def test_an_answer_to_the_line_of_a_moved_post_answers_the_post(place, posts):
    made = split(place, (3,))
    late = post_reply(acting(place.owner), place.thread_id, body="Late.", reply_to=3)
    row = post_at(acting(place.owner), place.thread_id, late.number)
    assert (row.reply_to, row.other_thread_id) == (1, made)


def test_posts_of_a_thread_move_to_the_end_of_another(place, posts):
    into = another(place, replies=1)
    merge(place, place.thread_id, into=into, numbers=(2, 3))
    assert standing(place, into) == [1, 2, 3, 4]
    assert db.session.get_one(Post, posts[3]).number == 4
    thread = db.session.get_one(Thread, into)
    newest = max(db.session.scalars(sa.select(Post.created_at).where(Post.thread_id == into)))
    assert thread.last_posted_at == newest


def test_a_thread_of_which_nothing_stands_is_merged_and_listed_no_more(place, posts):
    remove_post(acting(place.member), posts[3])
    into = another(place)
    merge(place, place.thread_id, into=into)
    old = db.session.get_one(Thread, place.thread_id)
    assert old.merged_into_id == into
    head = thread_head(acting(place.observer), place.thread_id)
    assert (head.merged, head.merged_into, head.merged_into_title) == (True, into, "B")
    for show in Shown:
        page = threads_of(acting(place.member), place.space_id, show=show)
        assert place.thread_id not in {row.id for row in page.items}
    with pytest.raises(Conflict, match="merged"):
        post_reply(acting(place.member), place.thread_id, body="Here?")
    with pytest.raises(Conflict):
        merge(place, place.thread_id, into=into)


def test_what_its_author_puts_back_stands_in_the_old_thread_again(place, posts):
    remove_post(acting(place.member), posts[3])
    merge(place, place.thread_id, into=another(place))
    restore_post(acting(place.member), posts[3])
    head = thread_head(acting(place.member), place.thread_id)
    assert (head.merged, head.merged_into, head.standing) == (False, None, 1)
    assert place.thread_id in {
        row.id for row in threads_of(acting(place.member), place.space_id).items
    }


def test_a_pinned_thread_that_is_merged_is_pinned_no_more(place):
    pin_thread(acting(place.owner), place.thread_id, pinned=True)
    merge(place, place.thread_id, into=another(place))
    assert list(pinned_threads(acting(place.owner), place.space_id)) == []


def test_what_was_split_off_is_moved_back_by_the_same_means(place, posts):
    made = split(place, (3, 4))
    merge(place, made, into=place.thread_id)
    assert standing(place, place.thread_id) == [1, 2, 5, 6, 7, 8]
    assert db.session.get_one(Post, posts[3]).number == 7
    row = post_at(acting(place.member), place.thread_id, 3)
    assert (row.moved_to, row.other_thread_id) == (7, place.thread_id)
    assert post_at(acting(place.member), place.thread_id, 6).reply_to == 5
    assert db.session.get_one(Thread, made).merged_into_id == place.thread_id


def test_a_question_that_was_moved_away_and_back_waits_for_an_answer_again(place):
    made = split(place, (1,))
    page = threads_of(acting(place.owner), place.space_id, show=Shown.UNANSWERED)
    assert [row.id for row in page.items] == [made]
    merge(place, made, into=place.thread_id)
    assert db.session.get_one(Thread, place.thread_id).merged_into_id is None
    page = threads_of(acting(place.owner), place.space_id, show=Shown.UNANSWERED)
    assert [row.id for row in page.items] == [place.thread_id]


def test_the_accepted_answer_goes_along_with_its_question_only(place, posts):
    accept_answer(acting(place.member), posts[4])
    split(place, (2,))
    assert db.session.get_one(Thread, place.thread_id).answer == 4
    made = split(place, (1, 4))
    assert db.session.get_one(Thread, place.thread_id).answer is None
    assert db.session.get_one(Thread, made).answer == 2
    question = make_question(place)
    merge(place, made, into=question)
    assert db.session.get_one(Thread, question).answer is None
    assert db.session.get_one(Thread, made).answer == 2, "the line in its place leads to it"


def make_question(place):
    ctx = acting(place.owner)
    return start_thread(ctx, place.space_id, **QUESTION, body="First.").id


def test_an_answer_that_moves_without_its_question_is_its_answer_still(place, posts):
    accept_answer(acting(place.member), posts[4])
    made = split(place, (3, 4))
    assert db.session.get_one(Thread, place.thread_id).answer == 4, "the line there leads to it"
    assert db.session.get_one(Thread, made).answer is None
    merge(place, made, into=place.thread_id)
    back = db.session.get_one(Thread, place.thread_id, populate_existing=True)
    assert post_at(acting(place.member), place.thread_id, back.answer).id == posts[4]
    assert back.answer > 4


def test_a_question_does_not_answer_itself_where_it_stands_now(place, posts):
    question = post_at(acting(place.member), place.thread_id, 1).id
    made = split(place, (1,))
    merge(place, made, into=place.thread_id)
    split(place, (2, 3, 4, 5, 6))
    assert db.session.get_one(Post, question, populate_existing=True).number == 7
    with pytest.raises(Conflict):
        accept_answer(acting(place.member), question)


def test_a_thread_that_was_merged_is_not_pinned(place, posts):
    other = make_question(place)
    merge(place, place.thread_id, into=other)
    with pytest.raises(Conflict):
        pin_thread(acting(place.owner), place.thread_id, pinned=True)


def test_former_editions_go_along_and_what_moved_is_edited_where_it_is(place, posts):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    edit_post(acting(place.member, now=later), posts[3], body="Anew", edition=1)
    made = split(place, (3,))
    assert [row.body for row in editions_of(acting(place.owner), posts[3])] == ["Anew", "Word 3"]
    edit_post(acting(place.member, now=later), posts[3], body="Once more", edition=2)
    assert log.since(made, 0)[-1].event.number == 1


def test_lines_of_moved_posts_are_not_put_back_nor_wiped_nor_exported(place, posts):
    split(place, (3,))
    line = post_at(acting(place.member), place.thread_id, 3)
    for person in (place.member, place.facilitator):
        with pytest.raises(NotFound):
            restore_post(acting(person), line.id)
        with pytest.raises(NotFound):
            remove_post(acting(person), line.id)
    assert wipe_removed(acting(None)) == 0
    told = personal(acting(place.member))["posts"]
    assert sorted(each["body"] for each in told)[1:] == ["Word 3", "Word 5"]


# ------------------------------------------------------------------ reading


def test_who_had_read_all_of_both_has_read_all_after(place, posts):
    into = another(place, replies=2)
    reader = acting(place.observer)
    mark_read(reader, place.thread_id, number=6)
    mark_read(reader, into, number=3)
    merge(place, place.thread_id, into=into, numbers=(2, 4, 5))
    assert (unread(place, into, "observer"), unread(place, place.thread_id, "observer")) == (0, 0)


def test_what_one_had_not_read_is_unread_where_it_is_now(place, posts):
    mark_read(acting(place.observer), place.thread_id, number=3)
    made = split(place, (2, 3, 5, 6))
    assert unread(place, made, "observer") == 2
    assert unread(place, place.thread_id, "observer") == 1
    assert thread_head(acting(place.observer), made).read_number == 2


def test_who_has_not_read_so_far_goes_on_where_they_were(place, posts):
    into = another(place, replies=2)
    mark_read(acting(place.observer), into, number=1)
    mark_read(acting(place.observer), place.thread_id, number=6)
    merge(place, place.thread_id, into=into, numbers=(6,))
    assert unread(place, into, "observer") == 3
    assert thread_head(acting(place.observer), into).read_number == 1


def test_a_removed_end_does_not_keep_one_from_having_read_all(place, posts):
    into = another(place)
    gone = post_reply(acting(place.owner), into, body="Gone")
    mark_read(acting(place.observer), into, number=1)
    remove_post(acting(place.owner), gone.id)
    mark_read(acting(place.observer), place.thread_id, number=6)
    merge(place, place.thread_id, into=into)
    assert unread(place, into, "observer") == 0


def test_what_was_said_before_one_came_stays_no_debt(app, place, posts):
    into = another(place)
    late = make_user(app, "Late Comer")
    join(app, place.space_id, late)
    place.people["late"] = late
    post_reply(acting(place.owner), place.thread_id, body="Since then.")
    mark_read(acting(late), place.thread_id, number=7)
    merge(place, place.thread_id, into=into, numbers=(7,))
    assert unread(place, into, "late") == 0
    made = split(place, (2, 3))
    assert unread(place, made, "late") == 0
    assert unread_in_frame(acting(late)).spaces == {}


def test_nobody_who_has_read_nothing_gets_a_pointer(place, posts):
    made = split(place, (2, 3))
    who = db.session.scalars(sa.select(ReadPointer.user_id).where(ReadPointer.thread_id == made))
    assert place.observer not in set(who)
    assert unread(place, made, "observer") == 2


# ------------------------------------------------------------------ refusals, repeats, the log


@pytest.mark.parametrize(
    ("who", "refused"), [("member", Forbidden), ("observer", Forbidden), ("outsider", NotFound)]
)
def test_only_who_facilitates_moves_posts(place, posts, who, refused):
    into = another(place)
    ctx = acting(place.people[who])
    with pytest.raises(refused):
        split_thread(ctx, place.thread_id, **QUESTION, numbers=(2,))
    with pytest.raises(refused):
        merge_posts(ctx, place.thread_id, into=into, numbers=(2,))


def test_what_does_not_stand_there_does_not_move(place, posts):
    remove_post(acting(place.member), posts[3])
    for numbers in ((3,), (2, 9)):
        with pytest.raises(Conflict, match="does not stand"):
            split(place, numbers)
    split(place, (2,))
    with pytest.raises(Conflict, match="does not stand"):
        split(place, (2,))
    with pytest.raises(Invalid):
        split(place)
    with pytest.raises(Conflict, match="At most"):
        split(place, range(1, MOST_MOVED + 2))


def test_posts_move_within_their_space_only(app, place, posts):
    other = make_space(app, slug="elsewhere")
    join(app, other, place.facilitator, Role.FACILITATOR)
    there = make_thread(app, other, place.facilitator)
    with pytest.raises(Invalid, match="another space"):
        merge(place, place.thread_id, into=there)
    with pytest.raises(NotFound):
        merge_posts(acting(place.owner), place.thread_id, into=there)
    with pytest.raises(Invalid):
        merge(place, place.thread_id, into=place.thread_id)


def test_a_reply_that_was_moved_is_sent_again_without_making_another(place):
    sent = {"body": "Only once.", "reply_to": 1, "client_id": "act-00001"}
    first = post_reply(acting(place.member), place.thread_id, **sent)
    made = split(place, (2,))
    again = post_reply(acting(place.member), place.thread_id, **sent)
    assert (again.number, again.removal, again.moved_to_id) == (2, Removal.MOVED, first.id)
    with pytest.raises(Conflict):
        post_reply(acting(place.member), place.thread_id, **sent | {"body": "Another"})
    assert standing(place, made) == [1]
    merge(place, made, into=place.thread_id)
    again = post_reply(acting(place.member), place.thread_id, **sent)
    assert (again.id, again.number) == (first.id, 3)


def test_the_log_says_what_moved_from_where_to_where(place, posts):
    made = split(place, (3, 5))
    went = log.since(place.thread_id, 0)[-1]
    assert went.actor_id == place.facilitator
    assert (went.event.to_id, list(went.event.numbers), went.event.first) == (made, [3, 5], 1)
    [came] = log.since(made, 0)
    assert (came.event.from_id, list(came.event.numbers)) == (place.thread_id, [3, 5])
