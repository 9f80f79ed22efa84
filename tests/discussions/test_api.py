"""Threads and posts over JSON."""

import uuid

import pytest
from conftest import acting
from factories.discussions import make_thread, reply

from community.accounts.models import User
from community.discussions.models import ThreadKind
from community.discussions.queries import posts_after
from community.discussions.schemas import PostsOut, as_post
from community.kernel.db import db
from community.kernel.operation import unit_of_work

BASE = "/api/v1"


def url(place, rest="/posts"):
    return f"{BASE}/threads/{place.thread_id}{rest}"


def test_a_thread_is_begun_listed_and_read(place, browse):
    member = browse(place.member)
    given = {"kind": "offer", "title": "A pump", "body": "Take *it*.", "client_id": "abcdefgh"}
    begun = member.post(f"{BASE}/spaces/{place.space_id}/threads", json=given)
    assert begun.status_code == 201
    assert begun.json["title"] == "A pump"
    again = member.post(f"{BASE}/spaces/{place.space_id}/threads", json=given)
    assert again.json["id"] == begun.json["id"]

    page = browse(place.observer).get(f"{BASE}/spaces/{place.space_id}/threads?kind=offer")
    [row] = page.json["items"]
    assert row == {
        **begun.json,
        "author_name": "Member Example",
        "last_author_id": str(place.member),
        "last_author_name": "Member Example",
        "unread": 1,
    }
    assert member.get(f"{BASE}/threads/{row['id']}").json == begun.json
    posts = member.get(f"{BASE}/threads/{row['id']}/posts").json
    assert [post["html"] for post in posts["items"]] == ["<p>Take <em>it</em>.</p>\n"]
    assert posts["next"] is None


def test_posts_are_paged_by_their_number(app, place, browse):
    for number in range(2, 7):
        reply(app, place.thread_id, place.owner, f"Post {number}", reply_to=1)
    reader = browse(place.observer)
    seen, after = [], 0
    while after is not None:
        page = reader.get(url(place, f"/posts?after={after}&limit=4")).json
        seen += [post["number"] for post in page["items"]]
        after = page["next"]
    assert seen == [1, 2, 3, 4, 5, 6]
    last = page["items"][-1]
    assert last["author"] == {
        "id": str(place.owner),
        "name": "Owner Example",
        "initials": "OE",
        "hue": place.owner.int % 8 + 1,
        "picture": None,
    }
    assert last["role"] == "owner"
    assert last["reply_to"].items() >= {"number": 1, "name": "Member Example"}.items()
    end = reader.get(url(place, "/posts?after=6")).json
    assert end == {"items": [], "mine": [], "next": None}


def test_threads_are_paged_by_their_last_word(app, place, browse):
    for number in range(5):
        make_thread(app, place.space_id, place.owner, title=f"Thread {number}")
    reply(app, place.thread_id, place.owner)
    reader, seen, page = browse(place.observer), [], ""
    while page is not None:
        answer = reader.get(
            f"{BASE}/spaces/{place.space_id}/threads",
            query_string={"limit": 2, **({"page": page} if page else {})},
        ).json
        seen += [row["title"] for row in answer["items"]]
        page = answer["next"]
    assert seen == ["Who signs for the readings?", *(f"Thread {n}" for n in (4, 3, 2, 1, 0))]


def test_an_unchanged_page_of_posts_is_not_sent_again(app, place, browse):
    reader = browse(place.observer)
    first = reader.get(url(place))
    tag = {"If-None-Match": first.headers["ETag"]}
    assert reader.get(url(place), headers=tag).status_code == 304
    reply(app, place.thread_id, place.member)
    changed = reader.get(url(place), headers=tag)
    assert changed.status_code == 200
    assert len(changed.json["items"]) == 2


def test_a_reply_answers_with_the_post(place, browse):
    given = {"body": "# Yes", "reply_to": 1, "client_id": "act-00001"}
    made = browse(place.member).post(url(place), json=given)
    assert made.status_code == 201
    assert (made.json["number"], made.json["reply_to"]["number"]) == (2, 1)
    again = browse(place.member).post(url(place), json=given)
    assert again.json == made.json
    assert browse(place.observer).post(url(place), json={"body": "May I?"}).status_code == 403


@pytest.mark.parametrize("more", [{}, {"reply_to": 1}], ids=["plain", "answering"])
def test_a_reply_answers_with_the_post_as_it_is_read(place, browse, more):
    writer = browse(place.owner)
    given = {"body": "Take *it*, **all** of it.", "client_id": "act-00001", **more}
    made = writer.post(url(place), json=given).json
    [read] = writer.get(url(place, "/posts?after=1")).json["items"]
    assert made == read
    assert writer.post(url(place), json=given).json == read


def test_a_repeat_of_a_reply_reads_it_as_it_stands(app, place, browse):
    writer, given = browse(place.member), {"body": "Now.", "client_id": "act-00001"}
    made = writer.post(url(place), json=given).json
    writer.delete(f"{BASE}/posts/{made['id']}").close()
    again = writer.post(url(place), json=given)
    assert (again.json["id"], again.json["removal"], again.json["html"]) == (
        made["id"],
        "author",
        "",
    )


def test_a_reply_takes_few_statements(place, browse, count_queries):
    writer = browse(place.owner)
    writer.post(url(place), json={"body": "One.", "client_id": "act-00001"}).close()
    count_queries.clear()
    assert writer.post(url(place), json={"body": "Two.", "client_id": "act-00002"}).json["number"]
    assert len(count_queries) <= 17  # SQLite says BEGIN besides


def test_reading_is_said_and_counted(app, place, browse):
    for _ in range(3):
        reply(app, place.thread_id, place.member)
    reader = browse(place.observer)

    def unread():
        [row] = reader.get(f"{BASE}/spaces/{place.space_id}/threads").json["items"]
        return row["unread"]

    assert unread() == 4
    assert reader.put(url(place, "/read"), json={"number": 3}).status_code == 204
    assert unread() == 1
    assert reader.put(url(place, "/read"), json={"number": 1}).status_code == 204
    assert unread() == 1
    refused = reader.put(url(place, "/read"), json={"number": 5})
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == ["number"]
    assert (
        browse(place.member)
        .get(f"{BASE}/spaces/{place.space_id}/threads")
        .json["items"][0]["unread"]
        == 0
    )


@pytest.mark.parametrize("who", ["outsider", "member"])
def test_hidden_equals_absent(place, browse, who):
    """For an outsider the thread and its space; for a member ones that were never there."""
    client = browse(place.people[who])
    thread, space = (
        (place.thread_id, place.space_id) if who == "outsider" else (uuid.uuid4(), uuid.uuid4())
    )
    answers = [
        client.get(f"{BASE}/threads/{thread}"),
        client.get(f"{BASE}/threads/{thread}/posts"),
        client.post(f"{BASE}/threads/{thread}/posts", json={"body": "Hello?"}),
        client.put(f"{BASE}/threads/{thread}/read", json={"number": 1}),
        client.get(f"{BASE}/spaces/{space}/threads"),
        client.post(
            f"{BASE}/spaces/{space}/threads", json={"kind": "ask", "title": "A", "body": "B"}
        ),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert {answer.json["title"] for answer in answers} == {
        "There is nothing here, or it is not open to you."
    }


def test_nobody_signed_in_is_told_to_sign_in(place, browse):
    assert browse(None).get(url(place)).status_code == 401
    assert browse(place.observer).get(url(place)).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 201}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": 7}, "title"),
        ({"body": "   "}, "body"),
        ({"body": "a" * 20_001}, "body"),
        ({"body": "\u0007"}, "body"),
        ({"kind": "rant"}, "kind"),
        ({"kind": None}, "kind"),
        ({"client_id": "x"}, "client_id"),
        ({"author_id": "me"}, "author_id"),
    ],
)
def test_a_thread_that_cannot_be_used_is_refused_by_field(place, browse, change, field):
    good = {"kind": ThreadKind.ASK.value, "title": "A pump", "body": "Who?"}
    client = browse(place.member)
    address = f"{BASE}/spaces/{place.space_id}/threads"
    refused = client.post(address, json={**good, **change})
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == [field]
    assert len(client.get(address).json["items"]) == 1
    assert client.post(address, json=good).status_code == 201


def test_the_longest_texts_are_taken(place, browse):
    given = {"kind": "ask", "title": "ö" * 200, "body": "ö" * 20_000}
    made = browse(place.member).post(f"{BASE}/spaces/{place.space_id}/threads", json=given)
    assert made.status_code == 201
    assert made.json["title"] == "ö" * 200


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=101", "page=1"])
def test_a_page_of_posts_that_cannot_be_is_refused(place, browse, query):
    refused = browse(place.member).get(url(place, f"/posts?{query}"))
    assert refused.status_code == 422
    assert list(refused.json["fields"]) == [query.split("=")[0]]


@pytest.mark.parametrize("replies", [1, 60])
def test_a_page_of_posts_takes_few_statements(app, place, browse, count_queries, replies):
    for number in range(replies):
        reply(app, place.thread_id, place.owner if number % 2 else place.member, reply_to=1)
    reader = browse(place.observer)
    count_queries.clear()
    assert reader.get(url(place)).status_code == 200
    assert len(count_queries) <= 3, count_queries


def test_a_page_of_posts_is_what_its_schema_says(app, place, browse):
    reply(app, place.thread_id, place.owner, 'Quotes " and \\ and </script>', reply_to=1)
    answer = browse(place.member).get(url(place))
    assert answer.mimetype == "application/json"
    loaded = PostsOut(unknown="raise").load(answer.json)
    with app.app_context():
        rows = posts_after(acting(place.member), place.thread_id, 0, 20)
        items = [as_post(row) for row in rows]
        dumped = PostsOut().dump({"items": items, "mine": [], "next": None})
    assert answer.json == dumped
    assert [post["number"] for post in loaded["items"]] == [1, 2]


def test_a_new_name_is_shown_on_old_posts(app, place, browse):
    reader = browse(place.observer)
    before = reader.get(url(place))
    with app.app_context(), unit_of_work(acting(None)):
        db.session.get_one(User, place.member).name = "Mem Ber"
    after = reader.get(url(place), headers={"If-None-Match": before.headers["ETag"]})
    assert after.json["items"][0]["author"]["name"] == "Mem Ber"
