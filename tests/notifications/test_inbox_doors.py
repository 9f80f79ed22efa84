"""The inbox through pages, JSON and sockets, and its count in the frame of every page."""

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.forms import send
from factories.neighbours import make_neighbours

from community.coursework.models import Submission
from community.discussions.models import ReactionKind, ThreadKind
from community.discussions.operations import mark_read, post_reply, react
from community.discussions.rules import Level
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.log import heads
from community.kernel.operation import unit_of_work
from community.notifications.models import InboxNotice
from community.notifications.operations import put
from community.notifications.rules import Reason

JSON = "/api/v1/me/inbox"


@pytest.fixture
def answered(table):
    """A question of Ana's with two answers."""
    thread = table.begin(table.ana, kind=ThreadKind.QUESTION)
    table.reply(table.bo, thread)
    table.reply(table.olu, thread)
    return thread


def counted(page):
    """What the frame says is unread, in words; empty where nothing is."""
    sign = r'<span class="count" data-inbox-count( hidden)?><span data-number>(\d+)'
    shown = re.findall(sign, page)
    assert len(shown) == 2, "at the side and on top"
    return {number for hidden, number in shown if not hidden}


def test_the_page_says_what_happened_why_and_what_is_unread(browse, table, answered):
    page = browse(table.ana).get("/inbox").text
    assert "2 answers by Bo Chen and Olu Ade, in Cohort 9" in page
    assert "It answers the thread that you began." in page
    assert '<span class="sign new">Unread</span>' in page
    assert counted(page) == {"1"}
    assert "Nothing yet" in browse(table.bo).get("/inbox").text
    assert browse(table.bo).get("/inbox?show=odd").status_code == 404
    assert browse(table.bo).get("/inbox?marked=odd").status_code == 422
    assert browse().get("/inbox").status_code == 302


def test_an_entry_leads_to_the_first_unread_post(app, browse, table, answered):
    ana = browse(table.ana)
    first, second = (ana.get("/api/v1/threads/" + str(answered) + "/posts").json["items"])[1:]
    assert f'href="/posts/{first["id"]}"' in ana.get("/inbox").text
    table.do(mark_read, table.ana, answered, number=2)
    assert f'href="/posts/{second["id"]}"' in ana.get("/inbox").text


def test_one_entry_is_marked_read_and_unread_by_its_buttons(browse, table, answered):
    ana = browse(table.ana)
    assert send(ana, "/inbox", f"/inbox/{answered}/read", show="unread").location.endswith(
        "/inbox?show=unread"
    )
    page = ana.get("/inbox?show=unread").text
    assert "Nothing unread" in page
    assert counted(page) == set()
    assert send(ana, "/inbox", f"/inbox/{answered}/unread").status_code == 303
    assert counted(ana.get("/inbox").text) == {"1"}
    assert browse(table.bo).post(f"/inbox/{answered}/read").status_code == 404


def test_all_is_marked_as_read_and_undone_from_the_page(browse, table, answered):
    ana = browse(table.ana)
    page = ana.get("/inbox").text
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    done = send(ana, "/inbox", "/inbox/read", until=until)
    after = ana.get(done.location).text
    assert "You marked all of it as read" in after
    assert counted(after) == set()
    at = re.search(r'name="at" value="([^"]+)"', after)[1]
    back = ana.get(send(ana, done.location, "/inbox/unread", at=at).location).text
    assert "2 notices are unread again." in back
    assert counted(back) == {"1"}
    assert send(ana, "/inbox", "/inbox/read", until="soon").status_code == 422


def test_how_closely_one_follows_is_changed_right_there(app, browse, table, answered):
    ana = browse(table.ana)
    where = f"/inbox/threads/{answered}/following"
    done = send(ana, "/inbox", where, level=Level.WATCHING.value, show="unread")
    assert done.location.endswith("/inbox?show=unread")
    assert "How you follow “The well”: Watching." in ana.get(done.location).text
    outsider = browse(make_user(app, "Cleo Out"))
    assert outsider.post(where, data={"level": "watching"}).status_code == 404


def test_the_inbox_over_json(browse, table, answered):
    ana = browse(table.ana)
    assert ana.get(f"{JSON}/count").json == {"unread": 1, "more": False}
    [entry] = ana.get(JSON).json["items"]
    assert (entry["key"], entry["why"], entry["unread"]) == (str(answered), "question", 2)
    assert entry["people"] == ["Bo Chen", "Olu Ade"]
    assert ana.put(f"{JSON}/{answered}/read").status_code == 204
    assert ana.get(f"{JSON}?unread=true").json["items"] == []
    assert ana.delete(f"{JSON}/{answered}/read").status_code == 204
    until = dt.datetime.now(dt.UTC).isoformat()
    marked = ana.put(f"{JSON}/read", json={"until": until}).json
    assert marked["marked"] == 2
    assert ana.put(f"{JSON}/unread", json={"at": marked["at"]}).json["marked"] == 2
    assert ana.get(f"{JSON}/count").json["unread"] == 1
    hidden = browse(table.bo).put(f"{JSON}/{answered}/read")
    absent = browse(table.bo).put(f"{JSON}/{uuid.uuid4()}/read")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json == absent.json


def test_every_sort_of_entry_says_what_it_is_about_in_few_statements(app, browse, count_queries):
    here = make_neighbours(app).here
    other, owner, space = here.people["other"], here.people["owner"], here.run.space
    with app.app_context():
        post_reply(acting(owner), here.threads["open"], body="What does @Other say?")
        mine = post_reply(acting(other), here.threads["open"], body="A map.")
        react(acting(owner), mine.id, kind=ReactionKind.THANKS, on=True)
        marked = db.session.scalar(sa.select(Submission.id).where(Submission.id == here.submission))
        with unit_of_work(acting(None)):
            put(acting(None), other, here.attempt, Reason.SCORE, space_id=space)
            put(acting(None), other, marked, Reason.WORK, space_id=space)
    run_everything(app)
    client = browse(other)
    client.get("/inbox")
    count_queries.clear()
    page = client.get("/inbox")
    assert page.status_code == 200
    assert len(count_queries) <= 10, "\n\n".join(each[:200] for each in count_queries)
    assert "thanks you for your post" in page.text


def test_who_is_told_hears_of_it_at_once_and_nobody_else(live, table, answered):
    ana, bo = live.connect(table.ana), live.connect(table.bo)
    assert ana.ask("inbox.count", {}) == {"unread": 1, "more": False}
    assert bo.ask("inbox.count", {}) == {"unread": 0, "more": False}
    other = table.begin(table.ana, kind=ThreadKind.QUESTION)
    with live.app.app_context():
        post_reply(acting(table.bo), other, body="And once more.")
    live.look()
    [changed] = ana.heard("stream.head")
    assert changed["stream"] == str(table.ana)
    assert bo.heard("stream.head") == []
    assert ana.ask("inbox.count", {}) == {"unread": 2, "more": False}


def test_reading_the_thread_elsewhere_is_heard(live, table, answered):
    ana = live.connect(table.ana)
    ana.ask("inbox.count", {})
    with live.app.app_context():
        before = heads([table.ana])[table.ana]
        mark_read(acting(table.ana), answered, number=3)
        assert heads([table.ana])[table.ana] == before + 1
        mark_read(acting(table.ana), answered, number=3)
        assert heads([table.ana])[table.ana] == before + 1, "nothing changed"
    assert ana.ask("inbox.count", {}) == {"unread": 0, "more": False}


def test_a_notice_whose_subject_is_gone_is_not_shown(app, browse, table):
    with app.app_context(), unit_of_work(acting(None)):
        put(acting(None), table.ana, uuid.uuid4(), Reason.CERTIFICATE)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(InboxNotice)) == 1
    assert browse(table.ana).get("/inbox").status_code == 200
