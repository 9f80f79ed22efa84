"""The first posts of who is new wait for approval: to others they are not there, nor was any."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.forms import send

from community.discussions.events import ReplyPosted
from community.discussions.models import Mention, Post, Removal, ThreadKind
from community.discussions.operations import (
    PollGiven,
    add_attachment,
    edit_post,
    mark_read,
    post_reply,
    remove_post,
    restore_post,
    start_thread,
    wipe_removed,
)
from community.discussions.policy import (
    find_post,
    find_removed_post,
    find_waiting_post,
    visible_attachments,
    visible_tags,
)
from community.discussions.queries import posts_after, tags_of_space, thread_head, threads_of
from community.discussions.rules import MOST_WAITING
from community.kernel import log
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.operation import unit_of_work
from community.moderation.models import Case
from community.moderation.operations import (
    answer_appeal,
    appeal_decision,
    decide_case,
    set_limits,
)
from community.moderation.queries import counts, queue, record_of
from community.moderation.rules import Outcome, Reason, Show
from community.notifications.models import InboxNotice
from community.spaces.models import Role, Space
from community.spaces.operations import change_role, remove_member

APPROVED = {"outcome": Outcome.APPROVED, "edition": 1}
OFF = {"slow_seconds": 0, "newcomer_links": None, "approve_first": 0, "blocked_words": []}
DECLINED = {"outcome": Outcome.HIDDEN, "reason": Reason.ADVERTISING, "words": "No adverts."}


def set_to(app, place, first):
    with app.app_context():
        set_limits(acting(place.organiser), place.space_id, **{**OFF, "approve_first": first})


@pytest.fixture
def waiting(app, place):
    """The other member's first post, which mentions the owner and waits; returns its id."""
    set_to(app, place, 1)
    with app.app_context():
        body = "Hello @Owner Example, I am new."
        return post_reply(acting(place.other), place.thread_id, body=body, reply_to=1).id


def case_of(post_id):
    return db.session.scalars(sa.select(Case.id).where(Case.post_id == post_id)).one()


def decide(place, post_id, *, by=None, **said):
    said = said or APPROVED
    return decide_case(acting(by or place.facilitator), case_of(post_id), **said)


def inbox(who):
    """Return why somebody was told of something, and so what their inbox holds."""
    notices = sa.select(InboxNotice.why).where(InboxNotice.user_id == who)
    return {why.value for why in db.session.scalars(notices)}


def test_what_waits_is_not_there_but_for_its_author_and_those_who_lead(app, place, waiting):
    with app.app_context():
        before = db.session.get(Post, place.post_id).created_at
        for who in (place.member, place.observer, place.outsider):
            for find in (find_post, find_waiting_post):
                with pytest.raises(NotFound):
                    find(acting(who), waiting)
        for who in (place.other, place.owner, place.organiser, place.facilitator):
            assert find_waiting_post(acting(who), waiting).removal is Removal.WAITING
            with pytest.raises(NotFound):
                find_post(acting(who), waiting)
            # also to them it has no place in the thread
            seen = thread_head(acting(who), place.thread_id)
            assert (seen.last_number, seen.standing, seen.last_posted_at) == (2, 2, before)
            rows = posts_after(acting(who), place.thread_id, -9, 20)
            assert [row.number for row in rows] == [1, 2]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mention)) == 0
        assert len(log.since(place.thread_id, 0)) == 2
        assert inbox(place.owner) == {"question"}  # of the post before it


def test_approved_it_is_a_new_post_of_that_moment_and_all_follows_once(app, place, waiting):
    with app.app_context():
        mark_read(acting(place.owner), place.thread_id, number=2)
        post_reply(acting(place.member), place.thread_id, body="Meanwhile.")
    later = acting(None).now + dt.timedelta(hours=3)
    with app.app_context():
        ctx = acting(place.facilitator, now=later)
        decision = decide_case(ctx, case_of(waiting), **APPROVED)
        assert (decision.outcome, decision.about_id) == (Outcome.APPROVED, place.other)
    with app.app_context():
        post = find_post(acting(place.observer), waiting)
        assert (post.number, post.created_at, post.removal) == (4, later, None)
        thread = thread_head(acting(place.owner), place.thread_id)
        assert (thread.last_number, thread.standing, thread.last_posted_at) == (4, 4, later)
        assert thread.new == 2  # what was read before is read, and it is not
        said = [e.event for e in log.since(place.thread_id, 0) if isinstance(e.event, ReplyPosted)]
        assert [(each.number, each.author_id) for each in said][-1] == (4, place.other)
        assert [each.post_id for each in said].count(waiting) == 1
        assert inbox(place.owner) == {"question", "reply"}  # it answers theirs: that goes first
        assert inbox(place.other) == {"measure"}
        with pytest.raises(Conflict, match="decided already"):
            decide(place, waiting, by=place.owner)
        with pytest.raises(Conflict, match="decided already"):
            decide(place, waiting, by=place.owner, **DECLINED)
        # of whom one post stands nothing waits any more
        assert post_reply(acting(place.other), place.thread_id, body="Now I am known.").number == 5
        acts = record_of(acting(place.owner), place.space_id).items
        assert [(act.what, act.before, act.after) for act in acts] == [
            ("decide", "open", "approved"),
            ("approval", "0", "1"),
        ]


def test_a_thread_of_who_is_new_waits_whole(app, place, browse):
    set_to(app, place, 3)
    later = acting(None).now + dt.timedelta(hours=3)
    with app.app_context():
        begun = start_thread(
            acting(place.other),
            place.space_id,
            kind=ThreadKind.QUESTION,
            title="Buy my gauges",
            body="Cheap.",
            tags=["gauges"],
            client_id="act-00001",
            poll=PollGiven(question="Which gauge?", options=["Red", "Blue"]),
        )
        again = start_thread(
            acting(place.other),
            place.space_id,
            kind=ThreadKind.QUESTION,
            title="Buy my gauges",
            body="Cheap.",
            client_id="act-00001",
            poll=PollGiven(question="Which gauge?", options=["Red", "Blue"]),
        )
        assert again.id == begun.id
        first = db.session.scalars(sa.select(Post.id).where(Post.thread_id == begun.id)).one()
        for who in (place.member, place.other, place.owner):
            with pytest.raises(NotFound):
                thread_head(acting(who), begun.id)
            titles = [row.title for row in threads_of(acting(who), place.space_id).items]
            assert titles == ["Who reads the gauges?"]
    listing = "/spaces/tide-school/threads"
    for who, there in ((place.other, True), (place.facilitator, True), (place.member, False)):
        page = browse(who).get(listing).text
        assert ("Buy my gauges" in page) is there
        assert ("Which gauge?" in page) is there
    assert browse(place.member).get(f"/threads/{begun.id}").status_code == 404
    assert "Cheap." in browse(place.other).get(f"/posts/{first}/edit").text
    assert "Cheap." in browse(place.other).get(f"/posts/{first}/remove").text
    with app.app_context():
        decide_case(acting(place.owner, now=later), case_of(first), **APPROVED)
        head = thread_head(acting(place.observer), begun.id)
        assert (head.last_number, head.created_at, head.last_posted_at) == (1, later, later)
    assert "Buy my gauges" in browse(place.member).get(listing).text
    page = browse(place.member).get(f"/threads/{begun.id}").text
    assert "Which gauge?" in page
    assert "Cheap." in page


def test_no_other_words_are_approved_than_those_that_were_read(app, place, waiting, browse):
    with app.app_context():
        path = f"/moderation/cases/{case_of(waiting)}"
        with pytest.raises(Invalid) as error:
            decide(place, waiting, outcome=Outcome.APPROVED)
        assert "edition" in error.value.fields
    leader = browse(place.facilitator)
    read = leader.get(path).text
    assert 'name="edition" value="1"' in read
    with app.app_context():
        edit_post(acting(place.other), waiting, body="Buy gauges at my shop.", edition=1)
        with pytest.raises(Conflict, match="changed it since"):
            decide(place, waiting)
    answer = send(leader, path, f"{path}/decide", outcome="approved", edition="1")
    assert answer.status_code == 409
    assert "has changed it since you read it" in answer.text
    assert "at my shop" in answer.text
    answer = send(leader, path, f"{path}/decide", outcome="approved", edition="2")
    assert answer.status_code == 303
    with app.app_context():
        assert find_post(acting(place.observer), waiting).body == "Buy gauges at my shop."


def test_declined_it_is_gone_with_a_reason_and_a_second_look_brings_it(app, place, waiting, browse):
    with app.app_context():
        with pytest.raises(Invalid):
            decide(place, waiting, outcome=Outcome.HIDDEN)
        for outcome in (Outcome.KEPT, Outcome.WARNED):
            with pytest.raises(Invalid, match="Approve or decline"):
                decide(place, waiting, outcome=outcome, reason=Reason.UNKIND, words="W")
        head = log.head(place.thread_id)
        decision = decide(place, waiting, **DECLINED).id
        assert log.head(place.thread_id) == head
        rows = posts_after(acting(place.owner), place.thread_id, -9, 20)
        assert [row.number for row in rows] == [1, 2]
        for who in (place.other, place.owner):
            with pytest.raises(NotFound):
                restore_post(acting(who), waiting)
            with pytest.raises(NotFound):
                find_removed_post(acting(who), waiting)
            with pytest.raises(NotFound):
                find_waiting_post(acting(who), waiting)
        assert thread_head(acting(place.owner), place.thread_id).standing == 2
    page = browse(place.other).get(f"/me/decisions/{decision}").text
    assert "Your post was not approved" in page
    assert "No adverts." in page
    assert "A post of yours was not approved" in browse(place.other).get("/me/decisions").text
    assert "declined" in browse(place.owner).get(f"/moderation/cases/{case_in(app, waiting)}").text
    with app.app_context():
        appeal_decision(acting(place.other), decision, text="It was no advert.")
        answer_appeal(acting(place.owner), decision, overturn=True)
        assert find_post(acting(place.member), waiting).number == 3


def case_in(app, post_id):
    with app.app_context():
        return case_of(post_id)


def test_its_author_edits_it_and_takes_it_away(app, place, waiting, browse):
    with app.app_context():
        edit_post(acting(place.other), waiting, body="Hello all.", edition=1)
        post = find_waiting_post(acting(place.other), waiting)
        assert (post.body, post.edition, post.edited_at) == ("Hello all.", 2, None)
        with pytest.raises(Conflict):
            edit_post(acting(place.other), waiting, body="Again.", edition=1)
        with pytest.raises(NotFound):
            edit_post(acting(place.member), waiting, body="Mine.", edition=2)
        with pytest.raises(Forbidden):
            remove_post(acting(place.owner), waiting)
    mine = browse(place.other)
    edit, away = f"/posts/{waiting}/edit", f"/posts/{waiting}/remove"
    assert send(mine, edit, edit, body="Hello everybody.", edition="2").status_code == 303
    page = mine.get(f"/threads/{place.thread_id}").text
    assert "Hello everybody." in page
    assert "Waits for approval: only you and those who lead this space see it." in page
    assert "Hello everybody." in browse(place.facilitator).get(f"/threads/{place.thread_id}").text
    assert "Waits for approval" not in browse(place.member).get(f"/threads/{place.thread_id}").text
    assert browse(place.member).get(edit).status_code == 404
    assert send(mine, away, away).status_code == 303
    assert "Hello everybody." not in mine.get(f"/threads/{place.thread_id}").text
    with app.app_context():
        assert counts(acting(place.owner), place.space_id).open == 0
        [line] = queue(acting(place.owner), place.space_id, show=Show.DONE).items
        assert (line.waits, line.outcome) == (False, None)
        with pytest.raises(NotFound):
            restore_post(acting(place.other), waiting)
        with pytest.raises(Conflict):
            decide(place, waiting)
    assert (
        "Taken away by its author"
        in browse(place.owner).get("/spaces/tide-school/moderation?show=done").text
    )


def test_what_waits_stands_in_the_queue_and_is_counted(app, place, waiting, browse):
    leader = browse(place.facilitator)
    page = leader.get("/spaces/tide-school/moderation").text
    assert "Waits for approval" in page
    assert "A post by Ola Other" in page
    case = f"/moderation/cases/{case_in(app, waiting)}"
    assert "Approve it" in leader.get(case).text
    assert "Keep it, and warn" not in leader.get(case).text
    limits = browse(place.organiser).get("/spaces/tide-school/moderation/limits").text
    assert "1 post waits for approval" in limits
    api = f"/api/v1/cases/{case_in(app, waiting)}"
    assert leader.get(api).json["waits"] is True
    with app.app_context():
        assert counts(acting(place.owner), place.space_id).open == 1
    decided = leader.put(f"{api}/decision", json={"outcome": "approved", "edition": 1})
    assert decided.status_code == 200
    assert decided.json["waits"] is False
    assert "Hello" in browse(place.member).get(f"/threads/{place.thread_id}").text


def test_every_door_says_that_it_waits(app, place, browse, live):
    set_to(app, place, 3)
    member, thread = browse(place.other), f"/threads/{place.thread_id}"
    sent = send(member, thread, f"{thread}/replies", body="By a form.", seen="2")
    assert sent.status_code == 303
    page = member.get(sent.headers["Location"]).text
    assert "Your post waits for approval" in page
    assert "By a form." in page
    told = member.post(f"/api/v1{thread}/posts", json={"body": "By JSON.", "client_id": "a" * 8})
    assert (told.status_code, told.json["waits"]) == (202, True)
    again = member.post(f"/api/v1{thread}/posts", json={"body": "By JSON.", "client_id": "a" * 8})
    assert again.json == told.json
    other = member.post(f"/api/v1{thread}/posts", json={"body": "Else.", "client_id": "a" * 8})
    assert other.status_code == 409
    begun = member.post(
        f"/api/v1/spaces/{place.space_id}/threads",
        json={"kind": "question", "title": "T", "body": "By JSON."},
    )
    assert (begun.status_code, begun.json["waits"]) == (202, True)
    said = {"thread_id": str(place.thread_id), "body": "By a socket.", "client_id": "c" * 8}
    socket = live.connect(place.other)
    answer = socket.ask("thread.reply", said)
    assert answer == {"waits": True, "post_id": answer["post_id"]}
    assert socket.ask("thread.reply", said) == answer
    assert browse(place.member).get(f"/api/v1/posts/{answer['post_id']}").status_code == 404
    words = member.get(f"/api/v1/posts/{told.json['post_id']}")
    assert words.json["body"] == "By JSON."
    assert browse(place.member).get(f"/api/v1/posts/{told.json['post_id']}").status_code == 404
    posts = browse(place.owner).get(f"/api/v1{thread}/posts").json["items"]
    assert [post["number"] for post in posts] == [1, 2]
    new = "/spaces/tide-school/threads/new"
    form = {"kind": "question", "title": "A new one", "body": "B", "nonce": "b" * 32}
    made = send(member, new, new, **form)
    assert made.status_code == 303
    assert "A new one" in member.get(made.headers["Location"]).text


def test_few_wait_at_once_and_who_leads_never_waits(app, place):
    set_to(app, place, 3)
    with app.app_context():
        for number in range(MOST_WAITING):
            made = post_reply(acting(place.other), place.thread_id, body=f"Number {number}.")
            assert (made.number, made.removal) == (-number - 1, Removal.WAITING)
        with pytest.raises(Conflict, match="5 posts of yours wait"):
            post_reply(acting(place.other), place.thread_id, body="One more.")
        for who in (place.owner, place.organiser, place.facilitator):
            assert post_reply(acting(who), place.thread_id, body="I lead.").removal is None
    set_to(app, place, 0)
    with app.app_context():
        # what waits still does; the next one does not
        assert post_reply(acting(place.other), place.thread_id, body="At once.").removal is None
        assert counts(acting(place.owner), place.space_id).open == MOST_WAITING


def test_who_has_left_is_approved_as_others_and_nobody_is_told_of_their_words(app, place, waiting):
    with app.app_context():
        remove_member(acting(place.organiser), place.space_id, place.other)
        with pytest.raises(NotFound):
            find_waiting_post(acting(place.other), waiting)
        decide(place, waiting)
        assert find_post(acting(place.member), waiting).number == 3
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Mention)) == 0


def test_what_waits_is_not_wiped_and_what_was_declined_is(app, place, waiting):
    later = acting(None).now + dt.timedelta(days=40)
    with app.app_context():
        wipe_removed(acting(None, now=later))
        assert db.session.get(Post, waiting).body
        decide(place, waiting, **DECLINED)
        wipe_removed(acting(None, now=later + dt.timedelta(days=40)))
        db.session.expire_all()
        assert db.session.get(Post, waiting).body == ""


def test_those_who_lead_do_not_decide_about_a_post_of_their_own(app, place, waiting):
    with app.app_context():
        change_role(acting(place.owner), place.space_id, place.other, role=Role.FACILITATOR)
        with pytest.raises(NotFound):
            decide(place, waiting, by=place.other)
        assert counts(acting(place.other), place.space_id).open == 0


def test_in_an_archived_space_nothing_is_approved(app, place, waiting):
    with app.app_context():
        with unit_of_work(acting(None)):
            space = db.session.get_one(Space, place.space_id)
            space.archived_at = space.created_at
        for said in (APPROVED, DECLINED):
            with pytest.raises(Conflict):
                decide(place, waiting, **said)
        with pytest.raises(Conflict):
            edit_post(acting(place.other), waiting, body="Anew.", edition=1)
        with pytest.raises(Conflict):
            remove_post(acting(place.other), waiting)


def test_tags_and_files_of_what_waits_are_as_absent_as_it(app, place, browse):
    set_to(app, place, 1)
    with app.app_context():
        file = add_attachment(
            acting(place.other), place.space_id, name="a.txt", source=io.BytesIO(b"Words.")
        )
        begun = start_thread(
            acting(place.other),
            place.space_id,
            kind=ThreadKind.QUESTION,
            title="T",
            body=f"[a](/attachments/{file.id}/a.txt)",
            tags=["bargain"],
        )
        first = db.session.scalars(sa.select(Post.id).where(Post.thread_id == begun.id)).one()
        assert tags_of_space(place.space_id) == []
        for who, there in ((place.member, 0), (place.other, 1), (place.facilitator, 1)):
            assert len(db.session.scalars(visible_attachments(acting(who))).all()) == there
            assert db.session.scalars(visible_tags(acting(who))).all() == []
        decide(place, first)
        assert [tag.name for tag in tags_of_space(place.space_id)] == ["bargain"]
        assert len(db.session.scalars(visible_attachments(acting(place.member))).all()) == 1
