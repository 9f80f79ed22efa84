"""Reactions on pages, over JSON and over the socket."""

import time

import pytest
from conftest import acting
from factories.discussions import reply
from page_text import text_of

from community.discussions.models import ReactionKind
from community.discussions.operations import edit_post, react
from community.discussions.queries import post_at
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Space


@pytest.fixture
def post(app, place):
    """The id of a reply by the member."""
    number = reply(app, place.thread_id, place.member, "Boil it first.")
    with app.app_context():
        return post_at(acting(place.owner), place.thread_id, number).id


def own(post, rest=""):
    return f"/posts/{post}/reactions{rest}"


def over_json(post, rest=""):
    return f"/api/v1{own(post, rest)}"


def on(kind):
    return {"kind": kind, "on": True}


def thread(place):
    return f"/threads/{place.thread_id}"


def chips(page):
    return page.text.split('id="p2"')[1].split('class="post-actions"')[0]


def test_a_press_of_a_button_says_it_and_a_second_takes_it_back(place, browse, post):
    owner = browse(place.owner)
    page = owner.get(thread(place))
    assert f'href="{own(post)}"' in page.text, "the way to react, without scripts"
    assert 'class="reaction"' not in page.text.split("<template")[0]
    done = owner.post(own(post), data={"helpful": "yes"})
    assert done.status_code == 303
    assert done.location.endswith("#p2")
    said = chips(owner.get(thread(place)))
    assert f'formaction="{own(post)}" name="helpful" value="no"' in said
    assert 'aria-pressed="true"' in said
    assert "Helpful <b>1</b>" in said
    assert 'aria-pressed="false"' in chips(browse(place.facilitator).get(thread(place)))
    owner.post(own(post), data={"helpful": "no"})
    assert 'class="reaction"' not in chips(owner.get(thread(place)))


@pytest.mark.parametrize("who", ["member", "observer"])
def test_who_may_not_react_reads_who_did(place, browse, post, who):
    browse(place.owner).post(own(post), data={"thanks": "yes"})
    reader = browse(place.people[who])
    said = chips(reader.get(thread(place)))
    assert "formaction" not in said
    assert f'href="{own(post)}?kind=thanks"' in said
    page = reader.get(own(post))
    assert "Owner Example" in text_of(page)
    assert 'name="thanks"' not in page.text
    assert reader.post(own(post), data={"thanks": "yes"}).status_code == 403


def test_the_page_of_reactions_takes_them_and_shows_who(place, browse, post):
    owner = browse(place.owner)
    assert "Nobody has reacted yet" in text_of(owner.get(own(post)))
    for who, kind in (("owner", "heart"), ("facilitator", "thanks")):
        browse(place.people[who]).post(own(post), data={kind: "yes"})
    page = owner.get(own(post))
    assert page.text.count('value="yes"') + page.text.count('value="no"') == len(ReactionKind)
    assert page.text.count('aria-pressed="true"') == 1
    only = text_of(owner.get(own(post, "?kind=thanks")))
    assert "Facilitator Example" in only
    assert "Owner Example With you" not in only
    assert owner.get(own(post, "?kind=hate")).status_code == 404
    assert owner.get(own(post, "?page=none")).status_code == 422
    assert browse(place.outsider).get(own(post)).status_code == 404


def test_what_is_no_reaction_is_not_found(place, browse, post):
    owner = browse(place.owner)
    assert owner.post(own(post), data={"hate": "yes"}).status_code == 422
    assert owner.post(own(post), data={}).status_code == 422
    assert owner.post(own(post), data={"thanks": "maybe"}).status_code == 422
    assert owner.put(over_json(post), json=on("hate")).status_code == 422
    assert owner.put(over_json(place.thread_id), json=on("thanks")).status_code == 404


def test_over_json_they_are_put_counted_and_listed(place, browse, post):
    owner = browse(place.owner)
    for _twice in range(2):
        answer = owner.put(over_json(post), json=on("thanks"))
        assert answer.json == {"reactions": {"thanks": 1}, "mine": ["thanks"]}
    browse(place.facilitator).put(over_json(post), json=on("heart"))
    posts = owner.get(f"/api/v1/threads/{place.thread_id}/posts").json
    assert posts["mine"] == [{"number": 2, "kinds": ["thanks"]}]
    assert [each["reactions"] for each in posts["items"]] == [{}, {"thanks": 1, "heart": 1}]
    listed = browse(place.observer).get(over_json(post, "?kind=thanks")).json
    assert [item["person"]["name"] for item in listed["items"]] == ["Owner Example"]
    taken = owner.put(over_json(post), json=on("thanks") | {"on": False})
    assert taken.json == {"reactions": {"heart": 1}, "mine": []}
    assert browse(place.member).put(over_json(post), json=on("thanks")).status_code == 403
    assert browse(place.outsider).get(over_json(post)).status_code == 404


def test_an_archived_space_shows_them_and_takes_none(app, place, browse, post):
    owner = browse(place.owner)
    owner.put(over_json(post), json=on("thanks"))
    with app.app_context(), unit_of_work(acting(None)) as work:
        db.session.get_one(Space, place.space_id).archived_at = work.ctx.now
    assert "formaction" not in chips(owner.get(thread(place)))
    assert 'name="thanks"' not in owner.get(own(post)).text
    assert owner.put(over_json(post), json=on("thanks") | {"on": False}).status_code == 409


def test_a_page_with_many_reactions_takes_no_more_statements(
    app, place, browse, count_queries, post
):
    with app.app_context():
        for who in ("owner", "organiser", "facilitator"):
            for kind in ReactionKind:
                react(acting(place.people[who]), post, kind=kind, on=True)
    reader = browse(place.owner)
    count_queries.clear()
    reader.get(thread(place))
    assert len(count_queries) <= 8, count_queries
    count_queries.clear()
    reader.get(f"/api/v1/threads/{place.thread_id}/posts")
    assert len(count_queries) <= 3, count_queries


# ---------------------------------------------------------------- over the socket


def heard(member, name, many=1):
    """Return what was pushed under a name, once so much has come; it waits a moment by design."""
    ends, found = time.monotonic() + 10, []
    while len(found) < many and time.monotonic() < ends:
        found += member.heard(name)
        time.sleep(0.02)
    time.sleep(0.4)  # nothing more comes
    return found + member.heard(name)


def follow(live, place, who):
    member = live.connect(place.people[who])
    member.ask("thread.join", {"thread_id": str(place.thread_id), "since": 2})
    return member


def test_who_looks_on_sees_the_counts_and_many_at_once_are_told_once(live, place, post):
    reader, elsewhere = follow(live, place, "observer"), live.connect(place.organiser)
    with live.app.app_context():
        for kind in ReactionKind:
            react(acting(place.owner), post, kind=kind, on=True)
        react(acting(place.facilitator), post, kind=ReactionKind.THANKS, on=True)
        react(acting(place.facilitator), post, kind=ReactionKind.THANKS, on=True)
    *before, told = heard(reader, "thread.reacted")
    assert len(before) < 3  # of eight: a busy machine takes longer over them than the pause
    assert told["seq"] is None
    assert told["data"] == {
        "thread_id": str(place.thread_id),
        "number": 2,
        "reactions": {"thanks": 2} | {kind.value: 1 for kind in [*ReactionKind][1:]},
    }
    assert elsewhere.heard("thread.reacted") == []
    with live.app.app_context():
        react(acting(place.owner), post, kind=ReactionKind.HEART, on=False)
    [told] = heard(reader, "thread.reacted")
    assert "heart" not in told["data"]["reactions"]


def test_who_was_away_asks_how_the_page_stands(live, place, post):
    with live.app.app_context():
        react(acting(place.owner), post, kind=ReactionKind.HEART, on=True)
    asked = {"thread_id": str(place.thread_id), "after": 0}
    mine = live.connect(place.owner).ask("thread.tallies", asked)
    [tally] = mine["items"]
    assert (tally["number"], tally["reactions"], tally["mine"]) == (2, {"heart": 1}, ["heart"])
    [tally] = live.connect(place.observer).ask("thread.tallies", asked)["items"]
    assert tally["mine"] == []
    outside = live.connect(place.outsider)
    assert outside.refused("thread.tallies", asked)["status"] == 404
    assert outside.refused("thread.tallies", {**asked, "limit": 1000})["status"] == 422


def test_a_post_that_is_pushed_anew_tells_them(live, place, post):
    with live.app.app_context():
        react(acting(place.owner), post, kind=ReactionKind.HEART, on=True)
    reader = follow(live, place, "observer")
    with live.app.app_context():
        edit_post(acting(place.member), post, body="Boil it twice.", edition=1)
    [told] = reader.heard("thread.post_changed")
    assert told["data"]["reactions"] == {"heart": 1}
