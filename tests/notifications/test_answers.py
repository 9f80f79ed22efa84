"""Who is answered or mentioned hears of it once, minutes later, if it still is news to them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.spaces import join, make_space
from letters import text_of

from community.accounts.models import User
from community.correspondence.operations import stop_letters
from community.correspondence.rules import LetterKind, Topic
from community.discussions.models import ThreadKind
from community.discussions.operations import (
    block_person,
    edit_post,
    follow_space,
    follow_thread,
    mark_read,
    post_reply,
    remove_post,
    start_thread,
)
from community.discussions.rules import Level
from community.kernel import jobs
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.kernel.outbox import OutboxRow
from community.notifications import queries
from community.notifications.models import AnswerNews
from community.notifications.operations import (
    erase,
    note_post,
    note_watchers,
    owe_answers,
    owe_to_space,
)
from community.notifications.rules import DELAY, Said, Why, reaches, told_of
from community.spaces.models import Role
from community.spaces.operations import remove_member


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9")


def person(app, space, name, role=Role.MEMBER):
    made = make_user(app, name)
    join(app, space, made, role)
    return made


@pytest.fixture
def olu(app, space):
    return person(app, space, "Olu Ade", Role.OWNER)


@pytest.fixture
def ana(app, space):
    return person(app, space, "Ana Lima")


@pytest.fixture
def bo(app, space):
    return person(app, space, "Bo Chen")


def begin(app, space, by, kind=ThreadKind.DISCUSSION, body="Let us talk."):
    with app.app_context():
        return start_thread(acting(by), space, kind=kind, title="The well", body=body).id


def reply(app, thread, by, body, **more):
    with app.app_context():
        return post_reply(acting(by), thread, body=body, **more)


def owe_later(app):
    """Let the delay pass: what waits is older by it."""
    with unit_of_work(acting(None)):
        db.session.execute(sa.update(AnswerNews).values(at=dt.datetime.now(dt.UTC) - DELAY))
    owe_answers(acting(None))


def later(app):
    """Let the delay pass, and the worker do what is owed."""
    with app.app_context():
        owe_later(app)
    run_everything(app)


def letters_to(app, postbox, user_id):
    with app.app_context():
        email = db.session.get_one(User, user_id).email
    return postbox.letters_to(email)


def test_who_is_mentioned_gets_one_letter_after_five_minutes(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, bo)
    post = reply(app, thread, bo, "What does *@Ana Lima* say?")
    with app.app_context():
        assert owe_answers(acting(None)) == 0, "who is there reads it before"
    run_everything(app)
    assert postbox.letters == []
    later(app)
    later(app)
    [letter] = postbox.letters
    assert [letter] == letters_to(app, postbox, ana)
    assert letter["Subject"] == "Cohort 9: The well"
    text = text_of(letter)
    assert "Bo Chen mentions you in “The well”:" in text
    assert "> What does *@Ana Lima* say?" in text
    assert f"http://127.0.0.1:8000/posts/{post.id}" in text
    html = letter.get_body(("html",)).get_content()
    assert f'href="http://127.0.0.1:8000/people/{ana}"' in html
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_is_answered_hears_of_it_and_so_does_who_asked(app, postbox, space, olu, ana, bo):
    talk = begin(app, space, ana)
    reply(app, talk, bo, "To nobody in particular.")
    question = begin(app, space, ana, kind=ThreadKind.QUESTION)
    reply(app, question, bo, "To the question.")
    reply(app, talk, olu, "To the second post.", reply_to=2)
    later(app)
    [to_ana] = letters_to(app, postbox, ana)
    assert "Bo Chen answers in your thread “The well”:" in text_of(to_ana)
    [to_bo] = letters_to(app, postbox, bo)
    assert "Olu Ade answers your post in “The well”:" in text_of(to_bo)
    assert len(postbox.letters) == 2


def test_several_posts_of_one_thread_are_one_letter(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, ana, kind=ThreadKind.QUESTION)
    other = begin(app, space, ana, kind=ThreadKind.ASK)
    for number in range(12):
        reply(app, thread, bo, f"Thought {number}")
    reply(app, thread, olu, "See **@Ana Lima**", reply_to=1)
    reply(app, other, bo, "Elsewhere")
    later(app)
    letters = letters_to(app, postbox, ana)
    assert len(letters) == 2
    text = next(text_of(each) for each in letters if "Thought 0" in text_of(each))
    assert "10 posts in “The well” are new to you." in text
    assert "There are more." in text
    assert "Thought 9" in text
    assert "Thought 10" not in text


def test_nobody_hears_of_what_they_wrote(app, postbox, space, ana):
    thread = begin(app, space, ana, kind=ThreadKind.QUESTION)
    reply(app, thread, ana, "I, @Ana Lima, answer myself.", reply_to=1)
    later(app)
    assert postbox.letters == []


MEANWHILE = {
    "read": lambda p: mark_read(acting(p.ana), p.thread, number=2),
    "removed": lambda p: remove_post(acting(p.bo), p.post),
    "mended": lambda p: edit_post(acting(p.bo), p.post, body="Nobody.", edition=1),
    "gone": lambda p: remove_member(acting(p.olu), p.space, p.ana),
    "stopped": lambda p: stop_letters(acting(p.ana), LetterKind.ANSWER),
    "erased": lambda p: erase(acting(p.ana)),
}


@pytest.mark.parametrize("when", ["before it is owed", "before it leaves"])
@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("body", ["@Ana Lima, look.", "@everyone, look."])
def test_it_is_looked_at_again_before_it_leaves(
    app, postbox, space, olu, ana, bo, what, when, body
):
    class Place:
        pass

    place = Place()
    place.space, place.olu, place.ana = space, olu, ana
    place.bo = person(app, space, "Fay Lead", Role.FACILITATOR)
    place.thread = begin(app, space, olu)
    place.post = reply(app, place.thread, place.bo, body).id
    run_everything(app)
    with app.app_context():
        if when == "before it leaves":
            owe_later(app)
        MEANWHILE[what](place)
    later(app)
    if what == "erased" and when == "before it leaves":
        return  # the account is closed with it, see below
    assert letters_to(app, postbox, ana) == []


def test_a_group_is_told_by_the_worker_each_member_once(
    app, postbox, space, olu, ana, bo, monkeypatch
):
    monkeypatch.setattr(queries.letters, "BATCH", 2)
    fay = person(app, space, "Fay Lead", Role.FACILITATOR)
    thread = begin(app, space, bo)
    post = reply(app, thread, bo, "@facilitators and @organisers, and you, @Fay Lead")
    with app.app_context():
        keys = jobs.relay_rows(acting(None))
        for key in [*keys, *keys]:
            jobs.do_row(key)
    later(app)
    assert len(postbox.letters) == 2
    [to_fay] = letters_to(app, postbox, fay)
    assert "Bo Chen mentions you in" in text_of(to_fay)
    [to_olu] = letters_to(app, postbox, olu)
    assert "Bo Chen mentions a group that you are of, in" in text_of(to_olu)
    with app.app_context():
        edit_post(acting(bo), post.id, body="@organisers, again", edition=1)
    later(app)
    assert len(postbox.letters) == 2


def test_everyone_is_everyone_but_who_wrote_it(app, postbox, space, olu, ana, bo):
    begin(app, space, olu, body="Hello @everyone")
    run_everything(app)
    later(app)
    assert len(postbox.letters) == 2
    assert letters_to(app, postbox, olu) == []


def test_an_announcement_that_mentions_people_is_one_letter(app, postbox, space, olu, ana, bo):
    with app.app_context():
        stop_letters(acting(bo), LetterKind.ANNOUNCEMENT)
    begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT, body="@everyone, and you, @Ana Lima")
    run_everything(app)
    later(app)
    [to_ana] = letters_to(app, postbox, ana)
    assert "Olu Ade announces in Cohort 9:" in text_of(to_ana)
    [to_bo] = letters_to(app, postbox, bo)
    assert "Olu Ade mentions a group that you are of" in text_of(to_bo)


def test_an_edit_tells_of_who_is_added_only(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, bo)
    post = reply(app, thread, bo, "@Ana Lima")
    later(app)
    with app.app_context():
        edit_post(acting(bo), post.id, body="@Ana Lima and @Olu Ade", edition=1)
        edit_post(acting(bo), post.id, body="@Olu Ade and @Ana Lima", edition=2)
    later(app)
    assert len(letters_to(app, postbox, ana)) == 1
    assert len(letters_to(app, postbox, olu)) == 1


def test_who_is_told_and_why_is_decided_in_one_place(app):
    ana, bo, cy = (make_user(app, name) for name in ("A", "B", "C"))
    said = Said(author=cy, mentioned=[ana, cy], answered=ana, asker=bo)
    assert told_of(said) == {ana: Why.MENTION, bo: Why.QUESTION}
    assert told_of(Said(author=cy, answered=bo, asker=bo)) == {bo: Why.REPLY}
    assert told_of(Said(author=cy, answered=cy, asker=cy)) == {}


@pytest.mark.parametrize(
    ("why", "levels"),
    [
        (Why.REPLY, set(Level)),
        (Why.WATCHING, {Level.WATCHING}),
        (Why.MENTION, set(Level) - {Level.MUTED}),
        (Why.GROUP, set(Level) - {Level.MUTED}),
        (Why.QUESTION, set(Level) - {Level.MUTED}),
    ],
)
def test_what_reaches_whom_hangs_on_how_they_follow(why, levels):
    assert {level for level in Level if reaches(why, level)} == levels


def test_who_watches_a_thread_or_a_space_hears_of_each_post_once(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, olu)
    with app.app_context():
        follow_thread(acting(ana), thread, level=Level.WATCHING)
        follow_space(acting(bo), space, level=Level.WATCHING)
        follow_space(acting(olu), space, level=Level.WATCHING)
    reply(app, thread, olu, "Wells again, @Ana Lima.")
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    [to_ana], [to_bo] = letters_to(app, postbox, ana), letters_to(app, postbox, bo)
    assert "mentions you in" in text_of(to_ana)
    assert "writes in “The well”, which you watch:" in text_of(to_bo)
    assert letters_to(app, postbox, olu) == [], "nobody hears of what they wrote"
    begin(app, space, olu, body="Another one.")
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    assert len(letters_to(app, postbox, bo)) == 2, "who watches the space hears of new threads"
    assert len(letters_to(app, postbox, ana)) == 1
    with app.app_context():
        follow_thread(acting(bo), thread, level=Level.NORMAL)
    reply(app, thread, olu, "And more.")
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    assert len(letters_to(app, postbox, ana)) == 2
    assert len(letters_to(app, postbox, bo)) == 2, "one thread of a watched space can be left"


def test_telling_thirty_costs_as_many_statements_as_telling_three(app, space, olu, count_queries):
    thread = begin(app, space, olu)
    shout = begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT, body="To all.")
    run_everything(app)
    costs, watching = [], []
    for more in (3, 27):
        watching += [person(app, space, f"Reader {len(watching) + n}") for n in range(more)]
        with app.app_context():
            for reader in watching[-more:]:
                follow_thread(acting(reader), thread, level=Level.WATCHING)
            post = reply(app, thread, olu, "Wells again.").id
            count_queries.clear()
            note_watchers(acting(olu), post, thread, but=olu)
            told = len(count_queries)
            owe_to_space(
                acting(olu),
                space,
                Topic.ANNOUNCEMENT,
                "notifications.mail_announcement",
                {"thread_id": f"{shout}-{more}"},
                but=olu,
            )
            costs.append((told, len(count_queries) - told))
            news = sa.select(sa.func.count()).where(AnswerNews.post_id == post)
            assert db.session.scalar(news) == len(watching)
            owed = sa.select(OutboxRow.actor_id).where(
                OutboxRow.once.startswith(f"notifications.mail_announcement:{shout}-{more}:")
            )
            assert set(db.session.scalars(owed)) == set(watching)
    assert costs[0] == costs[1]
    with app.app_context():  # a worker that was killed begins anew
        note_watchers(acting(olu), post, thread, but=olu)
        assert db.session.scalar(news) == len(watching)


def test_that_a_post_answers_somebody_goes_before_that_they_watch(app, space, olu, ana):
    thread = begin(app, space, ana)
    post = reply(app, thread, olu, "Wells again.").id
    why = sa.select(AnswerNews.why).where(AnswerNews.post_id == post, AnswerNews.user_id == ana)
    with app.app_context():
        for told in (Why.WATCHING, Why.REPLY, Why.MENTION):
            with unit_of_work(acting(olu)):
                note_post(acting(olu), post, {ana: told}, at=dt.datetime.now(dt.UTC))
        assert db.session.scalar(why) is Why.REPLY


def test_who_mutes_hears_of_answers_to_them_alone(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, ana, kind=ThreadKind.QUESTION)
    with app.app_context():
        follow_space(acting(ana), space, level=Level.MUTED)
    reply(app, thread, olu, "One more thing, @Ana Lima and @everyone.")
    begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT, body="To all.")
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    assert letters_to(app, postbox, ana) == []
    assert len(letters_to(app, postbox, bo)) == 2
    reply(app, thread, bo, "This answers you.", reply_to=1)
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    [letter] = letters_to(app, postbox, ana)
    assert "answers your post" in text_of(letter)


def test_who_is_blocked_reaches_nobody_who_blocked_them(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, ana, kind=ThreadKind.QUESTION)
    with app.app_context():
        block_person(acting(ana), bo)
        block_person(acting(ana), olu)
    reply(app, thread, bo, "An answer, @Ana Lima.", reply_to=1)
    begin(app, space, olu, kind=ThreadKind.ANNOUNCEMENT, body="To all.")
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    assert letters_to(app, postbox, ana) == []
    assert len(letters_to(app, postbox, bo)) == 1


def test_what_is_chosen_before_it_leaves_holds(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, olu)
    with app.app_context():
        follow_thread(acting(ana), thread, level=Level.WATCHING)
    reply(app, thread, olu, "Wells again.")
    with app.app_context():
        follow_thread(acting(ana), thread, level=Level.TRACKING)
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    assert letters_to(app, postbox, ana) == []


def test_who_has_left_watches_no_more(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, olu)
    with app.app_context():
        follow_thread(acting(ana), thread, level=Level.WATCHING)
        remove_member(acting(olu), space, ana)
    reply(app, thread, olu, "Wells again.")
    run_everything(app)  # who is of a group, and who watches, is found
    later(app)
    assert letters_to(app, postbox, ana) == []
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AnswerNews)) == 0


def test_an_answer_that_also_names_who_muted_reaches_them(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, olu)
    n = reply(app, thread, bo, "Mine.").number
    with app.app_context():
        follow_thread(acting(bo), thread, level=Level.MUTED)
    reply(app, thread, ana, "Yes.", reply_to=n)
    later(app)
    plain = len(letters_to(app, postbox, bo))
    reply(app, thread, ana, "@Bo Chen indeed.", reply_to=n)
    later(app)
    both = len(letters_to(app, postbox, bo))
    assert both - plain == 1


def test_everyone_mended_to_organisers_tells_not_everyone(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, olu)
    post = reply(app, thread, olu, "@everyone, my salary is")
    run_everything(app)
    with app.app_context():
        edit_post(acting(olu), post.id, body="@organisers only", edition=1)
    later(app)
    got = letters_to(app, postbox, ana)
    assert not got


def test_a_named_watcher_whose_name_is_edited_out_still_watches(app, postbox, space, olu, ana, bo):
    thread = begin(app, space, olu)
    with app.app_context():
        follow_thread(acting(bo), thread, level=Level.WATCHING)
    post = reply(app, thread, ana, "@Bo Chen, look")
    run_everything(app)
    with app.app_context():
        edit_post(acting(ana), post.id, body="All, look", edition=1)
    later(app)
    got = letters_to(app, postbox, bo)
    assert len(got) == 1
