"""The pages of those who lead a run: everybody at once, decisions, one learner's record."""

import re

import pytest
from conftest import acting
from factories.academy import assignment_source, course_source, module_source, page_source
from factories.progress import (
    WHY,
    close,
    enrolment_id_of,
    have_come,
    make_learner,
    make_learners,
    make_member,
    make_run,
    settle,
)
from page_text import text_of

from community.kernel.db import db
from community.progress.models import Decision
from community.spaces.models import Role
from community.spaces.operations import add_member


@pytest.fixture
def world(app):
    return make_run(app)


@pytest.fixture
def ana(app, world):
    return make_learner(app, world)[0]


def rows(app, model) -> int:
    with app.app_context():
        return db.session.query(model).count()


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


def test_where_one_decides_one_can_give_more_time_instead(app, browse):
    modules = (module_source(1, activities=(page_source(), assignment_source())),)
    world = make_run(app, course_source(modules=modules))
    _ana, mine = make_learner(app, world)
    fay = make_member(app, world, "Fay Lee", role=Role.FACILITATOR)
    reading, work = (f"/spaces/{world.slug}/progress/{mine}/{key}" for key in world.activities)
    more = f"/spaces/{world.slug}/learn/1/2/extensions?learner={mine}#give"
    dates = f"/spaces/{world.slug}/learners/{mine}#dates"
    assert more in browse(fay).get(work).text
    assert dates not in browse(fay).get(reading).text  # whoever may not move them
    assert dates in browse(world.owner).get(reading).text


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


@pytest.mark.parametrize("over", [True, False])
def test_a_decision_that_comes_too_late_says_so_and_keeps_what_was_typed(
    app, browse, world, ana, over
):
    mine = enrolment_id_of(app, world, ana)
    if over:
        close(app, world)
    form = {"status": "excused" if over else "take_back", "reason": WHY}
    answer = browse(world.owner).post(
        f"/spaces/{world.slug}/progress/{mine}/{world.activities[3]}", data=form
    )
    assert answer.status_code == 409
    assert ("This run is over" if over else "no decision to take back") in text_of(answer)
    assert "Reason" in text_of(answer) or "You had written:" in text_of(answer)
    assert WHY in text_of(answer)


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
