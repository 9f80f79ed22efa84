"""Runs through pages and JSON."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.forms import without_token
from factories.spaces import join

from community.cohorts.models import Run, RunState
from community.kernel.db import db
from community.kernel.keys import new_key
from community.spaces.models import Role, Space

FORM = {
    "name": "Cohort 10",
    "starts_on": "2026-09-07",
    "weeks": "8",
    "zone": "Africa/Nairobi",
    "capacity": "25",
}


def count(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# ------------------------------------------------------------------ the form


def test_the_form_knows_the_course(app, browse):
    cohort = make_cohort(app)
    page = browse(cohort.organiser_id).get(f"/runs/new?version={cohort.version_id}")
    assert page.status_code == 200
    assert "Sharing data" in page.text
    assert 'name="weeks" type="number" value="3"' in page.text
    assert 'name="name" type="text" value=""' in page.text
    assert "Of the 3 modules, 2 hold activities." in page.text
    assert f'<a href="/courses/{cohort.version_id}">Cancel</a>' in page.text
    assert '<option value="Africa/Nairobi" selected>' in page.text
    assert "data-own-zone" not in page.text  # a run has the zone of the profile, not of a journey


def test_a_run_planned_by_form_lands_on_its_desk(app, browse):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    made = client.post(f"/runs/new?version={cohort.version_id}", data=FORM)
    assert made.status_code == 303
    assert made.location == "/spaces/cohort-10/manage"
    with app.app_context():
        run = db.session.scalars(sa.select(Run).order_by(Run.created_at.desc())).first()
        assert (run.capacity, run.weeks, run.state) == (25, 8, RunState.PLANNED)


def test_a_form_that_is_sent_twice_plans_one_run(app, browse):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    address = f"/runs/new?version={cohort.version_id}"
    nonces = [
        re.search(r'name="nonce" value="([^"]+)"', client.get(address).text)[1] for _ in range(2)
    ]
    first, again, other = (
        client.post(address, data={**FORM, **more})
        for more in ({"nonce": nonces[0]}, {"nonce": nonces[0]}, {"nonce": nonces[1]})
    )
    assert first.location == again.location == "/spaces/cohort-10/manage"
    assert other.location == "/spaces/cohort-10-2/manage"
    assert count(app, Run) == 3  # with the one that was there


def test_who_plans_a_run_that_should_have_begun_is_told_what_that_means(app, browse):
    """A first day in the past was taken without a word."""
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    today = dt.datetime.now(ZoneInfo(FORM["zone"])).date()
    for nonce, days, week in (("a", 8, "Week 2 is running already"), ("b", -3, None)):
        starts_on = today - dt.timedelta(days=days)
        client.post(
            f"/runs/new?version={cohort.version_id}",
            data={**FORM, "nonce": nonce, "starts_on": starts_on.isoformat()},
        )
        page = client.get("/home").text
        assert ("sessions before today will not be held" in page) is (week is not None)
        assert week is None or week in page


def test_a_form_sent_again_with_another_text_plans_another_run(app, browse):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    address = f"/runs/new?version={cohort.version_id}"
    client.post(address, data={**FORM, "nonce": "a"})
    client.post(address, data={**FORM, "nonce": "a", "name": "Cohort 11"})
    assert count(app, Run) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("starts_on", "soon"),
        ("starts_on", "0001-01-01"),
        ("weeks", "2"),
        ("weeks", "2.5"),
        ("weeks", "9" * 5000),
        ("zone", "Nairobi"),
        ("capacity", "0"),
        ("surprise", "1"),
    ],
)
def test_a_flaw_is_named_and_what_was_typed_is_kept(app, browse, field, value):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    before = count(app, Space)
    address = f"/runs/new?version={cohort.version_id}"
    page = client.post(address, data={**FORM, field: value})
    assert page.status_code == 422
    if field not in FORM:
        assert field in page.text
        assert count(app, Space) == before
        return
    assert f'id="f-{field}-error"' in page.text
    if field != "name":
        assert 'value="Cohort 10"' in page.text
    assert count(app, Space) == before


def test_the_form_is_for_organisers_of_the_courses_space(app, browse):
    cohort = make_cohort(app)
    facilitator, outsider = make_user(app), make_user(app)
    join(app, cohort.network_id, facilitator, Role.FACILITATOR)
    address = f"/runs/new?version={cohort.version_id}"
    assert browse(facilitator).get(address).status_code == 403
    assert browse(facilitator).post(address, data=FORM).status_code == 403
    hidden = browse(outsider).get(address)
    absent = browse(outsider).get(f"/runs/new?version={new_key()}")
    assert hidden.status_code == absent.status_code == 404
    assert without_token(hidden) == without_token(absent)
    for wrong in ("/runs/new", "/runs/new?version=x"):
        assert browse(cohort.organiser_id).get(wrong).status_code == 404
    assert browse(None).get(address).status_code == 302
    assert count(app, Run) == 1


# ------------------------------------------------------------------ JSON


def test_the_api_plans_opens_and_closes_a_run(app, browse):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    plan = {**FORM, "version_id": str(cohort.version_id), "weeks": 8, "capacity": 25}
    made = client.post("/api/v1/runs", json=plan)
    assert made.status_code == 201
    assert made.json["state"] == "planned"
    address = f"/api/v1/runs/{made.json['id']}"
    assert client.get(address).json == made.json
    assert client.post(f"{address}/open").json["state"] == "open"
    again = client.post(f"{address}/open")
    assert (again.status_code, again.json["code"]) == (409, "conflict")
    assert client.post(f"{address}/close").json["state"] == "closed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version_id", "x"),
        ("name", 5),
        ("starts_on", "2026-13-01"),
        ("starts_on", 20260907),
        ("weeks", 2),
        ("weeks", True),
        ("weeks", "many"),
        ("zone", "../etc"),
        ("capacity", 10**18),
        ("surprise", 1),
    ],
)
def test_the_api_names_what_is_wrong(app, browse, field, value):
    cohort = make_cohort(app)
    plan = {**FORM, "version_id": str(cohort.version_id), field: value}
    refused = browse(cohort.organiser_id).post("/api/v1/runs", json=plan)
    assert refused.status_code == 422
    assert field in refused.json["fields"]
    assert count(app, Run) == 1


def test_a_repeat_through_the_api_answers_the_run_that_is_there(app, browse):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    plan = {**FORM, "version_id": str(cohort.version_id), "weeks": 8, "capacity": 25}
    plan["client_id"] = "a-run-of-mine"
    made, again = (client.post("/api/v1/runs", json=plan) for _ in range(2))
    assert made.json == again.json
    other = client.post("/api/v1/runs", json={**plan, "name": "Cohort 11"})
    assert other.status_code == 409
    assert count(app, Run) == 2


def test_the_api_shows_runs_to_their_members_only(app, browse):
    cohort = make_cohort(app)
    member, outsider = make_user(app), make_user(app)
    join(app, cohort.space_id, member)
    join(app, cohort.network_id, outsider, Role.OWNER)
    [line] = browse(member).get("/api/v1/runs").json["items"]
    assert (line["id"], line["course_title"]) == (str(cohort.run_id), "Sharing data")
    assert browse(outsider).get("/api/v1/runs").json["items"] == []
    for part in ("", "/calendar"):
        assert browse(member).get(f"/api/v1/runs/{cohort.run_id}{part}").status_code == 200
        hidden = browse(outsider).get(f"/api/v1/runs/{cohort.run_id}{part}")
        absent = browse(outsider).get(f"/api/v1/runs/{new_key()}{part}")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.get_data() == absent.get_data()
    for act in ("open", "close"):
        assert browse(member).post(f"/api/v1/runs/{cohort.run_id}/{act}").status_code == 403
        assert browse(outsider).post(f"/api/v1/runs/{cohort.run_id}/{act}").status_code == 404


def test_the_calendar_says_when_and_where(app, browse):
    cohort = make_cohort(app)
    calendar = browse(cohort.organiser_id).get(f"/api/v1/runs/{cohort.run_id}/calendar").json
    assert calendar["zone"] == "Africa/Nairobi"
    first = calendar["releases"][0]
    assert (first["position"], first["title"]) == (1, "Module 1")
    assert first["local_at"] == "2026-09-07T00:00:00"
    assert first["opens_at"] == "2026-09-06T21:00:00+00:00"
    assert [bool(place["thread_id"]) for place in calendar["placements"]] == [
        True,
        False,
        True,
        False,
    ]
    assert calendar["placements"][1]["starts_at"] == "2026-09-09T12:00:00+00:00"


def test_a_list_of_runs_costs_the_same_for_many(app, browse, count_queries):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    client.get("/api/v1/runs")
    count_queries.clear()
    client.get("/api/v1/runs")
    few = len(count_queries)
    for _ in range(4):
        make_cohort(
            app,
            opened=False,
            network_id=cohort.network_id,
            organiser_id=cohort.organiser_id,
            version_id=cohort.version_id,
        )
    count_queries.clear()
    assert len(client.get("/api/v1/runs").json["items"]) == 5
    assert len(count_queries) == few <= 4


def test_the_calendar_costs_the_same_for_a_long_course(app, browse, count_queries):
    cohort = make_cohort(app)
    client = browse(cohort.organiser_id)
    client.get(f"/api/v1/runs/{cohort.run_id}/calendar")
    count_queries.clear()
    client.get(f"/api/v1/runs/{cohort.run_id}/calendar")
    assert len(count_queries) <= 4
