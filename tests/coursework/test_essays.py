"""Essays in quizzes: an attempt with them waits, a person marks it, and then it counts."""

import pytest
import sqlalchemy as sa
from conftest import acting, browser
from factories.academy import page_source
from factories.progress import close, make_learner, make_member, make_run
from factories.quizzes import course_with, grown_source
from letters import text_of
from page_text import text_of as read_page

from community.academy.kinds.builtin import QUIZ
from community.academy.kinds.protocol import SourceRefused
from community.accounts.models import User
from community.cohorts.operations import withdraw_learner
from community.cohorts.policy import find_run
from community.coursework.models import QuizAttempt
from community.coursework.operations import begin_quiz, mark_essays, submit_quiz
from community.coursework.queries import hand_ins
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.progress.models import LearningEvent, Summary
from community.progress.operations import rebuild, report_reading
from community.progress.queries import verdicts_of
from community.spaces.models import Role

BODY = """Two questions.

## Is it so?

- (x) Yes
- ( ) No

## Why is it so? {points=3}

- (_) 20

> What a good answer names.

## And then?

- (_)
"""
ANSWERS = {"q1": ["q1o1"], "q2": ["Since wells\n\nrun dry."], "q3": ["We see."]}


class Quiz:
    def __init__(self, app, **front):
        self.app = app
        self.world = make_run(
            app, course_with(grown_source("why", body=BODY, **front), page_source("then"))
        )
        self.ana, self.mine = make_learner(app, self.world, "Ana Lind")
        self.ben, _ = make_learner(app, self.world, "Ben Ito")
        self.fay = make_member(app, self.world, "Fay Lee", role=Role.FACILITATOR)
        self.key = self.world.activities[0]
        self.page = f"/spaces/{self.world.slug}/learn/1/1"
        self.queue = f"/spaces/{self.world.slug}/hand-ins"

    def begin(self, client_id="begin-01"):
        with self.app.app_context():
            return begin_quiz(acting(self.ana), self.world.run, self.key, client_id=client_id)

    def hand_in(self, answers=ANSWERS, client_id="hand-in-1"):
        with self.app.app_context():
            ctx = acting(self.ana)
            return submit_quiz(ctx, self.world.run, self.key, answers=answers, client_id=client_id)

    def mark(self, points, done=True, edition=0, who=None, comments=None):
        with self.app.app_context():
            return mark_essays(
                acting(who or self.fay),
                self.attempt().id,
                points=points,
                comments=comments or {"q2": "Say **more**."},
                edition=edition,
                done=done,
            )

    def attempt(self):
        with self.app.app_context():
            return db.session.scalars(sa.select(QuizAttempt)).one()

    def waiting(self, **more):
        with self.app.app_context():
            ctx = acting(self.fay)
            return hand_ins(ctx, find_run(ctx, self.world.run), **more).items

    def acts(self):
        with self.app.app_context():
            found = sa.select(LearningEvent.kind, LearningEvent.value, LearningEvent.client_id)
            return [tuple(row) for row in db.session.execute(found.order_by(LearningEvent.id))]

    def last(self):
        with self.app.app_context():
            last = sa.select(Summary.last_activity_id, Summary.last_active_at)
            return tuple(db.session.execute(last.where(Summary.enrolment_id == self.mine)).one())

    def times(self):
        with self.app.app_context():
            found = sa.select(LearningEvent.client_id, LearningEvent.happened_at)
            return {row.client_id: row.happened_at for row in db.session.execute(found)}

    def done(self):
        with self.app.app_context():
            return db.session.scalar(
                sa.select(Summary.done).where(Summary.enrolment_id == self.mine)
            )


def read_on(ana):
    """Let her read the page behind the quiz."""
    with ana.app.app_context():
        page = ana.world.activities[1]
        report_reading(acting(ana.ana), ana.world.run, page, fraction=1, client_id="read-on-1")


@pytest.fixture
def quiz(app):
    return lambda **front: Quiz(app, **front)


def test_essays_are_read_and_written_back_the_same(inside):
    parsed = QUIZ.read({}, BODY, 1)
    assert [each["kind"] for each in parsed.settings["questions"]] == ["single", "essay", "essay"]
    assert parsed.settings["questions"][1]["options"][0]["text"] == "20"
    front, body = QUIZ.write(parsed.settings, parsed.body)
    assert body == BODY.strip("\n")
    assert QUIZ.read(front, body, 1) == parsed
    for wrong in ("- (_) many", "- (_) 0", "- (_)\n- (_)", "- (_)\n  > No", "- (_)\n- (~) a"):
        with pytest.raises(SourceRefused):
            QUIZ.read({}, f"## Why?\n\n{wrong}", 1)


def test_an_attempt_with_essays_waits_and_counts_nothing(quiz):
    ana = quiz()
    with pytest.raises(Conflict):
        ana.hand_in()  # it is begun first: what is written is kept
    ana.begin()
    with pytest.raises(Invalid) as refused:
        ana.hand_in({**ANSWERS, "q2": ["word " * 21]})
    assert "at most 20 words" in refused.value.fields["answers"]["q2"][0]
    made = ana.hand_in()
    assert (made.score, made.passed) == (None, None)
    assert ana.hand_in().id == made.id
    assert ana.acts() == []
    with pytest.raises(Conflict):
        ana.begin("begin-02")
    [line] = ana.waiting()
    assert (line.sort, line.author.name, line.began) == ("quiz", "Ana Lind", False)


def test_once_marked_the_score_is_final_and_counts_once(quiz):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    with pytest.raises(Invalid) as refused:
        ana.mark({"q2": 2})
    assert "q3" in refused.value.fields["points"]
    for wrong in ({"q2": 4, "q3": 1}, {"q1": 1, "q2": 1, "q3": 1}):
        with pytest.raises(Invalid):
            ana.mark(wrong)
    ana.mark({"q2": 1}, done=False)
    assert [line.reader for line in ana.waiting()] == ["Fay Lee"]
    with pytest.raises(Conflict):
        ana.mark({"q2": 2, "q3": 1}, who=ana.world.owner)
    marked = ana.mark({"q2": 2, "q3": 1}, edition=1)
    assert (marked.score, marked.passed) == (80, True)
    assert ana.acts() == [("scored", 80.0, "hand-in-1")]
    assert ana.done() == 1
    with pytest.raises(Conflict):
        ana.mark({"q2": 3, "q3": 1}, edition=2)
    assert ana.waiting() == []
    assert [line.outcome for line in ana.waiting(show="answered")] == ["marked"]


def test_essays_left_empty_when_the_time_is_over_wait_for_nobody(quiz):
    ana = quiz(time_limit=5)
    ana.begin()
    made = ana.hand_in({"q1": ["q1o1"]})
    assert made.score == 20
    assert ana.acts() == [("scored", 20.0, "hand-in-1")]


def test_only_who_leads_marks(app, quiz):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    for who, error in ((ana.ana, Forbidden), (ana.ben, NotFound)):
        with pytest.raises(error):
            ana.mark({"q2": 1, "q3": 1}, who=who)


def test_it_is_marked_on_its_page_and_seen_by_its_learner(browse, quiz):
    ana = quiz()
    client, fay = browse(ana.ana), browse(ana.fay)
    client.post(f"{ana.page}/attempt", data={"client_id": "begin-01"})
    page = client.get(ana.page).text
    assert "At most 20 words. A person reads it." in page
    sent = {"answer.q1": "q1o1", "answer.q2": "Since wells\r\nrun dry.", "answer.q3": "We see."}
    data = {**sent, "client_id": "hand-in-1", "number": "1"}
    assert client.post(f"{ana.page}/answers", data=data).status_code == 303
    page = client.get(ana.page).text
    assert "Some of it is read by a person." in page
    assert "A person reads this and gives it points." in page
    assert "hand-in waits to be read" in fay.get(f"/spaces/{ana.world.slug}/manage").text
    where = f"{ana.queue}/quiz/{ana.attempt().id}"
    assert where in fay.get(ana.queue).text
    assert "run dry." in fay.get(where).text
    assert browse(ana.ben).get(where).status_code == 403
    kept = {"points.q2": "1", "comment.q2": "Say **more**.", "comment.q3": "", "edition": "0"}
    assert fay.post(where, data={**kept, "done": "1"}).status_code == 422
    assert fay.post(where, data=kept).status_code == 303
    assert "<strong>more</strong>" not in client.get(ana.page).text
    done = {**kept, "points.q3": "1", "edition": "1", "done": "1"}
    assert fay.post(where, data=done).status_code == 303
    assert "60%. The score is final." in fay.get(where).text
    page = client.get(ana.page).text
    assert "<strong>more</strong>" in page
    assert "1 of 3 points" in page


def test_essays_that_waited_when_a_run_closed_count_when_they_are_marked(app, quiz):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    read_on(ana)
    close(app, ana.world)
    ana.mark({"q2": 3, "q3": 1})
    acts = {(kind, value) for kind, value, _client in ana.acts()}
    assert acts == {("read", 1), ("scored", 100)}
    assert ana.done() == 2
    with app.app_context():
        assert [each.outcome.value for each in verdicts_of(ana.mine)] == ["completed"]


def test_a_letter_leads_to_the_score(app, quiz, postbox):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    ana.mark({"q2": 1, "q3": 1})
    with app.app_context():
        address = db.session.scalar(sa.select(User.email).where(User.id == ana.ana))
        run_everything(app)
    letters = [text_of(each) for each in postbox.letters_to(address)]  # of the certificate, too
    [letter] = [each for each in letters if "your score is there" in each]
    assert f"{ana.page}#quiz" in letter


def test_who_left_before_it_went_gets_no_letter_of_the_score(app, quiz, postbox):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    ana.mark({"q2": 1, "q3": 1})
    with app.app_context():
        address = db.session.scalar(sa.select(User.email).where(User.id == ana.ana))
        withdraw_learner(acting(ana.world.owner), ana.mine, reason="Moved away.")
        run_everything(app)
    letters = [text_of(each) for each in postbox.letters_to(address)]
    assert not [each for each in letters if "your score is there" in each]


def test_it_is_marked_over_json(browse, quiz):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    fay, api = browse(ana.fay), f"/api/v1/runs/{ana.world.run}"
    [line] = fay.get(f"{api}/hand-ins").json["items"]
    found = fay.get(f"{api}/essays/{line['id']}").json
    assert [each["most"] for each in found["essays"]] == [3, 1]
    sent = {"points": {"q2": 3, "q3": 1}, "comments": {}, "edition": 0, "done": True}
    answer = fay.put(f"/api/v1/essays/{line['id']}/marking", json=sent)
    assert answer.json == {"id": line["id"], "edition": 1, "score": 100}
    mine = browse(ana.ana).get(f"{api}/activities/{ana.key}/quiz").json
    assert mine["attempts"][0]["score"] == 100


def test_what_was_said_goes_with_whose_it_is(browse, quiz):
    ana = quiz()
    ana.begin()
    ana.hand_in()
    ana.mark({"q2": 1}, done=False)
    assert "Say **more**" not in browse(ana.ana).get("/me/data.json").text
    ana.mark({"q2": 1, "q3": 1}, edition=1)
    assert "Say **more**" in browse(ana.ana).get("/me/data.json").text
    browse(ana.ana).post("/me/delete", data={"sure": "1"})
    row = ana.attempt()
    assert (row.answers, row.marks, row.score) == ({}, None, 60)


def test_my_progress_says_that_it_waits_to_be_read(browse, quiz):
    quiz = quiz()
    page, ana = f"/spaces/{quiz.world.slug}/my-progress", browse(quiz.ana)
    words = "read by a person before it counts: "
    quiz.begin()
    assert words not in read_page(ana.get(page))
    quiz.hand_in()
    assert words in read_page(ana.get(page))
    assert words not in read_page(browse(quiz.ben).get(page))
    quiz.mark({"q2": 0, "q3": 0})
    text = read_page(ana.get(page))
    assert "2 required activities" in text
    assert words not in text


def test_an_essay_counts_from_when_it_was_handed_in_and_marking_is_nothing_they_did(quiz):
    ana = quiz()
    ana.begin()
    handed_in = ana.hand_in().submitted_at
    read_on(ana)
    before = ana.last()
    ana.mark({"q2": 2, "q3": 1})
    assert ana.last() == before == (ana.world.activities[1], ana.times()["read-on-1"])
    assert ana.times()["hand-in-1"] == handed_in
    with ana.app.app_context():
        found = rebuild(acting(None, origin="shell"))
    assert (found.states_corrected, found.summaries_corrected) == (0, 0)


def test_an_essay_passed_by_the_rules_it_was_begun_under_is_done_as_a_rebuild_finds_it(quiz):
    ana = quiz(**{"pass": 100})
    ana.begin()
    ana.hand_in()
    with ana.app.app_context(), unit_of_work(acting(None)):
        attempt = db.session.scalars(sa.select(QuizAttempt)).one()
        attempt.sheet = {**attempt.sheet, "pass": 60}
    read_on(ana)
    before = ana.last()
    ana.mark({"q2": 2, "q3": 1})
    assert [kind for kind, *_rest in ana.acts()] == ["read", "scored", "kept"]
    assert (ana.last(), ana.done()) == (before, 2)
    record = f"/spaces/{ana.world.slug}/progress/{ana.mine}/{ana.key}"
    text = browser(ana.app, ana.fay).get(record).text
    assert "has passed with attempt 1, by the rules it was begun under" in text
    assert "of the course, by what it asked for then" not in text
    with ana.app.app_context():
        found = rebuild(acting(None, origin="shell"))
    assert (found.states_corrected, found.summaries_corrected) == (0, 0)
