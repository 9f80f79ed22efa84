"""Feeds by a secret: what stands in them, for whom, and how they are shut."""

import datetime as dt
import logging

import atoma
import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import PASSWORD_HASH, make_letters, make_sign_in, make_user
from factories.discussions import make_thread
from factories.mail import archive, bring, message
from factories.spaces import join, make_space

from community.accounts.models import SignIn, User
from community.accounts.operations import (
    change_password,
    delete_account,
    reset_password,
    undo_change,
)
from community.discussions.models import Post
from community.discussions.operations import (
    block_person,
    edit_post,
    follow_thread,
    post_reply,
    remove_post,
)
from community.discussions.rules import Level
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Membership, Role
from community.spaces.operations import remove_member
from community.transfers.models import FeedKey
from community.transfers.operations import make_feed_key, revoke_feed_key
from community.transfers.queries import my_feed_token


@pytest.fixture
def thread(app, place):
    key = make_thread(
        app,
        place.space_id,
        place.people["owner"],
        title="Who <signs> & why?",
        body="Who **signs**? <script>alert(1)</script> See [it](/people/1).\x0c",
        tags=["tides"],
    )
    with app.app_context():
        post_reply(acting(place.people["organiser"]), key, body="I do.")
    return key


def token_of(app, user_id):
    with app.app_context():
        make_feed_key(acting(user_id))
        return my_feed_token(acting(user_id))


@pytest.fixture
def token(app, place):
    return token_of(app, place.people["member"])


def addresses(place, thread, token):
    return {
        "space": f"/feeds/{token}/spaces/{place.space_id}.atom",
        "thread": f"/feeds/{token}/threads/{thread}.atom",
        "followed": f"/feeds/{token}/followed.atom",
    }


def read(client, where):
    answer = client.get(where)
    assert answer.status_code == 200, where
    assert answer.mimetype == "application/atom+xml"
    return atoma.parse_atom_bytes(answer.data)


def test_feeds_are_what_others_read_too(app, place, thread, token, browse):
    client, where = browse(None), addresses(place, thread, token)
    feed = read(client, where["space"])
    assert feed.title.value == "Academy, cohort 9"
    [entry] = feed.entries
    assert entry.title.value == "Who <signs> & why?"
    assert entry.id_ == f"urn:uuid:{thread}"
    assert entry.links[0].href == f"http://127.0.0.1:8000/threads/{thread}"
    assert [author.name for author in entry.authors] == ["Owner Example"]
    assert {kind.term for kind in entry.categories} == {"question", "tides"}
    assert "<strong>signs</strong>" in entry.content.value
    assert "<script" not in entry.content.value
    assert 'href="http://127.0.0.1:8000/people/1"' in entry.content.value
    posts = read(client, where["thread"])
    assert [each.title.value[-6:] for each in posts.entries] == ["post 2", "post 1"]
    assert posts.links[1].href.endswith(where["thread"])
    followed = read(client, where["followed"])
    assert [each.id_ for each in followed.entries] == [each.id_ for each in posts.entries]


def test_an_empty_feed_is_one_too(app, place, token, browse):
    feed = read(browse(None), f"/feeds/{token}/followed.atom")
    assert feed.entries == []
    assert feed.updated <= dt.datetime.now(dt.UTC)
    assert read(browse(None), f"/feeds/{token}/spaces/{place.space_id}.atom").entries == []


def test_an_unchanged_feed_is_not_sent_again(app, place, thread, token, browse):
    client, where = browse(None), addresses(place, thread, token)["thread"]
    first = client.get(where)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert "Last-Modified" in first.headers
    again = client.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with app.app_context():
        post = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == thread, Post.number == 2)
        ).one()
        remove_post(acting(place.people["organiser"]), post)
    changed = client.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert b"I do." not in changed.data
    # the day something was removed stands nowhere: a mere date cannot say that all is as it was
    dated = client.get(where, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert dated.status_code == 200


def test_an_edit_is_an_update(app, place, thread, token, browse):
    client, where = browse(None), addresses(place, thread, token)["thread"]
    with app.app_context():
        row = db.session.execute(
            sa.select(Post.id, Post.edition).where(Post.thread_id == thread, Post.number == 1)
        ).one()
        edit_post(acting(place.people["owner"]), row.id, body="Anew.", edition=row.edition)
    entry = read(client, where).entries[-1]
    assert "Anew." in entry.content.value
    assert entry.updated >= entry.published


def test_what_one_follows_is_left_by_levels_and_blocks(app, place, thread, token, browse):
    member, client = place.people["member"], browse(None)
    where = addresses(place, thread, token)["followed"]
    with app.app_context():
        post_reply(acting(member), thread, body="My own words.")
        block_person(acting(member), place.people["organiser"])
    texts = [entry.content.value for entry in read(client, where).entries]
    assert not any("I do." in text or "My own words." in text for text in texts)
    assert len(texts) == 1
    with app.app_context():
        follow_thread(acting(member), thread, level=Level.MUTED)
    assert read(client, where).entries == []


def test_whoever_loses_access_finds_nothing_at_once(app, place, thread, token, browse):
    client, where = browse(None), addresses(place, thread, token)
    nothing = client.get(f"/feeds/{'x' * 43}/spaces/{place.space_id}.atom")
    assert nothing.status_code == 404
    with app.app_context():
        remove_member(acting(place.people["owner"]), place.space_id, place.people["member"])
    for name in ("space", "thread"):
        answer = client.get(where[name])
        assert (answer.status_code, len(answer.data)) == (404, len(nothing.data))
    assert read(client, where["followed"]).entries == []


def test_new_addresses_end_the_old_and_shut_feeds_lead_nowhere(app, place, thread, token, browse):
    client, member = browse(None), place.people["member"]
    where = addresses(place, thread, token)["space"]
    fresh = token_of(app, member)
    assert fresh != token
    assert client.get(where).status_code == 404
    assert client.get(addresses(place, thread, fresh)["space"]).status_code == 200
    with app.app_context():
        revoke_feed_key(acting(member))
        revoke_feed_key(acting(member))  # twice is no mistake
        assert my_feed_token(acting(member)) is None
    assert client.get(addresses(place, thread, fresh)["space"]).status_code == 404


def test_an_account_that_goes_takes_its_feeds_along(app, place, thread, token, browse):
    with app.app_context():
        delete_account(acting(place.people["member"]))
        assert db.session.scalar(sa.select(sa.func.count(FeedKey.id))) == 0
    assert browse(None).get(f"/feeds/{token}/followed.atom").status_code == 404


def test_the_secret_is_kept_as_a_digest_and_stands_in_no_log(app, place, token, browse, caplog):
    with app.app_context():
        row = db.session.scalars(sa.select(FeedKey)).one()
        assert token not in row.digest
    with caplog.at_level(logging.DEBUG):
        browse(None).get(f"/feeds/{token}/followed.atom")
    assert token not in caplog.text


def test_the_page_shows_makes_and_shuts(app, place, browse):
    client = browse(place.people["member"])
    assert "Open my feeds" in client.get("/me/feeds").text
    assert client.post("/me/feeds").status_code == 303
    page = client.get("/me/feeds")
    assert page.headers["Cache-Control"] == "no-store"
    assert "/followed.atom" in page.text
    assert f"/spaces/{place.space_id}.atom" in page.text
    assert client.post("/me/feeds/revoke").status_code == 303
    assert "/followed.atom" not in client.get("/me/feeds").text


def test_pages_lead_who_is_signed_in_to_their_own_feed(app, place, thread, browse):
    client = browse(place.people["member"])
    listed = client.get("/spaces/tide-school/threads").text
    assert 'rel="alternate" type="application/atom+xml"' in listed
    assert "/spaces/tide-school/feed" in listed
    assert f"/threads/{thread}/feed" in client.get(f"/threads/{thread}").text
    assert client.get("/spaces/tide-school/feed").location.endswith("/me/feeds")
    token = token_of(app, place.people["member"])
    assert token in client.get(f"/threads/{thread}/feed").location
    assert token not in client.get("/spaces/tide-school/threads").text
    assert browse(place.people["outsider"]).get("/spaces/tide-school/feed").status_code == 404
    assert "alternate" not in browse(None).get("/").text


def test_a_feed_ends_and_asks_little(app, place, token, browse, count_queries):
    data = archive(*(message(n, subject=f"T{n}", body="x") for n in range(1, 70)))
    bring(app, place.space_id, place.people["owner"], data)
    client, where = browse(None), f"/feeds/{token}/spaces/{place.space_id}.atom"
    assert len(read(client, where).entries) == 50
    for address in (where, f"/feeds/{token}/followed.atom"):
        count_queries.clear()
        client.get(address)
        assert len(count_queries) <= 4


def test_feeds_are_asked_for_so_often_only(strict, place, token):
    client = strict.test_client()
    answers = {client.get(f"/feeds/{token}/followed.atom").status_code for _turn in range(125)}
    assert answers == {200, 429}


def test_two_who_open_feeds_have_two_secrets(app, place, token):
    other = make_user(app)
    join(app, make_space(app), other, Role.MEMBER)
    assert token_of(app, other) != token
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(FeedKey.id))) == 2
        assert db.session.scalar(sa.select(sa.func.count(Membership.id))) > 2


@pytest.mark.parametrize("way", ["change", "reset", "undo"])
def test_whoever_secures_their_account_shuts_their_feeds(app, place, token, browse, way):
    member, other = place.people["member"], token_of(app, place.people["owner"])
    where = f"/feeds/{token}/followed.atom"
    assert browse(None).get(where).status_code == 200
    letters, sign_in = make_letters(app, member, "m"), make_sign_in(app, member)
    with app.app_context():
        if way == "change":
            former = db.session.get_one(User, member).password_hash
            change_password(acting(member), sign_in, verified=former, password_hash=PASSWORD_HASH)
        elif way == "reset":
            reset_password(acting(member), letters["reset"], password_hash=PASSWORD_HASH)
        else:
            undo_change(acting(member), letters["undo"])
    assert browse(None).get(where).status_code == 404
    assert browse(None).get(f"/feeds/{other}/followed.atom").status_code == 200


def test_the_secret_is_shown_to_who_proved_lately_who_they_are(app, place, thread, token, browse):
    client = browse(place.people["member"])
    client.get("/me/feeds")
    with app.app_context(), unit_of_work(acting(place.people["member"])):
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        db.session.execute(sa.update(SignIn).values(proved_at=long_ago))
    for where in ("/me/feeds", "/spaces/tide-school/feed", f"/threads/{thread}/feed"):
        answer = client.get(where)
        assert answer.location.startswith("/prove"), where
        assert token not in answer.text + answer.location
