"""Beginning threads, replying, reading: what is kept, what is refused, what a retry does."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space

from community.discussions.models import Post, ReadPointer, Thread, ThreadKind
from community.discussions.operations import mark_read, post_reply, start_thread
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.operation import unit_of_work
from community.spaces.models import Role, Space

pytestmark = pytest.mark.usefixtures("inside")


def posts(thread_id):
    return db.session.scalars(
        sa.select(Post).where(Post.thread_id == thread_id).order_by(Post.number)
    ).all()


def read_up_to(user_id, thread_id):
    return db.session.scalar(
        sa.select(ReadPointer.number).where(
            ReadPointer.user_id == user_id, ReadPointer.thread_id == thread_id
        )
    )


def archive(space_id):
    ctx = acting(None)
    with unit_of_work(ctx):
        db.session.get_one(Space, space_id).archived_at = ctx.now


def test_a_thread_begins_with_its_first_post_and_an_open_stream(place):
    ctx = acting(place.member)
    made = start_thread(
        ctx, place.space_id, kind=ThreadKind.ASK, title="A pump", body="Who has *one*?"
    )
    thread = db.session.get_one(Thread, made.id)
    [post] = posts(made.id)
    assert (thread.title, thread.kind, thread.last_number) == ("A pump", ThreadKind.ASK, 1)
    assert (post.number, post.body, post.author_id) == (1, "Who has *one*?", place.member)
    assert post.html == "<p>Who has <em>one</em>?</p>\n"
    assert thread.last_posted_at == post.created_at == ctx.now
    assert log.head(made.id) == 1
    assert read_up_to(place.member, made.id) == 1


def test_a_thread_begun_twice_with_the_same_client_id_is_one(place):
    given = {"kind": ThreadKind.ASK, "title": "A pump", "body": "Who?", "client_id": "a" * 8}
    first = start_thread(acting(place.member), place.space_id, **given)
    again = start_thread(acting(place.member), place.space_id, **given)
    theirs = start_thread(acting(place.facilitator), place.space_id, **given)
    assert first.id == again.id != theirs.id
    assert len(posts(first.id)) == 1
    for other in ({"title": "A well"}, {"body": "Where?"}, {"kind": ThreadKind.OFFER}):
        with pytest.raises(Conflict):
            start_thread(acting(place.member), place.space_id, **{**given, **other})
    archive(place.space_id)
    assert start_thread(acting(place.member), place.space_id, **given).id == first.id


def test_an_announcement_is_begun_by_facilitators_and_answered_by_everybody(place):
    given = {"kind": ThreadKind.ANNOUNCEMENT, "title": "Friday", "body": "We meet at ten."}
    with pytest.raises(Forbidden):
        start_thread(acting(place.member), place.space_id, **given)
    made = start_thread(acting(place.facilitator), place.space_id, **given)
    assert post_reply(acting(place.member), made.id, body="Gladly.").number == 2


def test_a_thread_cannot_be_begun_where_one_does_not_belong(place):
    given = {"kind": ThreadKind.ASK, "title": "A pump", "body": "Who?"}
    with pytest.raises(NotFound):
        start_thread(acting(place.outsider), place.space_id, **given)
    with pytest.raises(Forbidden):
        start_thread(acting(place.observer), place.space_id, **given)
    assert start_thread(acting(place.owner), place.space_id, **given).author_id == place.owner


def test_replies_are_numbered_without_gaps_and_move_the_thread_on(place):
    for number in (2, 3, 4):
        ctx = acting(place.facilitator)
        post = post_reply(ctx, place.thread_id, body="Yes.", reply_to=1)
        assert (post.number, post.reply_to) == (number, 1)
    thread = db.session.get_one(Thread, place.thread_id)
    assert (thread.last_number, thread.last_author_id) == (4, place.facilitator)
    assert thread.last_posted_at == ctx.now
    assert [logged.seq for logged in log.since(place.thread_id, 0)] == [1, 2, 3, 4]


def test_a_refused_reply_leaves_no_gap(place):
    with pytest.raises(Forbidden):
        post_reply(acting(place.observer), place.thread_id, body="May I?")
    with pytest.raises(Invalid):
        post_reply(acting(place.member), place.thread_id, body="No such post", reply_to=7)
    assert post_reply(acting(place.member), place.thread_id, body="Yes.").number == 2
    assert [post.number for post in posts(place.thread_id)] == [1, 2]


def test_a_retried_reply_counts_once_and_answers_the_same_post(place):
    given = {"body": "Only once.", "client_id": "retry-12345"}
    first = post_reply(acting(place.member), place.thread_id, **given)
    again = post_reply(acting(place.member), place.thread_id, **given)
    theirs = post_reply(acting(place.owner), place.thread_id, **given)
    assert again.id == first.id
    assert theirs.number == first.number + 1
    assert log.head(place.thread_id) == 3
    with pytest.raises(Conflict):
        post_reply(acting(place.member), place.thread_id, body="Another", client_id="retry-12345")
    with pytest.raises(Conflict):
        post_reply(acting(place.member), place.thread_id, **given, reply_to=1)


def test_texts_are_rendered_while_nobody_waits_for_the_unit_of_work(place, renderings):
    given = {"kind": ThreadKind.ASK, "title": "A pump", "body": "Who has *one*?"}
    made = start_thread(acting(place.member), place.space_id, **given)
    post_reply(acting(place.member), made.id, body="Nobody.")
    assert renderings == ["outside", "outside"]


def test_a_retry_is_answered_even_after_the_space_was_archived(place):
    given = {"body": "Only once.", "client_id": "retry-12345"}
    first = post_reply(acting(place.member), place.thread_id, **given)
    archive(place.space_id)
    assert post_reply(acting(place.member), place.thread_id, **given).id == first.id
    with pytest.raises(Conflict):
        post_reply(acting(place.member), place.thread_id, body="One more")
    with pytest.raises(Conflict):
        start_thread(acting(place.member), place.space_id, kind=ThreadKind.ASK, title="A", body="B")


def test_who_had_read_all_of_a_thread_has_read_their_reply_too(place):
    mark_read(acting(place.owner), place.thread_id, number=1)
    post_reply(acting(place.owner), place.thread_id, body="Yes.")
    assert read_up_to(place.owner, place.thread_id) == 2
    assert read_up_to(place.member, place.thread_id) == 1


def test_replying_reads_nothing_that_one_has_not_seen(app, place):
    mark_read(acting(place.owner), place.thread_id, number=1)
    for _ in range(3):
        reply(app, place.thread_id, place.member)
    post_reply(acting(place.owner), place.thread_id, body="To the first.", reply_to=1)
    assert read_up_to(place.owner, place.thread_id) == 1
    post_reply(acting(place.facilitator), place.thread_id, body="Never looked.")
    assert read_up_to(place.facilitator, place.thread_id) is None


def test_who_answers_an_old_thread_owes_nothing_of_what_was_said_before_they_came(app, place):
    reply(app, place.thread_id, place.member)
    late = make_user(app, "Late Comer")
    join(app, place.space_id, late, Role.MEMBER)
    post_reply(acting(late), place.thread_id, body="I am new here.")
    assert read_up_to(late, place.thread_id) == 3


def test_reading_goes_forward_only_and_never_past_the_last_post(app, place):
    for _ in range(3):
        reply(app, place.thread_id, place.member)
    ctx = acting(place.observer)
    mark_read(ctx, place.thread_id, number=3)
    mark_read(acting(place.observer, now=ctx.now + dt.timedelta(1)), place.thread_id, number=2)
    pointer = db.session.scalars(
        sa.select(ReadPointer).where(ReadPointer.user_id == place.observer)
    ).one()
    assert (pointer.number, pointer.at) == (3, ctx.now)
    for wrong in (0, -1, 5, 10**12):
        with pytest.raises(Invalid) as refused:
            mark_read(acting(place.observer), place.thread_id, number=wrong)
        assert list(refused.value.fields) == ["number"]
    with pytest.raises(NotFound):
        mark_read(acting(place.outsider), place.thread_id, number=1)
    assert read_up_to(place.observer, place.thread_id) == 3


def test_what_people_write_is_sanitised_and_its_ids_are_its_own(place):
    body = "# Head\n\n<script>alert(1)</script> [x](javascript:alert(1)) [down](#head)"
    htmls = [post_reply(acting(place.member), place.thread_id, body=body).html for _ in range(2)]
    for html in htmls:
        assert "<script" not in html
        assert 'href="javascript' not in html
    ids = [html.split('id="')[1].split('"')[0] for html in htmls]
    assert ids[0] != ids[1]
    assert f'href="#{ids[0]}"' in htmls[0]


def test_a_thread_of_another_space_is_as_absent_as_none(app, place):
    elsewhere = make_thread(app, other_space(app, place.outsider), place.outsider)
    problems = []
    for key in (elsewhere, uuid.uuid4()):
        with pytest.raises(NotFound) as refused:
            post_reply(acting(place.member), key, body="Hello?")
        problems.append(refused.value.as_problem())
    assert problems[0] == problems[1]
    assert post_reply(acting(place.outsider), elsewhere, body="Hello.").number == 2


def other_space(app, user_id):
    key = make_space(app, "Elsewhere")
    join(app, key, user_id)
    return key
