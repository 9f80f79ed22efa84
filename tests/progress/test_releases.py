"""What a rule opens to whom: the one predicate, the matrix that agrees with it, and the words."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, module_source
from factories.progress import (
    enrolment_id_of,
    have_come,
    make_learner,
    make_learners,
    make_run,
    settle,
)

from community.academy.queries import outline
from community.cohorts.models import Enrolment, Run
from community.cohorts.operations import (
    open_module,
    open_module_for,
    open_run,
    pause_learner,
    return_learner,
    shift_learner,
    shut_module_for,
)
from community.cohorts.queries import own_openings
from community.coursework.operations import submit_quiz
from community.kernel.db import db
from community.kernel.errors import NotFound
from community.kernel.log import EventRow
from community.progress.operations import decide
from community.progress.policy import accesses, open_line
from community.progress.queries import course_view, matrix, record_view
from community.progress.queries.foresight import foresight
from community.progress.rules.states import Status
from community.progress.rules.unlocking import Lock

RIGHT = {"q1": ["q1o2"], "q2": ["q2o1", "q2o2"]}


def ruled(app, *rules, weeks_ago=1, **more):
    """Return a run of modules with these rules; two weeks of it have begun."""
    modules = tuple(module_source(n, release=rule) for n, rule in enumerate(rules, 1))
    return make_run(app, course_source(modules=modules), weeks_ago=weeks_ago, **more)


def the_run(world):
    return db.session.get_one(Run, world.run, populate_existing=True)


def opened(world, user_id):
    found = accesses(acting(user_id), the_run(world))
    return [found[key].open for key in world.modules]


def access(world, user_id, number):
    return accesses(acting(user_id), the_run(world))[world.modules[number]]


def test_a_module_whose_week_has_come_is_open_in_any_order(inside):
    world = ruled(inside, "", "week", "week")
    ana, _mine = make_learner(inside, world)
    assert opened(world, ana) == [True, True, False]
    assert access(world, ana, 2).lock is Lock.NOT_RELEASED


def test_a_module_waits_for_another_or_for_its_week(inside):
    world = ruled(inside, "", "done module-1 or week 5", "", weeks_ago=2)
    ana, _mine = make_learner(inside, world)
    found = access(world, ana, 1)
    assert (found.lock, found.sooner, found.finish) == (
        Lock.NOT_RELEASED, True, world.activities[0],
    )  # fmt: skip
    settle(inside, world, ana, [0, 1, 2, 3])
    assert opened(world, ana) == [True, True, False]


def test_so_many_of_some_activities_open_a_module(inside):
    world = ruled(inside, "", "done 2 of module-1", "2 of (done module-1/check, done module-2)")
    ana, _mine = make_learner(inside, world)
    settle(inside, world, ana, [2])
    assert opened(world, ana) == [True, False, False]
    settle(inside, world, ana, [0])
    assert opened(world, ana) == [True, True, False]
    settle(inside, world, ana, [1, 4, 5, 6, 7])
    assert opened(world, ana) == [True, True, True]


def test_a_score_opens_a_module_and_says_so_at_once(inside):
    world = ruled(inside, "week", "score module-1/check 100", "not score module-1/check 1")
    ana, _mine = make_learner(inside, world)
    assert opened(world, ana) == [True, False, True]
    ctx = acting(ana)
    submit_quiz(ctx, world.run, world.activities[1], answers=RIGHT, client_id="attempt-1")
    assert opened(world, ana) == [True, True, False]
    unlocked = db.session.scalars(
        sa.select(EventRow).where(EventRow.name == "progress.module_unlocked")
    ).all()
    assert len(unlocked) == 1


def test_what_is_locked_by_a_rule_is_not_found(inside):
    world = ruled(inside, "", "week 9", "")
    ana, _mine = make_learner(inside, world)
    with pytest.raises(NotFound):
        open_line(acting(ana), the_run(world), world.activities[4])
    open_module(acting(world.owner), world.run, world.modules[1])
    assert open_line(acting(ana), the_run(world), world.activities[4])


def test_a_session_that_is_not_held_keeps_no_module_shut(inside):
    world = ruled(inside, "", "done module-1", "", weeks_ago=3, lapsed=True)
    ana, _mine = make_learner(inside, world)
    settle(inside, world, ana, [0, 1, 2])
    assert opened(world, ana)[1]


def test_opened_for_one_learner_is_open_to_nobody_else(inside):
    world = ruled(inside, "", "", "")
    (ana, mine), (bo, _theirs) = make_learner(inside, world), make_learner(inside, world, "Bo Chen")
    open_module_for(acting(world.owner), mine, world.modules[2])
    assert opened(world, ana) == [True, False, True]
    assert opened(world, bo) == [True, False, False]
    shut_module_for(acting(world.owner), mine, world.modules[2])
    assert opened(world, ana) == [True, False, False]


def test_more_time_moves_what_is_due_and_what_is_ahead_and_shuts_nothing(inside):
    world = ruled(inside, "", "week", "week", weeks_ago=1)
    ana, mine = make_learner(inside, world)
    have_come(inside, world, 30)
    before = course_view(acting(ana), the_run(world))
    assert [m.access.open for m in before.modules] == [True, True, False]
    shift_learner(acting(world.owner), mine, days=10)
    after = course_view(acting(ana), the_run(world))
    assert [m.access.open for m in after.modules] == [True, True, False]
    moved = [b.due_at - a.due_at for a, b in zip(before.modules, after.modules, strict=True)]
    assert [each.days for each in moved] == [10, 10, 10]
    assert after.own_days
    assert not after.paced
    later = after.modules[2].access.opens_at - before.modules[2].access.opens_at
    assert later.days == 10
    shift_learner(acting(world.owner), mine, days=0)
    again = course_view(acting(ana), the_run(world))
    assert [m.due_at for m in again.modules] == [m.due_at for m in before.modules]
    assert own_openings([mine]) == {}


def test_what_fewer_days_opened_stays_open_when_they_are_taken_back(inside):
    world = ruled(inside, "", "week", "joined + 60 days", weeks_ago=0)
    ana, mine = make_learner(inside, world)
    assert opened(world, ana) == [True, False, False]
    shift_learner(acting(world.owner), mine, days=-7)
    assert opened(world, ana) == [True, True, False]
    shift_learner(acting(world.owner), mine, days=0)
    assert opened(world, ana) == [True, True, False]
    bo, _theirs = make_learner(inside, world, "Bo Chen")
    have_come(inside, world, 30)
    due, group = (course_view(acting(one), the_run(world)).modules[0].due_at for one in (ana, bo))
    assert due == group
    shift_learner(acting(world.owner), mine, days=21)
    shift_learner(acting(world.owner), mine, days=14)
    assert opened(world, ana) == [True, True, False]


def test_a_shift_before_the_run_was_opened_keeps_nothing_open(inside):
    world = ruled(inside, "", "week", "week", weeks_ago=1, opened=False)
    ana, mine = make_learner(inside, world)
    shift_learner(acting(world.owner), mine, days=14)
    open_run(acting(world.owner), world.run)
    assert opened(world, ana) == [False, False, False]


def test_a_module_that_opens_late_has_a_week(inside):
    world = ruled(inside, "", "week 4", "")
    ana, _mine = make_learner(inside, world)
    have_come(inside, world, 30)
    view = course_view(acting(ana), the_run(world))
    assert (view.modules[1].due_at - view.modules[1].access.opens_at).days == 7


# ------------------------------------------------------------------ the matrix agrees

WAYS = [
    ("", "week", ""),
    ("week", "done 2 of module-1", "week"),
    ("", "joined + 3 days", "week 2"),
    ("week", "score module-1/check 50", "not done module-2"),
    ("", "", ""),
]


@pytest.mark.parametrize("rules", WAYS)
def test_the_matrix_shows_what_each_learner_sees(inside, rules):
    world = ruled(inside, *rules, weeks_ago=3)
    people = make_learners(inside, world, ["Ana Lind", "Bo Chen", "Cy Odhiambo", "Dana New"])
    have_come(inside, world, 22)
    settle(inside, world, people[0], [0, 1])
    settle(inside, world, people[1], range(8))
    settle(inside, world, people[2], [4, 5])
    ctx = acting(world.owner)
    submit_quiz(
        acting(people[3]), world.run, world.activities[1], answers=RIGHT, client_id="attempt-1"
    )
    open_module_for(ctx, enrolment_id_of(inside, world, people[2]), world.modules[2])
    shift_learner(ctx, enrolment_id_of(inside, world, people[3]), days=9)
    found = matrix(acting(world.owner), the_run(world))
    assert len(found.rows) == 4
    late = []
    for row in found.rows:
        enrolment = db.session.get_one(Enrolment, row.enrolment_id)
        view = record_view(acting(world.owner), the_run(world), enrolment)
        own = "".join(
            "l" if a.late
            else {"done": "d", "begun": "b", "waived": "w"}[a.status] if a.status
            else "o" if m.access.open else "x"
            for m in view.modules
            for a in m.activities
        )  # fmt: skip
        assert row.cells == own, row.name
        if "l" in own:
            late.append(row.name)
    shown = matrix(acting(world.owner), the_run(world), show="late")
    assert [row.name for row in shown.rows] == late
    assert shown.figures.late == len(late)
    fading = matrix(acting(world.owner), the_run(world), show="fading")
    assert [bool(row.why) for row in fading.rows] == [True] * fading.figures.fading


def test_who_sees_what_when_is_what_each_learner_sees(inside):
    world = ruled(inside, "", "joined + 3 days", "done module-1")
    (ana, mine), (bo, theirs) = make_learner(inside, world), make_learner(inside, world, "Bo Chen")
    settle(inside, world, bo, range(4))
    open_module_for(acting(world.owner), mine, world.modules[1])
    ctx = acting(world.owner)
    found = foresight(ctx, the_run(world), ctx.now)
    seen = {each.enrolment_id: [m.access.open for m in each.modules] for each in found.learners}
    assert seen == {mine: opened(world, ana), theirs: opened(world, bo)}
    assert seen[mine] != seen[theirs]


# ------------------------------------------------------------------ what it costs


def statements(count_queries, read):
    count_queries.clear()
    read()
    return len([each for each in count_queries if not each.startswith(("BEGIN", "PRAGMA"))])


def test_a_usual_run_pays_nothing_and_one_with_rules_a_little(inside, count_queries):
    usual, special = make_run(inside), ruled(inside, "", "week", "joined + 1 day")
    ana, _mine = make_learner(inside, usual)
    bo, _theirs = make_learner(inside, special, "Bo Chen")
    for world, user, most in ((usual, ana, 4), (special, bo, 6)):
        run = the_run(world)
        counted = statements(count_queries, lambda u=user, r=run: accesses(acting(u), r))
        assert counted <= most, count_queries


# ------------------------------------------------------------------ pages


def test_a_learner_reads_why_a_module_is_locked(app, browse):
    world = ruled(app, "", "done module-1/check or week 9", "done 2 of module-2")
    ana, _mine = make_learner(app, world)
    page = browse(ana).get(f"/spaces/{world.slug}/learn").text
    title = quiz_title(app, world)
    assert f", or sooner: after “{title}”" in page
    assert "Opens after 2 activities of module 2" in page


def quiz_title(app, world):
    with app.app_context():
        return outline(world.version).activities[1].title


def test_whose_dates_were_moved_by_hand_reads_that_and_not_that_they_came_late(app, browse):
    world = ruled(app, "", "week", "week")
    ana, mine = make_learner(app, world)
    have_come(app, world, 30)
    with app.app_context():
        shift_learner(acting(world.owner), mine, days=7)
    page = browse(ana).get(f"/spaces/{world.slug}/learn").text
    assert "they are 7 days later than those of the group" in page
    assert "when you came" not in page
    bo, theirs = make_learner(app, world, "Bo Chen")
    assert "The run had begun when you came" in browse(bo).get(f"/spaces/{world.slug}/learn").text
    with app.app_context():
        pause_learner(acting(world.owner), theirs)
        return_learner(acting(world.owner), theirs)
    page = browse(bo).get(f"/spaces/{world.slug}/learn").text
    assert "You were away" in page
    assert "when you came" not in page


def test_organisers_see_who_sees_what_and_why(app, browse, count_queries):
    world = ruled(app, "", "done module-1", "")
    for name in ("Ana Lind", "Bo Chen"):
        _user, mine = make_learner(app, world, name)
    client = browse(world.owner)
    path = f"/spaces/{world.slug}/manage/run/who-sees"
    client.get(path)
    count_queries.clear()
    page = client.get(path)
    assert len(count_queries) <= 10, count_queries
    assert "Ana Lind" in page.text
    one = client.get(f"{path}?learner={mine}&on=2031-01-01").text
    assert "Opens after module 1" in one
    assert client.get(f"{path}?learner={world.run}").status_code == 404


def test_the_desk_of_a_run_with_rules_takes_few_statements(app, browse, count_queries):
    world = ruled(app, "", "score module-1/check 50 or joined + 2 days", "week")
    make_learners(app, world, ["Ana Lind", "Bo Chen"])
    client = browse(world.owner)
    path = f"/spaces/{world.slug}/manage"
    assert client.get(path).status_code == 200
    count_queries.clear()
    client.get(path)
    assert len(count_queries) <= 10, count_queries


def test_a_rule_is_changed_a_module_opened_and_taken_back_by_page(app, browse):
    world = ruled(app, "", "", "")
    ana, mine = make_learner(app, world)
    client = browse(world.owner)
    path = f"/spaces/{world.slug}/manage/run/releases"
    assert "When modules open" in client.get(f"/spaces/{world.slug}/manage/run").text
    assert "Nothing so far" in client.get(path).text
    refused = client.post(f"{path}/2", data={"rule": "weeks", "reason": ""})
    assert refused.status_code == 422
    assert "“weeks” is not understood there" in refused.text
    assert 'value="weeks"' in refused.text
    assert client.post(f"{path}/2", data={"rule": "week 7", "reason": "Slow."}).status_code == 303
    assert "From week 7" in client.get(path).text
    assert client.post(f"{path}/2/open", data={"reason": "Here."}).status_code == 303
    with app.app_context():
        assert opened(world, ana) == [True, True, False]
    listed = client.get(path).text
    assert "Opened by hand" in listed
    assert "Slow." in listed
    assert client.post(f"{path}/2/shut", data={"reason": ""}).status_code == 303
    assert client.post(f"{path}/2", data={"by": "course", "reason": ""}).status_code == 303
    assert "From week 7" not in client.get(path).text
    assert client.get(f"{path}/9").status_code == 404
    place = f"/spaces/{world.slug}/learners/{mine}"
    module = {"module": str(world.modules[2]), "reason": "Is ahead."}
    assert client.post(f"{place}/open", data=module).status_code == 303
    assert client.post(f"{place}/shift", data={"days": "3", "reason": ""}).status_code == 303
    shown = client.get(place).text
    assert "3 days later for them" in shown
    assert "Is ahead." in shown
    assert client.post(f"{place}/shut", data=module).status_code == 303
    assert client.post(f"{place}/shift", data={"days": "999", "reason": ""}).status_code == 422


def picked(**fields):
    """Return a query of the picker: ``one_sort`` is the sort of the first row."""
    names = {"one": 1, "two": 2}
    query = {
        f"when.{names[key.split('_')[0]]}.{key.split('_')[1]}": value
        for key, value in fields.items()
    }
    return {"look": "picked", **query}


def test_a_rule_is_picked_and_read_in_words_before_it_is_kept(app, browse):
    world = ruled(app, "", "", "")
    client = browse(world.owner)
    path = f"/spaces/{world.slug}/manage/run/releases/2"
    query = picked(one_sort="week", one_week="3", two_sort="module", two_module="module-1")
    shown = client.get(path, query_string=query).text
    assert "From week 3 and after module 1." in shown
    assert 'name="rule" value="week 3 and done module-1"' in shown
    assert '<option value="week" selected' in shown
    assert "a rule of this run" not in client.get(path.rpartition("/")[0]).text  # only looked at
    client.post(path, data={"rule": "week 3 and done module-1", "reason": ""})
    again = client.get(path).text
    assert '<option value="module-1" selected' in again  # the picker says what holds
    as_text = client.get(path, query_string={"look": "text", "rule": "joined + 3 days"}).text
    assert "3 days after joining." in as_text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (picked(), "Choose when it opens."),
        (picked(one_sort="week", one_week="3 or before"), "Which week? Give a whole number"),
        (picked(one_sort="joined"), "How many days? Give a whole number"),
        (picked(one_sort="date", one_date="soon"), "From which day on?"),
        (picked(one_sort="module"), "Choose the module"),
        (picked(one_sort="module", one_module="module-2"), "cannot wait for what is in it"),
        (picked(one_sort="session", one_session="module-1"), "Choose the session"),
        (picked(one_sort="session", one_session="module-1/check"), "is no live session"),
        (picked(one_sort="magic"), "Choose when it opens."),
        ({"look": "text", "rule": "from week 3"}, "“from” is not understood there. Write week,"),
    ],
)
def test_what_makes_no_rule_is_said_where_it_was_picked(app, browse, query, words):
    world = ruled(app, "", "", "")
    path = f"/spaces/{world.slug}/manage/run/releases/2"
    refused = browse(world.owner).get(path, query_string=query)
    assert refused.status_code == 422
    assert words in refused.text
    assert "What it would mean" not in refused.text


def test_rules_are_set_over_json(app, browse):
    world = ruled(app, "", "", "")
    _ana, mine = make_learner(app, world)
    client = browse(world.owner)
    path = f"/api/v1/runs/{world.run}/releases/{world.modules[1]}"
    answer = client.put(path, json={"rule": "week  3", "reason": "Slow."})
    assert (answer.json["rule"], answer.json["own"]) == ("week 3", True)
    assert client.put(path, json={"rule": "week 99"}).status_code == 422
    assert client.put(path, json={"rule": None}).json["own"] is False
    assert client.post(f"{path}/open").json["opened_at"]
    assert client.post(f"{path}/shut").json["opened_at"] is None
    shift = client.put(f"/api/v1/enrolments/{mine}/shift", json={"days": 5})
    assert shift.json == {"enrolment_id": str(mine), "days": 5}
    theirs = f"/api/v1/enrolments/{mine}/releases/{world.modules[1]}"
    assert client.post(f"{theirs}/open").status_code == 204
    assert client.post(f"{theirs}/shut").status_code == 204


@pytest.mark.parametrize("status", [Status.EXCUSED, Status.WAIVED, Status.DONE])
@pytest.mark.parametrize("tried", [False, True])
def test_who_was_let_off_a_quiz_goes_on_as_if_they_had_all_of_it(inside, status, tried):
    world = ruled(inside, "", "score module-1/check 80", weeks_ago=2)
    ana, mine = make_learner(inside, world)
    _ben, his = make_learner(inside, world, "Ben Ito")
    if tried:
        wrong = {"q1": ["q1o1"], "q2": ["q2o1"]}
        submit_quiz(
            acting(ana), world.run, world.activities[1], answers=wrong, client_id="try-0001"
        )
    assert opened(world, ana) == [True, False]
    decide(
        acting(world.owner), mine, world.activities[1], status=status, reason="Was ill that day."
    )
    assert opened(world, ana) == [True, True]
    told = db.session.scalars(
        sa.select(EventRow.payload).where(EventRow.name == "progress.module_unlocked")
    ).all()
    assert [each["enrolment_id"] for each in told] == [str(mine)]
    for key, expected in ((mine, True), (his, False)):
        enrolment = db.session.get_one(Enrolment, key)
        view = record_view(acting(world.owner), the_run(world), enrolment)
        assert view.modules[1].access.open is expected
        [seer] = foresight(
            acting(world.owner), the_run(world), acting(None).now, enrolment_id=key
        ).learners
        assert seer.modules[1].access.open is expected
    assert course_view(acting(ana), the_run(world)).modules[1].access.open
    rows = {row.enrolment_id: row.cells for row in matrix(acting(world.owner), the_run(world)).rows}
    second = len(outline(world.version).modules[0].activities)
    assert rows[mine][second] != "x"
    assert rows[his][second] == "x"
    decide(acting(world.owner), mine, world.activities[1], status=None, reason="It was a mistake.")
    assert opened(world, ana) == [True, False]
