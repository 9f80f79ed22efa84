"""Twenty people answer at once: the numbers have no gaps, and the log agrees with the posts."""

import threading
from functools import partial

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from races.parallel import at_once

from community.discussions.models import Post, Thread, ThreadKind
from community.discussions.operations import mark_read, post_reply, start_thread
from community.kernel import log
from community.kernel.db import db

pytestmark = pytest.mark.races

WRITERS = 20


def together(app, acts):
    """Call every act in a thread of its own, all released at once; returns what they answered."""
    barrier, answers = threading.Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            barrier.wait()
            answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_parallel_replies_get_gapless_numbers(app):
    space_id = make_space(app)
    people = [make_user(app, f"Writer {n}") for n in range(WRITERS)]
    for user_id in people:
        join(app, space_id, user_id)
    thread_id = make_thread(app, space_id, people[0])

    numbers = together(
        app,
        [
            lambda who=who: post_reply(acting(who), thread_id, body="Me too.").number
            for who in people
        ],
    )

    assert sorted(numbers) == list(range(2, WRITERS + 2))
    with app.app_context():
        assert db.session.get_one(Thread, thread_id).last_number == WRITERS + 1
        logged = log.since(thread_id, 0)
        assert [entry.seq for entry in logged] == list(range(1, WRITERS + 2))
        assert [entry.event.number for entry in logged[1:]] == list(range(2, WRITERS + 2))


def test_who_answers_and_reads_at_once_holds_nobody_up(app):
    """A reply holds its thread, then a pointer; reading makes the pointer, then asks the thread."""
    space_id, user_id, author = make_space(app), make_user(app), make_user(app, "Author")
    for person in (user_id, author):
        join(app, space_id, person)
    for _round in range(12):
        thread_id = make_thread(app, space_id, author)
        read = partial(mark_read, thread_id=thread_id, number=1)
        reply = partial(post_reply, thread_id=thread_id, body="Read and answered.")
        acts = [lambda act=act: act(acting(user_id)) for act in (reply, read, read, read)]
        answers = at_once(app, acts)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []


def test_one_reply_sent_twenty_times_at_once_is_one_post(app):
    space_id, user_id = make_space(app), make_user(app)
    join(app, space_id, user_id)
    thread_id = make_thread(app, space_id, user_id)

    answers = together(
        app,
        [
            lambda: post_reply(acting(user_id), thread_id, body="Once.", client_id="same-act").id
            for _ in range(WRITERS)
        ],
    )

    assert len(answers) == WRITERS
    assert len(set(answers)) == 1
    with app.app_context():
        count = sa.select(sa.func.count()).where(Post.thread_id == thread_id)
        assert db.session.scalar(count) == 2


def test_one_form_sent_twenty_times_at_once_is_one_thread(app):
    space_id, user_id = make_space(app), make_user(app)
    join(app, space_id, user_id)
    given = {"kind": ThreadKind.ASK, "title": "A pump", "body": "Who?", "client_id": "same-act"}

    answers = together(
        app, [lambda: start_thread(acting(user_id), space_id, **given).id for _ in range(WRITERS)]
    )

    assert len(answers) == WRITERS
    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1
