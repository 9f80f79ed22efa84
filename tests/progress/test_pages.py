"""The pages of a course: what a learner and a stranger get."""

import datetime as dt
import re

import pytest
from conftest import acting
from factories.academy import course_source, module_source, page_source
from factories.accounts import make_user
from factories.discussions import reply
from factories.progress import (
    WHY,
    close,
    make_learner,
    make_learners,
    make_member,
    make_run,
    settle,
)
from page_text import text_of

from community.cohorts.queries import placements
from community.kernel.db import db
from community.progress.models import LearningEvent
from community.progress.operations import report_reading
from community.spaces.models import Role, Space

RIGHT = {"answer.q1": "q1o2", "answer.q2": ["q2o1", "q2o2"]}
WRONG = {"answer.q1": "q1o1", "answer.q2": ["q2o3"]}


@pytest.fixture
def world(app):
    return make_run(app)


@pytest.fixture
def ana(app, world):
    return make_learner(app, world)[0]


def rows(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


# the course


def test_the_course_says_what_is_next_what_is_locked_and_why(browse, world, ana):
    page = text_of(browse(ana).get(f"/spaces/{world.slug}/learn"))
    assert "0% done: 0 of 8 required activities" in page
    assert "Next What counts as data" in page
    assert "Finish first: What counts as data, and 3 more activities" in page
    later = page.split("Opens later")[1]
    assert re.search(r"3\. Module 3 .*Week of \w{3} \d+ \w{3}", later)
    assert "Its activities come later; you can go on without them." in later


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


def test_what_one_module_misses_is_folded_for_it_stands_below_too(app, browse, world, ana):
    client, learn = browse(ana), f"/spaces/{world.slug}/learn"
    assert '<details class="folded" id="missing">' in client.get(learn).text
    assert "What is missing: 4 required activities" in text_of(client.get(learn))


def test_who_leads_or_observes_sees_everything_uncounted(app, browse, world):
    observer = make_member(app, world, "Ola Observer", role=Role.OBSERVER)
    for user in (world.owner, observer):
        client = browse(user)
        assert "nothing is counted" in text_of(client.get(f"/spaces/{world.slug}/learn"))
        assert client.get(f"/spaces/{world.slug}/learn/2/1").status_code == 200
    client.get(f"/spaces/{world.slug}/learn/1/1")
    assert "I have read this" not in text_of(client.get(f"/spaces/{world.slug}/learn/1/1"))


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
    assert "Finish first: What counts as data, and 3 more activities" in page
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


def test_a_session_that_nobody_began_is_said_not_to_have_been_held(app, browse):
    """It stood as required and locked the next module, and nobody could do it any more."""
    world = make_run(app, lapsed=True)
    ana = make_learner(app, world)[0]
    settle(app, world, ana, range(3))
    client = browse(ana)
    page = text_of(client.get(f"/spaces/{world.slug}/learn/1/4"))
    assert "It did not take place; it was planned for" in page
    assert "nothing is asked of you" in page
    assert "Missed it?" not in page
    learn = text_of(client.get(f"/spaces/{world.slug}/learn"))
    assert (
        "42% done: 3 of 7 required activities. 1 session is not held, and nobody is asked" in learn
    )
    assert "Finish first" not in learn
    assert "Not held" in learn.split("Module 1 Module 1")[1].split("Module 2 Module 2")[0]


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
