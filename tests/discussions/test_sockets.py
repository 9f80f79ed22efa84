"""Following a thread: pushed at once, caught up exactly, closed when access goes."""

import uuid

import pytest
from conftest import acting
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space

from community.discussions.operations import post_reply
from community.kernel import log
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.kernel.revocation import revoke
from community.spaces.models import Space

POSTED = "thread.reply_posted"


@pytest.fixture
def socket_of(live):
    return live.connect


def watch(member, place, since=1):
    return member.ask("thread.join", {"thread_id": str(place.thread_id), "since": since})


def test_a_reply_reaches_whoever_follows_and_nobody_else(live, place):
    author, reader, passer_by = (
        live.connect(place.people[w]) for w in ("member", "observer", "owner")
    )
    watch(author, place)
    watch(reader, place)

    made = author.ask(
        "thread.reply",
        {
            "thread_id": str(place.thread_id),
            "body": "Yes, *we* do.",
            "client_id": "act-00001",
            "reply_to": 1,
        },
    )

    [message] = reader.heard(POSTED)
    assert message["stream"] == str(place.thread_id)
    assert message["seq"] == 2
    assert message["data"] == made["post"]
    assert message["data"]["html"] == "<p>Yes, <em>we</em> do.</p>\n"
    assert message["data"]["number"] == 2
    assert message["data"]["author"]["name"] == "Member Example"
    answered = message["data"]["reply_to"]
    assert (answered["number"], answered["name"]) == (1, "Member Example")
    assert [m["data"]["number"] for m in author.heard(POSTED)] == [2]
    assert passer_by.heard(POSTED) == []


def test_a_reply_made_by_a_form_is_pushed_too(live, place):
    reader = live.connect(place.observer)
    watch(reader, place)
    with live.app.app_context():
        post_reply(acting(place.owner), place.thread_id, body="From the page.")
    assert [m["data"]["number"] for m in reader.heard(POSTED)] == [2]


def test_who_was_away_is_told_exactly_what_they_missed(app, live, place):
    reader = live.connect(place.observer)
    assert watch(reader, place) == {"head": 1, "events": []}
    reader.leave()
    for text in ("one", "two", "three"):
        reply(app, place.thread_id, place.member, text)  # by a process that pushes to nobody here

    again = live.connect(place.observer)
    answer = watch(again, place, since=2)
    assert answer["head"] == 4
    assert [(e["seq"], e["data"]["number"]) for e in answer["events"]] == [(3, 3), (4, 4)]
    assert [e["data"]["html"] for e in answer["events"]] == ["<p>two</p>\n", "<p>three</p>\n"]
    sync = again.ask("thread.sync", {"thread_id": str(place.thread_id), "since": 3})
    assert sync["events"] == answer["events"][1:]


def test_a_push_and_catching_up_show_the_same(live, place):
    reader = live.connect(place.observer)
    watch(reader, place)
    with live.app.app_context():
        post_reply(acting(place.facilitator), place.thread_id, body="Once.", reply_to=1)
    [pushed] = reader.heard(POSTED)
    answer = reader.ask("thread.sync", {"thread_id": str(place.thread_id), "since": 1})
    assert [(e["name"], e["seq"], e["data"]) for e in answer["events"]] == [
        (POSTED, pushed["seq"], pushed["data"])
    ]


def test_whoever_is_too_far_behind_is_told_to_load_afresh(live, place, inside):
    ctx = acting(place.member)
    with unit_of_work(ctx):
        stream = log.db.session.get_one(log.Stream, place.thread_id)
        stream.head = log.REPLAY_LIMIT + 2
    reader = live.connect(place.observer)
    assert watch(reader, place, since=1) == {"head": log.REPLAY_LIMIT + 2, "reload": True}
    assert watch(reader, place, since=log.REPLAY_LIMIT + 3)["reload"] is True
    assert "events" in watch(reader, place, since=2)


def test_the_heads_of_followed_threads_are_announced_from_the_database(app, live, place):
    reader = live.connect(place.observer)
    watch(reader, place)
    live.look()
    reader.heard("stream.head")
    reply(app, place.thread_id, place.member)  # another process: no push reaches this one
    assert reader.heard(POSTED) == []
    live.look()
    assert reader.heard("stream.head") == [{"stream": str(place.thread_id), "seq": 2}]


def test_a_retried_reply_is_one_post(live, place):
    author = live.connect(place.member)
    fields = {"thread_id": str(place.thread_id), "body": "Once.", "client_id": "act-00001"}
    first = author.ask("thread.reply", fields)
    assert author.ask("thread.reply", fields) == first
    assert watch(author, place)["head"] == 2


def test_a_hidden_thread_answers_like_one_that_never_was(app, live, place):
    elsewhere = make_space(app, "Elsewhere")
    join(app, elsewhere, place.outsider)
    outsider, member = live.connect(place.outsider), live.connect(place.member)
    for name, more in (("thread.join", {"since": 0}), ("thread.sync", {"since": 0})):
        hidden = outsider.refused(name, {"thread_id": str(place.thread_id), **more})
        absent = member.refused(name, {"thread_id": str(uuid.uuid4()), **more})
        assert hidden == absent
        assert hidden["status"] == 404
        assert member.ask(name, {"thread_id": str(place.thread_id), **more})["head"] == 1
    send = {"body": "Hello?", "client_id": "act-00001"}
    refused = outsider.refused("thread.reply", {"thread_id": str(place.thread_id), **send})
    assert refused["status"] == 404
    theirs = make_thread(app, elsewhere, place.outsider)
    assert outsider.ask("thread.reply", {"thread_id": str(theirs), **send})["post"]["number"] == 2
    assert member.heard(POSTED) == []


def test_an_observer_follows_and_cannot_reply(live, place):
    observer = live.connect(place.observer)
    watch(observer, place)
    fields = {"thread_id": str(place.thread_id), "body": "May I?", "client_id": "act-00001"}
    assert observer.refused("thread.reply", fields)["status"] == 403
    assert live.connect(place.member).ask("thread.reply", fields)["post"]["number"] == 2


def test_a_removed_member_hears_nothing_more(live, place):
    leaver, stayer = live.connect(place.observer), live.connect(place.member)
    watch(leaver, place)
    watch(stayer, place)
    with live.app.app_context(), unit_of_work(acting(place.owner)):
        revoke(place.observer, space_id=place.space_id)
    live.look()
    with live.app.app_context():
        post_reply(acting(place.owner), place.thread_id, body="Among us.")
    assert not leaver.connected
    assert stayer.connected
    assert [m["data"]["number"] for m in stayer.heard(POSTED)] == [2]


def test_leaving_a_thread_ends_the_pushes(live, place):
    reader = live.connect(place.observer)
    watch(reader, place)
    reader.ask("thread.leave", {"thread_id": str(place.thread_id)})
    with live.app.app_context():
        post_reply(acting(place.owner), place.thread_id, body="Gone?")
    assert reader.heard(POSTED) == []


@pytest.mark.parametrize(
    ("name", "more", "field"),
    [
        ("thread.join", {"since": -1}, "since"),
        ("thread.join", {"since": "1"}, "since"),
        ("thread.join", {"since": 2**40}, "since"),
        ("thread.join", {}, "since"),
        ("thread.sync", {"since": 0, "room": "x"}, "room"),
        ("thread.sync", {"since": 0, "thread_id": "no id"}, "thread_id"),
        ("thread.reply", {"body": "Hi", "client_id": "short"}, "client_id"),
        ("thread.reply", {"body": "Hi"}, "client_id"),
        ("thread.reply", {"body": "", "client_id": "act-00001"}, "body"),
        ("thread.reply", {"body": "a" * 20_001, "client_id": "act-00001"}, "body"),
        ("thread.reply", {"body": "\x00", "client_id": "act-00001"}, "body"),
        ("thread.reply", {"body": ["Hi"], "client_id": "act-00001"}, "body"),
        ("thread.reply", {"body": "Hi", "client_id": "act-00001", "reply_to": 2}, "reply_to"),
        ("thread.reply", {"body": "Hi", "client_id": "act-00001", "reply_to": 1.5}, "reply_to"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(live, place, name, more, field):
    member = live.connect(place.member)
    problem = member.refused(name, {"thread_id": str(place.thread_id), **more})
    assert problem["status"] == 422
    assert list(problem["fields"]) == [field]
    assert watch(member, place)["head"] == 1


def test_nobody_is_refused_at_the_door(live, place):
    assert not live.connect(None).connected
    assert live.connect(place.member).connected


def test_who_is_too_fast_in_a_slow_thread_is_told_for_how_long(live, place):
    with live.app.app_context(), unit_of_work(acting(place.owner)):
        db.session.get_one(Space, place.space_id).slow_seconds = 300
    member = live.connect(place.member)
    fields = {"thread_id": str(place.thread_id), "body": "And this.", "client_id": "act-00001"}
    problem = member.refused("thread.reply", fields)
    assert (problem["status"], problem["code"]) == (429, "too_many")
    assert 200 < problem["retry_after"] <= 300
    assert "You can post again in" in problem["title"]
