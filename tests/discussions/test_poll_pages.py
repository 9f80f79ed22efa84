"""Polls on pages, over JSON and over the socket."""

import re
import time

import pytest
from conftest import acting
from factories.discussions import reply
from page_text import text_of

from community.discussions.models import PollKind, PollShows
from community.discussions.operations import PollGiven, close_poll, edit_post, remove_post, vote
from community.discussions.queries import post_at
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Space

ASKED = {
    "body": "A poll.",
    "poll_question": "Where do we meet?",
    "poll_options": "Nairobi\n\n Kisumu \nOnline",
    "poll_kind": "single",
    "poll_shows": "always",
}


@pytest.fixture
def ask(app, place):
    """Put a poll into a reply by the member; returns its id."""

    def make(**more):
        poll = PollGiven(question="Where?", options=["Here", "There", "<b>Up</b>"], **more)
        number = reply(app, place.thread_id, place.member, "A poll.", poll=poll)
        with app.app_context():
            return post_at(acting(place.member), place.thread_id, number).id

    return make


def own(post_id, rest=""):
    return f"/posts/{post_id}/poll{rest}"


def api(post_id, rest=""):
    return f"/api/v1{own(post_id, rest)}"


def thread(place):
    return f"/threads/{place.thread_id}"


def poll_on(page, number=2):
    found = page.text.split(f'id="p{number}"')[1].split("</article>")[0]
    return found.split('<section class="poll"')[1].split("</section>")[0]


def say(app, place, post_id, who, *choices):
    with app.app_context():
        vote(acting(place.people[who]), post_id, choices=choices)


# ---------------------------------------------------------------- asked in a form


def test_a_reply_with_the_part_filled_carries_a_poll(place, browse):
    member = browse(place.member)
    assert "Add a poll" in member.get(thread(place)).text
    answer = member.post(f"{thread(place)}/replies", data=ASKED)
    assert answer.status_code == 303
    said = poll_on(browse(place.owner).get(thread(place)))
    assert re.findall(r'name="choice" value="(\d)"', said) == ["1", "2", "3"]
    assert "Kisumu" in said
    assert "Anonymous: nobody is shown who voted what" in said
    empty = {**ASKED, "poll_question": "", "poll_options": " \n"}
    member.post(f"{thread(place)}/replies", data=empty)
    assert 'class="poll"' not in member.get(thread(place)).text.split('id="p3"')[1]


def test_a_new_thread_begins_with_one_that_closes_by_the_writers_clock(place, browse):
    fields = {**ASKED, "kind": "question", "title": "Meeting", "nonce": "n" * 32}
    fields |= {"poll_until": "2099-03-03T14:00", "poll_named": "yes"}
    browse(place.member).post(f"/spaces/{slug_of(place, browse)}/threads/new", data=fields)
    listed = browse(place.owner).get(f"/api/v1/spaces/{place.space_id}/threads").json["items"]
    key = next(item["id"] for item in listed if item["title"] == "Meeting")
    page = browse(place.owner).get(f"/threads/{key}")
    said = text_of(page)
    assert "Takes votes until" in said
    assert "Not anonymous: everybody in this space reads who voted what." in said


def slug_of(place, browse):
    page = browse(place.member).get(thread(place)).text
    return re.search(r'/spaces/([^/"]+)/threads', page)[1]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"poll_options": "One"}, "Give from 2 to 20 options."),
        ({"poll_options": "\n".join(map(str, range(21)))}, "Give at most 20 options."),
        ({"poll_options": "Same\nsame"}, "Two options say the same."),
        ({"poll_options": f"{'x' * 201}\ny"}, "This is too long"),
        ({"poll_question": ""}, "Write something here."),
        ({"poll_until": "2001-01-01T00:00"}, "This time has passed."),
        ({"poll_until": "soon"}, "Give a date and a time."),
    ],
)
def test_what_is_no_poll_comes_back_as_it_was_typed(place, browse, more, words):
    typed = {**ASKED, **more}
    for at, rest in (
        (f"{thread(place)}/replies", {}),
        (f"/spaces/{slug_of(place, browse)}/threads/new", {"kind": "question", "title": "T"}),
    ):
        page = browse(place.member).post(
            at, data={**typed, **rest, "nonce": "n" * 32} if rest else typed
        )
        assert page.status_code == 422
        assert words in text_of(page)
        assert '<details class="poll-adding" id="f-poll" open>' in page.text
        assert typed["poll_options"].split("\n")[0] in page.text
    with_posts = browse(place.owner).get(f"/api/v1/threads/{place.thread_id}/posts").json
    assert len(with_posts["items"]) == 1


def test_a_look_at_the_words_keeps_the_poll_and_a_draft_says_that_it_does_not(place, browse):
    member = browse(place.member)
    page = member.post(f"{thread(place)}/replies", data={**ASKED, "preview": "yes"})
    assert 'value="Where do we meet?"' in page.text
    member.post(f"{thread(place)}/draft", data={**ASKED, "revision": "0"})
    assert "without the poll" in text_of(member.get(thread(place)))


# ---------------------------------------------------------------- voted in


def test_a_form_votes_changes_and_takes_back(place, browse, ask):
    post_id, owner = ask(), browse(place.owner)
    assert owner.post(own(post_id), data={"choice": "2"}).status_code == 303
    said = poll_on(owner.get(thread(place)))
    assert 'value="2" checked' in said
    assert "your vote" in said
    assert "“There” is ahead, with 1 of 1." in said
    assert "<b data-count>1</b>" in said
    assert "1 person has voted" in said
    owner.post(own(post_id), data={"choice": "1"})
    owner.post(own(post_id), data={"withdraw": "yes"})
    assert "0 people have voted" in poll_on(owner.get(thread(place)))
    assert "&lt;b&gt;Up" in said


def test_what_is_no_vote_is_said_on_the_page_of_the_poll(place, browse, ask):
    owner, single, ranked = browse(place.owner), ask(), ask(kind=PollKind.RANKED)
    for post_id, typed, words in (
        (single, {}, "Choose an option."),
        (single, {"choice": ["1", "2"]}, "Choose one option."),
        (single, {"choice": "x"}, "There is no such option in this poll."),
        (ranked, {"rank.1": "1", "rank.2": "1"}, "Two options stand in the same place."),
    ):
        page = owner.post(own(post_id), data=typed)
        assert page.status_code == 422
        assert words in text_of(page)


def test_a_form_votes_for_the_options_it_showed(app, place, browse, ask):
    post_id, owner, member = ask(), browse(place.owner), browse(place.member)
    shown = poll_on(owner.get(thread(place)))
    edition = re.search(r'name="edition" value="(\d+)"', shown)[1]
    member.post(own(post_id, "/edit"), data={"question": "Where?", "options": "Up\nHere"})
    late = owner.post(own(post_id), data={"choice": "1", "edition": edition})
    assert late.status_code == 409
    assert "The poll was written anew meanwhile." in text_of(late)
    given = {"choices": [1], "edition": int(edition)}
    assert owner.put(api(post_id, "/vote"), json=given).status_code == 409
    assert owner.put(api(post_id, "/vote"), json=given | {"edition": 2}).json["voters"] == 1
    assert owner.put(api(post_id, "/vote"), json=given | {"edition": None}).status_code == 422


def test_its_end_is_moved_on_its_page(place, browse, ask):
    post_id, member = ask(), browse(place.member)
    assert "Until when it takes votes" in text_of(member.get(own(post_id)))
    member.post(own(post_id, "/reopen"), data={"local_at": "2099-03-03T14:00"})
    page = member.get(own(post_id))
    assert "Takes votes until" in text_of(page)
    assert 'data-closes="2099-03-03T' in page.text
    assert 'data-closes="2099-03-03T' in poll_on(member.get(thread(place)))


def test_whose_results_were_kept_for_the_end_says_that_it_stays_closed(app, place, browse, ask):
    post_id, member = ask(shows=PollShows.CLOSED), browse(place.member)
    say(app, place, post_id, "owner", 1)
    assert "cannot be opened again" in text_of(member.get(own(post_id)))
    member.post(own(post_id, "/close"))
    page = member.get(own(post_id))
    assert "so it stays closed" in text_of(page)
    assert "Open it again" not in page.text
    assert "Open it again" not in poll_on(member.get(thread(place)))
    assert member.post(own(post_id, "/reopen"), data={"local_at": ""}).status_code == 409


def test_that_a_minority_does_not_win_is_said_in_words(app, place, browse, ask):
    post_id = ask(kind=PollKind.RANKED)
    votes = {"organiser": (1,), "facilitator": (2, 3), "member": (3, 2)}
    for who, order in votes.items():
        say(app, place, post_id, who, *order)
    said = poll_on(browse(place.owner).get(thread(place)))
    assert "A tie between “There” and “&lt;b&gt;Up&lt;/b&gt;”: in round 1 several are last" in said


def test_an_order_is_voted_and_its_rounds_are_a_table(app, place, browse, ask):
    post_id = ask(kind=PollKind.RANKED)
    for who, order in {"organiser": (1,), "facilitator": (1,), "member": (2,)}.items():
        say(app, place, post_id, who, *order)
    owner = browse(place.owner)
    owner.post(own(post_id), data={"rank.3": "1", "rank.1": "2"})
    said = poll_on(owner.get(thread(place)))
    assert "Round 2" in said
    assert "your first choice" in said
    assert "“Here” would win in round 2, with 2 of 3." in said
    assert "instant-runoff" in said


def test_hidden_results_are_nowhere(app, place, browse, ask):
    post_id = ask(shows=PollShows.CLOSED, named=True)
    say(app, place, post_id, "member", 2)
    owner = browse(place.owner)
    empty = len(owner.get(thread(place)).data), len(owner.get(api(post_id)).data)
    tag = owner.get(thread(place)).headers["ETag"]
    say(app, place, post_id, "member", 1)
    assert owner.get(api(post_id)).json["results"] is None
    assert (len(owner.get(thread(place)).data), len(owner.get(api(post_id)).data)) == empty
    assert owner.get(thread(place)).headers["ETag"] == tag
    assert "<b data-count>" not in owner.get(own(post_id)).text
    assert "Member Example</" not in owner.get(own(post_id)).text.split("<main")[1]
    assert owner.get(api(post_id, "/votes")).status_code == 404
    with app.app_context():
        close_poll(acting(place.member), post_id)
    assert owner.get(api(post_id)).json["results"]["counts"] == [1, 0, 0]
    assert "“Here” has the most votes: 1 of 1." in poll_on(owner.get(thread(place)))
    assert "Member Example" in text_of(owner.get(own(post_id)))


def test_who_reads_along_sees_it_and_votes_not(place, browse, ask):
    post_id, observer = ask(), browse(place.observer)
    said = poll_on(observer.get(thread(place)))
    assert "<form" not in said
    assert "Here" in said
    assert observer.post(own(post_id), data={"choice": "1"}).status_code == 403
    assert observer.put(api(post_id, "/vote"), json={"choices": [1]}).status_code == 403
    for client, at in ((browse(place.outsider), own(post_id)), (observer, own(place.thread_id))):
        assert client.get(at).status_code == 404


def test_its_part_alone_is_what_the_thread_shows(place, browse, ask):
    post_id = ask()
    part = browse(place.owner).get(own(post_id, "?part=yes"))
    assert part.text.strip().startswith('<section class="poll"')
    assert "<html" not in part.text


def test_it_is_closed_opened_written_anew_and_taken_out_on_its_page(place, browse, ask):
    post_id, member = ask(), browse(place.member)
    assert "Take the poll out" in member.get(own(post_id)).text
    assert "Take the poll out" not in browse(place.owner).get(own(post_id)).text
    member.post(own(post_id, "/close"))
    assert browse(place.owner).post(own(post_id), data={"choice": "1"}).status_code == 409
    assert "Closed" in poll_on(browse(place.owner).get(thread(place)))
    refused = member.post(own(post_id, "/reopen"), data={"local_at": "2001-01-01T00:00"})
    assert refused.status_code == 422
    member.post(own(post_id, "/reopen"), data={"local_at": ""})
    wrong = member.post(own(post_id, "/edit"), data={"question": "Q", "options": "one"})
    assert wrong.status_code == 422
    assert "Give from 2 to 20 options." in text_of(wrong)
    member.post(own(post_id, "/edit"), data={"question": "When?", "options": "Now\nThen"})
    assert "When?" in poll_on(member.get(thread(place)))
    member.post(own(post_id, "/remove"))
    assert 'class="poll"' not in member.get(thread(place)).text.split("<template")[0]
    assert member.get(own(post_id)).status_code == 404


def test_an_archived_space_shows_it_and_takes_no_vote(app, place, browse, ask):
    post_id = ask()
    say(app, place, post_id, "owner", 1)
    with app.app_context(), unit_of_work(acting(None)) as work:
        db.session.get_one(Space, place.space_id).archived_at = work.ctx.now
    owner = browse(place.owner)
    assert "<form" not in poll_on(owner.get(thread(place)))
    assert "Close the poll" not in owner.get(own(post_id)).text
    assert owner.put(api(post_id, "/vote"), json={"choices": [2]}).status_code == 409


def test_of_a_removed_post_everything_is_absent(app, place, browse, ask):
    post_id = ask()
    with app.app_context():
        remove_post(acting(place.member), post_id)
    owner = browse(place.owner)
    assert 'class="poll"' not in owner.get(thread(place)).text.split("<template")[0]
    for at in ("", "/votes"):
        assert owner.get(api(post_id, at)).status_code == 404
    assert owner.put(api(post_id, "/vote"), json={"choices": [2]}).status_code == 404
    posts = owner.get(f"/api/v1/threads/{place.thread_id}/posts").json["items"]
    assert [post["has_poll"] for post in posts] == [False, False]


def test_over_json_it_is_asked_voted_in_and_kept(place, browse):
    member, owner = browse(place.member), browse(place.owner)
    poll = {"question": "When?", "options": ["Now", "Then"], "kind": "multiple", "named": True}
    made = member.post(
        f"/api/v1/threads/{place.thread_id}/posts", json={"body": "P", "poll": poll}
    ).json
    assert made["has_poll"]
    at = made["id"]
    voted = owner.put(api(at, "/vote"), json={"choices": [2, 1]}).json
    assert (voted["mine"], voted["voters"], voted["results"]["winners"]) == ([2, 1], 1, [1, 2])
    [item] = member.get(api(at, "/votes")).json["items"]
    assert (item["person"]["name"], item["choices"]) == ("Owner Example", [2, 1])
    assert member.put(api(at), json={"question": "W", "options": ["a", "b"]}).status_code == 409
    assert owner.put(api(at, "/vote"), json={"choices": [3]}).status_code == 422
    assert owner.delete(api(at, "/vote")).json["voters"] == 0
    changed = member.put(api(at), json={"question": "W", "options": ["a", "b", "c"]}).json
    assert (changed["options"], changed["edition"], changed["most"]) == (["a", "b", "c"], 2, 3)
    assert member.post(api(at, "/close")).json["closed"]
    half = {"local_at": "2099-01-01T00:00"}
    assert member.post(api(at, "/reopen"), json=half).status_code == 422
    till = half | {"zone": "Africa/Nairobi"}
    assert member.post(api(at, "/reopen"), json=till).json["closes_at"].startswith("2098-12-31T21")
    assert member.delete(api(at)).status_code == 204
    assert owner.get(api(at)).status_code == 404


@pytest.mark.parametrize("who", ["owner", "member"])
@pytest.mark.parametrize("voted", [True, False])
def test_the_page_of_a_poll_takes_few_statements(
    app, place, browse, ask, count_queries, who, voted
):
    post_id = ask(named=True)
    if voted:
        say(app, place, post_id, "owner", 1)
    reader = browse(place.people[who])
    reader.get(own(post_id))
    count_queries.clear()
    assert reader.get(own(post_id)).status_code == 200
    assert len(count_queries) <= 10, count_queries


def test_a_page_with_many_polls_takes_one_more_statement(app, place, browse, ask, count_queries):
    for _each in range(6):
        post_id = ask()
        say(app, place, post_id, "owner", 1)
    reader = browse(place.owner)
    reader.get(thread(place))
    count_queries.clear()
    reader.get(thread(place))
    assert len(count_queries) <= 8, count_queries


# ---------------------------------------------------------------- over the socket


def heard(member, many=1):
    ends, found = time.monotonic() + 10, []
    while len(found) < many and time.monotonic() < ends:
        found += member.heard("thread.polled")
        time.sleep(0.02)
    time.sleep(0.4)  # nothing more comes
    return found + member.heard("thread.polled")


def test_who_looks_on_hears_the_number_and_results_only_where_all_may_see_them(live, place):
    made = []
    with live.app.app_context():
        for shows in PollShows:
            number = reply(
                live.app,
                place.thread_id,
                place.member,
                poll=PollGiven(question="?", options=["a", "b"], shows=shows),
            )
            made.append(post_at(acting(place.member), place.thread_id, number).id)
    reader = live.connect(place.observer)
    reader.ask("thread.join", {"thread_id": str(place.thread_id), "since": 4})
    with live.app.app_context():
        for post_id in made:
            vote(acting(place.owner), post_id, choices=[1])
    told = {each["data"]["post_id"]: each["data"] for each in heard(reader, 3)}
    assert [told[str(key)]["voters"] for key in made] == [1, 1, 1]
    results = [told[str(key)]["results"] for key in made]
    assert results[0]["counts"] == [1, 0]
    assert results[1:] == [None, None]
    with live.app.app_context():
        close_poll(acting(place.member), made[2])
    [closed] = heard(reader)
    assert (closed["data"]["closed"], closed["data"]["results"]["counts"]) == (True, [1, 0])


def test_a_post_that_is_pushed_tells_that_it_has_one(live, place):
    with live.app.app_context():
        number = reply(
            live.app,
            place.thread_id,
            place.member,
            poll=PollGiven(question="?", options=["a", "b"]),
        )
        post_id = post_at(acting(place.member), place.thread_id, number).id
    reader = live.connect(place.observer)
    reader.ask("thread.join", {"thread_id": str(place.thread_id), "since": 2})
    with live.app.app_context():
        edit_post(acting(place.member), post_id, body="Anew.", edition=1)
    [told] = reader.heard("thread.post_changed")
    assert told["data"]["has_poll"]
