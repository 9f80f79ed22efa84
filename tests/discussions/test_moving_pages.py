"""Posts and threads are moved on pages, over JSON, and seen by who looks on."""

import re

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.cohorts import make_cohort
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from page_text import fields_of, text_of

from community.cohorts.models import Placement
from community.discussions.models import ThreadKind
from community.discussions.operations import merge_posts, move_thread, split_thread
from community.discussions.queries import thread_head, threads_of
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, NotFound
from community.spaces.models import Role


@pytest.fixture
def thread(app, place):
    """The address of the thread, in which the owner has answered four times."""
    for number in range(2, 6):
        reply(app, place.thread_id, place.owner, f"Word {number}", reply_to=number - 1)
    return f"/threads/{place.thread_id}"


@pytest.fixture
def elsewhere(app, place):
    """Another space, of the facilitator and the observer."""
    space_id = make_space(app, "Readers of wells")
    join(app, space_id, place.facilitator, Role.FACILITATOR)
    join(app, space_id, place.observer)
    return space_id


def posted(page):
    """What the form says by which posts move: the one that is posted, not the search above it."""
    [form] = re.findall(r'<form[^>]*method="post"[^>]*/merge".*?</form>', page.text, re.DOTALL)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def split_off(app, place, *numbers):
    with app.app_context():
        ctx = acting(place.facilitator)
        given = {"title": "Apart", "kind": ThreadKind.QUESTION, "numbers": numbers}
        return split_thread(ctx, place.thread_id, **given).thread.id


def test_posts_are_chosen_and_begin_a_thread(place, browse, thread):
    leader = browse(place.facilitator)
    assert f'href="{thread}/move"' in leader.get(thread).text
    assert f'href="{thread}/move"' not in browse(place.member).get(thread).text
    page = leader.get(f"{thread}/move")
    assert re.findall(r'name="number" value="(\d+)"', page.text) == ["1", "2", "3", "4", "5"]
    page = leader.get(f"{thread}/split?number=3&number=4")
    assert "2 posts begin a new thread:" in text_of(page)
    assert "Word 3" in text_of(page)
    given = fields_of(page, f"{thread}/split")
    assert given["posts"] == "3-4"
    refused = leader.post(f"{thread}/split", data=given | {"title": "", "kind": "ask"})
    assert refused.status_code == 422
    done = leader.post(f"{thread}/split", data=given | {"title": "Apart", "kind": "ask"})
    assert done.status_code == 303
    page = leader.get(done.location)
    assert "2 posts stand in “Apart” now." in text_of(page)
    back = re.search(r'<a href="([^"]+)">Move them back', page.text)[1].replace("&amp;", "&")
    page = leader.get(back)
    assert "2 posts move to the end" in text_of(page)
    assert f'value="{place.thread_id}" checked' in page.text
    given = posted(page)
    done = leader.post(back.partition("?")[0], data=given | {"into": str(place.thread_id)})
    assert done.status_code == 303
    assert done.location.endswith("#p6")
    assert "Moved to post 6" in text_of(leader.get(thread))


def test_a_post_and_all_after_it_are_chosen_by_one_box(place, browse, thread):
    leader = browse(place.facilitator)
    page = leader.get(f"{thread}/split?number=3&onward=yes")
    assert "Post 3 and all after it begin a new thread:" in text_of(page)
    given = fields_of(page, f"{thread}/split")
    leader.post(f"{thread}/split", data=given | {"title": "Apart", "kind": "ask"})
    assert text_of(browse(place.observer).get(thread)).count("Moved to “Apart”") == 3


@pytest.mark.parametrize("page", ["split", "merge"])
def test_who_chose_nothing_is_asked_to(place, browse, thread, page):
    answer = browse(place.facilitator).get(f"{thread}/{page}")
    assert answer.status_code == 422
    assert "Choose the posts that are to move." in text_of(answer)


def test_a_thread_is_merged_with_one_found_by_its_title_or_address(app, place, browse, thread):
    other = make_thread(app, place.space_id, place.owner, title="Wells of Kitui")
    leader = browse(place.facilitator)
    page = leader.get(f"{thread}/merge?whole=yes&q=kitui")
    assert f'value="{other}"' in page.text
    assert f'value="{other}"' not in leader.get(f"{thread}/merge?whole=yes&q=nothing").text
    given = posted(page)
    refused = leader.post(f"{thread}/merge", data=given | {"address": "https://example.org/"})
    assert refused.status_code == 422
    assert leader.post(f"{thread}/merge", data=given).status_code == 422
    address = f"https://community.example/threads/{other}?after=0#p1"
    done = leader.post(f"{thread}/merge", data=given | {"address": address})
    assert done.status_code == 303
    page = browse(place.observer).get(thread)
    assert "This thread was merged with another one: Wells of Kitui" in text_of(page)
    assert f'href="/threads/{other}"' in page.text
    assert 'id="reply"' not in browse(place.member).get(thread).text
    page = browse(place.observer).get(f"/threads/{other}")
    assert [f'id="p{number}"' in page.text for number in (1, 6, 7)] == [True, True, False]


def test_the_address_of_a_post_leads_to_where_it_is_now(app, place, browse, thread):
    reader = browse(place.observer)
    posts = reader.get(f"/api/v1{thread}/posts").get_json()["items"]
    made = split_off(app, place, 4, 5)
    assert reader.get(f"/posts/{posts[4]['id']}").location.endswith(f"/threads/{made}?after=0#p2")
    page = reader.get(f"/threads/{made}")
    assert "answers Owner Example, post 3 of “Who signs for the readings?”" in text_of(page)
    assert "answers Owner Example, post 1" in text_of(page)
    assert f'href="{thread}?after=0#p3"' in page.text


def test_it_is_done_over_json_too(app, place, browse, thread):
    leader, api = browse(place.facilitator), f"/api/v1{thread}"
    given = {"title": "Apart", "kind": "ask", "numbers": [2, 4]}
    made = leader.post(f"{api}/split", json=given)
    assert (made.status_code, made.json["last_number"]) == (201, 2)
    left = leader.get(f"{api}/posts").json["items"][1]
    assert (left["removal"], left["author"], left["html"]) == ("moved", None, "")
    assert left["moved_to"] == {
        "id": leader.get(f"/api/v1/threads/{made.json['id']}/posts").json["items"][0]["id"],
        "thread_id": made.json["id"],
        "number": 1,
        "title": "Apart",
    }
    into = {"into": made.json["id"]}
    assert leader.post(f"{api}/merge", json=into | {"since": 5}).json["last_number"] == 3
    assert leader.post(f"{api}/merge", json=into).json["last_number"] == 5
    assert leader.get(api).json["merged_into"] == made.json["id"]
    assert leader.post(f"{api}/split", json=given).status_code == 409
    assert leader.post(f"{api}/split", json=given | {"numbers": []}).status_code == 422
    assert browse(place.member).post(f"{api}/split", json=given).status_code == 403


# ------------------------------------------------------------------ to another space


def test_a_thread_moves_to_another_space_of_which_one_facilitates_both(
    app, place, browse, thread, elsewhere
):
    leader, member = browse(place.facilitator), browse(place.member)
    assert "Readers of wells" in text_of(leader.get(f"{thread}/space"))
    assert "Nowhere to move it" in text_of(browse(place.owner).get(f"{thread}/space"))
    assert leader.post(f"{thread}/space", data={"space_id": "x"}).status_code == 422
    done = leader.post(f"{thread}/space", data={"space_id": str(elsewhere)}, follow_redirects=True)
    assert "The thread stands in Readers of wells now." in text_of(done)
    assert "Move it back" in done.text
    assert member.get(thread).status_code == 404
    assert browse(place.observer).get(thread).status_code == 200
    with app.app_context():
        event = log.since(place.thread_id, 0)[-1].event
        assert (event.space_id, event.from_space_id) == (elsewhere, place.space_id)
        listed = threads_of(acting(place.observer), elsewhere)
        assert [row.id for row in listed.items] == [place.thread_id]
        for person, refused in ((place.owner, NotFound), (place.observer, Forbidden)):
            with pytest.raises(refused):
                move_thread(acting(person), place.thread_id, space_id=place.space_id)


def test_lines_tell_nothing_of_a_space_that_is_not_the_readers(
    app, place, browse, thread, elsewhere
):
    made = split_off(app, place, 3)
    with app.app_context():
        move_thread(acting(place.facilitator), made, space_id=elsewhere)
    page = browse(place.member).get(thread)
    assert "Moved away." in text_of(page)
    assert "Apart" not in page.text
    assert str(made) not in page.text
    answering = browse(place.member).get(f"/api/v1{thread}/posts").json["items"][3]
    assert answering["reply_to"] is None
    assert "Moved to “Apart”, post 1" in text_of(browse(place.observer).get(thread))


def test_a_merged_thread_does_not_say_with_which_where_that_is_not_the_readers(
    app, place, browse, thread, elsewhere
):
    other = make_thread(app, place.space_id, place.owner, title="Wells of Kitui")
    with app.app_context():
        merge_posts(acting(place.facilitator), place.thread_id, into=other)
        move_thread(acting(place.facilitator), other, space_id=elsewhere)
        with pytest.raises(Conflict):
            move_thread(acting(place.facilitator), place.thread_id, space_id=elsewhere)
        assert thread_head(acting(place.member), place.thread_id).merged_into is None
    page = browse(place.member).get(thread)
    assert "which is not open to you" in text_of(page)
    assert "Kitui" not in page.text


def test_a_thread_that_was_begun_for_an_activity_stays_and_is_not_emptied(app, browse):
    run = make_cohort(app)
    owner = run.organiser_id
    with app.app_context():
        placed = sa.select(Placement.thread_id).where(Placement.thread_id.is_not(None))
        thread_id = db.session.scalars(placed).first()
    address = f"/threads/{thread_id}"
    other = make_thread(app, run.space_id, owner, title="Elsewhere")
    there = make_space(app, "There")
    join(app, there, owner, Role.OWNER)
    leader = browse(owner)
    assert "This thread belongs to Module" in text_of(leader.get(f"{address}/space"))
    refused = leader.post(f"{address}/space", data={"space_id": str(there)})
    assert (refused.status_code, "It stays." in text_of(refused)) == (409, True)
    refused = leader.post(f"{address}/merge", data={"whole": "yes", "into": str(other)})
    assert refused.status_code == 409
    assert "leave at least one post in it" in text_of(refused)


# ------------------------------------------------------------------ who looks on


def follow(member, thread_id, since=0):
    return member.ask("thread.join", {"thread_id": str(thread_id), "since": since})


def test_who_looks_at_either_thread_sees_it_and_who_was_away_catches_up(app, live, place, thread):
    other = make_thread(app, place.space_id, place.owner, title="Wells of Kitui")
    here, there = live.connect(place.observer), live.connect(place.member)
    follow(here, place.thread_id, since=5)
    follow(there, other, since=1)
    with live.app.app_context():
        merge_posts(acting(place.facilitator), place.thread_id, into=other, numbers=(2, 3))
    [told] = here.heard("thread.posts_moved")
    assert (told["seq"], told["data"]["id"]) == (6, str(place.thread_id))
    [told] = there.heard("thread.posts_moved")
    assert (told["seq"], told["data"]["last_number"]) == (2, 3)
    missed = here.ask("thread.sync", {"thread_id": str(place.thread_id), "since": 0})["events"]
    assert [event["name"] for event in missed][-2:] == ["thread.reply_posted", "thread.posts_moved"]
    shown = [(event["data"]["number"], event["data"]["removal"]) for event in missed[:5]]
    assert shown == [(1, None), (2, "moved"), (3, "moved"), (4, None), (5, None)]
    assert {event["data"]["thread_id"] for event in missed[:5]} == {str(place.thread_id)}


def test_who_does_not_belong_where_a_thread_went_follows_it_no_more(live, place, thread, elsewhere):
    stays, leaves, other = (live.connect(place.people[w]) for w in ("observer", "member", "owner"))
    for member in (stays, leaves):
        follow(member, place.thread_id, since=5)
    live.look()
    with live.app.app_context():
        move_thread(acting(place.facilitator), place.thread_id, space_id=elsewhere)
    live.look()
    assert (leaves.connected, other.connected) == (False, True)
    again = live.connect(place.observer)
    assert [event["name"] for event in follow(again, place.thread_id, since=5)["events"]] == [
        "thread.changed"
    ]
    refused = live.connect(place.member).refused(
        "thread.join", {"thread_id": str(place.thread_id), "since": 5}
    )
    assert refused["status"] == 404
