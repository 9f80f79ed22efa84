"""A thread's page that the reader holds is not drawn again, and whatever changes it is seen."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import CSRF_SEED, acting
from factories.discussions import make_thread, reply
from factories.forms import without_token
from factories.spaces import join, make_space
from flask import g, session, template_rendered

from community.accounts.models import User
from community.accounts.operations import change_profile
from community.accounts.queries import DOORKEEPER
from community.discussions.models import Post, Thread
from community.discussions.operations import mark_read
from community.kernel import unchanged
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.installed import EXTENSION
from community.kernel.log import Stream
from community.kernel.operation import unit_of_work
from community.spaces.models import Membership, Role, Space
from community.spaces.operations import change_role, remove_member


def changed(app, statement):
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(statement)


def rename(app, person, name="Another Name"):
    changed(app, sa.update(User).where(User.id == person).values(name=name))


def profile(app, person, **values):
    given = {"name": "Member Example", "zone": "UTC", "language": "en"} | values
    with app.app_context():
        change_profile(acting(person), **given)
        DOORKEEPER.forget(person)


def give_role(app, place, role, who):
    with app.app_context():
        change_role(acting(place.owner), place.space_id, who, role=role)


def read_up_to(app, place, number):
    with app.app_context():
        mark_read(acting(place.member), place.thread_id, number=number)


def space_named(place, **values):
    return sa.update(Space).where(Space.id == place.space_id).values(**values)


def post_with(place, **values):
    return sa.update(Post).where(Post.thread_id == place.thread_id).values(**values)


def newer_space(app, place):
    join(app, make_space(app, name="Another space", slug="another"), place.member, Role.MEMBER)


# What decides about the page of the member who reads, and how it changes. Each is told apart.
CHANGES = {
    "a new post": lambda app, place: reply(app, place.thread_id, place.owner),
    "what has been read": lambda app, place: read_up_to(app, place, 2),
    "the title": lambda app, place: changed(app, sa.update(Thread).values(title="Renamed")),
    "the kind": lambda app, place: changed(app, sa.update(Thread).values(kind="ask")),
    "the stream's head": lambda app, place: changed(
        app, sa.update(Stream).where(Stream.id == place.thread_id).values(head=99)
    ),
    "the text of a post": lambda app, place: changed(app, post_with(place, html="<p>Mended</p>")),
    "the day of a post": lambda app, place: changed(
        app, post_with(place, created_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    ),
    "an author's name": lambda app, place: rename(app, place.facilitator),
    "an author's role": lambda app, place: give_role(app, place, Role.MEMBER, place.facilitator),
    "an author who left": lambda app, place: changed(
        app,
        sa.update(Membership)
        .where(Membership.user_id == place.facilitator)
        .values(ended_at=dt.datetime.now(dt.UTC)),
    ),
    "one's own name": lambda app, place: profile(app, place.member, name="Me Differently"),
    "one's zone": lambda app, place: profile(app, place.member, zone="Asia/Tokyo"),
    "one's role": lambda app, place: give_role(app, place, Role.OBSERVER, place.member),
    "the space's name": lambda app, place: changed(app, space_named(place, name="Renamed")),
    "an archived space": lambda app, place: changed(
        app, space_named(place, archived_at=dt.datetime.now(dt.UTC))
    ),
    "another space in the rail": newer_space,
    "unread posts elsewhere": lambda app, place: make_thread(app, place.space_id, place.owner),
}


@pytest.fixture
def held(place, app, browse):
    """The member's browser, and the header with which it asks again for the page it holds."""
    reply(app, place.thread_id, place.facilitator)
    read_up_to(app, place, 1)
    reader = browse(place.member)
    answer = reader.get(f"/threads/{place.thread_id}")
    assert answer.status_code == 200
    return reader, {"If-None-Match": answer.headers["ETag"]}


def ask(place, held, query=""):
    reader, tag = held
    return reader.get(f"/threads/{place.thread_id}{query}", headers=tag)


def test_an_unchanged_page_is_answered_without_drawing_it(app, place, held):
    drawn = []
    with template_rendered.connected_to(lambda *_, template, **__: drawn.append(template), app):
        answer = ask(place, held)
    assert (answer.status_code, answer.data, drawn) == (304, b"", [])
    assert answer.headers["ETag"] == held[1]["If-None-Match"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_the_page_sends_it_again(app, place, held, what):
    before = held[0].get(f"/threads/{place.thread_id}")
    CHANGES[what](app, place)
    after = ask(place, held)
    assert after.status_code == 200
    assert without_token(after) != without_token(before)
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("query", ["?after=0&reply_to=1", "?reply_to=2"])
def test_another_address_is_another_page(place, held, query):
    assert ask(place, held, query).status_code == 200


def test_nobody_else_holds_the_same_page(place, held, browse):
    for who in (place.owner, place.observer, place.facilitator):
        assert ask(place, (browse(who), held[1])).status_code == 200


def test_another_sign_in_of_the_same_person_has_tokens_of_its_own(place, held, browse):
    assert ask(place, (browse(place.member), held[1])).status_code == 200


def test_what_the_last_request_left_to_say_is_said(place, held):
    reader = held[0]
    left = reader.post(f"/threads/{place.thread_id}/read", data={"number": "2"})
    assert left.status_code == 303
    tag = {"If-None-Match": reader.get(f"/threads/{place.thread_id}").headers["ETag"]}
    assert ask(place, (reader, tag)).status_code == 200  # it said so, and says it once
    tag = {"If-None-Match": reader.get(f"/threads/{place.thread_id}").headers["ETag"]}
    assert ask(place, (reader, tag)).status_code == 304


@pytest.mark.parametrize("star", [False, True])
def test_who_was_removed_never_gets_a_304(app, place, held, star):
    with app.app_context():
        remove_member(acting(place.owner), place.space_id, place.member)
    reader, tag = held
    assert ask(place, (reader, {"If-None-Match": "*"} if star else tag)).status_code == 404


def test_tomorrow_is_another_page(app, place):
    tags = []
    for day in (1, 2, 2):
        with app.test_request_context(f"/threads/{place.thread_id}"):
            session["csrf_token"] = CSRF_SEED
            g.context = Context.begin(None, now=dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC))
            tags.append(unchanged._tag("discussions/thread.html", {}))
    assert tags[0] != tags[1] == tags[2]


def test_another_release_is_another_page(app, place, held, monkeypatch):
    assert ask(place, held).status_code == 304
    monkeypatch.setattr(app.extensions[EXTENSION], "release", "the next one")
    assert ask(place, held).status_code == 200


def test_only_what_says_all_that_it_is_decides_about_a_page():
    with pytest.raises(TypeError):
        unchanged._plain(object())
