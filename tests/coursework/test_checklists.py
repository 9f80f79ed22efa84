"""A checklist is ticked off: kept as it stands, counted once, done for good."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.progress import close

from community.coursework.operations import tick
from community.coursework.queries import ticked_items
from community.kernel.db import db
from community.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from community.progress.models import LearningEvent
from community.progress.rules.states import Status


@pytest.fixture
def do(inside, works):
    def ticked(items, client_id, who=None):
        ctx = acting(who or works.learner)
        return tick(
            ctx, works.world.run, works.activity("checklist"), items=items, client_id=client_id
        )

    return ticked


def kept(works):
    db.session.rollback()
    return ticked_items(works.mine, works.activity("checklist"))


def test_ticks_are_kept_and_counted(do, works):
    outcome = do(["i2"], "first-tick")
    assert (outcome.status, outcome.fraction) == (Status.BEGUN, pytest.approx(1 / 3))
    assert kept(works) == {"i2"}
    assert do(["i1", "i2", "i3"], "second-tick").status is Status.DONE


def test_unticking_takes_nothing_back(do, works):
    do(["i1", "i2", "i3"], "all-of-them")
    assert do([], "none-of-them").status is Status.DONE
    assert kept(works) == set()


def test_a_repeat_changes_nothing(do, works):
    do(["i1"], "first-tick")
    do(["i1", "i2"], "second-tick")
    do(["i1"], "first-tick")
    assert kept(works) == {"i1", "i2"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LearningEvent)) == 2


def test_an_item_that_is_not_in_the_list_is_refused_and_changes_nothing(do, works):
    do(["i1"], "first-tick")
    with pytest.raises(Invalid):
        do(["i1", "i9"], "second-tick")
    assert kept(works) == {"i1"}


def test_an_outsider_does_not_learn_that_the_list_exists(do, works):
    with pytest.raises(NotFound):
        do(["i1"], "first-tick", who=works.outsider)


def test_who_leads_the_run_ticks_nothing(do, works):
    with pytest.raises(Forbidden):
        do(["i1"], "first-tick", who=works.world.owner)


def test_in_a_closed_run_nothing_more_is_ticked(app, do, works):
    do(["i1"], "first-tick")
    close(app, works.world)
    with pytest.raises(Conflict):
        do(["i1", "i2"], "second-tick")
    assert do(["i1"], "first-tick").status is Status.BEGUN  # a retry is answered


def test_another_kind_is_not_ticked(inside, works):
    with pytest.raises(NotFound):
        tick(
            acting(works.learner),
            works.world.run,
            works.world.activities[-1],  # of a module that is locked
            items=[],
            client_id="first-tick",
        )


# ------------------------------------------------------------------ the doors


def test_the_page_shows_the_list_and_keeps_it_without_scripts(browse, works):
    client = browse(works.learner)
    page = client.get(works.page("checklist"))
    assert "Find out who <em>holds</em> it" in page.text
    answer = client.post(
        f"{works.page('checklist')}/checklist",
        data={"items": ["i1", "i3"], "client_id": "from-a-form"},
    )
    assert (answer.status_code, answer.location.rsplit("#")[-1]) == (303, "checklist")
    page = client.get(works.page("checklist"))
    assert page.text.count(" checked") == 2
    assert "2 of 3 ticked." in page.text


def test_what_is_refused_says_so_on_the_page(app, browse, works):
    close(app, works.world)
    answer = browse(works.learner).post(
        f"{works.page('checklist')}/checklist",
        data={"items": ["i1"], "client_id": "from-a-form"},
    )
    assert answer.status_code == 409
    assert "This run is over" in answer.text


def test_who_leads_sees_the_list_and_cannot_tick(browse, works):
    page = browse(works.world.owner).get(works.page("checklist"))
    assert "Only those who are enrolled tick it off." in page.text
    assert "Keep my list" not in page.text


def test_the_list_over_json(browse, works):
    client = browse(works.learner)
    where = f"/api/v1/runs/{works.world.run}/activities/{works.activity('checklist')}/checklist"
    sent = {"items": ["i1"], "client_id": "over-json"}
    assert client.put(where, json=sent).json["status"] == "begun"
    items = client.get(where).json["items"]
    assert [item["ticked"] for item in items] == [True, False, False]


@pytest.mark.parametrize("act", ["checklist", "reflection", "reflection/draft", "survey"])
def test_what_is_sent_to_an_activity_of_another_kind_finds_nothing(browse, works, act):
    other = "survey" if act == "checklist" else "checklist"
    sent = {"client_id": "from-a-form"}
    answer = browse(works.learner).post(f"{works.page(other)}/{act}", data=sent)
    assert answer.status_code == 404
