"""A digest tells in one letter what waited for it; quiet hours put letters off."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.live import make_session
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.letters.account import mail_password_changed
from community.correspondence.operations import choose as choose_topics
from community.correspondence.operations import choose_defaults, stop_letters
from community.correspondence.rules import LETTERS, Channel, Choice, LetterKind
from community.discussions.models import ThreadKind
from community.discussions.operations import (
    block_person,
    follow_thread,
    mark_read,
    post_reply,
    remove_post,
    start_thread,
)
from community.discussions.rules import Level
from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.kernel.posting import Why
from community.mailing.models import LedgerEntry
from community.mailing.operations import choose_times, owe_digests
from community.mailing.queries import my_ledger
from community.mailing.rules import Fate, Rhythm
from community.notifications.models import AnswerNews
from community.notifications.operations import owe_answers, owe_reminders
from community.notifications.rules import DELAY
from community.spaces.models import Role
from community.spaces.operations import remove_member

ADDRESS = "ana@example.org"


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


@pytest.fixture
def olu(app, space):
    made = make_user(app, "Olu Ade")
    join(app, space, made, Role.OWNER)
    return made


@pytest.fixture
def ana(app, space):
    made = make_user(app, "Ana Lima", email=ADDRESS, zone="UTC")
    join(app, space, made, Role.MEMBER)
    return made


def choose_hours(app, user_id, **more):
    usual = {"rhythm": Rhythm.DAILY, "hour": 8, "weekday": 0, "quiet_from": None, "quiet_to": None}
    with app.app_context():
        choose_times(acting(user_id), **(usual | more))


def choose(app, user_id, **more):
    """Have somebody told in a digest of all that can wait for one."""
    choose_hours(app, user_id, **more)
    answers = LETTERS[LetterKind.ANSWER]
    with app.app_context():
        wanted = {(topic, Channel.MAIL): Choice.DIGEST for topic in answers}
        choose_topics(acting(user_id), wanted)


def begin(app, space, by, title="The well", kind=ThreadKind.DISCUSSION):
    with app.app_context():
        return start_thread(acting(by), space, kind=kind, title=title, body="To all.").id


def tell(app, thread, by, body="To @Ana Lima"):
    """Write in a thread, let the delay pass, and have what is owed done."""
    with app.app_context():
        post = post_reply(acting(by), thread, body=body)
        with unit_of_work(acting(None)):
            db.session.execute(sa.update(AnswerNews).values(at=clock() - DELAY))
        owe_answers(acting(None))
    run_everything(app)
    return post


def hour_comes(app):
    """Let the hour of every digest come, and what is owed be done."""
    with app.app_context():
        with unit_of_work(acting(None)):
            held = sa.update(LedgerEntry).where(LedgerEntry.fate == Fate.HELD)
            db.session.execute(held.values(until=clock()))
        owe_digests(acting(None))
    run_everything(app)


def lines(app, user_id):
    with app.app_context():
        return my_ledger(acting(user_id)).items


def test_what_waits_comes_in_one_letter_by_space_and_thread(app, postbox, space, olu, ana):
    other = make_space(app, "Wells of the north")
    join(app, other, olu, Role.OWNER)
    join(app, other, ana, Role.MEMBER)
    choose(app, ana)
    well, far = begin(app, space, olu), begin(app, other, olu, "The far pump")
    for thread in (well, far, well):
        tell(app, thread, olu, f"For @Ana Lima in {thread}")
    assert postbox.letters == []
    held = lines(app, ana)
    assert {(line.fate, line.why) for line in held} == {(Fate.HELD, Why.DIGEST)}
    assert all(clock() < line.until <= clock() + dt.timedelta(hours=25) for line in held)

    hour_comes(app)
    hour_comes(app)
    [letter] = postbox.letters_to(ADDRESS)
    assert letter["Subject"] == "Long Table: news in 2 threads"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = text_of(letter)
    places = [text.index(words) for words in ("Cohort 9", "The well", "Wells of the north")]
    assert places == sorted(places)
    assert text.count("For @Ana Lima in") == 3
    assert text.count("\r\nCohort 9\r\n") == 1
    html = letter.get_body(("html",)).get_content()
    assert html.count("<h3>") == 2

    [digest] = [line for line in lines(app, ana) if line.kind == "digest"]
    taken = [line for line in lines(app, ana) if line.kind != "digest"]
    assert digest.fate is Fate.SENT
    assert {(line.fate, line.into) for line in taken} == {(Fate.MERGED, digest.id)}
    assert len(taken) == 3


def test_a_digest_that_is_late_waits_for_the_end_of_quiet_hours(app, postbox, space, olu, ana):
    now = clock()
    quiet = {"quiet_from": (now.hour - 1) % 24, "quiet_to": (now.hour + 2) % 24}
    choose(app, ana, **quiet)
    tell(app, begin(app, space, olu), olu)
    hour_comes(app)
    assert postbox.letters == []
    choose(app, ana)
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(OutboxRow).values(due_at=clock()))
    run_everything(app)
    assert len(postbox.letters_to(ADDRESS)) == 1


def read_it(ana, olu, _space, thread, post):
    mark_read(acting(ana), thread, number=post.number)


def remove_it(_ana, olu, _space, _thread, post):
    remove_post(acting(olu), post.id)


def lose_it(ana, olu, space, _thread, _post):
    remove_member(acting(olu), space, ana)


def mute_it(ana, _olu, _space, thread, _post):
    follow_thread(acting(ana), thread, level=Level.MUTED)


def block_them(ana, olu, _space, _thread, _post):
    block_person(acting(ana), olu)


def stop_them(ana, _olu, _space, _thread, _post):
    stop_letters(acting(ana), LetterKind.ANSWER)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (read_it, Why.READ),
        (remove_it, Why.REMOVED),
        (lose_it, Why.LOST),
        (mute_it, Why.MUTED),
        (block_them, Why.BLOCKED),
        (stop_them, Why.STOPPED),
    ],
)
def test_each_entry_is_looked_at_again_when_the_digest_leaves(
    app, postbox, space, olu, ana, act, why
):
    choose(app, ana)
    thread = begin(app, space, olu)
    post = tell(app, thread, olu)
    with app.app_context():
        act(ana, olu, space, thread, post)
    hour_comes(app)
    assert postbox.letters == []
    [line] = lines(app, ana)
    assert (line.fate, line.why) == (Fate.SUPPRESSED, why)


def test_what_is_read_is_left_out_and_the_rest_is_told(app, postbox, space, olu, ana):
    choose(app, ana)
    read, news = begin(app, space, olu, "Read already"), begin(app, space, olu, "Still news")
    post = tell(app, read, olu)
    tell(app, news, olu)
    with app.app_context():
        mark_read(acting(ana), read, number=post.number)
    hour_comes(app)
    text = postbox.text_to(ADDRESS)
    assert "Still news" in text
    assert "Read already" not in text


def test_an_announcement_does_not_wait_for_the_digest(app, postbox, space, olu, ana):
    choose(app, ana, rhythm=Rhythm.WEEKLY)
    begin(app, space, olu, "We meet at six", ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    assert "We meet at six" in postbox.text_to(ADDRESS)


def test_who_wants_each_at_once_again_gets_soon_what_waited(app, postbox, space, olu, ana):
    choose(app, ana, rhythm=Rhythm.WEEKLY)
    tell(app, begin(app, space, olu), olu)
    with app.app_context():
        choose_defaults(acting(ana))
        assert owe_digests(acting(None)) == 1
    run_everything(app)
    assert "The well" in postbox.text_to(ADDRESS)


def test_a_mail_server_that_was_away_gets_the_same_digest_later(app, postbox, space, olu, ana):
    choose(app, ana)
    tell(app, begin(app, space, olu), olu)
    postbox.answer = "451 later"
    with pytest.raises(Exception, match="later"):
        hour_comes(app)
    postbox.answer = "250 OK"
    soon(app)
    run_everything(app)
    assert len(postbox.letters_to(ADDRESS)) == 1
    assert sorted(line.fate for line in lines(app, ana)) == [Fate.MERGED, Fate.SENT]


def test_a_digest_whose_work_is_done_again_is_sent_once(app, postbox, space, olu, ana):
    choose(app, ana)
    tell(app, begin(app, space, olu), olu)
    hour_comes(app)
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(OutboxRow).values(done_at=None, relayed_at=None))
    run_everything(app)
    assert len(postbox.letters_to(ADDRESS)) == 1


def test_a_worker_killed_once_a_digest_has_left_sends_no_second(app, postbox, space, olu, ana):
    choose(app, ana)
    tell(app, begin(app, space, olu), olu)
    hour_comes(app)
    with app.app_context(), unit_of_work(acting(None)):  # it came no further than the sending
        taken = sa.update(LedgerEntry).where(LedgerEntry.fate == Fate.MERGED)
        db.session.execute(taken.values(fate=Fate.HELD))
        again = sa.update(OutboxRow).where(OutboxRow.job == "mailing.mail_digest")
        db.session.execute(again.values(done_at=None, relayed_at=None))
    run_everything(app)
    assert len(postbox.letters_to(ADDRESS)) == 1
    assert sorted(line.fate for line in lines(app, ana)) == [Fate.MERGED, Fate.SENT]


def soon(app):
    """Let what waits for another try be due."""
    with app.app_context(), unit_of_work(acting(None)):
        due = sa.update(OutboxRow).where(OutboxRow.done_at.is_(None))
        db.session.execute(due.values(due_at=clock() - dt.timedelta(minutes=1), relayed_at=None))


# ------------------------------------------------------------------ quiet hours


def quiet_now(app, user_id, **more):
    """Make this hour and the next two quiet for somebody, whose clock is UTC."""
    hour = clock().hour
    choose_hours(app, user_id, quiet_from=hour, quiet_to=(hour + 3) % 24, **more)


def test_what_falls_into_quiet_hours_waits_for_their_end(app, postbox, browse, space, olu, ana):
    quiet_now(app, ana)
    begin(app, space, olu, "We meet at six", ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    assert postbox.letters == []
    [line] = lines(app, ana)
    assert (line.fate, line.why) == (Fate.HELD, Why.QUIET)
    assert clock() + dt.timedelta(hours=1) < line.until <= clock() + dt.timedelta(hours=3)
    assert "It came in your quiet hours." in browse(ana).get("/me/letters/ledger").text
    with app.app_context():
        [row] = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.done_at.is_(None)))
        assert (row.due_at, row.attempts) == (line.until, 0)
    choose_hours(app, ana)
    run_everything(app)
    assert len(postbox.letters_to(ADDRESS)) == 1
    [line] = lines(app, ana)
    assert line.fate is Fate.SENT


def test_other_quiet_hours_let_go_of_what_waited_and_hold_what_is_to_wait_on(
    app, postbox, space, olu, ana
):
    ben = make_user(app, "Ben Idowu", email="ben@example.org", zone="UTC")
    join(app, space, ben, Role.MEMBER)
    for one in (ana, ben):
        quiet_now(app, one)
    begin(app, space, olu, "We meet at six", ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    assert postbox.letters == []
    before = lines(app, ana)[0].until
    hour = clock().hour
    choose_hours(app, ana, quiet_from=hour, quiet_to=(hour + 2) % 24)  # it is quiet still
    run_everything(app)
    assert lines(app, ana)[0].until == before - dt.timedelta(hours=1)
    for _time in range(2):
        choose_hours(app, ana)
        run_everything(app)
    assert [letter["To"].addresses[0].addr_spec for letter in postbox.letters] == [ADDRESS]
    assert lines(app, ana)[0].fate is Fate.SENT
    assert (lines(app, ben)[0].fate, lines(app, ben)[0].until) == (Fate.HELD, before)


def test_what_waited_for_morning_is_looked_at_again(app, postbox, space, olu, ana):
    quiet_now(app, ana)
    thread = begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT)
    run_everything(app)
    with app.app_context():
        mark_read(acting(ana), thread, number=1)
    choose_hours(app, ana)
    soon(app)
    run_everything(app)
    assert postbox.letters == []
    [line] = lines(app, ana)
    assert (line.fate, line.why) == (Fate.SUPPRESSED, Why.READ)


def test_a_session_within_the_hour_and_the_account_do_not_wait(app, postbox, space, olu, ana):
    quiet_now(app, ana)
    make_session(app, space, olu, starts_at=clock() + dt.timedelta(minutes=40), title="Soon")
    make_session(app, space, olu, starts_at=clock() + dt.timedelta(hours=20), title="Tomorrow")
    with app.app_context():
        owe_reminders(acting(None))
        mail_password_changed(acting(ana), user_id=str(ana), change_id="1")
    run_everything(app)
    subjects = [letter["Subject"] for letter in postbox.letters_to(ADDRESS)]
    assert len(subjects) == 2
    assert any(subject.startswith("Soon") for subject in subjects)
    assert "Your password was changed" in subjects
