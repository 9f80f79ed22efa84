"""Who leads a space and is silenced leads on: pages offer what the rules allow, and no more."""

import pytest
from conftest import acting
from factories.discussions import make_thread
from factories.moderation import take
from page_text import text_of

from community.discussions.models import ThreadKind
from community.discussions.operations import merge_posts, split_thread
from community.discussions.queries import thread_head
from community.kernel.errors import Forbidden
from community.moderation.rules import Lasts


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
