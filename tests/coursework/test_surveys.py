"""A survey with names is seen with them; one without is seen by fives, and never whose it is."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import ASKS, course_source, module_source, page_source, survey_source
from factories.progress import close, enrolment_id_of, make_learners, make_run

from community.academy.queries import outline
from community.cohorts.models import Run
from community.coursework.models import SurveyAnswer, SurveyBox, SurveyGone, SurveyText
from community.coursework.operations import answer_survey
from community.coursework.queries import counts_for_learners, results
from community.kernel.db import WRITE, db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.progress.rules.states import Status
from community.spaces.operations import remove_member

NAMES = ("Ana Lind", "Ben Ito", "Cai Wu", "Dov Katz", "Eva Moe", "Fay Ode")
GOOD = {"q1": ["q1o1"], "q2": ["q2o1", "q2o3"], "q3": ["4"], "q4": ["Thank you"]}


class Asked:
    """A run of six with a survey in its open module; the module's time has a month to go."""

    def __init__(self, app, *, weeks_ago=0, **settings):
        self.app = app
        asked = {"anonymous": False, "counts": False, "asks": ASKS, **settings}
        modules = (
            module_source(1, activities=(survey_source(settings=asked),)),
            module_source(2, activities=(page_source(),)),
        )
        self.world = make_run(app, course_source(modules=modules), weeks_ago=weeks_ago)
        self.people = make_learners(app, self.world, NAMES)
        self.ana, self.ben = self.people[:2]
        self.key = self.world.activities[0]
        self.page = f"/spaces/{self.world.slug}/learn/1/1"
        self.api = f"/api/v1/runs/{self.world.run}/activities/{self.key}/survey"

    def answer(self, who=None, client_id="answered-1", **answers):
        with self.app.app_context():
            ctx = acting(who or self.ana)
            return answer_survey(
                ctx, self.world.run, self.key, answers=answers or GOOD, client_id=client_id
            )

    def came(self, look=results):
        with self.app.app_context():
            line = outline(self.world.version).activities[0]
            found = look(db.session.get_one(Run, self.world.run), line)
            counts = {
                each.ask.id: [number for _choice, number, _percent in each.lines]
                for each in found.results
                if each.lines
            }
            return found.answered, found.shown, counts["q1"], len(found.results[3].texts)

    def rows(self, model):
        with self.app.app_context():
            return db.session.scalars(sa.select(model)).all()


@pytest.fixture
def asked(app):
    return lambda **more: Asked(app, **more)


def test_named_answers_are_kept_and_done(asked):
    ana = asked()
    assert ana.answer().status is Status.DONE
    [row] = ana.rows(SurveyAnswer)
    assert (row.answers, row.changed_at) == (GOOD, None)
    assert ana.came() == (1, 1, [1, 0], 1)


def test_named_answers_are_changed_until_they_are_due(app, asked):
    ana = asked()
    ana.answer()
    ana.answer(client_id="answered-2", q1=["q1o2"])
    ana.answer()  # a retry of the first changes nothing
    [row] = ana.rows(SurveyAnswer)
    assert row.answers == {"q1": ["q1o2"]}
    assert row.changed_at is not None


def test_when_they_are_due_they_are_answered_late_and_not_changed(app, asked):
    ana = asked(weeks_ago=3)
    with app.app_context(), db.engines[WRITE].begin() as connection:
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=40)
        connection.execute(sa.text("UPDATE enrolment SET enrolled_at = :at"), {"at": long_ago})
    ana.answer()
    with pytest.raises(Conflict) as refused:
        ana.answer(client_id="answered-2", q1=["q1o2"])
    assert "time to change it is over" in refused.value.message


def test_without_names_nothing_joins_who_and_what(asked):
    ana = asked(anonymous=True)
    assert ana.answer().status is Status.DONE
    [row] = ana.rows(SurveyAnswer)
    assert (row.answers, row.answered_at, row.changed_at) == (None, None, None)
    [box] = ana.rows(SurveyBox)
    assert box.waiting == [GOOD]
    assert (row.id.version, box.id.version) == (4, 4)  # no time in them
    columns = {column.name for column in SurveyBox.__table__.columns}
    assert columns == {"id", "run_id", "activity_id", "answered", "counts", "waiting", "fresh"}
    texts = {column.name for column in SurveyText.__table__.columns}
    assert texts == {"id", "run_id", "activity_id", "question", "text"}


def test_what_waits_lies_in_no_order(asked):
    given = [{"q1": ["q1o2"], "q4": ["Zebra"]}, {"q1": ["q1o1"]}, {"q1": ["q1o2"], "q4": ["Ant"]}]
    boxes = []
    for order in (given, given[::-1]):
        ana = asked(anonymous=True)
        for who, answers in zip(ana.people, order, strict=False):
            ana.answer(who, **answers)
        boxes.append(ana.rows(SurveyBox)[-1].waiting)
    assert boxes[0] == boxes[1]


def test_without_names_it_is_answered_once_and_a_retry_counts_once(asked):
    ana = asked(anonymous=True)
    ana.answer()
    assert ana.answer().status is Status.DONE
    with pytest.raises(Conflict):
        ana.answer(client_id="answered-2", q1=["q1o2"])
    [box] = ana.rows(SurveyBox)
    assert (box.answered, len(box.waiting)) == (1, 1)


def test_counts_are_shown_by_fives_and_then_no_answers_stay_together(app, asked):
    ana = asked(anonymous=True, counts=True)
    for who in ana.people[:4]:
        ana.answer(who)
        assert ana.came()[1:] == (0, [0, 0], 0)
    ana.answer(ana.people[4], q1=["q1o2"])
    assert ana.came() == (5, 5, [4, 1], 4)
    assert ana.came(counts_for_learners) == (5, 5, [4, 1], 0)
    [box] = ana.rows(SurveyBox)
    assert box.waiting == []
    assert {row.id.version for row in ana.rows(SurveyText)} == {4}
    ana.answer(ana.people[5], q1=["q1o2"])
    assert ana.came() == (6, 5, [4, 1], 4)  # one more tells nothing
    close(app, ana.world)
    assert ana.came() == (6, 5, [4, 1], 4)  # nor does the end of the run


def test_learners_see_named_counts_by_fives_too(asked):
    ana = asked(counts=True)
    for number, who in enumerate(ana.people, 1):
        ana.answer(who)
        assert ana.came(counts_for_learners)[1] == (5 if number >= 5 else 0)
    assert ana.came() == (6, 6, [6, 0], 6)


@pytest.mark.parametrize(("leaves", "answered"), [(0, 6), (4, 6), (5, 5)])
def test_who_deletes_their_account_shifts_no_counts(app, browse, asked, leaves, answered):
    ana = asked(counts=True)
    for who, choice in zip(
        ana.people, ("q1o1", "q1o2", "q1o2", "q1o2", "q1o1", "q1o1"), strict=True
    ):
        ana.answer(who, q1=[choice])
    assert ana.came(counts_for_learners)[1:3] == (5, [2, 3])
    browse(ana.people[leaves]).post("/me/delete", data={"sure": "1"})
    assert ana.came(counts_for_learners)[:3] == (answered, 5, [2, 3])
    assert len(ana.rows(SurveyAnswer)) == 5  # their own is gone
    assert ana.came()[0] == 5  # who leads sees those who are there
    more = make_learners(app, ana.world, [f"Learner {number}" for number in range(10 - answered)])
    for who in more[:-1]:
        ana.answer(who, q1=["q1o2"])
        assert ana.came(counts_for_learners)[1:3] == (5, [2, 3])
    ana.answer(more[-1], q1=["q1o2"])
    sixth = [3, 7] if leaves < 5 else [2, 8]
    assert ana.came(counts_for_learners)[:3] == (10, 10, sixth)


def test_what_stays_of_a_deleted_account_are_numbers_and_only_where_they_were_shown(browse, asked):
    for counts, kept in (
        (False, []),
        (True, [(1, {"q1": {"q1o1": 1}, "q2": {"q2o1": 1, "q2o3": 1}, "q3": {"4": 1}})]),
    ):
        ana = asked(counts=counts)
        for who in ana.people[:5]:
            ana.answer(who)
        browse(ana.ana).post("/me/delete", data={"sure": "1"})
        assert [(row.answered, row.counts) for row in ana.rows(SurveyGone)] == kept
    columns = {column.name for column in SurveyGone.__table__.columns}
    assert columns == {"id", "run_id", "activity_id", "answered", "counts"}


def test_who_is_removed_is_not_among_the_named(app, asked):
    ana = asked()
    ana.answer()
    with app.app_context():
        remove_member(acting(ana.world.owner), ana.world.space, ana.ana)
    assert ana.came()[0] == 0
    with pytest.raises(NotFound):
        ana.answer(client_id="answered-2")


def test_what_does_not_fit_changes_nothing(asked, app):
    ana = asked(anonymous=True)
    with pytest.raises(Invalid):
        ana.answer(q1=["q1o7"])
    assert ana.rows(SurveyBox) == []
    with pytest.raises(Forbidden):
        ana.answer(ana.world.owner)
    close(app, ana.world)
    with pytest.raises(Conflict):
        ana.answer()


# ------------------------------------------------------------------ the doors


def test_what_becomes_of_names_is_said_before_anything_is_answered(browse, asked):
    for anonymous, words in (
        (True, ("Without names.", "You answer once, and cannot change it afterwards.")),
        (False, ("With your name.", "You can change your answers until")),
    ):
        ana = asked(anonymous=anonymous)
        page = browse(ana.ana).get(ana.page).text
        for each in words:
            assert page.index(each) < page.index("<fieldset")


def test_a_space_stands_before_the_sentence_on_counts(browse, asked):
    for anonymous in (True, False):
        ana = asked(anonymous=anonymous, counts=True)
        before, _, _ = browse(ana.ana).get(ana.page).text.partition("Whoever has answered")
        assert before.endswith((" ", "\n"))


def test_it_is_answered_and_changed_without_scripts(browse, asked):
    ana = asked()
    client = browse(ana.ana)
    sent = {"client_id": "from-a-form", "answer.q3": "2", "answer.q4": "Some words"}
    answer = client.post(f"{ana.page}/survey", data=sent)
    assert answer.status_code == 422
    assert "This question needs an answer." in answer.text
    assert "Some words" in answer.text
    assert answer.text.count(" checked") == 1
    sent |= {"answer.q1": "q1o1", "answer.q2": ["q2o1", "q2o2"]}
    assert client.post(f"{ana.page}/survey", data=sent).status_code == 303
    page = client.get(ana.page).text
    assert page.count(" checked") == 4
    assert "Change my answers" in page
    assert "Needs an answer." not in page
    assert enrolment_id_of(ana.app, ana.world, ana.ana) == ana.rows(SurveyAnswer)[0].enrolment_id


def test_an_anonymous_answer_is_not_shown_again(browse, asked):
    ana = asked(anonymous=True, counts=True)
    client = browse(ana.ana)
    sent = {"client_id": "from-a-form", "answer.q1": "q1o1", "answer.q4": "Some words"}
    assert client.post(f"{ana.page}/survey", data=sent).status_code == 303
    page = client.get(ana.page).text
    assert "You have answered. Thank you." in page
    assert "Some words" not in page
    assert "Send my answers" not in page
    assert "Results stand here once 5 have" in page


def test_who_facilitates_sees_names_and_takes_away_what_is_on_the_screen(browse, asked):
    ana = asked()
    ana.answer()
    ana.answer(ana.ben, q1=["q1o2"])
    client = browse(ana.world.owner)
    page = client.get(f"{ana.page}/results").text
    assert page.index("Ana Lind") < page.index("Ben Ito")
    assert "Talking; Time" in page
    assert "50%" in page
    rows = client.get(f"{ana.page}/results/counts/csv").get_data(as_text=True).splitlines()
    assert rows[0].lstrip("\ufeff") == '"Question","Answer","Number","Share"'
    assert rows[1:3] == ['"How was it?","Good","1","50%"', '"How was it?","So so","1","50%"']
    assert '"How sure are you?","4 (Very)","1","50%"' in rows
    people = client.get(f"{ana.page}/results/people/csv").get_data(as_text=True)
    assert '"Ana Lind","Good","Talking; Time","4","Thank you"' in people
    assert client.get(f"{ana.page}/results/people/xlsx").status_code == 200
    assert client.get(f"{ana.page}/results/texts/csv").status_code == 404
    named = client.get(f"{ana.api}/answers").json["items"]
    assert [each["person"]["name"] for each in named] == ["Ana Lind", "Ben Ito"]
    assert client.get(f"{ana.api}/results").json["items"][0]["choices"][0]["number"] == 1


def test_without_names_nobody_is_named_anywhere(browse, asked):
    ana = asked(anonymous=True)
    for who in ana.people[:5]:
        ana.answer(who)
    client = browse(ana.world.owner)
    page = client.get(f"{ana.page}/results").text
    assert page.count("Thank you") == 5
    assert "Ana Lind" not in page
    texts = client.get(f"{ana.page}/results/texts/csv").get_data(as_text=True)
    assert texts.count("Thank you") == 5
    assert client.get(f"{ana.page}/results/people/csv").status_code == 404
    assert client.get(f"{ana.api}/answers").status_code == 404


def test_learners_see_counts_only_where_the_author_says_so(browse, asked):
    for counts, status in ((False, 403), (True, 200)):
        ana = asked(counts=counts)
        assert browse(ana.ben).get(f"{ana.api}/results").status_code == 403  # has not answered
        for who in ana.people[:5]:
            ana.answer(who)
        answer = browse(ana.ben).get(f"{ana.api}/results")
        assert answer.status_code == status
        assert browse(ana.ben).get(f"{ana.page}/results").status_code == 403
        assert ("What all answered" in browse(ana.ben).get(ana.page).text) is counts
        assert "Thank you" not in answer.text


def test_it_is_answered_over_json(browse, asked):
    ana = asked()
    client = browse(ana.ana)
    before = client.get(ana.api).json
    assert (before["answered"], before["answers"]) == (False, None)
    assert before["asks"][2]["choices"][3] == {"id": "4", "text": "Very"}
    sent = {"answers": GOOD, "client_id": "over-json"}
    assert client.put(ana.api, json=sent).json["status"] == "done"
    assert client.get(ana.api).json["answers"] == GOOD


def test_my_data_holds_named_answers_and_a_deleted_account_does_not(browse, asked):
    ana = asked()
    ana.answer()
    client = browse(ana.ana)
    assert "Thank you" in client.get("/me/data.json").text
    client.post("/me/delete", data={"sure": "1"})
    assert ana.rows(SurveyAnswer) == []


def test_a_refused_survey_says_what_to_do(works, browse):
    client = browse(works.learner)
    page = works.page("survey")
    refused = client.post(f"{page}/survey", data={"client_id": "survey-0001"})
    assert refused.status_code == 422
    assert "look at the answers that are marked" in refused.text
    assert "Some of this cannot be used." not in refused.text


def test_the_address_of_a_refused_answer_leads_back_to_the_survey(browse, asked):
    ana = asked()
    again = browse(ana.ana).get(f"{ana.page}/survey")
    assert (again.status_code, again.location) == (303, f"{ana.page}#survey")
