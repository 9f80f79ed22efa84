"""The index says what is there: as it happens, twice, late, out of order, and made anew."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import make_version
from factories.discussions import make_thread, reply
from factories.live import make_session
from factories.mail import archive, bring, message
from factories.spaces import join

from community.discussions.models import Post, ThreadKind
from community.discussions.operations import (
    merge_posts,
    move_thread,
    remove_post,
    remove_tag,
    rename_tag,
    rename_thread,
    split_thread,
)
from community.discussions.queries import tags_of_space
from community.kernel.db import db, execute
from community.kernel.operation import unit_of_work
from community.search.models import ENTRY, STATE, WORDS, EntryKind
from community.search.operations import (
    fill,
    index,
    index_post,
    index_space,
    index_thread,
    lag,
    rebuild,
    restart,
)
from community.search.operations.writing import is_sqlite
from community.spaces.models import Role
from community.transfers.operations import take_back_mail

REPLY = ("post", "Reading the tide tables")


def entries():
    """Return all that the index holds, without the numbers of its rows."""
    columns = [column for column in ENTRY.c if column.name != "number"]
    return sorted(map(repr, execute(sa.select(*columns)).all()))


def as_made_anew(shore):
    """Say that the index, as it is, is what making it anew comes to."""
    with shore.app.app_context():
        before = entries()
        rebuild(acting(None))
        assert entries() == before
        if is_sqlite():
            numbers = execute(sa.select(ENTRY.c.number).order_by(ENTRY.c.number)).scalars().all()
            words = execute(sa.select(WORDS.c.rowid).order_by(WORDS.c.rowid)).scalars().all()
            assert words == numbers
        return len(before)


def test_what_happens_is_found_once_the_worker_has_heard_of_it(shore):
    thread = make_thread(shore.app, shore.space, shore.people["writer"], title="Avocet", body="A.")
    reply(shore.app, thread, shore.people["writer"], "Dunlin.")
    assert shore.find("avocet") == []
    shore.work()
    assert shore.find("avocet") == [("thread", "Avocet")]
    assert shore.find("dunlin") == [("post", "Avocet")]
    shore.act(
        rename_thread, "writer", thread, title="Turnstone", kind=ThreadKind.OFFER, tags=["Plover"]
    )
    shore.work()
    assert shore.find("avocet") == []
    assert shore.find("turnstone plover is:offer") == [("thread", "Turnstone")]
    as_made_anew(shore)


def test_a_tag_that_is_renamed_is_found_by_its_new_name(shore):
    make_thread(shore.app, shore.space, shore.people["writer"], title="One", tags=["Plover"])
    shore.work()
    with shore.app.app_context():
        ctx = acting(shore.people["leader"])
        [tag] = tags_of_space(shore.space)
        rename_tag(ctx, tag.id, name="Lapwing")
    shore.work()
    assert (shore.find("plover"), shore.find("lapwing")) == ([], [("thread", "One")])


def test_threads_are_not_found_by_a_tag_that_was_taken_off(shore):
    make_thread(shore.app, shore.space, shore.people["writer"], title="One", tags=["Plover"])
    shore.work()
    with shore.app.app_context():
        [tag] = tags_of_space(shore.space)
    shore.act(remove_tag, "leader", tag.id)
    shore.work()
    assert shore.find("plover") == []
    as_made_anew(shore)


def test_posts_that_move_are_found_where_they_are(shore):
    join(shore.app, shore.other, shore.people["leader"], Role.ORGANISER)
    tide, cafe = shore.threads["tide"], shore.threads["cafe"]
    moved = shore.act(
        split_thread, "leader", tide, title="Godwit", kind=ThreadKind.QUESTION, numbers=[2]
    )
    shore.work()
    assert shore.find("pelican") == [("thread", "Godwit")]
    as_made_anew(shore)
    shore.act(merge_posts, "leader", moved.thread.id, into=cafe, since=1)
    shore.work()
    assert shore.find("pelican") == [("post", "Café in Łódź")]
    assert shore.find("godwit") == []
    as_made_anew(shore)
    shore.act(move_thread, "leader", cafe, space_id=shore.other)
    assert shore.find("pelican") == []
    shore.work()
    assert shore.find("pelican", "stranger") == [("post", "Café in Łódź")]
    as_made_anew(shore)


def test_jobs_twice_late_and_out_of_order_do_no_harm(shore):
    with shore.app.app_context():
        post = db.session.scalars(
            sa.select(Post).where(Post.thread_id == shore.threads["tide"], Post.number == 2)
        ).one()
        told = {"thread_id": str(post.thread_id), "post_id": str(post.id)}
        ctx = acting(shore.people["writer"])
        remove_post(ctx, post.id)
        for job in (index_post, index_post, index_thread, index_post):
            job(ctx, **told, number=2)
        index(ctx, EntryKind.POST, [post.id, shore.threads["tide"]])
    assert shore.find("pelican") == []
    shore.work()
    as_made_anew(shore)


def test_what_is_gone_leaves_the_index_as_it_is_made_anew(shore):
    key = make_session(shore.app, shore.space, shore.people["leader"], title="Knot")
    shore.act(rebuild, "leader")
    assert shore.find("knot") == [("session", "Knot")]
    with shore.app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.text("DELETE FROM live_session"))
    assert shore.find("knot") == []
    with shore.app.app_context():
        asked = sa.select(sa.func.count()).where(ENTRY.c.subject_id == key)
        assert execute(asked).scalar() == 1
        rebuild(acting(None))
        assert execute(asked).scalar() == 0


def test_filling_is_left_and_taken_up(shore, monkeypatch):
    for name in ("AT_ONCE", "BATCHES"):
        monkeypatch.setattr(f"community.search.operations.filling.{name}", 2)
    with shore.app.app_context():
        rebuild(acting(None))
        whole = entries()
        with unit_of_work(acting(None)):
            execute(sa.delete(ENTRY))
            if is_sqlite():
                execute(sa.delete(WORDS))
            execute(sa.delete(STATE))
        assert lag()
        rounds = 0
        while fill(acting(None)):
            rounds += 1
            db.session.remove()
        while lag():
            fill(acting(None))
        assert rounds > 2
        assert entries() == whole
        assert (fill(acting(None)), lag()) == (0, False)


def test_an_index_of_another_version_fills_itself_anew(shore):
    with shore.app.app_context():
        with unit_of_work(acting(None)):
            execute(sa.update(STATE).values(version=0))
        assert lag()
        while lag():
            fill(acting(None))
    assert shore.find("pelican") == [REPLY]


def test_everything_is_found_while_the_index_is_made_anew(shore):
    with shore.app.app_context():
        restart(acting(None))
    assert shore.find("pelican") == [REPLY]


def test_a_space_is_indexed_that_filled_without_events(shore):
    with shore.app.app_context(), unit_of_work(acting(None)):
        execute(sa.delete(ENTRY).where(ENTRY.c.space_id == shore.space))
        if is_sqlite():
            execute(sa.delete(WORDS))
    assert shore.find("pelican") == []
    with shore.app.app_context():
        index_space(acting(shore.people["leader"]), shore.space)
    shore.work()
    assert shore.find("pelican") == [REPLY]
    assert ("thread", "Café in Łódź") in shore.find("lodz")


def test_pages_of_a_version_are_indexed_as_it_is_published(shore):
    with shore.app.app_context():
        before = execute(sa.select(sa.func.count()).where(ENTRY.c.kind == EntryKind.PAGE)).scalar()
    make_version(shore.app, shore.space)
    shore.work()
    with shore.app.app_context():
        asked = sa.select(sa.func.count()).where(ENTRY.c.kind == EntryKind.PAGE)
        assert execute(asked).scalar() > before
    as_made_anew(shore)


@pytest.mark.parametrize("query", ["gauge", "pelican stor", "from:writer"])
def test_the_words_are_looked_up_in_their_index(shore, query):
    """Whoever asks for a word does not read through everything."""
    with shore.app.app_context():
        plans = []

        def explain(connection, _cursor, statement, parameters, _context, _many):
            if "search_words" in statement and statement.startswith("SELECT thread.number"):
                found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.append([row[3] for row in found])

        sa.event.listen(sa.Engine, "before_cursor_execute", explain)
        try:
            assert shore.search(query).total
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", explain)
    assert len(plans) == is_sqlite_in(shore)
    for plan in plans:
        assert not [line for line in plan if line.startswith("SCAN search_entry")]
        assert [line for line in plan if "search_words VIRTUAL TABLE INDEX" in line]


def test_postgresql_keeps_no_plan_for_any_question(shore):
    """A plan for anything reads a word that is everywhere like one that is rare."""
    for _again in range(8):
        assert shore.search("gauge").total
    if is_sqlite_in(shore):
        return
    with shore.app.app_context():
        kept = db.session.connection().exec_driver_sql(
            "SELECT statement FROM pg_prepared_statements"
        )
        assert not [each for each in kept.scalars() if "search_entry.words" in each]


def is_sqlite_in(shore):
    """Say whether the index is FTS5's; PostgreSQL reads a few rows in order, whatever there is."""
    with shore.app.app_context():
        return is_sqlite()


def test_what_an_import_brings_is_found_and_gone_once_it_is_taken_back(shore):
    leader = shore.people["leader"]
    before = shore.find("gannet")
    mail = archive(message(number=1, subject="Gannets", body="A gannet counts waves."))
    key = bring(shore.app, shore.space, leader, mail)
    assert shore.find("gannet") == [*before, ("thread", "Gannets")]
    held = as_made_anew(shore)
    shore.act(take_back_mail, "leader", key)
    shore.work()
    assert shore.find("gannet") == before
    assert as_made_anew(shore) < held
