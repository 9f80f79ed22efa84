"""What is refused while a post waits for approval, or once it does no more, in words that fit."""

import pytest
from conftest import acting
from factories.spaces import join, make_space

from community.discussions.models import ThreadKind
from community.discussions.operations import (
    merge_posts,
    move_thread,
    post_reply,
    remove_post,
    start_thread,
)
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.moderation.models import Case
from community.moderation.operations import decide_case, set_limits
from community.moderation.rules import Outcome, Reason
from community.spaces.models import Role

APPROVED = {"outcome": Outcome.APPROVED, "edition": 1}
DECLINED = {"outcome": Outcome.HIDDEN, "reason": Reason.ADVERTISING, "words": "No adverts."}
LIMITS = {"slow_seconds": 0, "newcomer_links": None, "approve_first": 1, "blocked_words": []}


@pytest.fixture
def waiting(app, place):
    """The other member's first post, which waits; returns its id and that of its case."""
    with app.app_context():
        set_limits(acting(place.organiser), place.space_id, **LIMITS)
        post = post_reply(acting(place.other), place.thread_id, body="Hello, I am new.").id
        return post, db.session.query(Case.id).filter(Case.post_id == post).scalar()


def test_a_thread_in_which_posts_wait_stays_where_they_are_decided_about(app, place, waiting):
    _post, case_id = waiting
    far = make_space(app, "Far", slug="far")
    join(app, far, place.owner, Role.OWNER)
    with app.app_context():
        with pytest.raises(Conflict, match="Posts wait for approval"):
            move_thread(acting(place.owner), place.thread_id, space_id=far)
        decide_case(acting(place.owner), case_id, **APPROVED)
        move_thread(acting(place.owner), place.thread_id, space_id=far)


def test_what_its_author_took_away_says_so_to_who_decides(app, place, waiting):
    post, case_id = waiting
    with app.app_context():
        remove_post(acting(place.other), post)
        for said in (APPROVED, DECLINED):
            with pytest.raises(Conflict, match="Its author took it away"):
                decide_case(acting(place.owner), case_id, **said)


def test_in_a_thread_that_was_merged_away_it_can_only_be_declined(app, place, waiting):
    _post, case_id = waiting
    owner = acting(place.owner)
    with app.app_context():
        kind = ThreadKind.DISCUSSION
        into = start_thread(owner, place.space_id, kind=kind, title="All of it", body="Here.").id
        merge_posts(owner, place.thread_id, into=into)
        with pytest.raises(Conflict, match="only be declined"):
            decide_case(owner, case_id, **APPROVED)
        decide_case(owner, case_id, **DECLINED)


def test_an_inbox_tells_declined_from_hidden(app, place, waiting, browse):
    _post, case_id = waiting
    with app.app_context():
        decide_case(acting(place.owner), case_id, **DECLINED)
    assert "A post of yours was not approved" in browse(place.other).get("/inbox").text


def test_what_was_approved_and_taken_away_since_is_not_said_to_be_read(app, place, waiting, browse):
    post, case_id = waiting
    with app.app_context():
        decision = decide_case(acting(place.owner), case_id, **APPROVED).id
    mine = browse(place.other)
    assert "Everybody in this space reads your post" in mine.get(f"/me/decisions/{decision}").text
    with app.app_context():
        remove_post(acting(place.other), post)
    page = mine.get(f"/me/decisions/{decision}").text
    assert "It is not there any more" in page
    assert "Everybody in this space reads your post" not in page
