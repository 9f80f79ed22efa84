"""What one may not see is not found, not counted, and not found out by what is."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source, page_source, reflection_source
from factories.accounts import make_profile, make_user
from factories.discussions import make_drafts, make_thread, reply
from factories.neighbours_work import make_reflections
from factories.progress import enrolment_id_of, make_member, make_run
from factories.spaces import join

from community.accounts.models import Audience, User
from community.discussions.models import Post, Thread, ThreadLevel
from community.discussions.operations import block_person, edit_post, remove_post, restore_post
from community.discussions.rules import Level
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import unit_of_work
from community.search.models import STATE, WORDS, EntryKind
from community.search.operations import rebuild
from community.search.operations.writing import is_sqlite
from community.search.queries.finding import search
from community.search.queries.matching import MOST
from community.search.queries.whole import KNOWN
from community.spaces.models import Role
from community.spaces.operations import add_member, remove_member


def post_of(shore, number=2, thread="tide"):
    with shore.app.app_context():
        return db.session.scalars(
            sa.select(Post.id).where(Post.thread_id == shore.threads[thread], Post.number == number)
        ).one()


def test_each_finds_what_is_in_their_own_spaces(shore):
    assert shore.find("tide", "stranger") == [("thread", "Heron tide secret")]
    assert shore.find("tide", "leader") == shore.find("tide", "writer") == shore.find("tide")
    found = shore.search("heron tide gauge", "member")
    assert (list(found.items), found.total) == ([], 0)


def test_who_left_finds_nothing_at_once(shore):
    shore.act(remove_member, "leader", shore.space, shore.people["member"])
    found = shore.search("tide")
    assert (list(found.items), found.total) == ([], 0)
    assert shore.search("writer").total == 0


def test_who_joined_finds_at_once_what_was_there(shore):
    join(shore.app, shore.other, shore.people["member"])
    assert ("thread", "Heron tide secret") in shore.find("tide")


@pytest.mark.parametrize("who", ["writer", "leader"])
def test_a_removed_post_is_gone_at_once_and_comes_back(shore, who):
    shore.act(remove_post, who, post_of(shore))
    assert shore.search("pelican", "writer").total == 0
    shore.work()
    assert shore.search("pelican", "writer").total == 0
    shore.act(restore_post, who, post_of(shore))
    shore.work()
    assert shore.search("pelican").total == 1


def test_what_a_thread_was_begun_with_is_gone_with_its_post(shore):
    shore.act(remove_post, "writer", post_of(shore, 1))
    assert shore.find("march") == []
    assert shore.find('"tide tables"') == []  # until the worker has looked
    shore.work()
    assert shore.find("march") == []
    assert shore.find('"tide tables"') == [("thread", "Reading the tide tables")]


def test_former_words_are_gone_at_once(shore):
    post = post_of(shore)
    shore.act(edit_post, "writer", post, body="Spoonbill instead.", edition=1)
    assert shore.find("pelican") == []
    shore.work()
    assert shore.find("pelican") == []
    assert shore.find("spoonbill") == [("post", "Reading the tide tables")]


def test_posts_of_whom_one_blocks_are_not_found_and_threads_show_no_words(shore):
    shore.act(block_person, "member", shore.people["writer"])
    assert shore.find("pelican") == []
    [thread] = shore.search("storm").items
    assert (thread.kind, thread.passage) == (EntryKind.THREAD, ())
    assert shore.find("pelican", "leader") == [("post", "Reading the tide tables")]


def test_muted_threads_are_found(shore):
    with shore.app.app_context(), unit_of_work(acting(None)) as unit:
        db.session.add(
            ThreadLevel(
                id=new_key(),
                user_id=shore.people["member"],
                thread_id=shore.threads["tide"],
                level=Level.MUTED,
                at=unit.ctx.now,
            )
        )
    assert shore.search("pelican").total == 1


def test_what_is_hidden_of_a_profile_is_not_found_from_the_moment_it_is(shore):
    who = shore.people["writer"]
    make_profile(shore.app, who, organisation="Zephyr Institute", about="Grebes and **coots**.")
    shore.work()
    assert shore.find("zephyr") == shore.find("coots") == [("person", "Writer Example")]
    make_profile(shore.app, who, visible={"organisation": Audience.LEADS})
    assert shore.find("zephyr") == []
    shore.work()
    assert shore.find("zephyr") == shore.find("zephyr", "leader") == []
    assert shore.find("coots") == [("person", "Writer Example")]


def test_of_who_is_switched_off_nothing_but_the_name_is_found(shore):
    who = shore.people["writer"]
    make_profile(shore.app, who, organisation="Zephyr Institute")
    shore.work()
    with shore.app.app_context(), unit_of_work(acting(None)) as unit:
        db.session.get_one(User, who).deactivated_at = unit.ctx.now
    assert shore.find("zephyr") == []
    shore.act(rebuild, "leader")
    assert shore.find("zephyr") == []
    assert shore.find("writer") == [("person", "Writer Example")]


def test_drafts_and_private_notes_are_in_no_index(shore):
    make_drafts(
        shore.app,
        "osprey",
        shore.space,
        {"open": shore.threads["tide"], "network": shore.threads["cafe"]},
        shore.people["writer"],
    )
    world = make_run(shore.app, thoughtful())
    learner = make_member(shore.app, world)
    make_reflections(shore.app, "osprey", world.version, enrolment_id_of(shore.app, world, learner))
    shore.work()
    with shore.app.app_context():
        rebuild(acting(None))
        for who in (*shore.people.values(), learner, world.owner):
            assert search(acting(who), "osprey").total == 0


def thoughtful():
    pages = (page_source("one"), page_source("two"), reflection_source())
    return course_source(modules=(module_source(1, activities=pages),))


def marked(number):
    page = page_source(f"page-{number}", title=f"Kittiwake {number}", body="About cormorants.")
    return module_source(number, activities=(page,))


@pytest.fixture
def course(shore):
    """A run in its second week: two of three modules are open by the clock, one to a learner."""
    world = make_run(
        shore.app, course_source(modules=tuple(marked(n) for n in (1, 2, 3)), assets=())
    )
    people = {
        role: make_member(shore.app, world, f"{role.value.title()} There", role)
        for role in (Role.MEMBER, Role.OBSERVER, Role.FACILITATOR)
    }
    shore.work()
    with shore.app.app_context():
        rebuild(acting(None))
    return world, people


def pages_found(shore, who, query="kittiwake"):
    with shore.app.app_context():
        found = search(acting(who), query)
        assert found.counts.get(EntryKind.PAGE, 0) == len(found.items)
        return sorted((each.name, each.module, each.activity) for each in found.items)


def test_of_a_course_one_finds_the_pages_that_are_open(shore, course):
    world, people = course
    every = [(f"Kittiwake {n}", n, 1) for n in (1, 2, 3)]
    assert pages_found(shore, people[Role.MEMBER]) == every[:1]
    assert pages_found(shore, people[Role.MEMBER], "cormorants") == every[:1]
    assert pages_found(shore, people[Role.FACILITATOR]) == every
    assert pages_found(shore, people[Role.OBSERVER]) == every
    assert pages_found(shore, world.owner) == every
    assert pages_found(shore, shore.people["member"]) == []
    assert pages_found(shore, people[Role.MEMBER], f"kittiwake in:{world.slug}") == every[:1]


def test_who_left_a_run_finds_no_page_of_it(shore, course):
    world, people = course
    with shore.app.app_context():
        remove_member(acting(world.owner), world.space, people[Role.MEMBER])
    assert pages_found(shore, people[Role.MEMBER]) == []


def test_a_thread_moved_to_another_space_is_found_there_and_here_no_more(shore):
    with shore.app.app_context(), unit_of_work(acting(None)):
        db.session.get_one(Thread, shore.threads["tide"]).space_id = shore.other
    assert shore.find("pelican") == []
    assert shore.find("storm") == []
    shore.act(rebuild, "leader")
    assert shore.find("pelican") == []
    assert shore.find("pelican", "stranger") == [("post", "Reading the tide tables")]


def test_what_others_wrote_does_not_move_what_one_finds(shore):
    """Neither order nor number tells how often a word stands where one does not read."""
    make_thread(shore.app, shore.space, shore.people["writer"], title="Ibis", body="Ibis.")
    make_thread(shore.app, shore.space, shore.people["writer"], title="Egret", body="Ibis, egret.")
    shore.work()
    before = [each.id for each in shore.search("ibis").items]
    hidden = make_thread(shore.app, shore.other, shore.people["stranger"], body="Ibis " * 50)
    for _ in range(30):
        reply(shore.app, hidden, shore.people["stranger"], "Ibis, egret.")
    shore.work()
    found = shore.search("ibis")
    assert [each.id for each in found.items] == before
    assert found.total == 2


def test_more_hidden_matches_than_are_ranked_hide_nothing_that_is_seen(shore, monkeypatch):
    hidden = make_thread(shore.app, shore.other, shore.people["stranger"], body="None.")
    make_thread(shore.app, shore.space, shore.people["writer"], title="Ibis here", body="One.")
    for number in range(MOST[EntryKind.POST] + 5):
        reply(shore.app, hidden, shore.people["stranger"], f"Ibis {number}")
    shore.work()
    assert shore.find("ibis") == [("thread", "Ibis here")]
    assert shore.search("ibis", "stranger").counts[EntryKind.POST] == MOST[EntryKind.POST]


def test_people_are_found_where_they_are_from_when_they_come_until_they_leave(shore):
    guest = make_user(shore.app, "Gull Guest")
    shore.act(rebuild, "leader")
    assert shore.find("gull") == []
    shore.act(add_member, "leader", shore.space, guest, role=Role.MEMBER)
    shore.work()
    assert shore.find("gull") == [("person", "Gull Guest")]
    assert shore.find("gull", "stranger") == []
    shore.act(remove_member, "leader", shore.space, guest)
    assert shore.find("gull") == []


def test_what_a_former_release_wrote_is_found_until_it_was_looked_at_again(shore):
    """Its entries lack the words by which places, authors and days are narrowed."""
    asked = ("pelican", "writer", "from:writer", f"gauge after:{dt.date(2020, 1, 1)}")
    before = [shore.find(query) for query in asked]
    assert all(before)
    with shore.app.app_context(), unit_of_work(acting(None)):
        execute(sa.update(STATE).values(version=1))
        if is_sqlite():
            kept = sa.func.substr(WORDS.c.facts, 1, sa.func.instr(WORDS.c.facts, "§in") - 1)
            execute(sa.update(WORDS).values(facts=kept))
        else:
            gone = sa.text(
                "UPDATE search_entry SET words = ts_delete(words, ARRAY(SELECT lexeme"
                " FROM unnest(words) WHERE lexeme ~ '^(¶|§(in|by|on)[0-9a-f])'))"
            )
            execute(gone)
    KNOWN.clear()
    assert [shore.find(query) for query in asked] == before


def test_a_filter_by_name_means_nobody_one_does_not_see(shore):
    stranger = make_user(shore.app, "Xavier Unseen")
    join(shore.app, shore.space, stranger, ended=True)
    make_thread(shore.app, shore.other, shore.people["stranger"], title="Xavier", body="So.")
    shore.work()
    assert shore.find("from:xavier") == []
    assert shore.find("xavier") == []


def test_days_of_what_is_hidden_find_nothing(shore):
    day = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).date()
    assert shore.find(f"heron after:{day}") == []
