"""Acts that waited on a device: told together, each counted once, from when it was done."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting, browser
from coursework.conftest import GIVEN, MADE
from factories.academy import (
    FILMS,
    assignment_source,
    course_source,
    make_version,
    module_source,
    page_source,
    quiz_source,
)
from factories.files import file_source, mp4
from factories.progress import close, have_come, make_learner, make_run
from factories.versions import move

from community.academy.queries import outline
from community.cohorts.models import Enrolment, Run
from community.coursework.models import AssignmentWork, Reflection
from community.coursework.operations import say_watched
from community.coursework.queries import digest_of_film, film_of, ticked_items, watching
from community.coursework.rules import happened
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.files.store import store
from community.kernel.operation import unit_of_work
from community.progress.models import ActivityState, CompletionVerdict, LearningEvent, Summary
from community.progress.operations import decide, rebuild
from community.progress.policy import plan
from community.progress.rules.states import Status

PATH = "/api/v1/acts"
HOUR = dt.timedelta(hours=1)
NOW = dt.datetime(2026, 3, 3, 14, tzinfo=dt.UTC)


def ago(**span):
    return (dt.datetime.now(dt.UTC) - dt.timedelta(**span)).isoformat()


@pytest.fixture
def tell(app, works):
    client = browser(app, works.learner)

    def told(*acts, at=None, status=200):
        given = {"told_at": at or ago(), "acts": list(acts)}
        answer = client.post(PATH, json=given)
        assert answer.status_code == status, answer.text
        return answer.json.get("acts")

    return told


@pytest.fixture
def ticks(works):
    def made(items, client_id, at, **other):
        return act(works, "ticked", client_id, at, {"items": items}) | other

    return made


def act(works, kind, client_id, at, told, activity="checklist"):
    return {
        "client_id": client_id,
        "kind": kind,
        "run_id": str(works.world.run),
        "activity_id": str(works.activity(activity)),
        "at": at,
        "told": told,
    }


def events(app):
    with app.app_context():
        rows = db.session.execute(
            sa.select(LearningEvent.client_id, LearningEvent.happened_at).order_by(
                LearningEvent.happened_at
            )
        )
        return [(row.client_id, row.happened_at) for row in rows]


@pytest.fixture
def enrolled_long_ago(app, works):
    have_come(app, works.world, days=30)


def closed_ago(app, works, **span):
    """Close the run, and let that have been so long ago."""
    close(app, works.world)
    with app.app_context(), unit_of_work(Context.begin(None)):
        run = db.session.get_one(Run, works.world.run)
        run.closed_at = dt.datetime.now(dt.UTC) - dt.timedelta(**span)


# ------------------------------------------------------------------ when it was


@pytest.mark.parametrize(
    ("told_at", "at", "expected"),
    [
        (NOW, NOW - HOUR, NOW - HOUR),
        (NOW + 9 * HOUR, NOW + 8 * HOUR, NOW - HOUR),  # its clock is nine hours fast
        (NOW, NOW + HOUR, NOW),  # it was turned back meanwhile
        (NOW, NOW - 10_000 * HOUR, NOW - dt.timedelta(days=14)),
    ],
)
def test_an_act_is_as_old_as_it_waited_whatever_the_clock_of_the_device(told_at, at, expected):
    assert happened(NOW, told_at, at) == expected


# ------------------------------------------------------------------ together


def test_acts_of_an_hour_offline_count_once_each_in_their_order(app, works, tell, ticks):
    acts = [
        ticks(["i1"], "first-tick", ago(minutes=50)),
        act(
            works,
            "watched",
            "the-film-1",
            ago(minutes=40),
            {"played": [[0, 5]], "position": 5},
            "film",
        ),
        act(
            works,
            "written",
            "some-words",
            ago(minutes=30),
            {"text": "Wells.", "revision": 0},
            "reflection",
        ),
        ticks(["i1", "i2", "i3"], "second-tick", ago(minutes=20)),
    ]
    taken = tell(*acts)
    assert [each["result"] for each in taken] == ["counted"] * 4
    assert [each["client_id"] for each in taken] == [each["client_id"] for each in acts]
    assert taken[3]["outcome"]["status"] == "done"
    before = events(app)
    again = tell(*acts)
    assert [again[0]["result"], again[3]["result"]] == ["known", "known"]
    assert {each["status"] for each in again} == {200}
    assert events(app) == before
    with app.app_context():
        assert ticked_items(works.mine, works.activity("checklist")) == {"i1", "i2", "i3"}
        assert db.session.scalar(sa.select(Reflection.draft)) == "Wells."


def test_a_text_to_be_handed_in_waits_on_the_device_like_any_other(app):
    world = make_run(
        app, course_source(modules=(module_source(activities=(assignment_source(),)),))
    )
    learner, _mine = make_learner(app, world)
    work = {
        "client_id": "some-work",
        "kind": "worked",
        "run_id": str(world.run),
        "activity_id": str(world.activities[0]),
        "at": ago(minutes=30),
        "told": {"text": "Dear neighbours.", "revision": 0},
    }
    client = browser(app, learner)
    for _twice in range(2):
        answer = client.post(PATH, json={"told_at": ago(), "acts": [work]})
        assert answer.json["acts"][0]["status"] == 200
    with app.app_context():
        assert list(db.session.scalars(sa.select(AssignmentWork.draft))) == ["Dear neighbours."]


def test_what_is_refused_is_told_why_and_holds_nothing_else_up(works, tell, ticks):
    nowhere = "0" * 8 + "-0000-7000-8000-" + "0" * 12
    taken = tell(
        ticks(["i9"], "no-such-item", ago()),
        ticks(["i1"], "not-my-run", ago(), run_id=nowhere),
        act(works, "ticked", "no-checklist", ago(), {"items": []}, "film"),
        act(works, "ticked", "a-stranger", ago(), {"items": [], "user_id": 5}),
        ticks(["i1"], "a-good-one", ago()),
        ticks(["i1"], "a-good-one", ago()),
    )
    assert [each["status"] for each in taken] == [422, 404, 409, 422, 200, 200]
    assert [each["result"] for each in taken] == ["refused"] * 4 + ["counted", "known"]
    assert all(each["title"] for each in taken[:4])


def test_too_many_none_and_an_unknown_kind_are_refused_whole(app, tell, ticks):
    tell(status=422)
    tell(*(ticks([], f"tick-{n:04}", ago()) for n in range(101)), status=422)
    tell(ticks([], "first-tick", ago(), kind="decided"), status=422)
    tell(ticks([], "first-tick", "yesterday"), status=422)
    assert events(app) == []


def test_in_a_closed_run_what_comes_late_is_refused_and_what_was_counted_is_known(
    app, works, tell, ticks
):
    tell(ticks(["i1"], "first-tick", ago()))
    close(app, works.world)
    taken = tell(ticks(["i1"], "first-tick", ago()), ticks(["i2"], "later-tick", ago()))
    assert [each["result"] for each in taken] == ["known", "refused"]
    assert taken[1]["status"] == 409


def test_what_was_done_before_the_run_closed_counts_for_a_week_after_it(
    app, works, tell, ticks, enrolled_long_ago
):
    film = {"played": [[0, 5]], "position": 5}
    acts = (
        ticks(["i1", "i2", "i3"], "early-tick", ago(hours=2)),
        act(works, "watched", "the-film-1", ago(hours=2), film, "film"),
    )
    closed_ago(app, works, hours=1)
    taken = tell(*acts, ticks([], "later-tick", ago(minutes=30)))
    assert [each["result"] for each in taken] == ["counted", "counted", "refused"]
    assert taken[0]["outcome"]["status"] == "done"
    with app.app_context():
        found = rebuild(Context.begin(None, origin="shell"))
    assert (found.states_corrected, found.summaries_corrected) == (0, 0)


def test_a_week_after_the_run_closed_nothing_counts_any_more(
    app, works, tell, ticks, enrolled_long_ago
):
    closed_ago(app, works, days=7, minutes=1)
    taken = tell(ticks(["i1"], "early-tick", ago(days=8)))
    assert [(each["result"], each["status"]) for each in taken] == [("refused", 409)]
    assert events(app) == []


def test_what_arrives_after_the_close_completes_the_run_all_the_same(
    app, works, tell, ticks, enrolled_long_ago
):
    with app.app_context():
        run = db.session.get_one(Run, works.world.run)
        checklists = [
            line.id for line in plan(run.version_id).outline.activities if line.kind == "checklist"
        ]
        for line in plan(run.version_id).outline.activities:
            if line.id not in checklists[:1]:
                ruling = {"status": Status.WAIVED, "reason": "Did it elsewhere."}
                decide(Context.begin(works.world.owner), works.mine, line.id, **ruling)
    closed_ago(app, works, hours=1)
    tell(ticks(["i1", "i2", "i3"], "early-tick", ago(hours=2)))
    with app.app_context():
        [verdict] = db.session.scalars(
            sa.select(CompletionVerdict).where(CompletionVerdict.withdrawn_at.is_(None))
        )
    assert verdict.outcome == "completed"


# ------------------------------------------------------------------ when they count


def test_an_act_counts_from_when_it_was_done(app, works, tell, ticks, enrolled_long_ago):
    tell(ticks(["i1", "i2", "i3"], "first-tick", ago(minutes=50)))
    with app.app_context():
        done_at = db.session.scalar(sa.select(ActivityState.done_at))
        last = db.session.scalar(sa.select(Summary.last_active_at))
    waited = dt.datetime.now(dt.UTC) - done_at
    assert dt.timedelta(minutes=49) < waited < dt.timedelta(minutes=51)
    assert last == done_at


def test_never_before_what_is_counted_already_nor_before_one_was_enrolled(app, tell, ticks):
    tell(ticks(["i1"], "now-tick", ago()))
    tell(ticks(["i1", "i2"], "late-tick", ago(days=9)))
    (_first, first_at), (second, second_at) = events(app)
    assert second == "late-tick"
    assert first_at < second_at < first_at + dt.timedelta(seconds=1)


def test_a_new_learner_did_nothing_before_they_were_one(app, works, tell, ticks):
    tell(ticks(["i1"], "early-tick", ago(days=9)))
    with app.app_context():
        enrolled_at = db.session.scalar(sa.select(Enrolment.enrolled_at))
    assert events(app) == [("early-tick", enrolled_at)]


def test_a_rebuild_finds_what_was_told_late_as_it_stands(app, tell, ticks, enrolled_long_ago):
    tell(
        ticks(["i1"], "first-tick", ago(minutes=50)),
        ticks(["i1", "i2", "i3"], "second-tick", ago(minutes=40)),
    )
    with app.app_context():
        found = rebuild(Context.begin(None, origin="shell"))
    assert (found.states_corrected, found.summaries_corrected) == (0, 0)


# ------------------------------------------------------------------ pages and quizzes


def test_a_page_and_a_quiz_are_told_in_one_go(app):
    pages = module_source(1, activities=(page_source(), quiz_source()))
    world = make_run(app, course_source(modules=(pages,)))
    client = browser(app, make_learner(app, world)[0])
    page, quiz = (str(key) for key in world.activities[:2])
    shared = {"run_id": str(world.run), "at": ago(minutes=1)}
    right = {"answers": {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}, "number": 1}
    acts = [
        {**shared, "activity_id": page, "client_id": "read-it-all", "kind": "read"},
        {**shared, "activity_id": quiz, "client_id": "hand-it-in", "kind": "handed_in"},
    ]
    acts[0]["told"], acts[1]["told"] = {"fraction": 1}, right
    results = []
    for _try in range(2):
        answer = client.post(PATH, json={"told_at": ago(), "acts": acts})
        results += [(each["result"], each["status"]) for each in answer.json["acts"]]
    assert results == [("counted", 200)] * 2 + [("known", 200)] * 2
    assert [name for name, _at in events(app)] == ["read-it-all", "hand-it-in"]


def test_nobody_signed_in_tells_nothing(app, works, ticks):
    given = {"told_at": ago(), "acts": [ticks(["i1"], "first-tick", ago())]}
    assert browser(app, None).post(PATH, json=given).status_code in {400, 401}
    outside = browser(app, works.outsider).post(PATH, json=given).json["acts"]
    assert [each["status"] for each in outside] == [404]
    assert events(app) == []


# ------------------------------------------------------------------ what is away for a while


def test_a_film_whose_file_is_away_holds_no_other_act_up(app, works, tell, ticks):
    played = {"played": [[0, 5]], "position": 5}
    with app.app_context():
        film_of.cache_clear()  # read once a process: this one has just been started
        file = store().path(digest_of_film(works.activity("film")))
    elsewhere = file.rename(file.with_suffix(".away"))
    acts = [
        act(works, "watched", "the-film-1", ago(minutes=40), played, "film"),
        ticks(["i1"], "first-tick", ago(minutes=30)),
        act(works, "watched", "the-film-2", ago(minutes=20), played, "film"),
    ]
    try:
        taken = tell(*acts)
    finally:
        elsewhere.rename(file)
    assert [each["result"] for each in taken] == ["later", "counted", "later"]
    assert [each["status"] for each in taken] == [503, 200, 503]
    assert "cannot be played" in taken[0]["title"]
    assert [each["result"] for each in tell(*acts)] == ["counted", "known", "counted"]


# ------------------------------------------------------------------ what comes late, or to the old


def test_ticks_that_come_late_do_not_replace_later_ones(app, works, tell, ticks, enrolled_long_ago):
    tell(ticks(["i1", "i2", "i3"], "on-laptop", ago(minutes=1)))
    late = tell(ticks(["i1"], "on-a-phone", ago(minutes=120)))
    assert late[0]["result"] == "counted"
    with app.app_context():
        assert ticked_items(works.mine, works.activity("checklist")) == {"i1", "i2", "i3"}
    tell(ticks(["i2"], "on-laptop2", ago(seconds=5)))
    with app.app_context():
        assert ticked_items(works.mine, works.activity("checklist")) == {"i2"}


def test_a_place_in_a_film_that_comes_late_is_not_gone_back_to(app, works, tell, enrolled_long_ago):
    def watched(client_id, start, position, at):
        told = {"played": [[start, position]], "position": position}
        return act(works, "watched", client_id, at, told, "film")

    tell(watched("on-laptop", 50, 60, ago(minutes=1)))
    assert tell(watched("on-a-phone", 0, 5, ago(minutes=120)))[0]["result"] == "counted"
    with app.app_context():
        found = watching(works.mine, works.activity("film"))
        assert (found.position, found.watched) == (60, 15)


ITEMS = [{"id": "i1", "text": "Brand new"}, {"id": "i2", "text": "Find out who holds it"}]


@pytest.mark.parametrize("other", [False, True])
def test_an_answer_to_an_earlier_version_counts_where_the_same_is_asked_for(
    app, works, tell, ticks, other
):
    changed = {
        "checklist": {"settings": {"ticks": None, "items": ITEMS}},
        "film": {},
    }
    activities = tuple(
        dataclasses.replace(each, **changed.get(each.kind, {}) if other else {}) for each in MADE
    )
    talk = file_source("files/talk.mp4", mp4(50)) if other else FILMS[0]
    source = course_source(
        summary="Another edition.",
        modules=(module_source(1, activities=activities), module_source(2, activities=MADE[:1])),
        files=(file_source("files/wells.pdf", GIVEN), talk, *FILMS[1:]),
    )
    version = make_version(app, works.world.network, source, slug="sharing-data")
    with app.app_context():
        move(works.world.owner, works.world.run, version)
        newest = {line.kind: line.id for line in outline(version).activities[: len(MADE)]}
    played = {"played": [[0, 5]], "position": 5}
    taken = tell(
        ticks(["i1"], "first-tick", ago(minutes=2)),
        act(works, "watched", "the-film-1", ago(minutes=1), played, "film"),
    )
    assert {each["status"] for each in taken} == ({409} if other else {200})
    with app.app_context():
        assert ticked_items(works.mine, newest["checklist"]) == (set() if other else {"i1"})
        assert (watching(works.mine, newest["film"]).watched > 0) is not other
        if other:
            with pytest.raises(Conflict):
                say_watched(acting(works.learner), works.world.run, works.activity("film"))
    read = browser(app, works.learner).get(
        f"/api/v1/runs/{works.world.run}/activities/{works.activity('checklist')}/checklist"
    )
    texts = [(item["html"], item["ticked"]) for item in read.json["items"]]
    assert ("Brand new" in texts[0][0], texts[0][1]) == (other, not other)
