"""Everybody says what reaches them, and how."""

import itertools

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user

from community.correspondence.models import Preference
from community.correspondence.operations import (
    choose,
    choose_defaults,
    resume_letters,
    stop_letters,
)
from community.correspondence.queries import preferences, stopped
from community.correspondence.rules import (
    LETTERS,
    OFFERED,
    Channel,
    Choice,
    LetterKind,
    Topic,
    default,
)
from community.correspondence.schemas import TOPICS
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.notifications.rules import Reason

MAIL, INBOX = Channel.MAIL, Channel.INBOX


@pytest.fixture
def me(app):
    return make_user(app, "Ana Lima")


def off(app, user_id):
    with app.app_context():
        return stopped(acting(user_id))


def kept(app, user_id):
    """Return the rows there are of somebody."""
    with app.app_context():
        rows = db.session.scalars(sa.select(Preference).where(Preference.user_id == user_id))
        return {(row.topic, row.channel): row.choice for row in rows}


def form(client, **changed):
    """Return the form of the page as a browser would send it, with some of it changed."""
    items = client.get("/api/v1/me/letters").json["items"]
    sent = {}
    for item in items:
        name = f"{item['topic']}-{item['channel']}"
        if len(item["choices"]) == 3:
            sent[name] = item["choice"]
        elif len(item["choices"]) == 2 and item["choice"] == "on":
            sent[name] = "1"
    return {name: said for name, said in (sent | changed).items() if said is not None}


def test_there_is_a_word_for_each_topic_and_a_topic_for_each_reason_of_the_inbox_and_letter():
    assert set(TOPICS) == set(OFFERED) == set(Topic)
    told = {topic for topic, by in OFFERED.items() if INBOX in by}
    assert {topic.value for topic in told} == {reason.value for reason in Reason}
    by_letter = [topic for topics in LETTERS.values() for topic in topics]
    assert len(by_letter) == len(set(by_letter))
    switched = {topic for topic, by in OFFERED.items() if len(by.get(MAIL, ())) > 1}
    assert set(by_letter) == switched


def test_without_a_choice_all_is_as_usual_and_nothing_is_stored(app, me):
    with app.app_context():
        chosen = preferences(acting(me))
    assert {key for key, choice in chosen.items() if choice is not Choice.ON} == {
        (Topic.GROUP, Channel.PUSH),  # a device tells of what is meant for many if it is asked to
        (Topic.WATCHING, Channel.PUSH),
    }
    assert off(app, me) == set()
    assert kept(app, me) == {}


def test_only_what_is_offered_is_kept_and_only_where_it_deviates(app, me):
    """Each topic, channel and choice: by the operation, and by the database itself."""
    for topic, channel, choice in itertools.product(Topic, Channel, Choice):
        offered = OFFERED[topic].get(channel, ())
        with app.app_context():
            if choice in offered:
                choose(acting(me), {(topic, channel): choice})
            else:
                with pytest.raises(Invalid):
                    choose(acting(me), {(topic, channel): choice})
        deviates = choice in offered and choice is not default(topic, channel)
        assert kept(app, me) == ({(topic, channel): choice} if deviates else {})
        with app.app_context():
            choose_defaults(acting(me))
        row = {"topic": topic, "channel": channel, "choice": choice}
        with app.app_context():
            if deviates:
                put(me, row)
                choose_defaults(acting(me))
            else:
                with pytest.raises(sa.exc.IntegrityError):
                    put(me, row)
    assert kept(app, me) == {}


def put(user_id, row):
    with unit_of_work(acting(user_id)):
        db.session.add(Preference(id=new_key(), user_id=user_id, at=acting(user_id).now, **row))


def test_the_page_says_what_there_is_and_what_has_changed(app, browse, me):
    client = browse(me)
    page = client.get("/me/letters").text
    assert page.count(" checked") == sum(
        len(choices) == 2 and choices[0] is Choice.ON
        for by in OFFERED.values()
        for choices in by.values()
    )
    assert "As at the start" not in page
    sent = form(client, **{"mention-mail": "digest", "announcement-mail": None})
    answer = client.post("/me/letters", data=sent, follow_redirects=True).text
    assert "A mention of me (Mail): In the digest" in answer
    assert "An announcement in a space of mine (Mail): Not" in answer
    assert "As at the start" in answer
    assert kept(app, me) == {
        (Topic.MENTION, MAIL): Choice.DIGEST,
        (Topic.ANNOUNCEMENT, MAIL): Choice.OFF,
    }
    assert off(app, me) == {LetterKind.ANNOUNCEMENT}
    again = client.post("/me/letters", data=form(client), follow_redirects=True).text
    assert "Nothing has changed." in again
    back = client.post("/me/letters", data=form(client, as_at_the_start="1"), follow_redirects=True)
    assert "A mention of me (Mail): At once" in back.text
    assert kept(app, me) == {}


def test_what_cannot_be_switched_off_says_why_and_stays(app, browse, me):
    client = browse(me)
    page = client.get("/me/letters").text
    assert "Always in your inbox: you asked for it by writing" in page
    assert 'name="reply-inbox"' not in page
    for name, said in (("mention-mail", "never"), ("group-inbox", "0"), ("as_at_the_start", "2")):
        assert client.post("/me/letters", data=form(client, **{name: said})).status_code == 422
    assert client.post("/me/letters", data=form(client, **{"reply-inbox": "1"})).status_code == 422
    assert kept(app, me) == {}


def test_the_api_says_the_same(app, browse, me):
    client, address = browse(me), "/api/v1/me/letters"
    wanted = {"topic": "watching", "channel": "mail", "choice": "digest"}
    items = client.put(address, json={"items": [wanted]}).json["items"]
    [item] = [each for each in items if each["choice"] != each["usual"]]
    assert item == wanted | {"usual": "on", "choices": ["on", "digest", "off"]}
    for wrong in (
        {"topic": "everything"},
        {"choice": "sometimes"},
        {"topic": "reply", "channel": "inbox", "choice": "off"},
        {"topic": "reminder", "channel": "inbox", "choice": "on"},
    ):
        assert client.put(address, json={"items": [wanted | wrong]}).status_code == 422
    assert client.put(address, json={"items": [wanted] * 61}).status_code == 422
    assert client.get(address).json["items"] == items
    back = client.delete(address).json["items"]
    assert [item["choice"] for item in back] == [item["usual"] for item in back]
    assert kept(app, me) == {}


def test_one_click_stops_all_that_letters_of_a_kind_tell_of_and_takes_it_back(app, me):
    with app.app_context():
        choose(acting(me), {(Topic.WATCHING, MAIL): Choice.DIGEST})
        stop_letters(acting(me), LetterKind.REMINDER)
        stop_letters(acting(me), LetterKind.ANSWER)
        stop_letters(acting(me), LetterKind.ANSWER)
    assert off(app, me) == {LetterKind.REMINDER, LetterKind.ANSWER}
    assert set(kept(app, me)) == {
        (topic, MAIL) for topic in (*LETTERS[LetterKind.ANSWER], Topic.REMINDER)
    }
    with app.app_context():
        choose(acting(me), {(Topic.GROUP, MAIL): Choice.DIGEST})
    assert off(app, me) == {LetterKind.REMINDER}
    with app.app_context():
        resume_letters(acting(me), LetterKind.ANSWER)
    assert kept(app, me) == {
        (Topic.REMINDER, MAIL): Choice.OFF,
        (Topic.GROUP, MAIL): Choice.DIGEST,
    }


def test_a_choice_is_ones_own_and_taken_along(app, browse, me):
    other = make_user(app, "Bo Chen")
    with app.app_context():
        choose(acting(me), {(Topic.MENTION, INBOX): Choice.OFF})
    assert kept(app, other) == {}
    [told] = browse(me).get("/me/data.json").json["correspondence"]["preferences"]
    assert (told["topic"], told["channel"], told["choice"]) == ("mention", "inbox", "off")
