"""The pages of a course: what a learner, a facilitator and a stranger get."""

import datetime as dt
import html
import re

import pytest
from conftest import acting
from factories.academy import course_source, module_source, page_source, quiz_source
from factories.accounts import make_user
from factories.discussions import reply
from factories.progress import (
    close,
    enrolment_id_of,
    have_come,
    make_learner,
    make_learners,
    make_member,
    make_run,
)

from community.cohorts.queries import placements
from community.kernel.db import db
from community.progress.models import Decision, LearningEvent, QuizAttempt
from community.progress.operations import decide, report_reading
from community.progress.rules.states import Status
from community.spaces.models import Role, Space
from community.spaces.operations import add_member

RIGHT = {"answer.q1": "q1o2", "answer.q2": ["q2o1", "q2o2"]}
WRONG = {"answer.q1": "q1o1", "answer.q2": ["q2o3"]}
WHY = "She was ill that week."


@pytest.fixture
def world(app):
    return make_run(app)


@pytest.fixture
def ana(app, world):
    return make_learner(app, world)[0]


def text_of(answer) -> str:
    """Return what a page says, without its tags."""
    body = re.sub(r"<(script|style|template).*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def rows(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


def settle(app, world, user, numbers) -> None:
    with app.app_context():
        mine = enrolment_id_of(app, world, user)
        for number in numbers:
            decide(
                acting(world.owner),
                mine,
                world.activities[number],
                status=Status.WAIVED,
                reason=WHY,
            )


# the course


def test_the_course_says_what_is_next_what_is_locked_and_why(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn"))
    assert "0% done: 0 of 8 required activities" in page
    assert "Next What counts as data" in page
    assert "Finish first: What counts as data" in page
    assert "This module is outlined for now, and locks nobody out. 3. Module 3" in page


def test_a_module_whose_day_has_not_come_says_when_and_where(app, browse):
    world = make_run(app, weeks_ago=0)
    ana = make_learner(app, world)[0]
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn"))
    opens = world.opens + dt.timedelta(days=7)
    assert re.search(rf"Opens \w{{3}} {opens.day} \w{{3}}( \d{{4}})?, 03:00 \(Nairobi\)", page)


def test_what_is_missing_is_listed_with_its_reason(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn"))
    missing = page[page.index("What is missing") :]
    for words in ("Read to the end", "Score 60% or more", "Write one post", "Be there for 30"):
        assert words in missing


def test_who_leads_or_observes_sees_everything_uncounted(app, browse, world):
    observer = make_member(app, world, "Ola Observer", role=Role.OBSERVER)
    for user in (world.owner, observer):
        client = browse(user)
        assert "nothing is counted" in text_of(client.get(f"/spaces/{world.slug}/learn"))
        assert client.get(f"/spaces/{world.slug}/learn/2/1").status_code == 200
    client.get(f"/spaces/{world.slug}/learn/1/1")
    assert "I have read this" not in text_of(client.get(f"/spaces/{world.slug}/learn/1/1"))


def test_who_leads_sees_what_is_right_in_a_quiz_and_an_observer_does_not(app, browse, world):
    path = f"/spaces/{world.slug}/learn/1/2"
    observer = make_member(app, world, "Ola Observer", role=Role.OBSERVER)
    told = browse(world.owner).get(path)
    assert "The questions and their answers" in text_of(told)
    assert re.search(r"Right\s+A list of wells\s+Yes\.", text_of(told))
    assert "<fieldset" not in told.text  # nothing to fill in
    hidden = browse(observer).get(path)
    assert "<fieldset disabled" in hidden.text
    assert "The questions and their answers" not in text_of(hidden)
    assert "Right" not in text_of(hidden)


def test_the_outline_has_no_empty_rings_for_who_is_not_counted(browse, world, ana):
    path = f"/spaces/{world.slug}/learn/1/1"
    assert "#open" in browse(ana).get(path).text
    assert "#open" not in browse(world.owner).get(path).text


@pytest.mark.parametrize(
    "path",
    [
        "learn/1/9",
        "learn/9/1",
        "learn/0/0",
        "learn/3/1",
        "learn/99999999999999999999/1",
    ],
)
def test_what_no_course_has_is_not_there(browse, world, ana, path):
    client = browse(ana)
    absent = client.get(f"/spaces/{world.slug}/learn/77/77")
    answer = client.get(f"/spaces/{world.slug}/{path}")
    assert (answer.status_code, text_of(answer)) == (404, text_of(absent))
    assert "What counts as data" not in answer.text


def test_a_locked_module_says_why_and_not_what_is_in_it(browse, world, ana):
    client = browse(ana)
    answer = client.get(f"/spaces/{world.slug}/learn/2/1")
    assert answer.status_code == 404
    assert "This is not open to you yet" in text_of(answer)
    assert "Module 2, Module 2" in text_of(answer)
    assert "Finish first: " in text_of(answer)
    assert f'href="/spaces/{world.slug}/learn#module-2"' in answer.text
    absent = client.get(f"/spaces/{world.slug}/learn/2/77")
    assert (absent.status_code, text_of(absent)) == (404, text_of(answer))
    post = client.post(f"/spaces/{world.slug}/learn/2/1/read", data={"client_id": "event-001"})
    assert post.status_code == 404


def test_a_module_whose_day_has_not_come_says_its_day_at_its_address_too(app, browse):
    world = make_run(app, weeks_ago=-1)
    page = text_of(browse(make_member(app, world)).get(f"/spaces/{world.slug}/learn/1/1"))
    assert re.search(r"Opens \w+ \d+ \w+, 03:00 \(Nairobi\)", page)


def test_an_outsider_does_not_learn_that_the_course_exists(app, browse, world):
    client = browse(make_user(app))
    absent = client.get("/spaces/no-such-space/learn")
    for path in ("learn", "learn/1/1", "manage"):
        answer = client.get(f"/spaces/{world.slug}/{path}")
        assert (answer.status_code, text_of(answer)) == (404, text_of(absent))


def test_a_space_without_a_run_has_no_course(app, browse, world):
    with app.app_context():
        slug = db.session.get_one(Space, world.network).slug
    assert browse(world.owner).get(f"/spaces/{slug}/learn").status_code == 404


# reading


def test_an_activity_shows_its_text_outline_and_progress(browse, world, ana):
    answer = browse(ana).get(f"/spaces/{world.slug}/learn/1/1")
    page = text_of(answer)
    assert '<p class="first">A first paragraph.</p>' in answer.text
    assert "Module 1, activity 1 of 4. Reading, 8 minutes." in page
    assert "Finish first: What counts as data" in page
    assert 'role="progressbar"' in answer.text
    assert "Next: quiz, 5 minutes" in page


def test_the_button_completes_a_page_without_scripts_once(app, browse, world, ana):
    client = browse(ana)
    address = f"/spaces/{world.slug}/learn/1/1"
    nonce = re.search(r'name="client_id" value="(\w+)"', client.get(address).text)
    assert nonce is not None
    for _time in range(2):
        answer = client.post(f"{address}/read", data={"client_id": nonce[1]})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{address}#finish"
    assert rows(app, LearningEvent) == 1
    page = text_of(client.get(address))
    assert "Read to the end." in page
    assert "I have read this" not in page
    assert "12% done" in text_of(client.get(f"/spaces/{world.slug}/learn"))


def test_the_course_says_how_long_what_comes_next_takes(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn"))
    assert "Next What counts as data Module 1. Reading, 8 minutes. Begin" in page


def test_the_course_resumes_where_one_left(browse, world, ana, app):
    with app.app_context():
        report_reading(
            acting(ana), world.run, world.activities[0], fraction=0.5, client_id="event-001"
        )
    answer = browse(ana).get(f"/spaces/{world.slug}/learn")
    assert "Go on where you stopped What counts as data" in text_of(answer)
    assert "4 minutes left" in text_of(answer)
    assert f"/spaces/{world.slug}/learn/1/1#resume" in answer.text


# the quiz


def post_answers(client, world, answers, client_id="attempt-1"):
    return client.post(
        f"/spaces/{world.slug}/learn/1/2/answers", data={"client_id": client_id, **answers}
    )


def test_a_quiz_asks_and_tells_nothing_before(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/2"))
    assert "Which of these is data?" in page
    for said_later in ("Not yet.", "What is written down can be checked."):
        assert said_later not in page


def test_a_quiz_is_marked_kindly_and_can_be_tried_again(browse, world, ana):
    client = browse(ana)
    answer = post_answers(client, world, WRONG)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/learn/1/2#verdict")
    page = text_of(client.get(f"/spaces/{world.slug}/learn/1/2"))
    assert "0 of 2 are as they should be." in page
    assert "Not this one. Not yet." in page
    assert "It is this one." not in page  # the solution is not given away
    assert "Try again" in page
    post_answers(client, world, RIGHT, "attempt-2")
    page = text_of(client.get(f"/spaces/{world.slug}/learn/1/2"))
    assert "2 of 2 are as they should be." in page
    assert "That is enough" in page


def test_the_same_form_sent_twice_is_one_attempt(app, browse, world, ana):
    client = browse(ana)
    for _time in range(2):
        assert post_answers(client, world, WRONG).status_code == 303
    assert rows(app, QuizAttempt) == 1


def test_answers_that_are_refused_come_back(app, browse, world, ana):
    answer = post_answers(browse(ana), world, {"answer.q2": ["q2o2"]})
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
        {},
    ],
)
def test_answers_to_no_question_are_refused(app, browse, world, ana, form):
    assert post_answers(browse(ana), world, form).status_code == 422
    assert rows(app, QuizAttempt) == 0


def test_without_attempts_left_the_answers_are_shown_and_the_way_out(app, browse):
    settings = {"attempts": 1, "pass": 60, "questions": quiz_source().settings["questions"]}
    modules = (module_source(1, activities=(page_source(), quiz_source(settings=settings))),)
    world = make_run(app, course_source(modules=modules))
    client = browse(make_learner(app, world)[0])
    post_answers(client, world, WRONG)
    page = text_of(client.get(f"/spaces/{world.slug}/learn/1/2"))
    assert "no attempt is left. Ask your facilitator" in page
    assert "It is this one." in page
    answer = post_answers(client, world, RIGHT, "attempt-2")
    assert answer.status_code == 409
    assert "No attempt is left" in text_of(answer)


# elsewhere


def test_a_discussion_links_to_its_thread_with_the_last_word(app, browse, world, ana):
    bo = make_learners(app, world, ["Bo Chen"])[0]
    with app.app_context():
        thread = placements(world.run)[world.activities[2]].thread_id
    reply(app, thread, bo)
    answer = browse(ana).get(f"/spaces/{world.slug}/learn/1/3")
    page = text_of(answer)
    assert f"/threads/{thread}" in answer.text
    assert "the last by Bo Chen" in page
    assert "Write one post." in page
    reply(app, thread, ana)
    assert "You have written 1 post." in text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/3"))


def test_a_live_session_says_when_in_my_zone_and_what_counts(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/4"))
    assert "18:00 (Nairobi)" in page  # 15:00 UTC
    assert "Be there for 30 of 60 minutes." in page


def test_a_live_sessions_time_and_door_stand_above_its_plan(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/4"))
    places = [page.index(each) for each in ("(Nairobi)", "Go to the session", "Four rounds of")]
    assert places == sorted(places)


def test_a_session_that_was_called_off_is_said_to_have_been_planned(app, browse, world, ana):
    close(app, world)
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/4"))
    assert "It did not take place; it was planned for" in page


def test_a_decision_is_shown_with_its_reason_and_name(app, browse, world, ana):
    settle(app, world, ana, [3])
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn/1/4"))
    assert "Olga Organiser: waived" in page
    assert WHY in page


def test_a_finished_module_leads_to_the_next(app, browse, world, ana):
    settle(app, world, ana, range(4))
    client = browse(ana)
    page = text_of(client.get(f"/spaces/{world.slug}/learn/1/4"))
    assert "Next: module 2, reading" in page
    assert client.get(f"/spaces/{world.slug}/learn/2/1").status_code == 200


def test_a_closed_run_is_read_and_not_counted(app, browse, world, ana):
    close(app, world)
    client = browse(ana)
    assert "This run is over" in text_of(client.get(f"/spaces/{world.slug}/learn"))
    page = client.get(f"/spaces/{world.slug}/learn/1/1")
    assert page.status_code == 200
    assert "I have read this" not in page.text
    answer = client.post(f"/spaces/{world.slug}/learn/1/1/read", data={"client_id": "event-001"})
    assert answer.status_code == 409


# for facilitators


def test_the_matrix_shows_everybody_by_name_with_signs_and_words(app, browse, world, ana):
    bo = make_learners(app, world, ["Bo Chen"])[0]
    have_come(app, world, 8)
    settle(app, world, bo, [0])
    page = text_of(browse(world.owner).get(f"/spaces/{world.slug}/manage"))
    assert "All 2 Fading 0 Something late 2" in page
    body = page[page.index("Learner 1") :]
    assert body.index("Ana Lind") < body.index("Bo Chen")
    assert re.search(r"Bo Chen 12% w waived ! late ! late ! late . not open", body)


def test_the_filters_of_the_matrix_are_links(app, browse, world, ana):
    settle(app, world, ana, range(4))
    make_learners(app, world, ["Bo Chen"])
    have_come(app, world, 8)
    client = browse(world.owner)
    late = text_of(client.get(f"/spaces/{world.slug}/manage?show=late"))
    assert "Bo Chen" in late
    assert "Ana Lind" not in late
    fading = text_of(client.get(f"/spaces/{world.slug}/manage?show=fading"))
    assert "Nobody is on this list" in fading


def test_an_empty_matrix_says_what_to_do(browse, world):
    page = text_of(browse(world.owner).get(f"/spaces/{world.slug}/manage"))
    assert "Nobody is enrolled yet" in page


def test_a_decision_is_made_on_a_page_and_can_be_taken_back(app, browse, world, ana):
    mine = enrolment_id_of(app, world, ana)
    client = browse(world.owner)
    address = f"/spaces/{world.slug}/progress/{mine}/{world.activities[3]}"
    page = text_of(client.get(address))
    assert "Still missing: Be there for 30 of 60 minutes." in page
    assert "Take the decision back" not in page
    answer = client.post(address, data={"status": "excused", "reason": WHY})
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/spaces/{world.slug}/progress/{mine}?show=all",
    )
    page = text_of(client.get(address))
    assert "Decided by Olga Organiser" in page
    assert "Still missing" not in page
    assert "Excused" in text_of(client.get(f"/spaces/{world.slug}/progress/{mine}"))
    client.post(address, data={"status": "take_back", "reason": "A mistake of mine."})
    assert "taken back" in text_of(client.get(address))
    assert rows(app, Decision) == 2


def test_late_is_the_same_word_at_the_desk_in_the_record_and_where_it_is_decided(
    app, browse, world, ana
):
    have_come(app, world, 8)
    mine = enrolment_id_of(app, world, ana)
    client = browse(world.owner)
    record = f"/spaces/{world.slug}/progress/{mine}"
    assert "! late" in text_of(client.get(f"/spaces/{world.slug}/manage"))
    assert "Late" in text_of(client.get(record))
    assert "Late, it was for" in text_of(client.get(f"{record}/{world.activities[1]}"))


def excuse(client, world, enrolment_id, number, query="", **more):
    """Excuse an activity; return where that leads."""
    answer = client.post(
        f"/spaces/{world.slug}/progress/{enrolment_id}/{world.activities[number]}{query}",
        data={"status": "excused", "reason": WHY, **more},
    )
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_after_a_decision_one_is_back_where_one_came_from(app, browse, world, ana):
    have_come(app, world, 8)
    mine = enrolment_id_of(app, world, ana)
    client = browse(world.owner)
    desk, record = f"/spaces/{world.slug}/manage", f"/spaces/{world.slug}/progress/{mine}"
    assert excuse(client, world, mine, 0) == f"{record}?show=all"
    by_record = "?show=late&via=record"
    assert excuse(client, world, mine, 1, by_record) == f"{record}?show=late"
    assert excuse(client, world, mine, 2, "?show=late") == f"{desk}?show=late#row-{mine}"
    # the row is on that list no more
    assert excuse(client, world, mine, 3, "?show=late") == f"{desk}?show=late#matrix"
    assert excuse(client, world, mine, 0, "?show=all") == f"{desk}?show=all#row-{mine}"
    assert f'href="{desk}?show=fading#row-{mine}"' in client.get(f"{record}?show=fading").text


@pytest.mark.parametrize("query", ["?show=https://evil.example", "?show=//evil.example&via=x"])
def test_no_address_leads_elsewhere_after_a_decision(app, browse, world, ana, query):
    mine = enrolment_id_of(app, world, ana)
    back = excuse(browse(world.owner), world, mine, 0, query)
    assert back == f"/spaces/{world.slug}/progress/{mine}?show=all"


def test_one_goes_from_what_is_late_to_what_is_late_next(app, browse, world, ana):
    bo = make_learners(app, world, ["Bo Chen", "Aaron Before"])[0]
    have_come(app, world, 8)
    settle(app, world, bo, [0, 1])
    mine, theirs = (enrolment_id_of(app, world, user) for user in (ana, bo))
    client = browse(world.owner)
    of = f"/spaces/{world.slug}/progress"
    page = text_of(client.get(f"{of}/{mine}/{world.activities[2]}?show=late"))
    assert "Late next: Ana Lind, A circle of failures." in page
    onward = excuse(client, world, mine, 2, "?show=late", then="next")
    assert onward == f"{of}/{mine}/{world.activities[3]}?show=late"
    onward = excuse(client, world, mine, 3, "?show=late", then="next")
    assert onward == f"{of}/{theirs}/{world.activities[2]}?show=late"
    last = text_of(client.get(f"{of}/{theirs}/{world.activities[3]}?show=late"))
    assert "next late" not in last


def test_a_learner_reads_a_decision_with_its_reason_in_the_course(app, browse, world, ana):
    mine = enrolment_id_of(app, world, ana)
    excuse(browse(world.owner), world, mine, 3)
    learn = text_of(browse(ana).get(f"/spaces/{world.slug}/learn"))
    assert f"Olga Organiser: excused. {WHY}" in learn


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"status": "done", "reason": ""}, "Reason"),
        ({"status": "begun", "reason": WHY}, "Decision"),
        ({"status": "nonsense", "reason": WHY}, "Decision"),
        ({"reason": WHY}, "Decision"),
    ],
)
def test_a_decision_that_cannot_be_taken_comes_back_with_what_was_typed(
    app, browse, world, ana, form, field
):
    mine = enrolment_id_of(app, world, ana)
    answer = browse(world.owner).post(
        f"/spaces/{world.slug}/progress/{mine}/{world.activities[3]}", data=form
    )
    assert answer.status_code == 422
    assert f"{field}:" in text_of(answer)
    assert form["reason"] in answer.text
    assert rows(app, Decision) == 0


def test_learners_see_their_own_record_and_nobody_elses(app, browse, world, ana):
    bo = make_learners(app, world, ["Bo Chen"])[0]
    mine, theirs = (enrolment_id_of(app, world, user) for user in (ana, bo))
    client = browse(ana)
    assert client.get(f"/spaces/{world.slug}/progress/{mine}").status_code == 200
    assert client.get(f"/spaces/{world.slug}/progress/{theirs}").status_code == 404
    cell = f"/spaces/{world.slug}/progress/{mine}/{world.activities[0]}"
    assert client.get(cell).status_code == 403
    assert client.get(f"/spaces/{world.slug}/manage").status_code == 403


def test_a_record_of_another_run_is_not_found_under_this_address(app, browse, world, ana):
    other = make_run(app)
    mine = enrolment_id_of(app, world, ana)
    with app.app_context():
        add_member(acting(other.owner), other.space, world.owner, role=Role.FACILITATOR)
    client = browse(world.owner)
    assert client.get(f"/spaces/{world.slug}/progress/{mine}").status_code == 200
    assert client.get(f"/spaces/{other.slug}/progress/{mine}").status_code == 404


# counted statements


def counted(client, path, count_queries) -> int:
    client.get(path)  # warm what a process keeps
    count_queries.clear()
    answer = client.get(path)
    assert answer.status_code == 200
    return len([s for s in count_queries if not s.startswith(("BEGIN", "PRAGMA"))])


def big_course():
    modules = tuple(
        module_source(n, activities=tuple(page_source(f"p{k}") for k in range(12)))
        for n in range(2, 9)
    )
    return course_source(modules=(module_source(1), *modules))


def test_the_number_of_statements_does_not_grow(app, browse, count_queries):
    found = {}
    for size, source, people in (("small", None, 2), ("large", big_course(), 60)):
        world = make_run(app, source, weeks_ago=2)
        users = make_learners(app, world, [f"Learner {n}" for n in range(people)])
        settle(app, world, users[0], range(4))
        learner, owner = browse(users[0]), browse(world.owner)
        base = f"/spaces/{world.slug}"
        found[size] = {
            "course": counted(learner, f"{base}/learn", count_queries),
            "page": counted(learner, f"{base}/learn/1/1", count_queries),
            "quiz": counted(learner, f"{base}/learn/1/2", count_queries),
            "discussion": counted(learner, f"{base}/learn/1/3", count_queries),
            "matrix": counted(owner, f"{base}/manage", count_queries),
        }
    assert found["small"] == found["large"]
    assert max(found["large"].values()) <= 10, found


def test_a_thread_leads_back_to_its_activity_and_to_its_module_while_that_is_locked(
    app, browse, world, ana
):
    with app.app_context():
        placed = placements(world.run)
    first, second = (placed[world.activities[number]].thread_id for number in (2, 6))
    learn = f"/spaces/{world.slug}/learn"
    for person, thread, way in (
        (ana, first, f'href="{learn}/1/3"'),
        (ana, second, f'href="{learn}#module-2"'),
        (world.owner, second, f'href="{learn}/2/3"'),
    ):
        page = browse(person).get(f"/threads/{thread}")
        assert way in page.text
    assert "Module 2, activity 3" in text_of(page)
