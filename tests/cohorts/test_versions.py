"""A run goes on with a newer version of its course, as somebody has seen it before."""

import datetime as dt

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    QUESTIONS,
    course_source,
    discussion_source,
    make_version,
    module_source,
    page_source,
    quiz_source,
    session_source,
)
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join
from factories.versions import move, preview

from community.academy.queries import outline
from community.cohorts.models import EarlierVersion, Placement, Release, Run
from community.cohorts.operations import (
    close_run,
    edit_run,
    move_run_to_version,
    withdraw_run,
)
from community.cohorts.queries import calendar, placements
from community.cohorts.queries.changes import MOST_SESSIONS
from community.cohorts.queries.versions import newer_versions, runs_behind
from community.cohorts.rules import Aspect, Fate
from community.discussions.models import Thread
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.kernel.keys import new_key
from community.kernel.log import EventRow
from community.kernel.operation import unit_of_work
from community.live.models import LiveSession
from community.spaces.models import Role

BEFORE = dt.datetime(2026, 8, 20, 12, tzinfo=dt.UTC)
DURING = dt.datetime(2026, 9, 16, 12, tzinfo=dt.UTC)  # the second week of eight


def modules(*found, **more):
    return course_source(modules=found, **more)


def newer(app, cohort, source):
    return make_version(app, cohort.network_id, source, slug="sharing-data")


@pytest.fixture
def cohort(app):
    return make_cohort(app)


def the_run(cohort):
    return db.session.get_one(Run, cohort.run_id, populate_existing=True)


def looked_at(cohort, version, now=BEFORE):
    return preview(acting(cohort.organiser_id, now=now), cohort.run_id, version)


def moved(cohort, version, now=BEFORE):
    return move(cohort.organiser_id, cohort.run_id, version, now=now)


def openings():
    rows = db.session.scalars(
        sa.select(Release).order_by(Release.local_at).execution_options(populate_existing=True)
    )
    return [f"{row.local_at:%m-%d %H:%M}" for row in rows]


def fates(change):
    return {
        (module.module.slug, each.line.slug): (each.fate.value, *each.aspects)
        for module in change.modules
        for each in module.activities
        if each.fate is not Fate.SAME
    }


def test_the_preview_says_what_stays_what_changes_what_is_new_and_what_is_gone(app, inside, cohort):
    questions = {"attempts": 2, "pass": 60, "questions": QUESTIONS[:1]}
    first = module_source(
        1,
        title="Another title",
        activities=(
            page_source(title="Why share", body="Other words.", required=False),
            quiz_source(settings=questions, minutes=9),
            discussion_source(settings={"posts": 3}),
            session_source(settings={"day": 5, "time": "10:00", "attend": 50}),
            page_source("one-more"),
        ),
    )
    second = module_source(2, activities=(page_source(), quiz_source("asked-anew")))
    filled = module_source(3, activities=(page_source("at-last"),))
    change = looked_at(cohort, newer(app, cohort, modules(first, second, filled)))
    assert fates(change) == {
        ("module-1", "what-counts"): ("changed", Aspect.TITLE, Aspect.TEXT, Aspect.OPTIONAL),
        ("module-1", "check"): ("changed", Aspect.QUESTIONS, Aspect.RULE, Aspect.MINUTES),
        ("module-1", "a-dataset"): ("changed", Aspect.RULE),
        ("module-1", "a-circle"): ("changed", Aspect.TIME),
        ("module-1", "one-more"): ("new",),
        ("module-2", "asked-anew"): ("new",),
        ("module-2", "check"): ("gone",),
        ("module-2", "a-dataset"): ("gone",),
        ("module-2", "a-circle"): ("gone",),
        ("module-3", "at-last"): ("new",),
    }
    assert [(m.module.slug, m.fate.value, m.aspects) for m in change.modules] == [
        ("module-1", "changed", (Aspect.TITLE,)),
        ("module-2", "same", ()),
        ("module-3", "changed", (Aspect.FILLED,)),
    ]
    assert [change.count(fate) for fate in Fate] == [1, 4, 3, 3]
    assert (change.openings, change.sessions) == ([], [])
    places = {each.line.slug: each.place for each in change.modules[1].activities if each.place}
    assert places == {"a-dataset": "thread", "a-circle": "session"}


def test_an_activity_that_has_become_another_kind_is_another_thing(app, inside, cohort):
    first = module_source(1, activities=(page_source("check"),))
    change = looked_at(cohort, newer(app, cohort, modules(first)))
    assert fates(change)["module-1", "check"] in {("new",), ("gone",)}
    [module, *gone] = change.modules
    assert [
        (each.line.kind, each.fate) for each in module.activities if each.line.slug == "check"
    ] == [
        ("page", Fate.NEW),
        ("quiz", Fate.GONE),
    ]
    assert [module.fate for module in gone] == [Fate.GONE, Fate.GONE]


def test_places_of_what_stays_are_kept_of_what_is_new_made_of_what_is_gone_left(
    app, inside, cohort
):
    before = placements(cohort.run_id)
    lines = {line.id: line for line in outline(cohort.version_id).activities}
    old = {(lines[key].module_id, lines[key].slug): place for key, place in before.items()}
    first, second = (module.id for module in outline(cohort.version_id).modules[:2])
    db.session.remove()
    version = newer(
        app,
        cohort,
        modules(
            module_source(1, activities=(discussion_source(title="Renamed"), session_source())),
            module_source(
                2, activities=(page_source(), discussion_source("fresh"), session_source("s"))
            ),
            module_source(3, opens_later=True, activities=()),
        ),
    )
    moved(cohort, version)
    new = {line.slug: line for line in outline(version).activities}
    now = placements(cohort.run_id)
    assert set(now) == {new[slug].id for slug in ("a-dataset", "a-circle", "fresh", "s")}
    kept = old[first, "a-dataset"]
    assert now[new["a-dataset"].id].thread_id == kept.thread_id
    assert db.session.get_one(Thread, kept.thread_id).title == "A dataset you wish you had"
    assert now[new["a-circle"].id].session_id == old[first, "a-circle"].session_id
    assert now[new["fresh"].id].thread_id is not None
    session = db.session.get_one(LiveSession, now[new["s"].id].session_id)
    assert session.local_at == dt.datetime.fromisoformat("2026-09-16T15:00")
    assert db.session.get_one(Thread, old[second, "a-dataset"].thread_id)
    left = db.session.get_one(LiveSession, old[second, "a-circle"].session_id)
    assert left.called_off_at is None
    assert calendar(the_run(cohort))["placements"]


def test_a_planned_run_gets_its_places_when_it_is_opened(app, inside):
    cohort = make_cohort(app, opened=False)
    version = newer(app, cohort, modules(module_source(1), module_source(2)))
    run = moved(cohort, version)
    assert (run.version_id, run.revision) == (version, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Placement)) == 0
    assert len(openings()) == 2


def test_a_planned_run_that_was_moved_can_still_be_withdrawn(app, inside):
    cohort = make_cohort(app, opened=False)
    moved(cohort, newer(app, cohort, course_source(summary="Changed.")))
    withdraw_run(acting(cohort.organiser_id, now=BEFORE), cohort.run_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EarlierVersion)) == 0


def test_a_module_in_between_lets_later_ones_open_later_with_their_sessions(app, inside, cohort):
    between = module_source(9, activities=(page_source("between"),))
    version = newer(
        app,
        cohort,
        modules(
            module_source(1),
            between,
            module_source(2),
            module_source(3, opens_later=True, activities=()),
        ),
    )
    change = looked_at(cohort, version)
    assert [(m.title, f"{m.old:%m-%d}", f"{m.new:%m-%d}") for m in change.openings] == [
        ("Module 2", "09-14", "09-21"),
        ("Module 3", "09-21", "09-28"),
    ]
    assert [(f"{m.old:%m-%d}", f"{m.new:%m-%d}") for m in change.sessions] == [("09-16", "09-23")]
    moved(cohort, version)
    assert openings() == ["09-07 00:00", "09-14 00:00", "09-21 00:00", "09-28 00:00"]
    at = list(db.session.scalars(sa.select(LiveSession.local_at).order_by(LiveSession.local_at)))
    assert [f"{each:%m-%d}" for each in at] == ["09-09", "09-23"]
    names = list(db.session.scalars(sa.select(EventRow.name)))
    assert names.count("cohorts.run_version_moved") == 1
    assert names.count("live.session_moved") == 1


def test_what_is_open_is_not_shut_and_learners_are_told_of_what_is_asked_besides(
    app, inside, cohort
):
    between = module_source(9, activities=(page_source("between"),))
    version = newer(app, cohort, modules(between, module_source(1), module_source(2)))
    change = looked_at(cohort, version, DURING)
    assert change.openings == []
    assert [line.slug for line in change.asked] == ["between"]
    moved(cohort, version, DURING)
    assert openings() == ["09-07 00:00", "09-07 00:00", "09-14 00:00"]


def test_a_module_that_moves_up_and_so_opens_at_once_asks_for_what_is_in_it(app, inside, cohort):
    last = module_source(
        3, activities=(page_source("at-last"), page_source("extra", required=False))
    )
    moved(cohort, newer(app, cohort, modules(module_source(1), module_source(2), last)))
    version = newer(app, cohort, modules(last, module_source(1), module_source(2)))
    change = looked_at(cohort, version, DURING)
    assert [m.title for m in change.openings] == ["Module 3"]
    assert [line.slug for line in change.asked] == ["at-last"]
    assert looked_at(cohort, version).asked == []


def test_a_session_that_nobody_can_come_to_is_asked_of_nobody(app, inside, cohort):
    first = module_source(
        1,
        activities=(
            session_source("over"),  # on the Wednesday of the first week
            session_source("a-circle", required=False),
            page_source("fresh"),
        ),
    )
    moved(cohort, newer(app, cohort, modules(first, module_source(2))))
    again = module_source(
        1,
        activities=(
            session_source("over"),
            session_source("as-well"),
            session_source("a-circle"),  # which nobody began
            page_source("fresh"),
            page_source("one-more"),
        ),
    )
    version = newer(app, cohort, modules(again, module_source(2)))
    assert [line.slug for line in looked_at(cohort, version, DURING).asked] == ["one-more"]
    soon = dt.datetime(2026, 9, 9, 12, tzinfo=dt.UTC)
    found = [line.slug for line in looked_at(cohort, version, soon).asked]
    assert found == ["as-well", "a-circle", "one-more"]


def test_what_opened_since_one_looked_is_looked_at_again(app, inside, cohort):
    second = module_source(2, activities=(page_source("fresh"),))
    version = newer(app, cohort, modules(module_source(1), second))
    sunday, monday = (dt.datetime(2026, 9, day, 12, tzinfo=dt.UTC) for day in (13, 14))
    before = looked_at(cohort, version, sunday)
    assert before.asked == []
    ctx = acting(cohort.organiser_id, now=monday)
    with pytest.raises(Conflict, match="meanwhile"):
        move_run_to_version(ctx, cohort.run_id, version, seen=before.seen)
    now = looked_at(cohort, version, monday)
    assert [line.slug for line in now.asked] == ["fresh"]
    assert move_run_to_version(ctx, cohort.run_id, version, seen=now.seen)


def test_more_sessions_than_move_at_once_are_refused_not_left_behind(app, inside, cohort):
    version = newer(app, cohort, course_source(summary="Changed."))
    row = db.session.scalars(sa.select(LiveSession).limit(1)).one()
    columns = {column.key: getattr(row, column.key) for column in sa.inspect(LiveSession).columns}
    with unit_of_work(acting(None)):
        many = [{**columns, "id": new_key()} for _ in range(MOST_SESSIONS)]
        execute(sa.insert(LiveSession), many)
    with pytest.raises(Invalid, match="More than 500 sessions"):
        looked_at(cohort, version)


def test_a_run_that_is_too_short_is_refused_by_name(app, inside):
    cohort = make_cohort(app, weeks=3)
    version = newer(app, cohort, modules(*(module_source(n) for n in range(1, 5))))
    with pytest.raises(Invalid) as refused:
        looked_at(cohort, version)
    assert list(refused.value.fields) == ["weeks"]


def test_only_to_a_newer_version_of_the_same_course(app, inside, cohort):
    other = make_version(app, cohort.network_id, course_source("Another"))
    with pytest.raises(NotFound):
        looked_at(cohort, other)
    with pytest.raises(Conflict, match="version 1 already"):
        looked_at(cohort, cohort.version_id)
    version = newer(app, cohort, course_source(summary="Changed."))
    moved(cohort, version)
    with pytest.raises(Conflict):
        looked_at(cohort, cohort.version_id)
    assert newer_versions(the_run(cohort)) == []
    [left] = db.session.scalars(sa.select(EarlierVersion))
    assert (left.version_id, left.left_by) == (cohort.version_id, cohort.organiser_id)


def test_nothing_is_done_that_was_not_seen(app, inside, cohort):
    version = newer(app, cohort, course_source(summary="Changed."))
    ctx = acting(cohort.organiser_id, now=BEFORE)
    seen = looked_at(cohort, version).seen
    edit_run(ctx, cohort.run_id, name="Another name", capacity=30)
    with pytest.raises(Conflict, match="meanwhile"):
        move_run_to_version(ctx, cohort.run_id, version, seen=seen)
    assert the_run(cohort).version_id == cohort.version_id
    moved(cohort, version)
    assert the_run(cohort).version_id == version


def test_a_run_that_is_over_stays_as_it_was(app, inside, cohort):
    version = newer(app, cohort, course_source(summary="Changed."))
    seen = looked_at(cohort, version).seen
    ctx = acting(cohort.organiser_id, now=BEFORE)
    close_run(ctx, cohort.run_id)
    with pytest.raises(Conflict, match="over"):
        move_run_to_version(ctx, cohort.run_id, version, seen=seen)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [(Role.FACILITATOR, Forbidden), (Role.MEMBER, Forbidden), (None, NotFound)],
)
def test_organisers_move_it_and_nobody_else(app, inside, cohort, role, refusal):
    version = newer(app, cohort, course_source(summary="Changed."))
    seen = looked_at(cohort, version).seen
    user_id = make_user(app)
    if role is not None:
        join(app, cohort.space_id, user_id, role)
    with pytest.raises(refusal):
        move_run_to_version(acting(user_id, now=BEFORE), cohort.run_id, version, seen=seen)


def test_the_page_of_a_version_leads_those_who_organise_to_their_runs(app, inside, cohort, browse):
    version = newer(app, cohort, course_source(summary="Changed."))
    ctx = acting(cohort.organiser_id)
    found = newer_versions(the_run(cohort))[0]
    assert [(each.name, each.number) for each in runs_behind(ctx, found)] == [
        ("Academy, cohort 9", 1)
    ]
    page = browse(cohort.organiser_id).get(f"/courses/{version}").text
    assert "Runs that could go on with it" in page
    assert f"to={version}" in page
    moved(cohort, version)
    assert runs_behind(ctx, found) == []
    assert "Runs that could" not in browse(cohort.organiser_id).get(f"/courses/{version}").text


# ------------------------------------------------------------------ doors


def test_the_page_shows_it_and_does_it(app, inside, cohort, browse):
    client = browse(cohort.organiser_id)
    where = "/spaces/academy-cohort-9/manage/run"
    assert "A newer version of the course" not in client.get(where).text
    assert "There is no newer one" in client.get(f"{where}/version").text
    between = module_source(9, activities=(page_source("between"), discussion_source("talk")))
    source = modules(module_source(1, activities=(page_source(body="Else."),)), between)
    version = newer(app, cohort, source)
    assert f"{where}/version" in client.get(where).text
    page = client.get(f"{where}/version").text
    for said in (
        "1 changes, 2 are new, 7 are gone",
        "another text",
        "Its thread stays, as an ordinary one",
        "It gets its thread at once.",
        "Go on with version 2",
    ):
        assert said in page, said
    seen = page.split('name="seen" value="')[1].split('"')[0]
    wrong = client.post(f"{where}/version", data={"to": str(version), "seen": "0" * 32})
    assert wrong.status_code == 409
    assert "Look at what would happen now" in wrong.text
    done = client.post(f"{where}/version", data={"to": str(version), "seen": seen})
    assert (done.status_code, done.location) == (303, where)
    assert "The run is on version 2 now" in client.get(where).text
    assert the_run(cohort).version_id == version
    again = client.post(f"{where}/version", data={"to": str(version), "seen": seen})
    assert again.status_code == 303
    assert client.get(f"{where}/version?to={cohort.version_id}").status_code == 404


def test_a_run_that_is_too_short_is_led_to_its_dates(app, inside, browse):
    cohort = make_cohort(app, weeks=3)
    newer(app, cohort, modules(*(module_source(n) for n in range(1, 5))))
    page = browse(cohort.organiser_id).get("/spaces/academy-cohort-9/manage/run/version")
    assert page.status_code == 422
    assert "give the run 4 weeks or more first" in page.text
    assert "/spaces/academy-cohort-9/manage/run/dates" in page.text


def test_the_same_over_json(app, inside, cohort, browse):
    client = browse(cohort.organiser_id)
    version = newer(app, cohort, course_source(summary="Changed."))
    where = f"/api/v1/runs/{cohort.run_id}/version"
    change = client.post(f"{where}/preview", json={"version_id": str(version)}).json
    assert (change["former"], change["number"], change["asked"]) == (1, 2, [])
    assert change["modules"][0]["activities"][0]["fate"] == "same"
    assert change["modules"][0]["opens"] == "2026-09-07T00:00:00"
    body = {"version_id": str(version), "seen": change["seen"]}
    assert client.put(where, json={**body, "seen": "0" * 32}).status_code == 409
    assert client.put(where, json=body).json["version_id"] == str(version)
    assert client.put(where, json=body).status_code == 409
