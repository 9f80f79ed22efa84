"""The page of a quiz: its terms, answering with and without scripts, what is said afterwards."""

import datetime as dt
import html
import re

import pytest
from factories.academy import QUESTIONS, page_source, quiz_source
from factories.progress import make_learner, make_member, make_run
from factories.quizzes import course_with, grown_source, right_answers

from community.coursework.models import QuizAttempt
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Role

RIGHT = {"answer.q1": "q1o2", "answer.q2": ["q2o1", "q2o2"]}
WRONG = {"answer.q1": "q1o1", "answer.q2": ["q2o3"]}


def text_of(answer) -> str:
    body = re.sub(r"<(script|style|template).*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def rows(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


class Reader:
    """A learner's browser on the page of a quiz."""

    def __init__(self, app, browse, source):
        self.app = app
        self.world = make_run(app, course_with(source, page_source()))
        self.client = browse(make_learner(app, self.world)[0])
        self.path = f"/spaces/{self.world.slug}/learn/1/1"

    def page(self):
        return self.client.get(self.path)

    def begin(self, client_id="begin-01"):
        return self.client.post(f"{self.path}/attempt", data={"client_id": client_id})

    def send(self, answers, client_id="attempt-1", **more):
        data = {"client_id": client_id, **answers, **more}
        return self.client.post(f"{self.path}/answers", data=data)

    def right(self):
        with self.app.app_context():
            attempt = db.session.query(QuizAttempt).filter_by(submitted_at=None).one()
            return {f"answer.{key}": value for key, value in right_answers(attempt.sheet).items()}

    def turn_back(self, minutes):
        """Let the open attempt have been begun that many minutes earlier."""
        with self.app.app_context(), unit_of_work(Context.begin(None)):
            attempt = db.session.query(QuizAttempt).filter_by(submitted_at=None).one()
            attempt.ends_at -= dt.timedelta(minutes=minutes)


@pytest.fixture
def reader(app, browse):
    return lambda source: Reader(app, browse, source)


@pytest.fixture
def plain(reader):
    return reader(quiz_source())


@pytest.fixture
def grown(reader):
    return reader(grown_source(time_limit=20, attempts=3, **{"pass": 70}))


def test_who_leads_sees_what_is_right_in_a_quiz_and_an_observer_does_not(app, browse, plain):
    observer = make_member(app, plain.world, "Ola Observer", role=Role.OBSERVER)
    told = browse(plain.world.owner).get(plain.path)
    assert "The questions and their answers" in text_of(told)
    assert re.search(r"Right\s+A list of wells\s+Yes\.", text_of(told))
    assert "<fieldset" not in told.text  # nothing to fill in
    hidden = browse(observer).get(plain.path)
    assert "<fieldset" in hidden.text
    assert hidden.text.count("<fieldset") == hidden.text.count(" disabled>")
    assert "The questions and their answers" not in text_of(hidden)
    assert "Right" not in text_of(hidden)


def test_a_quiz_asks_and_tells_nothing_before(plain):
    page = text_of(plain.page())
    assert "Which of these is data?" in page
    for said_later in ("Not yet.", "What is written down can be checked."):
        assert said_later not in page


def test_a_quiz_is_marked_kindly_and_can_be_tried_again(plain):
    answer = plain.send(WRONG)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/learn/1/1#verdict")
    page = text_of(plain.page())
    assert "0 of 2 are right." in page
    assert "Not this one. Not yet." in page
    assert "It is this one." not in page  # the solution is not given away
    assert "Try again" in page
    plain.send(RIGHT, "attempt-2")
    page = text_of(plain.page())
    assert "2 of 2 are right." in page
    assert "You have passed: you have 100%" in page


def test_what_is_right_in_part_is_said_with_the_score_it_makes(plain):
    plain.send({"answer.q1": ["q1o1"], "answer.q2": ["q2o1"]})
    page = text_of(plain.page())
    assert "0 of 2 are right. 1 is right in part, and counts in part. You have 25%; you" in page


@pytest.mark.parametrize(
    ("feedback", "said"),
    [
        ("Yes.", "A list of wells Yes. What"),
        ("Yes: it can be checked.", "A list of wells Yes: it can be checked."),
        ("Yesterday it was.", "A list of wells Yes. Yesterday it was."),
    ],
)
def test_yes_is_heard_once(reader, feedback, said):
    first, second = QUESTIONS
    wrong, right = first["options"]
    questions = [{**first, "options": [wrong, {**right, "feedback": feedback}]}, second]
    settings = {"attempts": None, "pass": 60, "questions": questions}
    one = reader(quiz_source(settings=settings))
    one.send(RIGHT)
    assert said in text_of(one.page())


def test_the_same_form_sent_twice_is_one_attempt(app, plain):
    for _time in range(2):
        assert plain.send(WRONG, number="1").status_code == 303
    assert rows(app, QuizAttempt) == 1
    again = plain.send(WRONG, "attempt-2", number="1")
    assert again.status_code == 409
    assert "in another window" in text_of(again)
    assert rows(app, QuizAttempt) == 1


def test_answers_that_are_refused_come_back(app, plain):
    answer = plain.send({"answer.q2": ["q2o2"]})
    assert answer.status_code == 422
    assert "Pick an answer." in text_of(answer)
    assert re.search(r'value="q2o2"\s+checked', answer.text)
    assert rows(app, QuizAttempt) == 0


@pytest.mark.parametrize(
    "form",
    [
        {"answer.q9": "x"},
        {"answer.q1": "nothing"},
        {"answer.q1": ["q1o1", "q1o2"]},
        {"answer." + "x" * 90: "y"},
        {"answer.q1": "q1o2", "number": "many"},
        {},
    ],
)
def test_answers_to_no_question_are_refused(app, plain, form):
    assert plain.send(form).status_code == 422
    assert rows(app, QuizAttempt) == 0


def test_without_attempts_left_the_answers_are_shown_and_the_way_out(reader):
    settings = {"attempts": 1, "pass": 60, "questions": QUESTIONS}
    one = reader(quiz_source(settings=settings))
    one.send(WRONG)
    page = text_of(one.page())
    assert "no attempt is left. Ask your facilitator" in page
    assert "It is this one." in page
    answer = one.send(RIGHT, "attempt-2")
    assert answer.status_code == 409
    assert "No attempt is left" in text_of(answer)


@pytest.mark.parametrize(
    ("solutions", "told", "silent"),
    [
        ("each", ["It is this one.", "Not yet.", "can be checked"], []),
        ("passed", ["Not yet.", "can be checked"], ["It is this one."]),
        ("never", ["You have 0%; you pass with 60%."], ["It is this one.", "can be checked"]),
    ],
)
def test_what_is_told_is_what_the_quiz_sets(reader, solutions, told, silent):
    settings = {"attempts": None, "pass": 60, "questions": QUESTIONS}
    if solutions != "passed":  # what is as usual is not said
        settings["solutions"] = solutions
    one = reader(quiz_source(settings=settings))
    one.send(WRONG)
    page = text_of(one.page())
    assert [words for words in told if words not in page] == []
    assert [words for words in silent if words in page] == []


def test_where_the_first_attempt_counts_a_better_one_is_called_practice(reader):
    settings = {"attempts": None, "pass": 60, "counts": "first", "questions": QUESTIONS}
    one = reader(quiz_source(settings=settings))
    one.send(WRONG)
    one.send(RIGHT, client_id="attempt-2")
    page = text_of(one.page())
    assert "This was practice: your first attempt counts." in page
    assert "You have passed" not in page


# ------------------------------------------------------------------ begun first


def test_the_terms_are_said_before_one_begins_and_no_question(grown):
    page = text_of(grown.page())
    assert "3 of 3 attempts left, 20 minutes, you pass with 70%." in page
    assert "Begin" in page
    assert "Which of these is data?" not in page


def test_every_sort_is_answered_kept_and_handed_in_without_scripts(grown):
    assert grown.begin().status_code == 303
    page = grown.page()
    said = text_of(page)
    assert "Attempt 1 of 3. You pass with 70%." in said
    assert "Until " in said
    assert page.text.count("<select") >= 5
    assert 'inputmode="decimal"' in page.text
    assert "2 points." in said
    for secret in ("In metres.", "Not before it is clean.", "data steward", "place&#"):
        assert secret not in page.text
    kept = grown.send({"answer.q5": ["", "12,5"], "answer.q3": ["q3i1=2"]}, keep="1", number="1")
    assert kept.location.endswith("#quiz")
    page = grown.page().text
    assert 'value="12,5"' in page
    assert 'value="q3i1=2" selected' in page
    done = grown.send(grown.right(), number="1")
    assert done.location.endswith("#verdict")
    page = text_of(grown.page())
    assert "6 of 6 are right." in page
    assert "You have passed: you have 100%, and needed 70%." in page
    assert "In metres." in page
    assert "2 of 2 points." in page
    assert "2 of 3 attempts left, 20 minutes" in page


def test_solutions_of_every_sort_are_told_once_there_is_nothing_left(reader):
    one = reader(grown_source(attempts=1, time_limit=20))
    one.begin()
    one.send({"answer.q5": "11", "answer.q6": "nobody"})
    page = text_of(one.page())
    for told in (
        "It goes like this: Collect Clean Share",
        "Well: A point",
        "Any of these is right: 12.5 \u00b1 0.5 1250 \u00b1 2%",
        "Any of these is right: data steward",
        "It is this one.",
    ):
        assert told in page
    assert one.begin("begin-02").status_code == 409


def test_the_number_of_a_question_is_shown(reader):
    one = reader(grown_source())
    one.begin()
    assert "1 of 6" in text_of(one.page())


def test_half_an_order_is_refused_with_its_words_and_keeps_what_was_chosen(reader):
    one = reader(grown_source())
    one.begin()
    answer = one.send({**one.right(), "answer.q3": ["q3i1=1", "q3i2=1", "q3i3=2"]})
    assert answer.status_code == 422
    assert "Give each place once." in text_of(answer)
    assert 'value="q3i3=2" selected' in answer.text


def test_who_comes_after_the_time_finds_it_handed_in(app, grown):
    grown.begin()
    grown.send({"answer.q1": "q1o2"}, keep="1")
    grown.turn_back(21)
    late = grown.send({"answer.q5": "12.5"}, number="1")
    assert late.status_code == 409
    assert "The time is over." in text_of(late)
    page = text_of(grown.page())
    assert "The time was over: what you had answered by then was handed in." in page
    assert "1 of 6 is right." in page
    assert "2 of 3 attempts left" in page


def test_an_observer_reads_the_terms_and_begins_nothing(app, browse, grown):
    client = browse(make_member(app, grown.world, "Ola Observer", role=Role.OBSERVER))
    page = text_of(client.get(grown.path))
    assert "you pass with 70%" in page
    assert "Begin" not in page
    assert client.post(f"{grown.path}/attempt", data={"client_id": "begin-01"}).status_code == 403


def test_a_page_asks_the_database_for_the_same_few_things(app, count_queries, grown, reader):
    def counted(one):
        one.page()
        count_queries.clear()
        assert one.page().status_code == 200
        return len([s for s in count_queries if not s.startswith(("BEGIN", "PRAGMA"))])

    before = counted(grown)
    grown.begin()
    open_ = counted(grown)
    grown.send(grown.right())
    marked = counted(grown)
    # the attempt; and where one stands in the quiz, once one does
    assert (open_, marked) == (before + 1, before + 2)
    assert marked <= 10


def test_the_address_of_a_refused_answer_leads_back_to_the_quiz(app, browse):
    reader = Reader(app, browse, quiz_source())
    assert reader.send({}).status_code == 422
    again = reader.client.get(f"{reader.path}/answers")
    assert (again.status_code, again.location) == (303, f"{reader.path}#quiz")
    assert reader.client.get(f"/spaces/{reader.world.slug}/learn/1/2/answers").status_code == 404
