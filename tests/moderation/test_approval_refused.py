"""What is refused while a post waits for approval, or once it does no more, in words that fit."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.live import make_session
from factories.spaces import join, make_space

from community.discussions.models import Post, PostEdition, ThreadKind
from community.discussions.operations import (
    PollGiven,
    edit_post,
    follow_thread,
    merge_posts,
    move_thread,
    post_reply,
    remove_post,
    start_thread,
)
from community.discussions.policy import find_post
from community.discussions.rules import Level
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.live.models import SessionState
from community.live.operations import post_message
from community.moderation.models import Case
from community.moderation.operations import (
    answer_appeal,
    appeal_decision,
    decide_case,
    set_limits,
)
from community.moderation.rules import Outcome, Reason
from community.notifications.queries import unread_entries
from community.spaces.models import Role
from community.spaces.operations import remove_member

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


def test_who_decides_sees_all_that_would_be_read(app, place, waiting, browse):
    with app.app_context():
        begun = start_thread(
            acting(place.other),
            place.space_id,
            kind=ThreadKind.DISCUSSION,
            title="Harmless",
            body="Harmless words.",
            tags=["cheap-gauges"],
            poll=PollGiven(question="Where to buy?", options=["Here", "At my shop"]),
        )
        first = db.session.scalars(sa.select(Post.id).where(Post.thread_id == begun.id)).one()
        case_id = db.session.scalars(sa.select(Case.id).where(Case.post_id == first)).one()
    leader = browse(place.facilitator)
    page = leader.get(f"/moderation/cases/{case_id}").text
    told = leader.get(f"/api/v1/cases/{case_id}").json
    assert (told["question"], told["options"]) == ("Where to buy?", ["Here", "At my shop"])
    assert told["tags"] == ["cheap-gauges"]
    for words in ("Where to buy?", "At my shop", "cheap-gauges"):
        assert words in page


def test_nothing_tells_others_that_something_waits(app, place, waiting, browse):
    _post, case_id = waiting
    thread = f"/threads/{place.thread_id}"
    member, owner = browse(place.member), browse(place.owner)
    before = {who: who.get(thread).headers["ETag"] for who in (member, owner)}
    with app.app_context():
        decide_case(acting(place.facilitator), case_id, **DECLINED)
    after = {who: who.get(thread).headers["ETag"] for who in (member, owner)}
    assert after[member] == before[member]
    assert after[owner] != before[owner]


def test_what_was_approved_is_kept_where_it_is_written_anew_at_once(app, place, waiting):
    post, case_id = waiting
    with app.app_context():
        decide_case(acting(place.facilitator), case_id, **APPROVED)
        edit_post(acting(place.other), post, body="Buy gauges.", edition=1)
        kept = sa.select(PostEdition.body).where(PostEdition.post_id == post)
        assert db.session.scalars(kept).all() == ["Hello, I am new."]


def test_a_second_look_ends_where_the_thread_is_not_there_any_more(app, place, waiting):
    post, case_id = waiting
    owner = acting(place.owner)
    with app.app_context():
        decision = decide_case(acting(place.facilitator), case_id, **DECLINED).id
        appeal_decision(acting(place.other), decision, text="Why?")
        kind = ThreadKind.DISCUSSION
        into = start_thread(owner, place.space_id, kind=kind, title="All of it", body="Here.").id
        merge_posts(owner, place.thread_id, into=into)
        answer_appeal(owner, decision, overturn=True)
        with pytest.raises(NotFound):
            find_post(acting(place.member), post)


def test_watchers_are_told_also_where_who_approved_it_has_left(app, place, waiting):
    _post, case_id = waiting
    with app.app_context():
        follow_thread(acting(place.member), place.thread_id, level=Level.WATCHING)
        decide_case(acting(place.facilitator), case_id, **APPROVED)
        remove_member(acting(place.owner), place.space_id, place.facilitator)
    run_everything(app)
    with app.app_context():
        assert unread_entries(acting(place.member)) == 1


def test_lines_of_a_room_have_as_few_links(app, place):
    room = make_session(app, place.space_id, place.owner, state=SessionState.LIVE)
    with app.app_context():
        set_limits(acting(place.organiser), place.space_id, **{**LIMITS, "newcomer_links": 0})
        with pytest.raises(Invalid):
            post_message(acting(place.other), room, body="Look: https://shop.example/a")
        post_message(acting(place.other), room, body="Look at gauges.")
        post_message(acting(place.owner), room, body="Look: https://shop.example/a")
