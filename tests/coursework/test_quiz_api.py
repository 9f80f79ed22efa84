"""Quizzes over JSON: read, begun, kept, handed in, refused by name."""

import pytest
from factories.academy import quiz_source
from factories.progress import make_learner, make_run
from factories.quizzes import course_with, grown_source, right_answers

from community.coursework.models import QuizAttempt
from community.kernel.db import db

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}


@pytest.fixture
def world(app):
    return make_run(app, course_with(quiz_source(), grown_source(time_limit=20, attempts=2)))


@pytest.fixture
def client(app, browse, world):
    return browse(make_learner(app, world)[0])


@pytest.fixture
def where(world):
    return lambda number: f"/api/v1/runs/{world.run}/activities/{world.activities[number]}"


def rows(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


def test_a_quiz_is_handed_in_and_marked(client, where):
    wrong = {"answers": {"q1": ["q1o1"], "q2": ["q2o1"]}, "client_id": "attempt-1"}
    answer = client.post(f"{where(0)}/attempts", json=wrong)
    assert answer.status_code == 201
    marked = answer.json
    assert (marked["number"], marked["score"], marked["passed"]) == (1, 25, False)
    first, second = marked["questions"]
    assert [o["mark"] for o in first["options"]] == ["wrong", ""]
    assert first["options"][0]["feedback_html"] == "<p>Not yet.</p>\n"
    assert (second["right"], second["partly"], second["earned"]) == (False, True, 50)
    done = client.post(
        f"{where(0)}/attempts", json={"answers": RIGHT, "client_id": "attempt-2"}
    ).json
    assert (done["number"], done["passed"]) == (2, True)
    again = client.post(f"{where(0)}/attempts", json=wrong)
    assert again.json == marked


@pytest.mark.parametrize(
    "answers",
    [
        {"q9": ["x"]},
        {"q1": ["q1o1", "q1o2"]},
        {"q1": "q1o1"},
        {"q1": [1]},
        {"q1": []},
        ["q1"],
        None,
        {"q1": ["x" * 999]},
    ],
)
def test_answers_that_do_not_fit_are_refused(app, client, where, answers):
    sent = {"answers": answers, "client_id": "attempt-1"}
    answer = client.post(f"{where(0)}/attempts", json=sent)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["answers"]
    assert rows(app, QuizAttempt) == 0


def test_an_attempt_goes_from_its_beginning_to_its_end(app, client, where):
    terms = client.get(f"{where(1)}/quiz").json
    assert (terms["state"], terms["attempts_left"], terms["time_limit"]) == ("begin", 2, 20)
    assert terms["open"] is None
    begun = client.post(f"{where(1)}/attempts/open", json={"client_id": "begin-01"})
    assert begun.status_code == 201
    assert [q["kind"] for q in begun.json["questions"]] == [
        *("single", "multiple", "ordering"),
        *("matching", "numeric", "text"),
    ]
    assert all(q["right"] is None and not q["solution_html"] for q in begun.json["questions"])
    assert len(begun.json["questions"][3]["choices"]) == 3
    kept = client.put(f"{where(1)}/attempts/open", json={"answers": {"q5": ["12.5"]}, "number": 1})
    assert (kept.status_code, kept.json["answered"]) == (200, ["q5"])
    assert client.get(f"{where(1)}/quiz").json["open"]["questions"][4]["typed"] == "12.5"
    with app.app_context():
        right = right_answers(db.session.query(QuizAttempt).one().sheet)
    done = client.post(
        f"{where(1)}/attempts", json={"answers": right, "client_id": "hand-in-1", "number": 1}
    ).json
    assert (done["score"], done["attempts_left"]) == (100, 1)
    assert done["questions"][1]["earned"] == 200
    terms = client.get(f"{where(1)}/quiz").json
    assert (terms["counted"], [a["score"] for a in terms["attempts"]]) == (100, [100])
    late = client.put(f"{where(1)}/attempts/open", json={"answers": {}})
    assert late.status_code == 409
    again = client.post(f"{where(1)}/attempts/open", json={"client_id": "begin-01"})
    assert again.status_code == 409  # a late repeat begins no second attempt
    assert rows(app, QuizAttempt) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "client_id"),
        ({"client_id": "x"}, "client_id"),
        ({"client_id": "begin-01", "x": 1}, "x"),
    ],
)
def test_a_beginning_that_is_none_is_refused(app, client, where, given, field):
    answer = client.post(f"{where(1)}/attempts/open", json=given)
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
    assert rows(app, QuizAttempt) == 0


def test_an_activity_of_another_kind_has_no_quiz(app, browse):
    world = make_run(app)
    client = browse(make_learner(app, world)[0])
    there = f"/api/v1/runs/{world.run}/activities/{world.activities[0]}"
    assert client.get(f"{there}/quiz").status_code == 404
    begun = client.post(f"{there}/attempts/open", json={"client_id": "begin-01"})
    assert begun.status_code == 409
