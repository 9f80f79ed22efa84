"""What completes a run, on its page and over JSON."""

import re

import pytest
from factories.academy import course_source, module_source, page_source, quiz_source
from factories.forms import csrf_in
from factories.progress import make_learner, make_run, settle
from page_text import text_of

from community.progress.queries import verdicts_of


@pytest.fixture
def world(app):
    parts = (page_source("a"), page_source("b"), page_source("c"), quiz_source())
    return make_run(app, course_source(modules=(module_source(1, activities=parts),)))


@pytest.fixture
def ana(app, world):
    made = make_learner(app, world)
    settle(app, world, made[0], [0, 1])
    return made


@pytest.fixture
def page(world):
    return f"/spaces/{world.slug}/manage/run/rules"


def post(client, page, **typed):
    return client.post(page, data={"csrf_token": csrf_in(client.get(page)), **typed})


def hidden(answer):
    """Return the hidden fields of the form that saves what was looked at."""
    form = answer.text.partition('id="effect"')[2]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrf_token"}


def test_the_page_says_the_rules_and_leads_from_the_settings(browse, world, page, count_queries):
    owner = browse(world.owner)
    assert page in owner.get(f"/spaces/{world.slug}/manage/run").text
    owner.get(page)
    count_queries.clear()
    answer = owner.get(page)
    assert "Finish everything that is required" in text_of(answer)
    assert len(count_queries) <= 10


def test_one_looks_first_and_then_changes_it(app, browse, world, page, ana):
    owner = browse(world.owner)
    looked = post(owner, page, required="50", number="1", step="look")
    assert "1 gains it: Ana Lind (completed)" in text_of(looked)
    with app.app_context():
        assert verdicts_of(ana[1]) == []
    saved = post(owner, page, **hidden(looked), change="grant", note="Asked for.", step="save")
    assert saved.status_code == 303
    with app.app_context():
        [verdict] = verdicts_of(ana[1])
    assert verdict.policy_number == 2
    assert "Finish at least 50 % of what is required" in text_of(owner.get(page))


def test_who_loses_is_named_and_asked_for_once_more(app, browse, world, page, ana):
    owner = browse(world.owner)
    looked = post(owner, page, required="50", number="1", step="look")
    post(owner, page, **hidden(looked), change="grant", step="save")
    looked = post(owner, page, required="100", number="2", step="look")
    assert "1 loses it: Ana Lind (completed)" in text_of(looked)
    refused = post(owner, page, **hidden(looked), change="recompute", step="save")
    assert refused.status_code == 422
    assert "Say that they are to lose it" in text_of(refused)
    done = post(owner, page, **hidden(refused), change="recompute", confirmed="1", step="save")
    assert done.status_code == 303
    with app.app_context():
        assert verdicts_of(ana[1]) == []


def test_all_that_can_be_asked_comes_back_as_it_was_typed(app, browse, world, page):
    owner = browse(world.owner)
    first, quiz = world.activities[0], world.activities[3]
    typed = {
        "kind.page": "2", f"score.{quiz}": "70", "named": [str(first)], "part_required": "30",
    }  # fmt: skip
    looked = post(owner, page, **typed, number="1", step="look")
    saved = post(owner, page, **hidden(looked), change="keep", step="save")
    assert saved.status_code == 303
    text = text_of(owner.get(page))
    for words in (
        "Finish at least 2 of the kind “Reading”",
        "Score at least 70 % in",
        "Finish these: What counts as data",
        "Finish at least 30 % of what is required",
    ):
        assert words in text, text


def test_two_at_once_are_told_and_see_what_is_there_now(browse, world, page):
    owner = browse(world.owner)
    looked = post(owner, page, required="50", number="1", step="look")
    post(owner, page, **hidden(looked), change="keep", step="save")
    late = post(owner, page, **hidden(looked), change="keep", step="save")
    assert late.status_code == 409
    assert "Somebody has changed these rules" in text_of(late)
    assert "Number 2" in text_of(late)


@pytest.mark.parametrize(
    "typed", [{"required": "x"}, {"kind.page": "9"}, {}, {"kind.nothing": "1"}]
)
def test_what_cannot_be_used_changes_nothing(browse, world, page, typed):
    answer = post(browse(world.owner), page, **typed, number="1", step="look")
    assert answer.status_code == 422
    assert "Number 1" in text_of(answer)


def test_the_rules_over_json(app, browse, world, ana):
    owner, learner = browse(world.owner), browse(ana[0])
    path = f"/api/v1/runs/{world.run}/completion-policy"
    read = learner.get(path).json
    assert (read["number"], read["completed"][0]["words"]) == (
        1,
        "Finish everything that is required",
    )
    terms = {"completed": [{"measure": "required", "least": 50}], "participated": []}
    shown = owner.post(f"{path}/preview", json=terms).json
    grant = next(each for each in shown["effects"] if each["change"] == "grant")
    assert [each["name"] for each in grant["gains"]] == ["Ana Lind"]
    change = {**terms, "change": "grant", "number": 1, "seen": grant["seen"]}
    assert learner.put(path, json=change).status_code == 403
    assert owner.put(path, json=change).json["number"] == 2
    assert owner.put(path, json=change).status_code == 409
    [verdict] = learner.get(f"/api/v1/enrolments/{ana[1]}/verdicts").json["items"]
    assert (verdict["outcome"], verdict["policy_number"]) == ("completed", 2)
    assert verdict["findings"][0]["need"] == 2


def test_the_desk_counts_who_is_done_and_lists_them(app, browse, world, ana):
    make_learner(app, world, "Bo Chen")
    settle(app, world, ana[0], [2, 3])
    owner = browse(world.owner)
    desk = f"/spaces/{world.slug}/manage"
    assert "Completed 1" in text_of(owner.get(desk))
    listed = text_of(owner.get(f"{desk}?show=completed"))
    assert "Ana Lind" in listed
    assert "Bo Chen" not in listed
    assert "Nobody is on this list" in text_of(owner.get(f"{desk}?show=participated"))
    file = owner.get(f"{desk}/matrix/csv").text
    assert "Completed" in next(line for line in file.splitlines() if "Ana Lind" in line)
    found = owner.get(f"/api/v1/runs/{world.run}/matrix?show=completed").json
    assert [(row["name"], row["outcome"]) for row in found["items"]] == [("Ana Lind", "completed")]
    assert found["completed"] == 1
