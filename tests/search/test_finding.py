"""What is found, alike on both databases."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_profile
from factories.discussions import make_thread, reply
from factories.home import words
from factories.live import make_session

from community.accounts.models import Audience
from community.discussions.models import Post, ThreadKind
from community.discussions.operations import accept_answer
from community.kernel.db import db
from community.kernel.policy import find
from community.search.models import EntryKind
from community.search.operations import rebuild
from community.search.queries.finding import A_PAGE, search
from community.search.queries.matching import MOST

TIDE = ("thread", "Reading the tide tables")
REPLY = ("post", "Reading the tide tables")
CAFE = ("thread", "Café in Łódź")
CODE = ("thread", "How to parse dates")

QUESTIONS = {
    "tide": [TIDE],
    "TIDES": [],
    "storm": [REPLY, TIDE],
    "gauge storm": [REPLY, TIDE],
    "gauge pelican": [REPLY],
    "gau pelican": [],
    "pelican gau": [REPLY],
    "p": [],
    "pe": [REPLY],
    '"tide tables"': [TIDE],
    '"tables tide"': [],
    "gauge -pelican": [TIDE],
    'gauge -"pelican gauge"': [TIDE],
    "lodz": [CAFE],
    "Lódz cafe": [CAFE],
    "CAFÉ": [CAFE],
    "strasse": [CAFE],
    "fluss": [CAFE],
    "日本": [CAFE],
    "本日": [],
    "flamingo has:code": [CODE],
    "storm has:code": [],
    "has:code": [CODE],
    "storm is:thread": [TIDE],
    "storm is:post": [REPLY],
    "is:question tide": [TIDE],
    "is:offer tide": [],
    "is:unsolved tide": [TIDE],
    "is:solved tide": [],
    "tide in:tide-school": [TIDE],
    'tide in:"tide sch"': [TIDE],
    "tide from:writer": [TIDE],
    "tide from:ple": [TIDE],
    "tide from:member": [],
    "tide from:me": [],
    "tide before:2020": [],
    "tide after:2020": [TIDE],
    "writer": [("person", "Writer Example")],
    "writer is:person": [("person", "Writer Example")],
    "heron": [],
    "tide OR heron": [],
    '"': [],
    "§thread": [],
    "thread": [],
}


@pytest.mark.parametrize("query", QUESTIONS)
def test_what_is_found(shore, query):
    assert sorted(shore.find(query)) == QUESTIONS[query]


@pytest.mark.parametrize(
    "query",
    [
        "a' | 'b", "'\\", "\\'", ":*", "!tide", "tide &", "((", "NEAR(tide, 2)", "title:tide",
        "tide*", "^tide", "tide AND", "{title}: x", "\u202etide", "\ud7ff", "x" * 5000, "-", "--",
        "in:", 'from:"', "%", "_", "'; DROP TABLE post; --", "0" * 200, "tide \u0301", "💧",
    ],
)  # fmt: skip
def test_no_question_breaks_anything(shore, query):
    found = shore.search(query)
    assert {each.kind for each in found.items} <= set(EntryKind)


def test_a_word_in_the_title_counts_more_than_one_in_the_text(shore):
    thread = make_thread(
        shore.app, shore.space, shore.people["writer"], title="Quokka", body="Yes."
    )
    make_thread(
        shore.app,
        shore.space,
        shore.people["writer"],
        title="Other animals",
        body="There is one quokka here.",
    )
    shore.work()
    assert shore.search("quokka").items[0].id == thread
    assert len(shore.find("quokka")) == 2


def test_where_it_stands_is_shown_and_marked(shore):
    [found] = shore.search("storm is:thread").items
    assert [piece.text for piece in found.passage if piece.hit] == ["storm"]
    assert found.author.name == "Writer Example"
    assert (found.space_slug, found.space_name) == ("tide-school", "Tide school")
    [post] = shore.search("pelican").items
    assert (post.thread_id, post.number) == (shore.threads["tide"], 2)


def test_an_accepted_answer_solves_it(shore):
    with shore.app.app_context():
        post = db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == shore.threads["tide"], Post.number == 2)
        ).one()
        accept_answer(acting(shore.people["writer"]), post)
    shore.work()
    assert shore.find("tide is:solved") == [TIDE]
    assert shore.find("tide has:answer") == [TIDE]
    assert shore.find("tide is:unsolved") == []


def test_sessions_are_found_with_their_plan(shore):
    make_session(shore.app, shore.space, shore.people["leader"], title="Mangrove clinic")
    shore.act(rebuild, "leader")
    assert shore.find("mangrove") == [("session", "Mangrove clinic")]
    assert shore.find("mangrove", "stranger") == []


def test_people_are_found_by_what_they_show_to_their_spaces(shore):
    make_profile(
        shore.app,
        shore.people["writer"],
        organisation="Zephyr Institute",
        place="Quillota",
        visible={"place": Audience.SELF},
    )
    shore.act(rebuild, "leader")
    assert shore.find("zephyr") == [("person", "Writer Example")]
    assert shore.find("quillota") == []
    assert shore.find("zephyr", "stranger") == []


def test_kinds_are_counted_and_one_of_them_shown_alone(shore):
    found = shore.search("storm")
    assert found.counts[EntryKind.THREAD] == found.counts[EntryKind.POST] == 1
    alone = shore.search("storm", kind=EntryKind.POST)
    assert [each.kind for each in alone.items] == [EntryKind.POST]
    assert alone.counts == found.counts


def test_results_come_in_pages_and_counts_have_an_end(shore):
    thread = make_thread(shore.app, shore.space, shore.people["writer"], title="Many", body="So.")
    for number in range(25):
        reply(shore.app, thread, shore.people["writer"], f"Ibis number {number}")
    shore.work()
    first, second = shore.search("ibis"), shore.search("ibis", page=2)
    assert (len(first.items), first.more) == (A_PAGE, True)
    assert (len(second.items), second.more) == (5, False)
    assert not {each.id for each in first.items} & {each.id for each in second.items}
    assert first.counts[EntryKind.POST] == 25 < MOST[EntryKind.POST]
    assert shore.search("ibis", page=99).items == []


def test_a_title_that_says_it_all_is_found_under_any_number_of_newer_ones(shore, browse):
    writer = shore.people["writer"]
    make_thread(shore.app, shore.space, writer, title="Ibis counting", body="So.")
    for number in range(MOST[EntryKind.THREAD] + 1):
        make_thread(shore.app, shore.space, writer, title=f"Other {number}", body="Ibis counting.")
    shore.work()
    found = shore.search("ibis counting")
    assert (found.items[0].name, found.cut) == ("Ibis counting", True)
    assert found.counts[EntryKind.THREAD] == MOST[EntryKind.THREAD]
    page = words(browse(shore.people["member"]).get("/search?q=ibis+counting"))
    assert "more than is compared here" in page
    assert "more than is compared" not in words(browse(writer).get("/search?q=pelican"))


def test_a_filter_for_a_space_one_is_not_in_says_so_and_finds_nothing(shore):
    for name in ("Far", "no-such-space"):
        found = shore.search(f"heron in:{name}")
        assert (found.items, [hint.name for hint in found.asked.hints]) == ((), ["in"])


def test_days_are_those_of_the_reader(shore):
    with shore.app.app_context():
        at = find(sa.select(Post), _first(shore)).created_at
        day = (at - dt.timedelta(days=1)).date()
        ctx = acting(shore.people["member"])
        assert search(ctx, f"tide after:{day}", zone="UTC").items
        assert not search(ctx, f"tide before:{day}", zone="UTC").items


def _first(shore):
    return db.session.scalars(
        sa.select(Post.id).where(Post.thread_id == shore.threads["tide"], Post.number == 1)
    ).one()


def test_nobody_finds_nothing(shore):
    with shore.app.app_context():
        assert search(acting(None), "tide").total == 0


def test_a_tag_finds_its_threads(shore):
    make_thread(
        shore.app,
        shore.space,
        shore.people["writer"],
        title="Plain",
        body="Words.",
        kind=ThreadKind.DISCUSSION,
        tags=["Capybara"],
    )
    shore.work()
    assert shore.find("capybara") == [("thread", "Plain")]
