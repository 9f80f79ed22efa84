"""Who is new is told before they write what holds for their posts; nobody else is."""

import pytest
from conftest import acting
from factories.discussions import reply

from community.discussions.rules import FIRST_POSTS
from community.moderation.operations import set_limits

OFF = {"slow_seconds": 0, "newcomer_links": None, "approve_first": 0, "blocked_words": []}
WAITS, LINKS = "Your first posts here wait for approval.", "may have one link to another place."
NEW = "/spaces/tide-school/threads/new"


@pytest.fixture
def limits(app, place):
    """Set what holds for who is new."""

    def set_to(**more):
        with app.app_context():
            set_limits(acting(place.organiser), place.space_id, **{**OFF, **more})

    return set_to


def test_forms_tell_who_is_new_what_holds_for_them(app, place, browse, limits):
    paths = (f"/threads/{place.thread_id}", NEW)

    def told(who):
        pages = [browse(who).get(path).text for path in paths]
        assert [WAITS in page for page in pages] in ([True] * 2, [False] * 2)
        assert [LINKS in page for page in pages] in ([True] * 2, [False] * 2)
        return WAITS in pages[0], LINKS in pages[0]

    assert told(place.other) == (False, False)
    limits(approve_first=1)
    assert told(place.other) == (True, False)
    limits(newcomer_links=1, approve_first=1)
    assert told(place.other) == (True, True)
    assert told(place.member) == (False, True)  # one post of theirs stands
    assert told(place.facilitator) == (False, False)
    assert WAITS not in browse(place.observer).get(paths[0]).text
    for _ in range(FIRST_POSTS):
        reply(app, place.thread_id, place.member, "Known by now.")
    assert told(place.member) == (False, False)


def test_it_costs_a_statement_only_where_something_is_set(place, browse, limits, count_queries):
    client, path = browse(place.other), f"/threads/{place.thread_id}"

    def asked():
        client.get(path)
        count_queries.clear()
        assert client.get(path).status_code == 200
        return len(count_queries)

    before = asked()
    limits(approve_first=3)
    assert asked() == before + 1
