"""Progress over JSON: what each may read and say, and what is refused by name."""

import datetime as dt

import pytest
from factories.progress import have_come

from community.kernel.db import db
from community.progress.models import Decision, LearningEvent

WHY = "She was ill that week."
RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}
API = "/api/v1"


@pytest.fixture
def run(cast):
    return f"{API}/runs/{cast.world.run}"


@pytest.fixture
def activity(run, cast):
    return lambda number: f"{run}/activities/{cast.world.activities[number]}"


def rows(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


def test_the_outline_says_where_i_stand(browse, run, cast):
    outline = browse(cast.member).get(f"{run}/outline").json
    assert (outline["seat"], outline["percent"], outline["required"]) == ("learner", 0, 8)
    assert outline["next"] == str(cast.world.activities[0])
    first, second, third = outline["modules"]
    assert (first["lock"], second["lock"], third["lock"]) == (None, "unfinished", "later")
    assert second["finish_first"] == str(cast.world.activities[0])
    due = dt.datetime.fromisoformat(first["activities"][0].pop("due_at"))
    assert due > dt.datetime.now(dt.UTC)  # who has just come has a week for it
    assert first["activities"][0] == {
        "id": str(cast.world.activities[0]),
        "position": 1,
        "kind": "page",
        "title": "What counts as data",
        "minutes": 8,
        "required": True,
        "phase": None,
        "status": None,
        "fraction": 0.0,
        "missing": "Read to the end",
        "late": False,
    }


def test_an_open_activity_is_read_without_its_solutions(browse, activity, cast):
    page = browse(cast.member).get(activity(0)).json
    assert "A first paragraph." in page["html"]
    quiz = browse(cast.member).get(activity(1))
    assert quiz.json["settings"]["questions"][0]["options"][0] == {
        "id": "q1o1",
        "text": "A rumour",
    }
    assert "right" not in quiz.text


def test_a_locked_activity_is_answered_as_one_that_is_not_there(browse, run, activity, cast):
    client = browse(cast.member)
    absent = client.get(f"{run}/activities/{cast.world.run}")
    locked = client.get(activity(4))
    assert (locked.status_code, locked.json) == (404, absent.json)


def test_reading_is_reported_and_counts_once(app, browse, activity, cast):
    client = browse(cast.member)
    said = {"fraction": 1, "client_id": "event-001"}
    answers = [client.post(f"{activity(0)}/reading", json=said) for _time in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json == {
        "activity_id": str(cast.world.activities[0]),
        "status": "done",
        "fraction": 1.0,
        "missing": "",
        "done": 1,
        "required": 8,
        "percent": 12,
    }
    assert answers[1].json == answers[2].json == answers[0].json
    assert rows(app, LearningEvent) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"fraction": 2, "client_id": "event-001"}, "fraction"),
        ({"fraction": "far", "client_id": "event-001"}, "fraction"),
        ({"fraction": None, "client_id": "event-001"}, "fraction"),
        ({"client_id": "event-001"}, "fraction"),
        ({"fraction": 1}, "client_id"),
        ({"fraction": 1, "client_id": "x"}, "client_id"),
        ({"fraction": 1, "client_id": "session:0123456789"}, "client_id"),
        ({"fraction": 1, "client_id": "event-001", "user_id": "x"}, "user_id"),
    ],
)
def test_what_cannot_be_used_is_named_and_changes_nothing(app, browse, activity, cast, said, field):
    answer = browse(cast.member).post(f"{activity(0)}/reading", json=said)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]
    assert rows(app, LearningEvent) == 0


def test_my_progress_says_what_is_missing_and_why(browse, run, cast):
    found = browse(cast.member).get(f"{run}/progress").json
    assert found["enrolment_id"] == str(cast.mine)
    assert len(found["missing"]) == 8
    assert found["missing"][3]["missing"] == "Be there for 30 of 60 minutes"
    assert (found["missing"][0]["lock"], found["missing"][4]["lock"]) == (None, "unfinished")
    assert browse(cast.observer).get(f"{run}/progress").status_code == 403


def test_the_matrix_is_for_facilitators(app, browse, run, cast):
    have_come(app, cast.world, 8)
    found = browse(cast.facilitator).get(f"{run}/matrix").json
    assert [row["name"] for row in found["items"]] == ["Member Example", "Other Learner"]
    assert found["items"][0]["cells"] == "llllxxxx"
    assert found["letters"]["l"] == "late"
    assert (found["everybody"], found["fading"], found["late"]) == (2, 0, 2)
    assert [c["position"] for c in found["columns"]] == [1, 2, 3, 4] * 2
    assert browse(cast.member).get(f"{run}/matrix").status_code == 403
    assert browse(cast.observer).get(f"{run}/matrix").status_code == 403
    assert browse(cast.outsider).get(f"{run}/matrix").status_code == 404


def test_the_matrix_is_read_in_windows(browse, run, cast):
    client = browse(cast.owner)
    first = client.get(f"{run}/matrix?limit=1").json
    second = client.get(f"{run}/matrix", query_string={"limit": 1, "page": first["next"]}).json
    assert [r["name"] for r in first["items"] + second["items"]] == [
        "Member Example",
        "Other Learner",
    ]
    assert (first["previous"], second["next"]) == (None, None)


@pytest.mark.parametrize(
    ("asked", "field"),
    [("limit=0", "limit"), ("limit=501", "limit"), ("show=rich", "show"), ("page=x", "page")],
)
def test_a_matrix_that_cannot_be_is_refused(browse, run, cast, asked, field):
    answer = browse(cast.owner).get(f"{run}/matrix?{asked}")
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


def decision_of(cast, number=3) -> str:
    return f"{API}/enrolments/{cast.mine}/activities/{cast.world.activities[number]}/decision"


def test_a_decision_is_put_and_taken_back(app, browse, cast):
    client = browse(cast.facilitator)
    answer = client.put(decision_of(cast), json={"status": "excused", "reason": WHY})
    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["reason"]) == ("excused", WHY)
    assert answer.json["decided_by"] == str(cast.facilitator)
    answer = client.put(decision_of(cast), json={"status": None, "reason": "A mistake of mine."})
    assert answer.json["status"] is None
    answer = client.put(decision_of(cast), json={"status": None, "reason": "Again."})
    assert answer.status_code == 409
    assert rows(app, Decision) == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"status": "begun", "reason": WHY}, "status"),
        ({"status": "gone", "reason": WHY}, "status"),
        ({"reason": WHY}, "status"),
        ({"status": "done"}, "reason"),
        ({"status": "done", "reason": "  "}, "reason"),
        ({"status": "done", "reason": "x" * 501}, "reason"),
        ({"status": "done", "reason": "a\u0000b and more"}, "reason"),
        ({"status": "done", "reason": WHY, "percent": 100}, "percent"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_refused_by_name(app, browse, cast, said, field):
    answer = browse(cast.facilitator).put(decision_of(cast), json=said)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]
    assert rows(app, Decision) == 0


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("other", 404), ("observer", 404), ("outsider", 404)]
)
def test_others_do_not_decide(app, browse, cast, who, status):
    said = {"status": "done", "reason": WHY}
    assert browse(cast.people[who]).put(decision_of(cast), json=said).status_code == status
    assert rows(app, Decision) == 0


def test_an_outsider_is_told_nothing(browse, run, activity, cast):
    client = browse(cast.outsider)
    absent = client.get(f"{API}/runs/{cast.mine}/outline").json
    said = {"fraction": 1, "client_id": "event-001"}
    for answer in (
        client.get(f"{run}/outline"),
        client.get(f"{run}/progress"),
        client.get(activity(0)),
        client.post(f"{activity(0)}/reading", json=said),
        client.post(f"{activity(1)}/attempts", json={"answers": RIGHT, "client_id": "attempt-1"}),
    ):
        assert (answer.status_code, answer.json) == (404, absent)


def test_nobody_signed_out_gets_in(browse, run):
    assert browse(None).get(f"{run}/outline").status_code == 401


def test_the_number_of_statements_is_small(browse, run, activity, cast, count_queries):
    client, owner = browse(cast.member), browse(cast.owner)
    for who, path in (
        (client, f"{run}/outline"),
        (client, activity(0)),
        (client, f"{run}/progress"),
        (owner, f"{run}/matrix"),
    ):
        who.get(path)
        count_queries.clear()
        assert who.get(path).status_code == 200
        most = 10 if path.endswith("/progress") else 7
        assert len(count_queries) <= most, (path, count_queries)


def test_completing_a_page_takes_few_statements(browse, activity, cast, count_queries):
    client = browse(cast.member)
    whole = {"fraction": 1, "client_id": "event-001"}
    browse(cast.other).post(f"{activity(0)}/reading", json=whole)  # the rules are read by now
    client.post(f"{activity(0)}/reading", json={"fraction": 0.5, "client_id": "event-001"})
    count_queries.clear()
    client.post(f"{activity(0)}/reading", json={"fraction": 1, "client_id": "event-002"})
    work = [s for s in count_queries if not s.startswith(("BEGIN", "PRAGMA"))]
    assert len(work) <= 15, work
