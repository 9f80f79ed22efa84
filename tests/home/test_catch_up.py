"""Catching up after an absence: what is told, what is not, and marking all of it as read."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import time_machine
from conftest import acting
from factories.accounts import make_user
from factories.assignments import Course
from factories.discussions import make_thread, reply
from factories.home import let_in, make_cast, words
from factories.live import make_attendance, make_session
from factories.progress import enrolment_id_of

from community.accounts.models import SignIn
from community.accounts.operations import note_seen
from community.accounts.operations.sign_ins import open_sign_in
from community.coursework.models import Marking
from community.discussions.models import Post, ReactionKind, ReadPointer, ThreadKind
from community.discussions.operations import (
    block_person,
    follow_space,
    follow_thread,
    mark_all_read,
    mark_read,
    react,
    undo_mark_all,
)
from community.discussions.rules import Level
from community.home.queries.catching_up import news_since
from community.home.queries.missed_talk import threads_missed
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.kernel.sweeping import sweep
from community.live.models import SessionState
from community.notifications.queries import unread_in_frame
from community.progress.operations import decide
from community.progress.rules.states import Status
from community.spaces.models import Role
from community.spaces.operations import archive_space, remove_member

DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def page(browse, user_id, query="") -> str:
    found = browse(user_id).get(f"/catch-up{query}")
    assert found.status_code == 200
    return words(found)


def been_away(app, user_id, days):
    """Let somebody have been seen last some days ago, and not since."""
    at = now() - days * DAY
    with app.app_context(), unit_of_work(Context.begin(None)):
        db.session.execute(sa.update(SignIn).where(SignIn.user_id == user_id).values(seen_at=at))


def sign_ins_of(app, user_id):
    with app.app_context():
        rows = db.session.execute(
            sa.select(SignIn.id, SignIn.seen_at, SignIn.back_at, SignIn.away_since).where(
                SignIn.user_id == user_id
            )
        )
        return list(rows)


def news(app, user_id, days=7):
    with app.app_context():
        ctx = acting(user_id)
        return news_since(ctx, ctx.now - days * DAY)


def talk_of(app, user_id):
    return [row.title for told in news(app, user_id).spaces for row in told.talk.shown]


def addressed_to(app, user_id):
    return [row.by for told in news(app, user_id).spaces for row in told.addressed.shown]


# ---------- the card on Home


def test_home_says_since_when_one_was_away_and_leads_to_what_was_missed(app, cast, browse):
    client = browse(cast.member)
    assert "You were away" not in words(client.get("/home"))
    been_away(app, cast.member, 5)
    found = client.get("/home")
    assert "You were away since" in words(found)
    assert 'href="/catch-up"' in found.text


@pytest.mark.parametrize("days", [0, 1, 2.9])
def test_who_was_there_lately_is_told_nothing(app, cast, browse, days):
    client = browse(cast.member)
    been_away(app, cast.member, days)
    assert "You were away" not in words(client.get("/home"))


def test_the_card_stays_for_the_day_one_comes_back_and_goes_then(app, cast, browse):
    client = browse(cast.member)
    been_away(app, cast.member, 5)
    (before,) = sign_ins_of(app, cast.member)
    with app.app_context():
        note_seen(Context.begin(None), [before.id])
    (after,) = sign_ins_of(app, cast.member)
    assert after.away_since == before.seen_at
    assert "You were away since" in words(client.get("/home"))
    with time_machine.travel(now() + 1.1 * DAY):
        with app.app_context():
            note_seen(Context.begin(None), [before.id])
        assert "You were away" not in words(client.get("/home"))
        assert sign_ins_of(app, cast.member)[0].away_since == before.seen_at


def test_all_marked_as_read_before_the_return_is_written_keeps_the_card_away(app, cast, browse):
    client = browse(cast.member)
    make_thread(app, cast.world.space, cast.organiser)
    been_away(app, cast.member, 5)
    assert "You were away since" in words(client.get("/home"))
    client.post("/catch-up/read", data={"until": now().isoformat()})
    (before,) = sign_ins_of(app, cast.member)
    with time_machine.travel(now() + dt.timedelta(minutes=1)):
        with app.app_context():
            note_seen(Context.begin(None), [before.id])
        assert "You were away" not in words(client.get("/home"))


def test_all_marked_as_read_as_the_last_thing_before_one_left_is_no_return(app, cast, browse):
    client = browse(cast.member)
    make_thread(app, cast.world.space, cast.organiser)
    with app.app_context():
        assert mark_all_read(acting(cast.member), until=now()).threads == 1
    left = now() - 5 * DAY + dt.timedelta(minutes=50)
    with app.app_context(), unit_of_work(Context.begin(None)):
        mine = ReadPointer.user_id == cast.member
        db.session.execute(sa.update(ReadPointer).where(mine).values(swept_at=left))
    been_away(app, cast.member, 5)
    assert "You were away since" in words(client.get("/home"))


def test_who_stayed_away_until_their_sign_in_was_swept_away_is_told_since_when(app, cast, browse):
    browse(cast.member)
    been_away(app, cast.member, 60)
    [(_id, last, _back, _away)] = sign_ins_of(app, cast.member)
    long_ago = now() - 60 * DAY
    with app.app_context(), unit_of_work(Context.begin(None)):
        ended = {"created_at": long_ago, "expires_at": long_ago + 30 * DAY}
        mine = SignIn.user_id == cast.member
        db.session.execute(sa.update(SignIn).where(mine).values(ended))
    with app.app_context():
        sweep(Context.begin(None))
        open_sign_in(acting(cast.member))
    newest = max(sign_ins_of(app, cast.member), key=lambda row: row.seen_at)
    assert newest.away_since == last


def test_each_threads_posts_are_counted_once(app, cast):
    """The counts are read by several columns: a planner that copies them counts for each."""
    seen = []

    def note(_connection, _cursor, statement, given, *_rest):
        seen.append((statement, given))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        with app.app_context():
            threads_missed(acting(cast.member), now() - 7 * DAY, but=sa.false())
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    [(statement, given)] = [each for each in seen if "reaction" in each[0]]
    with app.app_context():
        on_postgres = db.engine.dialect.name == "postgresql"
        explain = "EXPLAIN" if on_postgres else "EXPLAIN QUERY PLAN"
        with db.engine.connect() as connection:
            rows = connection.exec_driver_sql(f"{explain} {statement}", given).all()
    plan = "\n".join(str(row[-1]) for row in rows)
    assert len(re.findall(r"(?: on|SEARCH|SCAN) reaction\b", plan)) == 1, plan


def test_who_was_seen_on_another_device_was_not_away(app, cast, browse):
    browse(cast.member)
    browse(cast.member)
    first, second = sign_ins_of(app, cast.member)
    been_away(app, cast.member, 5)
    with app.app_context():
        note_seen(Context.begin(None), [first.id])
        note_seen(Context.begin(None), [second.id])
    returns = {row.id: row.back_at for row in sign_ins_of(app, cast.member)}
    assert returns[first.id] is not None
    assert returns[second.id] is None


def test_looking_writes_nothing(app, cast, browse):
    make_thread(app, cast.world.space, cast.organiser)
    client = browse(cast.member)
    been_away(app, cast.member, 5)
    before = sign_ins_of(app, cast.member)
    for path in ("/home", "/catch-up"):
        client.get(path)
    assert sign_ins_of(app, cast.member) == before
    with app.app_context():
        assert not db.session.scalars(
            sa.select(ReadPointer.id).where(ReadPointer.user_id == cast.member)
        ).all()


# ---------- what is told


def test_answers_and_mentions_come_first_and_lead_to_the_post(app, cast, browse):
    thread = make_thread(app, cast.world.space, cast.member, title="Who signs?")
    reply(app, thread, cast.organiser, "The steward.", reply_to=1)
    other = make_thread(app, cast.world.space, cast.organiser, title="Names")
    reply(app, other, cast.facilitator, "Ask @Amina Otieno.")
    said = page(browse, cast.member)
    assert "Oona Organiser answered you" in said
    assert "Ines Marchetti mentioned you" in said
    assert said.index("Written to you") < said.index("Your questions")
    assert "Your questions Who signs?" in said
    html = browse(cast.member).get("/catch-up").text
    for href in set(re.findall(r'href="(/posts/[^"]+)"', html)):
        assert browse(cast.member).get(href).status_code in {302, 303}


def test_a_group_is_mentioned_to_who_is_of_it(app, cast):
    thread = make_thread(app, cast.world.space, cast.member)
    reply(app, thread, cast.member, "Can @organisers help?")
    assert addressed_to(app, cast.organiser) == ["Amina Otieno"]
    assert addressed_to(app, cast.facilitator) == []
    assert addressed_to(app, cast.observer) == []


def test_what_was_said_before_one_came_is_not_told(app, cast):
    thread = make_thread(app, cast.world.space, cast.organiser, title="Before")
    newcomer = make_user(app, "Nia Newcomer")
    reply(app, thread, cast.facilitator, "Ask the @organisers.")
    let_in(app, cast, newcomer, Role.ORGANISER)
    assert addressed_to(app, newcomer) == []
    assert talk_of(app, newcomer) == []
    reply(app, thread, cast.facilitator, "The @organisers know.")
    assert addressed_to(app, newcomer) == ["Ines Marchetti"]
    [row] = [row for told in news(app, newcomer).spaces for row in told.talk.shown]
    assert row.posts == 1


def test_announcements_that_are_unread_are_told_however_old(app, cast, browse):
    with time_machine.travel(now() - 20 * DAY):
        kind = ThreadKind.ANNOUNCEMENT
        make_thread(app, cast.world.space, cast.owner, title="The hall is closed", kind=kind)
    said = page(browse, cast.member)
    # what was announced before one came is no debt
    assert "The hall is closed" not in said
    make_thread(app, cast.world.space, cast.owner, title="A new hall", kind=ThreadKind.ANNOUNCEMENT)
    assert "Announced A new hall" in page(browse, cast.member)


def test_a_session_that_was_held_says_whether_one_was_there_and_what_it_means(app, cast, browse):
    ended = {"state": SessionState.ENDED, "starts_at": now() - 2 * DAY, "ended_at": now() - DAY}
    space, owner = cast.world.space, cast.owner
    make_session(app, space, owner, title="Clinic", **ended)
    there = make_session(app, space, owner, title="Circle", **ended)
    make_attendance(app, there, cast.member)
    make_session(app, space, owner, title="Off", called_off_at=now(), **ended)
    make_session(app, space, owner, title="Long ago", **{**ended, "starts_at": now() - 30 * DAY})
    said = page(browse, cast.member)
    assert "Clinic You were not there. Your progress does not depend on it." in said
    assert "Circle You were there." in said
    assert "Off" not in said
    assert "Long ago" not in said
    assert "Your progress" not in page(browse, cast.observer)


def test_what_was_decided_on_ones_work_is_told_to_oneself_alone(app, cast, browse):
    enrolment = enrolment_id_of(app, cast.world, cast.member)
    with app.app_context():
        for reason in ("As I saw.", "Seen again."):
            decide(
                acting(cast.owner),
                enrolment,
                cast.world.activities[0],
                status=Status.WAIVED,
                reason=reason,
            )
    said = page(browse, cast.member)
    assert said.count("decided on it") == 1
    for other in (cast.observer, cast.facilitator, cast.outsider):
        assert "decided on it" not in page(browse, other)


def test_a_module_that_opened_is_told_with_what_is_next(app, cast, browse):
    said = page(browse, cast.member, f"?since={(now() - 20 * DAY).date()}")
    assert "Opened, and what is next Module 1" in said
    assert "Next for you" in said


def test_threads_with_most_going_on_come_first_and_the_rest_is_folded(app, cast, browse):
    space = cast.world.space
    for number in range(6):
        make_thread(app, space, cast.organiser, title=f"Quiet {number}")
    busy = make_thread(app, space, cast.organiser, title="Busy", replies=2)
    liked = make_thread(app, space, cast.organiser, title="Liked")
    with app.app_context():
        post = db.session.scalars(sa.select(Post.id).where(Post.thread_id == liked)).one()
        react(acting(cast.facilitator), post, kind=ReactionKind.THANKS, on=True)
    assert talk_of(app, cast.member)[:2] == ["Busy", "Liked"]
    said = page(browse, cast.member)
    assert "Busy 3 posts" in said
    assert "Liked 1 post, 1 reaction" in said
    assert "and 3 more" in said
    assert busy


def test_where_nothing_happened_it_is_said_kindly(cast, browse):
    assert "Nothing happened that you would have to catch up with" in page(browse, cast.outsider)


# ---------- what is not told


def test_what_one_muted_is_left_out_but_for_answers_to_oneself(app, cast):
    mine = make_thread(app, cast.world.space, cast.member, title="Mine")
    other = make_thread(app, cast.world.space, cast.organiser, title="Other")
    reply(app, other, cast.facilitator, "Ask @Amina Otieno.")
    reply(app, mine, cast.organiser, "I do.", reply_to=1)
    assert talk_of(app, cast.member) == ["Other"]
    with app.app_context():
        follow_space(acting(cast.member), cast.world.space, level=Level.MUTED)
    assert talk_of(app, cast.member) == []
    assert addressed_to(app, cast.member) == ["Oona Organiser"]
    with app.app_context():
        follow_thread(acting(cast.member), other, level=Level.TRACKING)
    assert talk_of(app, cast.member) == ["Other"]


def test_posts_of_who_is_blocked_are_neither_told_nor_counted(app, cast):
    mine = make_thread(app, cast.world.space, cast.member, title="Mine")
    reply(app, mine, cast.organiser, "I do.", reply_to=1)
    make_thread(app, cast.world.space, cast.organiser, title="Theirs")
    kind = ThreadKind.ANNOUNCEMENT
    make_thread(app, cast.world.space, cast.organiser, title="Hear me", kind=kind)
    with app.app_context():
        block_person(acting(cast.member), cast.organiser)
    assert news(app, cast.member).spaces == []


def test_who_lost_access_and_who_is_outside_find_nothing(app, cast, browse):
    thread = make_thread(app, cast.world.space, cast.member, title="Who signs?")
    reply(app, thread, cast.organiser, "I do.", reply_to=1)
    assert "Who signs?" in page(browse, cast.member)
    assert "Who signs?" not in page(browse, cast.outsider)
    with app.app_context():
        remove_member(acting(cast.owner), cast.world.space, cast.member)
    said = page(browse, cast.member)
    assert "Who signs?" not in said
    assert "Cohort 9" not in said


def test_an_archived_space_is_left_out_and_stays_unread(app, cast, browse):
    make_thread(app, cast.world.space, cast.organiser, title="Who signs?")
    with app.app_context():
        archive_space(acting(cast.owner), cast.world.space)
    assert "Who signs?" not in page(browse, cast.member)
    with app.app_context():
        assert mark_all_read(acting(cast.member), until=now()).threads == 0


@pytest.mark.parametrize("since", ["2999-01-01", "0001-01-01", "yesterday", "2026-13-45", "'"])
def test_a_day_that_cannot_be_is_as_if_none_was_asked_or_the_farthest(cast, browse, since):
    assert "What happened since" in page(browse, cast.member, f"?since={since}")


# ---------- marking as read


def unread(app, user_id):
    with app.app_context():
        return sum(unread_in_frame(acting(user_id)).spaces.values())


def pointers(app, user_id):
    with app.app_context():
        rows = db.session.execute(
            sa.select(ReadPointer.thread_id, ReadPointer.number).where(
                ReadPointer.user_id == user_id
            )
        )
        return {row.thread_id: row.number for row in rows}


def test_all_is_marked_as_read_and_put_back_exactly(app, cast, browse):
    first = make_thread(app, cast.world.space, cast.organiser, replies=3)
    second = make_thread(app, cast.world.space, cast.organiser, title="Second")
    with app.app_context():
        mark_read(acting(cast.member), first, number=2)
    been_away(app, cast.member, 5)
    client = browse(cast.member)
    been_away(app, cast.member, 5)
    html = client.get("/catch-up").text
    until = re.search(r'name="until" value="([^"]+)"', html)[1]
    done = client.post("/catch-up/read", data={"until": until})
    assert done.status_code == 303
    assert pointers(app, cast.member) == {first: 4, second: 1}
    assert "You were away" not in words(client.get("/home"))
    html = client.get("/catch-up").text
    assert "You marked all of it as read" in html
    assert "Mark all of it as read" not in html
    at = re.search(r'name="at" value="([^"]+)"', html)[1]
    assert client.post("/catch-up/unread", data={"at": at}).status_code == 303
    assert pointers(app, cast.member) == {first: 2, second: 0}
    assert unread(app, cast.member) == 3
    assert "You marked" not in client.get("/catch-up").text


def test_what_came_after_the_page_was_made_stays_new(app, cast):
    thread = make_thread(app, cast.world.space, cast.organiser)
    until = now()
    with time_machine.travel(now() + dt.timedelta(minutes=5)):
        reply(app, thread, cast.organiser)
        with app.app_context():
            mark_all_read(acting(cast.member), until=until)
    assert pointers(app, cast.member) == {thread: 1}


def test_what_was_read_on_since_is_not_put_back(app, cast):
    first = make_thread(app, cast.world.space, cast.organiser, replies=1)
    second = make_thread(app, cast.world.space, cast.organiser)
    with app.app_context():
        mark_all_read(acting(cast.member), until=now())
        at = db.session.scalars(
            sa.select(ReadPointer.swept_at).where(
                ReadPointer.thread_id == first, ReadPointer.user_id == cast.member
            )
        ).one()
    reply(app, first, cast.organiser)
    with app.app_context():
        mark_read(acting(cast.member), first, number=3)
        assert undo_mark_all(acting(cast.organiser), at=at) == 0  # not theirs
        assert undo_mark_all(acting(cast.member), at=at) == 1
        assert undo_mark_all(acting(cast.member), at=at) == 0
    assert pointers(app, cast.member) == {first: 3, second: 0}


def test_what_one_does_not_follow_stays_as_it_was(app, cast):
    muted = make_thread(app, cast.world.space, cast.organiser)
    with app.app_context():
        follow_thread(acting(cast.member), muted, level=Level.MUTED)
        assert mark_all_read(acting(cast.member), until=now()).threads == 0
    assert pointers(app, cast.member) == {}


def test_no_more_is_marked_at_once_than_a_request_bears(app, cast, browse, monkeypatch):
    for number in range(3):
        make_thread(app, cast.world.space, cast.organiser, title=f"Thread {number}")
    with app.app_context():
        statement = "community.discussions.operations.sweeping"
        monkeypatch.setattr(f"{statement}.MOST_SWEPT", 2)
        assert mark_all_read(acting(cast.member), until=now()) == (2, True)
        assert mark_all_read(acting(cast.member), until=now()) == (1, False)
    assert unread(app, cast.member) == 0


def test_however_many_they_are_marked_as_of_one_moment_and_undone_at_once(
    app, cast, browse, monkeypatch
):
    threads = [
        make_thread(app, cast.world.space, cast.organiser, title=f"Thread {number}")
        for number in range(5)
    ]
    monkeypatch.setattr("community.discussions.operations.sweeping.MOST_SWEPT", 2)
    client = browse(cast.member)
    client.post("/catch-up/read", data={"until": now().isoformat()})
    assert unread(app, cast.member) == 0
    html = client.get("/catch-up").text
    at = re.search(r'name="at" value="([^"]+)"', html)[1]
    client.post("/catch-up/unread", data={"at": at})
    assert pointers(app, cast.member) == dict.fromkeys(threads, 0)


def test_what_came_since_all_was_marked_is_not_said_to_be_read(app, cast, browse):
    make_thread(app, cast.world.space, cast.organiser)
    client = browse(cast.member)
    client.post("/catch-up/read", data={"until": now().isoformat()})
    make_thread(app, cast.world.space, cast.organiser, title="Later")
    said = words(client.get("/catch-up"))
    assert "You marked what was new then as read" in said
    assert "You marked all of it" not in said


def test_what_is_unread_from_before_is_not_called_nothing(app, cast, browse):
    with time_machine.travel(now() + DAY):
        make_thread(app, cast.world.space, cast.organiser)
    with time_machine.travel(now() + 20 * DAY):
        said = page(browse, cast.member)
    assert "Nothing happened since then" in said
    assert "Mark all that is new as read" in said
    assert "would have to catch up" not in said


def test_more_leads_to_where_the_rest_is_or_nowhere(app, cast, browse):
    for number in range(6):
        mine = make_thread(app, cast.world.space, cast.member, title=f"Mine {number}")
        reply(app, mine, cast.organiser, "I do.", reply_to=1)
    html = browse(cast.member).get("/catch-up").text
    written, rest = html.split("Your questions", 1)
    assert re.search(r'<p class="more">\s*and 1 more', written)
    assert 'threads?show=mine">and 1 more' in rest


@pytest.mark.parametrize("path", ["read", "unread"])
def test_a_form_that_says_no_time_changes_nothing(app, cast, browse, path):
    make_thread(app, cast.world.space, cast.organiser)
    client = browse(cast.member)
    for text in ("", "soon", "9999-12-31T23:59:59-23:59"):
        assert client.post(f"/catch-up/{path}", data={"until": text, "at": text}).status_code == 422
    assert pointers(app, cast.member) == {}


def test_ten_statements_whatever_the_number_of_spaces(app, cast, count_queries):
    for number in range(4):
        other = make_cast(app, name=f"Cohort {number}")
        let_in(app, other, cast.member, Role.MEMBER)
        for title in ("One", "Two"):
            make_thread(app, other.world.space, other.owner, title=title, replies=1)
    with app.app_context():
        ctx = Context.begin(cast.member)
        count_queries.clear()
        found = news_since(ctx, ctx.now - 80 * DAY)
        assert len(found.spaces) == 5
        assert len(count_queries) <= 10, count_queries


def test_two_windows_at_once_never_move_a_pointer_back(app, cast):
    threads = [make_thread(app, cast.world.space, cast.organiser, replies=1) for _each in range(4)]
    until = now()
    gate = threading.Barrier(4)

    def mark(number):
        with app.app_context():
            gate.wait()
            if number % 2:
                mark_all_read(acting(cast.member), until=until)
            else:
                for thread in threads:
                    mark_read(acting(cast.member), thread, number=1 + number // 2)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(mark, range(4)))
    assert pointers(app, cast.member) == dict.fromkeys(threads, 2)


def test_a_whole_page_takes_few_statements(app, cast, browse, count_queries):
    for number in range(3):
        other = make_cast(app, name=f"Cohort {number}")
        let_in(app, other, cast.member, Role.MEMBER)
        make_thread(app, other.world.space, other.owner, replies=1)
    client = browse(cast.member)
    client.get("/catch-up")
    count_queries.clear()
    client.get("/catch-up")
    assert len(count_queries) <= 10, count_queries


def test_work_that_was_given_back_is_told_and_leads_there(app, browse):
    course = Course(app)
    course.hand_in()
    assert "Your work" not in page(browse, course.ana)
    course.mark(outcome=Marking.RETURNED)
    assert "Given back by Fay Lee" in page(browse, course.ana)
    assert f'href="{course.page}"' in browse(course.ana).get("/catch-up").text
    for other in (course.ben, course.fay):
        assert "Given back by" not in page(browse, other)
    with app.app_context():
        remove_member(acting(course.world.owner), course.world.space, course.ana)
    assert "Given back by" not in page(browse, course.ana)
