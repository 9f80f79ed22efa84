"""Who leads a space limits the posts of everybody else in it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.forms import send
from factories.live import make_session

from community.discussions.models import Post, ThreadKind
from community.discussions.operations import (
    PollGiven,
    edit_poll,
    edit_post,
    post_reply,
    rename_thread,
    start_thread,
)
from community.kernel.db import db
from community.kernel.errors import Forbidden, Invalid, TooMany
from community.live.operations import post_message
from community.moderation.operations import set_limits
from community.moderation.queries import record_of
from community.spaces.rules import MOST_WORDS, WORD_LONGEST, blocked_in

PAGE = "/spaces/tide-school/moderation/limits"
OFF = {"slow_seconds": 0, "newcomer_links": None, "approve_first": 0, "blocked_words": []}
POLL = {"question": "Which?", "options": ["One", "Two"]}


def set_to(app, place, **given):
    with app.app_context():
        set_limits(acting(place.organiser), place.space_id, **{**OFF, **given})


def posts_of(app, user_id):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(Post.author_id == user_id))


def test_in_slow_mode_the_next_post_waits_and_a_refused_one_changes_nothing(app, place):
    set_to(app, place, slow_seconds=300)
    before = posts_of(app, place.member)
    with app.app_context():
        first = db.session.get(Post, place.post_id)
        said, edition = first.created_at, first.edition

        def says(body, *, after, **more):
            return post_reply(
                acting(place.member, now=said + after), place.thread_id, body=body, **more
            )

        with pytest.raises(TooMany) as told:
            says("And another thing.", after=dt.timedelta(seconds=100))
        assert told.value.details["retry_after"] == 200
        assert "one post in this thread every 5 minutes" in told.value.message
        assert "again in 4 minutes" in told.value.message
    assert posts_of(app, place.member) == before
    with app.app_context():
        made = says("Later.", after=dt.timedelta(minutes=5), client_id="act-00001")
        assert made.number == 3
        # sent again it is the same act, not a further one; and a post is still mended
        again = says("Later.", after=dt.timedelta(minutes=5), client_id="act-00001")
        assert again.id == made.id
        edit_post(acting(place.member), place.post_id, body="Not fools.", edition=edition)
        # other threads, other people and those who lead are not held up
        begun = start_thread(
            acting(place.member), place.space_id, kind=ThreadKind.QUESTION, title="T", body="B"
        )
        with pytest.raises(TooMany):
            post_reply(acting(place.member), begun.id, body="What one begins counts.")
        post_reply(acting(place.other), place.thread_id, body="Mine.")
        for who in (place.owner, place.facilitator):
            for _ in range(2):
                post_reply(acting(who), place.thread_id, body="Calmly.")
    set_to(app, place)
    with app.app_context():
        post_reply(acting(place.other), place.thread_id, body="At once.")


def test_who_is_too_fast_is_told_on_the_page_and_over_json_and_keeps_the_words(app, place, browse):
    set_to(app, place, slow_seconds=3600)
    member = browse(place.member)
    thread = f"/threads/{place.thread_id}"
    assert "Slow mode: one post in this thread every 60 minutes." in member.get(thread).text
    assert "Slow mode" not in browse(place.facilitator).get(thread).text
    sent = send(member, thread, f"{thread}/replies", body="I must say this.", seen="2")
    assert sent.status_code == 429
    assert 3500 < int(sent.headers["Retry-After"]) <= 3600
    assert "I must say this.</textarea>" in sent.text
    assert "You can post again in 60 minutes." in sent.text
    told = member.post(f"/api/v1{thread}/posts", json={"body": "And this."})
    assert told.status_code == 429
    assert told.json["retry_after"] == int(told.headers["Retry-After"]) > 3500


def test_limits_are_set_on_a_page_and_over_json_and_stand_in_the_record(app, place, browse):
    leader = browse(place.organiser)
    assert f'href="{PAGE}"' in leader.get("/spaces/tide-school/moderation").text
    assert (
        f'href="{PAGE}"' not in browse(place.facilitator).get("/spaces/tide-school/moderation").text
    )
    assert (
        send(
            leader,
            PAGE,
            PAGE,
            slow_seconds="60",
            approve_first="0",
            newcomer_links="any",
            blocked_words="",
        ).status_code
        == 303
    )
    assert 'value="60" selected' in leader.get(PAGE).text
    wrong = send(leader, PAGE, PAGE, slow_seconds="61")
    assert wrong.status_code == 422
    api = f"/api/v1/spaces/{place.space_id}/limits"
    assert leader.get(api).json == {**OFF, "slow_seconds": 60}
    for given in ({"slow_seconds": 61}, {"slow_seconds": 60.5}, {"slow_seconds": None}):
        assert leader.put(api, json={**OFF, **given}).status_code == 422
    assert leader.put(api, json={}).status_code == 422
    assert leader.put(api, json={**OFF, "slow_seconds": 900}).json["slow_seconds"] == 900
    assert browse(place.facilitator).get(api).status_code == 403
    with app.app_context():
        acts = record_of(acting(place.facilitator), place.space_id).items
    assert [(act.what, act.before, act.after, act.about) for act in acts] == [
        ("slow", "60", "900", None),
        ("slow", "0", "60", None),
    ]
    record = leader.get("/spaces/tide-school/moderation/record")
    assert "set slow mode" in record.text
    assert "A minute → 15 minutes" in record.text
    file = leader.get("/spaces/tide-school/moderation/record/csv")
    assert "set slow mode" in file.text
    with app.app_context():
        with pytest.raises(Forbidden):
            set_limits(acting(place.facilitator), place.space_id, **OFF)
        with pytest.raises(Invalid):
            set_limits(acting(place.owner), place.space_id, **{**OFF, "slow_seconds": 7})


def test_words_are_compared_whole_without_case_accents_and_what_is_not_seen():
    entries = "idiot\nBl\u00f6dmann\nbuy now\ndon't\n\u99ac\u9e7f\nstra\u00dfe\n\u0915\u093e\u092e"
    for text, found in {
        "You IDIOT!": "idiot",
        "_idiot_": "idiot",
        "id\u00adi\u200bot": "idiot",
        "\uff29\uff24\uff29\uff2f\uff34": "idiot",
        "\U0001d422\U0001d41d\U0001d422\U0001d428\U0001d42d": "idiot",
        "idiots, idiotic": None,
        "BLODMANN": "Bl\u00f6dmann",
        "Blo\u0308dmann.": "Bl\u00f6dmann",
        "Buy\n**now**": "buy now",
        "buy nowhere": None,
        "I DON\u2019T": "don't",
        "don, t": None,
        "\u5f7c\u306f\u99ac\u9e7f\u3060": "\u99ac\u9e7f",
        "STRASSE": "stra\u00dfe",
        "\u0915\u093e\u092e": "\u0915\u093e\u092e",
        "\u0915\u093e\u092e\u0928\u093e": None,
        "": None,
    }.items():
        assert blocked_in(entries, text) == found, text


def test_what_holds_a_blocked_word_is_not_taken_wherever_it_is_said(app, place):
    with app.app_context():
        begun = start_thread(
            acting(place.member),
            place.space_id,
            kind=ThreadKind.QUESTION,
            title="T",
            body="B",
            poll=PollGiven(**POLL),
        )
        thread_id = begun.id
        asked = db.session.scalars(sa.select(Post.id).where(Post.thread_id == thread_id)).one()
    room = make_session(app, place.space_id, place.owner)
    set_to(app, place, blocked_words=["Cr\u00e8me", "two  words"])
    before = posts_of(app, place.member)

    def begin(who, **more):
        given = {"kind": ThreadKind.QUESTION, "title": "T", "body": "B", **more}
        return start_thread(acting(who), place.space_id, **given)

    refused = {
        "body": [
            lambda: post_reply(acting(place.member), place.thread_id, body="A CREME, then."),
            lambda: post_reply(acting(place.member), place.thread_id, body="A cr**e**me, then."),
            lambda: begin(place.member, body="On two\nwords."),
            lambda: edit_post(acting(place.member), asked, body="creme", edition=1),
            lambda: post_message(acting(place.member), room, body="creme!", client_id="a" * 32),
        ],
        "title": [
            lambda: begin(place.member, title="Creme"),
            lambda: rename_thread(
                acting(place.member), thread_id, title="Creme", kind=ThreadKind.QUESTION
            ),
        ],
        "tags": [lambda: begin(place.member, tags=["creme"])],
        "question": [
            lambda: begin(place.member, poll=PollGiven(**{**POLL, "question": "Creme?"})),
            lambda: edit_poll(acting(place.member), asked, question="Creme?", options=["A", "B"]),
        ],
        "options": [
            lambda: post_reply(
                acting(place.member),
                place.thread_id,
                body="B",
                poll=PollGiven(**{**POLL, "options": ["A", "Creme"]}),
            ),
            lambda: edit_poll(acting(place.member), asked, question="Q", options=["creme", "B"]),
        ],
    }
    with app.app_context():
        for field, acts in refused.items():
            for act in acts:
                with pytest.raises(Invalid) as told:
                    act()
                assert list(told.value.fields) == [field]
                assert "Cr\u00e8me" in told.value.message or "two words" in told.value.message
        post_reply(acting(place.member), place.thread_id, body="Cremes, two of the words.")
        begin(place.facilitator, title="Creme", body="Creme: a word we do not say here.")
        post_message(acting(place.facilitator), room, body="creme", client_id="b" * 32)
    assert posts_of(app, place.member) == before + 1
    with app.app_context():
        post = db.session.get(Post, asked)
        assert (post.body, post.edition) == ("B", 1)


def test_the_list_has_limits_and_a_page_and_the_post_comes_back(app, place, browse):
    leader = browse(place.organiser)
    typed = "Idiot\r\n\r\n idiot \r\n<b>fool</b>\r\n"
    assert (
        send(
            leader,
            PAGE,
            PAGE,
            slow_seconds="0",
            approve_first="0",
            newcomer_links="any",
            blocked_words=typed,
        ).status_code
        == 303
    )
    assert "Idiot\n&lt;b&gt;fool&lt;/b&gt;</textarea>" in leader.get(PAGE).text
    for wrong in ("!!!", "a" * (WORD_LONGEST + 1), "\n".join(map(str, range(MOST_WORDS + 1)))):
        answer = send(
            leader,
            PAGE,
            PAGE,
            slow_seconds="30",
            approve_first="0",
            newcomer_links="any",
            blocked_words=wrong,
        )
        assert answer.status_code == 422
        assert wrong[:3] in answer.text
        with app.app_context(), pytest.raises(Invalid):
            set_limits(
                acting(place.organiser),
                place.space_id,
                **{**OFF, "blocked_words": wrong.split("\n")},
            )
    api = f"/api/v1/spaces/{place.space_id}/limits"
    assert leader.get(api).json == {**OFF, "blocked_words": ["Idiot", "<b>fool</b>"]}
    member, thread = browse(place.member), f"/threads/{place.thread_id}"
    sent = send(member, thread, f"{thread}/replies", body="An idiot asks.", seen="2")
    assert sent.status_code == 422
    assert "An idiot asks.</textarea>" in sent.text
    assert "Idiot\u201d is not said in this space" in sent.text
    told = member.post(f"/api/v1{thread}/posts", json={"body": "An idiot asks."})
    assert (told.status_code, list(told.json["fields"])) == (422, ["body"])
    assert leader.put(api, json=OFF).json["blocked_words"] == []
    with app.app_context():
        acts = record_of(acting(place.owner), place.space_id).items
    assert [(act.what, act.before, act.after) for act in acts] == [
        ("words", "2", "0"),
        ("words", "0", "2"),
    ]
    assert "0 words \u2192 2 words" in leader.get("/spaces/tide-school/moderation/record").text
