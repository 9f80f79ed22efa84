"""What waits for approval is sent again: a repeat is none once it was taken away or declined."""

import datetime as dt

import pytest
from conftest import acting
from factories.forms import send

from community.discussions.models import Post, Tag, ThreadKind
from community.discussions.operations import (
    PollGiven,
    edit_post,
    post_reply,
    remove_post,
    save_edit_draft,
    start_thread,
    wipe_removed,
)
from community.discussions.queries import personal
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.moderation.models import Case
from community.moderation.operations import decide_case, set_limits
from community.moderation.rules import Outcome, Reason

DECLINED = {"outcome": Outcome.HIDDEN, "reason": Reason.ADVERTISING, "words": "No adverts."}
LIMITS = {"slow_seconds": 0, "newcomer_links": None, "approve_first": 3, "blocked_words": []}
GONE = "taken away or declined"


@pytest.fixture(autouse=True)
def asked(app, place):
    """Have the first posts of who is new wait."""
    with app.app_context():
        set_limits(acting(place.organiser), place.space_id, **LIMITS)


def ended(place, post_id, how):
    if how == "withdrawn":
        remove_post(acting(place.other), post_id)
        return
    case_id = db.session.query(Case.id).filter(Case.post_id == post_id).scalar()
    decide_case(acting(place.owner), case_id, **DECLINED)


def begin(place, body="Cheap.", poll=None, **more):
    return start_thread(
        acting(place.other),
        place.space_id,
        kind=ThreadKind.QUESTION,
        title="Buy my gauges",
        body=body,
        client_id="act-00001",
        poll=poll,
        **more,
    )


def first_of(thread_id):
    return db.session.query(Post).filter(Post.thread_id == thread_id).one()


@pytest.mark.parametrize("how", ["withdrawn", "declined"])
def test_the_same_words_are_not_lost_without_a_word(app, place, browse, how):
    member, thread = browse(place.other), f"/threads/{place.thread_id}"
    send(member, thread, f"{thread}/replies", body="Hello.", seen="2")
    with app.app_context():
        waiting = db.session.query(Post.id).filter(Post.number < 0).scalar()
        ended(place, waiting, how)
    again = send(member, thread, f"{thread}/replies", body="Hello.", seen="2")
    assert again.status_code == 409
    assert GONE in again.text
    assert "Hello.</textarea>" in again.text
    new = {"body": "Hello all.", "client_id": "a" * 8}
    assert member.post(f"/api/v1{thread}/posts", json=new).status_code == 202


@pytest.mark.parametrize("how", ["withdrawn", "declined"])
def test_a_thread_that_waits_no_more_is_not_said_to_wait(app, place, browse, how):
    member, new = browse(place.other), "/spaces/tide-school/threads/new"
    form = {"kind": "question", "title": "A new one", "body": "B", "nonce": "b" * 32}
    api, given = f"/api/v1/spaces/{place.space_id}/threads", {"kind": "question", "title": "T"}
    given |= {"body": "By JSON.", "client_id": "act-00001"}
    assert send(member, new, new, **form).status_code == 303
    assert member.post(api, json=given).status_code == 202
    with app.app_context():
        for (key,) in db.session.query(Post.id).filter(Post.number < 0).all():
            ended(place, key, how)
    again = send(member, new, new, **form)
    assert again.status_code == 409
    assert GONE in again.text
    told = member.post(api, json=given)
    assert told.status_code == 409
    assert GONE in told.text


def test_a_repeat_of_what_was_edited_while_it_waits_is_no_other_text(app, place):
    said = {"body": "Hello.", "client_id": "act-00001"}
    with app.app_context():
        post = post_reply(acting(place.other), place.thread_id, **said)
        edit_post(acting(place.other), post.id, body="Hello all.", edition=1)
        assert post_reply(acting(place.other), place.thread_id, **said).id == post.id
        begun = begin(place)
        edit_post(acting(place.other), first_of(begun.id).id, body="Dear.", edition=1)
        assert begin(place).id == begun.id


def test_a_thread_that_waits_is_not_passed_off_as_another(app, place):
    with app.app_context():
        begin(place)
        with pytest.raises(Conflict, match="with another text"):
            begin(place, "Something else.")
        with pytest.raises(Conflict, match="with another text"):
            begin(place, poll=PollGiven(question="Which gauge?", options=["Red", "Blue"]))


def test_over_json_its_author_edits_and_takes_away_what_waits(app, place, browse):
    member = browse(place.other)
    begun = member.post(
        f"/api/v1/spaces/{place.space_id}/threads",
        json={"kind": "question", "title": "T", "body": "By JSON.", "tags": ["new"]},
    )
    assert begun.status_code == 202
    reply = member.post(f"/api/v1/threads/{place.thread_id}/posts", json={"body": "Mine."})
    for told in (begun.json, reply.json):
        post = f"/api/v1/posts/{told['post_id']}"
        assert told["edition"] == 1
        anew = member.put(post, json={"body": "Anew.", "edition": told["edition"]})
        assert (anew.status_code, anew.json) == (202, {**told, "edition": 2})
        assert member.get(post).json["body"] == "Anew."
        again = member.put(post, json={"body": "Once more.", "edition": anew.json["edition"]})
        assert again.status_code == 202
        assert member.delete(post).status_code == 204
        assert member.get(post).status_code == 404


def test_the_draft_of_new_words_for_what_waits_names_no_number(app, place, browse):
    with app.app_context():
        post = post_reply(acting(place.other), place.thread_id, body="Hello.").id
        save_edit_draft(acting(place.other), post, body="Hello all.", edition=1)
    page = browse(place.other).get("/drafts").text
    assert "New words for a post that waits for approval" in page
    assert "post -1" not in page


def test_tags_of_a_thread_that_never_began_end_with_it(app, place):
    later = acting(None).now + dt.timedelta(days=400)
    with app.app_context():
        begin(place, tags=["gauges", "bargain"])
        withdrawn = db.session.query(Post.id).filter(Post.number < 0).scalar()
        remove_post(acting(place.other), withdrawn)
        assert db.session.query(Tag).count() == 0
        kind = ThreadKind.QUESTION
        begun = start_thread(
            acting(place.other), place.space_id, kind=kind, title="T", body="B", tags=["gauges"]
        )
        ended(place, first_of(begun.id).id, "declined")
        assert db.session.query(Tag).count() == 1  # a second look may bring it
        wipe_removed(acting(None, now=later))
        assert db.session.query(Tag).count() == 0


def test_what_waits_was_not_removed_says_what_one_takes_along(app, place):
    with app.app_context():
        post = post_reply(acting(place.other), place.thread_id, body="Hello.").id
        [mine] = personal(acting(place.other))["posts"]
        assert (mine["number"], mine["waits"], mine["removed_at"]) == (None, True, None)
        remove_post(acting(place.other), post)
        [mine] = personal(acting(place.other))["posts"]
        assert (mine["waits"], mine["removed_at"] is None) == (False, False)
        [theirs] = personal(acting(place.member))["posts"]
        assert (theirs["number"], theirs["waits"], theirs["removed_at"]) == (2, False, None)
