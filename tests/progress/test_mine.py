"""My progress: what is done, missing, asked, and when one learned."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source
from factories.progress import close, hold_session, make_learner, make_run, settle
from page_text import text_of

from community.cohorts.policy import find_run
from community.cohorts.queries import placements
from community.kernel import localtime
from community.kernel.db import db
from community.kernel.jobs import run_everything
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.progress.models import LearningEvent
from community.progress.operations import change_policy, report_reading, settle_verdicts
from community.progress.queries import judged_anew, policies_of
from community.progress.rules.changing import effect_of
from community.progress.rules.completion import Change, Criterion, Finding, Measure, Terms
from community.progress.rules.wording import how_far


@pytest.fixture
def world(app):
    return make_run(app)


@pytest.fixture
def ana(app, world):
    return make_learner(app, world)


@pytest.fixture
def page(world):
    return f"/spaces/{world.slug}/my-progress"


def read(app, world, user, number):
    with app.app_context():
        report_reading(
            acting(user),
            world.run,
            world.activities[number],
            fraction=1,
            client_id=f"read-{number}",
        )


def test_the_page_says_what_is_asked_done_and_missing_and_by_when(app, browse, world, ana, page):
    read(app, world, ana[0], 0)
    client = browse(ana[0])
    assert page in client.get(f"/spaces/{world.slug}/learn").text
    text = text_of(client.get(page))
    assert "Finish everything that is required 1 of the 8 asked Not yet" in text
    assert "7 required activities" in text
    assert "You have learned 1 week in a row" in text
    assert "You learned on 1 day over" in text
    done = text[text.index("What you have done") :]
    assert "What counts as data" in done


def test_whoever_has_done_nothing_is_told_what_to_do(browse, world, ana, page):
    text = text_of(browse(ana[0]).get(page))
    assert "A row of weeks begins with whatever you do next" in text
    assert "Nothing is done yet" in text


def test_one_week_is_said_as_one(app, browse):
    world = make_run(app, weeks_ago=0)
    user, _ = make_learner(app, world)
    read(app, world, user, 0)
    text = text_of(browse(user).get(f"/spaces/{world.slug}/my-progress"))
    assert "You learned on 1 day over 1 week; most was done on" in text


def test_the_verdict_stands_on_the_page(app, browse):
    world = make_run(app, course_source(modules=(module_source(1),)))  # nothing opens later
    user, _enrolment = make_learner(app, world)
    settle(app, world, user, range(len(world.activities)))
    page = browse(user).get(f"/spaces/{world.slug}/my-progress")
    assert "You have completed this run" in text_of(page)


def test_who_took_part_is_told_once_the_run_is_over(app, browse, world, ana, page):
    settle(app, world, ana[0], range(4))
    close(app, world)
    with app.app_context():
        settle_verdicts(acting(None), world.run)
    assert "You have taken part in this run" in text_of(browse(ana[0]).get(page))


def test_only_learners_have_such_a_page(browse, world, ana, page):
    assert browse(world.owner).get(page).status_code == 403


def test_it_takes_few_statements_whatever_was_done(app, browse, world, ana, page, count_queries):
    read(app, world, ana[0], 0)
    settle(app, world, ana[0], range(1, 8))
    client = browse(ana[0])
    client.get(page)
    count_queries.clear()
    assert client.get(page).status_code == 200
    work = [each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(work) <= 10, work


def test_the_same_over_json_in_the_own_zone(app, browse, world, ana):
    read(app, world, ana[0], 0)
    late = dt.datetime.now(dt.UTC).replace(hour=22, minute=30) - dt.timedelta(days=1)
    with app.app_context(), unit_of_work(acting(None)):
        db.session.execute(sa.update(LearningEvent).values(happened_at=late))
    found = browse(ana[0]).get(f"/api/v1/runs/{world.run}/progress").json
    assert found["asked"][0]["need"] == 8
    assert found["streak"]["longest"] == 1
    nairobi = (late + dt.timedelta(hours=3)).date()
    assert found["days"] == [{"date": nairobi.isoformat(), "acts": 1}]


def test_a_session_says_when_it_begins_as_home_and_learn_do_and_not_by_when(app, browse):
    world = make_run(app, weeks_ago=0)
    ana, _mine = make_learner(app, world)
    at = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    with app.app_context():
        key = placements(world.run)[world.activities[3]].session_id
        with unit_of_work(acting(None)):
            session = db.session.get_one(LiveSession, key)
            session.starts_at, title = at, session.title
    said = localtime.say(at, "Africa/Nairobi", "en")
    for page in ("my-progress", "learn"):
        text = text_of(browse(ana).get(f"/spaces/{world.slug}/{page}")).split("module-1")[0]
        row = text[text.index(title) :][:160]
        assert said in row
        assert "By " not in row[: row.index(said)]


def test_a_session_that_was_held_before_one_came_is_missed_and_due_no_more(app, browse):
    world = make_run(app, weeks_ago=0)
    hold_session(app, world, {})
    run_everything(app)
    ana, _mine = make_learner(app, world)
    for page in ("my-progress", "learn"):
        text = text_of(browse(ana).get(f"/spaces/{world.slug}/{page}"))
        row = text[: text.index("Missed: a facilitator can count it") + 60]
        assert "Be there for" not in text[len(row) - 160 : len(row)]
        assert "By " not in row[-26:]


def asks(world, least, change):
    ctx = acting(world.owner)
    run, terms = find_run(ctx, world.run), Terms((Criterion(Measure.REQUIRED, least),))
    seen = effect_of(run.id, terms, change, list(judged_anew(ctx, run, terms)), over=False).seen
    number = policies_of(run.id)[0].number
    change_policy(ctx, run.id, terms=terms, change=change, number=number, seen=seen)


def test_who_completed_the_run_reads_it_by_the_rules_they_did_it_under(app, browse):
    world = make_run(app, course_source(modules=(module_source(1), module_source(2))))
    user, _mine = make_learner(app, world)
    with app.app_context():
        asks(world, 50, Change.RECOMPUTE)
    settle(app, world, user, range(4))
    with app.app_context():
        asks(world, 100, Change.KEEP)
    settle(app, world, user, [4, 5])
    text = text_of(browse(user).get(f"/spaces/{world.slug}/my-progress"))
    assert "You have completed this run" in text
    assert "at least 50 % of what is required 4 of the 4 asked Met" in text
    assert "Not yet" not in text
    assert "Still to do" not in text
    left = text[text.index("Left, if you like") : text.index("When you learned")]
    assert "2 activities," in left
    assert "By " not in left


def test_a_count_never_says_more_than_is_asked(app):
    with app.test_request_context():
        count = Finding(Criterion(Measure.REQUIRED, 50), 6, 4, 8, met=True)
        assert how_far(count) == "4 of the 4 asked"
        score = Finding(Criterion(Measure.SCORE, 80), 90, 80, 100, met=True)
        assert how_far(score) == "90 % of the 80 % asked"


def test_what_is_missing_stands_by_module_and_what_is_not_open_folds(browse, world, ana, page):
    answer = browse(ana[0]).get(page)
    text = text_of(answer)
    part = text[text.index("Still to do") : text.index("When you learned")]
    assert part.index("1. Module 1") < part.index("2. Module 2")
    assert "2. Module 2 : 4 activities. Finish first:" in part
    assert answer.text.count('<details class="folded">') == 1
