"""The pages of talk, as people see them: with everything, with nothing, refused, unchanged."""

import datetime as dt
import html
import re
import uuid

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.spaces import join, make_space
from page_text import fields_of

from community.accounts.models import User
from community.discussions.models import Thread
from community.discussions.operations import mark_read
from community.discussions.queries import posts_after
from community.discussions.schemas import LONGEST_KEPT, kept
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Membership, Space


def slug_of(app, space_id):
    with app.app_context():
        return db.session.get_one(Space, space_id).slug


def thread_url(place, rest=""):
    return f"/threads/{place.thread_id}{rest}"


def text_of(response):
    return html.unescape(re.sub(r"\s+", " ", response.text))


def numbers_on(response):
    return [int(n) for n in re.findall(r'<article class="post" id="p(\d+)"', response.text)]


def test_a_thread_shows_its_posts_and_who_wrote_them(app, place, browse):
    reply(app, place.thread_id, place.facilitator, "Both of **us**.", reply_to=1)
    page = browse(place.observer).get(thread_url(place))
    assert page.status_code == 200
    assert numbers_on(page) == [1, 2]
    words = text_of(page)
    assert "<h1>Who signs for the readings?</h1>" in words
    assert "<strong>us</strong>" in words
    assert "answers Member Example, post 1" in words
    assert '<span class="muted role">Facilitator</span>' in words
    assert "1 reply" in words


def test_what_people_wrote_cannot_break_out_of_the_page(app, place, browse):
    evil = '"><script>alert(1)</script>'
    key = make_thread(app, place.space_id, place.member, title=evil, body=evil)
    for address in (f"/threads/{key}", f"/spaces/{slug_of(app, place.space_id)}/threads"):
        page = browse(place.observer).get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_a_long_thread_opens_at_the_first_unread_post(app, place, browse):
    for _ in range(44):
        reply(app, place.thread_id, place.member)
    reader = browse(place.observer)
    first = reader.get(thread_url(place))
    assert numbers_on(first) == list(range(1, 21))
    assert 'id="new"' not in first.text  # nothing has been read: all of it is new

    with app.app_context():
        mark_read(acting(place.observer), place.thread_id, number=22)
    opened = reader.get(thread_url(place))
    assert numbers_on(opened) == list(range(21, 41))
    assert re.search(r'id="new">\s*New since \d\d:\d\d, 23 posts', opened.text)
    assert (
        opened.text.index('id="p22"')
        < opened.text.index('id="new"')
        < opened.text.index('id="p23"')
    )
    assert f'href="{thread_url(place, "?after=40")}"' in opened.text
    assert f'href="{thread_url(place, "?after=0#p20")}"' in opened.text

    with app.app_context():
        mark_read(acting(place.observer), place.thread_id, number=45)
    assert numbers_on(reader.get(thread_url(place))) == list(range(41, 46))


def test_every_page_of_a_thread_can_be_reached(app, place, browse):
    for _ in range(44):
        reply(app, place.thread_id, place.member)
    reader = browse(place.observer)
    assert numbers_on(reader.get(thread_url(place, "?after=20"))) == list(range(21, 41))
    assert numbers_on(reader.get(thread_url(place, "?after=999999999"))) == list(range(41, 46))
    assert numbers_on(reader.get(thread_url(place, "?after=nonsense"))) == list(range(1, 21))
    jump = reader.get(thread_url(place, "?post=33"))
    assert (jump.status_code, jump.headers["Location"]) == (303, thread_url(place, "?after=20#p33"))
    assert reader.get(thread_url(place, "?post=0")).headers["Location"].endswith("?after=0#p1")
    assert reader.get(thread_url(place, "?post=99")).headers["Location"].endswith("?after=40#p45")


def test_reading_writes_nothing_until_one_says_so(app, place, browse):
    for _ in range(24):
        reply(app, place.thread_id, place.member)
    reader, slug = browse(place.observer), slug_of(app, place.space_id)
    page = reader.get(thread_url(place))
    assert "25 new" in text_of(reader.get(f"/spaces/{slug}/threads"))

    action = thread_url(place, "/read")
    assert fields_of(page, action)["number"] == "20"
    on = reader.post(action, data={"number": "20"})
    assert (on.status_code, on.headers["Location"]) == (303, thread_url(place, "?after=20#p21"))
    assert "5 new" in text_of(reader.get(f"/spaces/{slug}/threads"))
    done = reader.post(action, data={"number": "25"}, follow_redirects=True)
    assert "You have read all of “Who signs for the readings?”." in text_of(done)
    assert f'action="{action}"' not in reader.get(thread_url(place)).text
    assert reader.post(action, data={"number": "26"}).status_code == 422


def test_a_reply_is_posted_by_the_form_and_leads_to_itself(place, browse):
    member = browse(place.facilitator)
    page = member.get(thread_url(place, "?reply_to=1"))
    assert "Answering Member Example, post 1" in text_of(page)
    given = fields_of(page, thread_url(place, "/replies"))
    assert given["reply_to"] == "1"
    answers = [
        member.post(thread_url(place, "/replies"), data={**given, "body": "I sign."})
        for _ in range(2)  # a double click
    ]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {
        (303, thread_url(place, "?after=0#p2"))
    }
    after = member.get(thread_url(place))
    assert numbers_on(after) == [1, 2]
    assert "answers Member Example, post 1" in text_of(after)


def test_two_different_replies_from_one_page_are_two(place, browse):
    member = browse(place.member)
    given = fields_of(member.get(thread_url(place)), thread_url(place, "/replies"))
    for body in ("One.", "Two."):
        member.post(thread_url(place, "/replies"), data={**given, "body": body})
    assert numbers_on(member.get(thread_url(place))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"body": "a" * 20_001}, 422),
        ({"body": "Still here", "reply_to": "9"}, 422),
        ({"body": ""}, 422),
    ],
)
def test_a_reply_that_cannot_be_taken_comes_back_as_typed(place, browse, typed, status):
    member = browse(place.member)
    page = member.post(thread_url(place, "/replies"), data=typed)
    assert page.status_code == status
    assert 'aria-invalid="true"' in page.text
    assert f">\n{typed['body']}</textarea>" in page.text
    assert numbers_on(page) == [1]


def test_of_posts_only_the_short_ones_are_remembered(inside, place):
    made = []

    @kept
    def draw(row, _language):
        made.append(row.number)
        return row.number

    reply(inside, place.thread_id, place.member, "x" * LONGEST_KEPT)
    short, long = posts_after(acting(place.member), place.thread_id, 0, 2)
    for _ in range(3):
        assert [draw(row, "en") for row in (short, long)] == [1, 2]
    assert made == [1, 2, 2, 2]


def test_the_kinds_of_a_list_are_said_as_many(app, place, browse):
    page = browse(place.member).get(f"/spaces/{slug_of(app, place.space_id)}/threads").text
    kinds = page.partition("talk-kinds")[2].partition("</nav>")[0]
    assert re.findall(r">([A-Z][a-z ]+)</a>", kinds) == (
        ["All", "Questions", "Discussions", "Announcements", "Asks", "Offers", "Show and tell"]
    )


def test_an_observer_reads_and_finds_no_form(place, browse):
    page = browse(place.observer).get(thread_url(place))
    assert thread_url(place, "/replies") not in page.text
    assert "You read along in this space. Those who take part can reply." in text_of(page)
    assert (
        browse(place.observer)
        .post(thread_url(place, "/replies"), data={"body": "May I?"})
        .status_code
        == 403
    )
    assert thread_url(place, "/replies") in browse(place.member).get(thread_url(place)).text


def test_an_archived_space_is_read_and_not_written(app, place, browse, inside):
    ctx = acting(None)
    with unit_of_work(ctx):
        db.session.get_one(Space, place.space_id).archived_at = ctx.now
    slug, member = slug_of(app, place.space_id), browse(place.member)
    page = member.get(thread_url(place))
    assert "is archived" in text_of(page)
    assert 'id="reply"' not in page.text
    refused = member.post(thread_url(place, "/replies"), data={"body": "Too late"})
    assert refused.status_code == 409
    assert ">\nToo late</textarea>" in refused.text
    assert f"/spaces/{slug}/threads/new" not in member.get(f"/spaces/{slug}/threads").text
    assert member.get(f"/spaces/{slug}/threads/new").status_code == 409
    typed = {"kind": "ask", "title": "A pump", "body": "Typed for\nan hour", "nonce": "n"}
    refused = member.post(f"/spaces/{slug}/threads/new", data=typed)
    assert refused.status_code == 409
    assert ">\nTyped for\nan hour</textarea>" in refused.text
    assert 'value="A pump"' in refused.text
    assert "is archived" in text_of(refused)


def test_a_title_can_be_suggested_by_the_way_to_the_form(app, place, browse):
    new = f"/spaces/{slug_of(app, place.space_id)}/threads/new"
    assert (
        'value="Question clinic"' in browse(place.member).get(f"{new}?title=Question+clinic").text
    )


def test_an_unchanged_thread_is_not_sent_again(app, place, browse):
    reader = browse(place.observer)
    first = reader.get(thread_url(place))
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    again = reader.get(thread_url(place), headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    other = browse(place.member).get(thread_url(place), headers=tag)
    assert other.status_code == 200
    with app.app_context():
        mark_read(acting(place.observer), place.thread_id, number=1)
    assert reader.get(thread_url(place), headers=tag).status_code == 200
    reply(app, place.thread_id, place.member)
    assert numbers_on(reader.get(thread_url(place), headers=tag)) == [1, 2]


def test_the_list_names_threads_people_and_what_is_unread(app, place, browse):
    reply(app, place.thread_id, place.facilitator)
    make_thread(app, place.space_id, place.owner, kind="announcement", title="Friday")
    slug = slug_of(app, place.space_id)
    words = text_of(browse(place.observer).get(f"/spaces/{slug}/threads"))
    assert words.index("Friday") < words.index("Who signs for the readings?")
    assert "1 reply, by Facilitator Example" in words
    assert "2 new" in words
    assert "begun by Owner Example" in words
    only = text_of(browse(place.observer).get(f"/spaces/{slug}/threads?kind=announcement"))
    assert "Friday" in only
    assert "Who signs" not in only
    assert "No thread of this kind yet" in text_of(
        browse(place.observer).get(f"/spaces/{slug}/threads?kind=offer")
    )
    assert browse(place.observer).get(f"/spaces/{slug}/threads?kind=rant").status_code == 404


def test_an_empty_list_says_what_will_be_there(app, browse):
    space_id, user_id, other = make_space(app), make_user(app), make_user(app)
    join(app, space_id, user_id)
    join(app, space_id, other, "observer")
    slug = slug_of(app, space_id)
    page = browse(user_id).get(f"/spaces/{slug}/threads")
    assert "No threads yet" in page.text
    assert f"/spaces/{slug}/threads/new" in page.text
    assert f"/spaces/{slug}/threads/new" not in browse(other).get(f"/spaces/{slug}/threads").text


def test_a_long_list_is_paged_by_links(app, place, browse):
    for number in range(31):
        make_thread(app, place.space_id, place.member, title=f"Thread {number}")
    slug, reader = slug_of(app, place.space_id), browse(place.observer)
    page = reader.get(f"/spaces/{slug}/threads")
    assert "Thread 30" in page.text
    assert "Who signs" not in page.text
    [onward] = re.findall(r'rel="next" href="([^"]+)"', page.text)
    older = reader.get(html.unescape(onward))
    assert "Who signs" in older.text
    assert "Thread 30" not in older.text
    assert 'rel="prev"' in older.text
    assert reader.get(f"/spaces/{slug}/threads?page=nonsense").status_code == 422


def test_a_thread_is_begun_by_the_form(app, place, browse):
    slug, member = slug_of(app, place.space_id), browse(place.member)
    address = f"/spaces/{slug}/threads/new"
    page = member.get(address)
    assert page.status_code == 200
    assert 'value="announcement"' not in page.text
    assert 'value="announcement"' in browse(place.facilitator).get(address).text
    given = {**fields_of(page, address), "kind": "ask", "title": "A pump", "body": "Who has one?"}
    places = {member.post(address, data=given).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert "Who has one?" in member.get(places.pop()).text
    with app.app_context():
        assert db.session.query(Thread).count() == 2


def test_a_thread_that_cannot_be_begun_comes_back_as_typed(app, place, browse):
    slug, member = slug_of(app, place.space_id), browse(place.member)
    address = f"/spaces/{slug}/threads/new"
    page = member.post(address, data={"kind": "ask", "title": "", "body": "My words", "nonce": "n"})
    assert page.status_code == 422
    assert "My words" in page.text
    assert 'href="#f-title"' in page.text
    refused = member.post(address, data={"kind": "announcement", "title": "A", "body": "B"})
    assert refused.status_code == 403
    assert browse(place.observer).get(address).status_code == 403


def test_hidden_pages_equal_absent_ones(app, place, browse):
    slug = slug_of(app, place.space_id)
    outsider, member = browse(place.outsider), browse(place.member)
    for hidden, absent in (
        (thread_url(place), f"/threads/{uuid.uuid4()}"),
        (f"/spaces/{slug}/threads", "/spaces/none-such/threads"),
        (f"/spaces/{slug}/threads/new", "/spaces/none-such/threads/new"),
    ):
        answers = [outsider.get(hidden), outsider.get(absent)]
        assert [a.status_code for a in answers] == [404, 404]
        shown = [re.sub(r'value="[^"]+"', "", answer.text) for answer in answers]  # the CSRF token
        assert shown[0].replace(hidden, "") == shown[1].replace(absent, "")
        assert member.get(hidden).status_code == 200
    for action, typed in (("/replies", {"body": "x"}), ("/read", {"number": "1"})):
        assert outsider.post(thread_url(place, action), data=typed).status_code == 404


def test_signed_out_one_is_asked_to_sign_in_and_led_back(place, browse):
    answer = browse(None).get(thread_url(place))
    assert answer.status_code == 302
    assert f"next=/threads/{place.thread_id}" in answer.headers["Location"].replace("%2F", "/")


def test_what_was_said_before_one_came_is_not_owed(app, place, browse, inside):
    newcomer = make_user(app, "New Comer")
    join(app, place.space_id, newcomer)
    slug = slug_of(app, place.space_id)
    assert "new</p>" not in browse(newcomer).get(f"/spaces/{slug}/threads").text
    reply(app, place.thread_id, place.member)
    assert "2 new</p>" in browse(newcomer).get(f"/spaces/{slug}/threads").text
    with unit_of_work(acting(None)) as uow:
        row = db.session.query(Membership).filter_by(user_id=newcomer).one()
        row.joined_at = uow.ctx.now + dt.timedelta(hours=1)
    assert "new</p>" not in browse(newcomer).get(f"/spaces/{slug}/threads").text


@pytest.mark.parametrize("size", [1, 45])
def test_pages_take_few_statements_whatever_the_data(app, place, browse, count_queries, size):
    for number in range(size):
        writer = make_user(app, f"Writer {number}")
        join(app, place.space_id, writer)
        reply(app, place.thread_id, writer, reply_to=1)
        make_thread(app, place.space_id, writer)
        join(app, make_space(app, f"Space {number}"), place.observer)
    reader, slug = browse(place.observer), slug_of(app, place.space_id)
    count_queries.clear()
    assert reader.get(thread_url(place)).status_code == 200
    assert len(count_queries) <= 8, count_queries
    count_queries.clear()
    assert reader.get(f"/spaces/{slug}/threads").status_code == 200
    assert len(count_queries) <= 10, count_queries


def test_what_a_process_remembers_of_posts_is_true_for_each_reader(app, place, browse):
    ctx = acting(None)
    far = make_user(app, "Far Away", zone="Pacific/Auckland")
    join(app, place.space_id, far)
    pages = {who: browse(who).get(thread_url(place)).text for who in (place.observer, far)}
    shown = {who: re.search(r"<time [^>]*>([^<]+)</time>", text)[1] for who, text in pages.items()}
    assert shown[far] != shown[place.observer]
    assert "data-reply" in pages[far].split("<template")[0]
    assert "data-reply" not in pages[place.observer].split("<template")[0]
    with app.app_context(), unit_of_work(ctx):
        db.session.get_one(User, place.member).name = "Mem Ber"
    assert "Mem Ber" in browse(far).get(thread_url(place)).text


def test_an_announcement_promises_a_letter_only_where_letters_go_out(app, browse, place, request):
    page = f"/spaces/{slug_of(app, place.space_id)}/threads/new"
    client = browse(place.owner)
    assert "They get it as a letter, too." in client.get(page).text
    request.getfixturevalue("no_mail")
    assert "They get it as a letter, too." not in client.get(page).text
