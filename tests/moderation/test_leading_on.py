"""Who leads a space and is silenced leads on: pages offer what the rules allow, and no more."""

import pytest
from conftest import acting
from factories.discussions import make_thread, reply
from factories.moderation import post_of, take
from page_text import text_of

from community.discussions.models import ThreadKind
from community.discussions.operations import PollGiven, merge_posts, remove_post, split_thread
from community.discussions.queries import thread_head
from community.kernel.errors import Forbidden
from community.moderation.rules import Lasts, Reason


@pytest.fixture
def leader(app, browse, place):
    """The facilitator, whom the owner silenced."""
    take(app, place.space_id, place.owner, place.facilitator, lasts=Lasts.LIFTED)
    return browse(place.facilitator)


def test_they_move_posts_and_begin_no_thread_with_them(app, place, leader):
    into = make_thread(app, place.space_id, place.owner, title="Gauges of the north")
    with app.app_context():
        for kind in (ThreadKind.ANNOUNCEMENT, ThreadKind.QUESTION):
            with pytest.raises(Forbidden) as told:
                split_thread(
                    acting(place.facilitator), place.thread_id, title="T", kind=kind, numbers=(2,)
                )
            assert "silenced here until" in told.value.message
    thread = f"/threads/{place.thread_id}"
    refused = leader.get(f"{thread}/split?number=2")
    assert (refused.status_code, "silenced here until" in refused.text) == (403, True)
    page = text_of(leader.get(f"{thread}/move"))
    assert ("To another thread" in page, "To a new thread" in page) == (True, False)
    with app.app_context():
        moved = merge_posts(acting(place.facilitator), place.thread_id, into=into, numbers=(2,))
        assert moved.numbers == range(2, 3)


def test_a_title_that_was_typed_comes_back_where_one_was_silenced_meanwhile(app, browse, place):
    thread = f"/threads/{place.thread_id}"
    leader = browse(place.facilitator)
    assert "To a new thread" in leader.get(f"{thread}/move").text
    page = f"{thread}/split?posts=2"
    assert leader.get(page).status_code == 200
    take(app, place.space_id, place.owner, place.facilitator, lasts=Lasts.LIFTED)
    given = {"posts": "2", "title": "Fools and gauges", "kind": "question"}
    answer = leader.post(f"{thread}/split", data=given)
    assert answer.status_code == 403
    assert "silenced here until" in answer.text
    assert 'value="Fools and gauges"' in answer.text
    assert 'value="question"' in answer.text
    with app.app_context():
        assert thread_head(acting(place.owner), place.thread_id).standing == 2


def ask(app, place):
    """Ask as the owner in a poll; returns the id of the post."""
    poll = PollGiven(question="Which gauge?", options=["North", "South"])
    return post_of(
        app, place.thread_id, reply(app, place.thread_id, place.owner, "A poll.", poll=poll)
    )


def act_of(post_id, act):
    return f'href="/posts/{post_id}/{act}"'


def test_the_page_of_a_thread_offers_what_they_may_do_and_no_words(app, place, leader):
    asked = ask(app, place)
    thread = f"/threads/{place.thread_id}"
    page = leader.get(thread).text
    for post_id in (place.post_id, asked):
        assert act_of(post_id, "remove") in page
        assert act_of(post_id, "edit") not in page
    assert f'<a href="/posts/{asked}/poll" rel="nofollow">Close or change the poll' in page
    assert f'href="{thread}/move"' in page
    assert "data-leads" in page
    assert 'id="react"' not in page
    with app.app_context():
        ctx = acting(place.facilitator)
        remove_post(ctx, place.post_id, reason=Reason.UNKIND)
    assert act_of(place.post_id, "restore") in leader.get(thread).text
    assert leader.get(f"/posts/{place.post_id}/restore").status_code == 200


def test_they_pin_and_lock_a_thread_and_do_not_say_what_it_is_called(place, leader):
    thread = f"/threads/{place.thread_id}"
    assert f'href="{thread}/settings"' in leader.get(thread).text
    page = leader.get(f"{thread}/settings")
    assert page.status_code == 200
    assert (f'action="{thread}/lock"' in page.text, 'name="title"' in page.text) == (True, False)
    given = {"title": "Mine", "kind": "question", "tags": ""}
    assert leader.post(f"{thread}/settings", data=given).status_code == 403


def test_who_leads_is_not_offered_to_put_back_what_others_took_away_of_theirs(app, browse, place):
    reply(app, place.thread_id, place.facilitator, "Off the point.")
    mine = post_of(app, place.thread_id, 3)
    with app.app_context():
        remove_post(acting(place.owner), mine, reason=Reason.OTHER)
    thread = f"/threads/{place.thread_id}"
    assert act_of(mine, "restore") in browse(place.owner).get(thread).text
    page = browse(place.facilitator).get(thread).text
    assert act_of(mine, "restore") not in page
    assert browse(place.facilitator).get(f"/posts/{mine}/restore").status_code == 404
