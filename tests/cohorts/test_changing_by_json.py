"""Runs changed over JSON: what would happen is asked for, then sent back, then done."""

import datetime as dt

import pytest
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.spaces import join

from community.cohorts.operations import close_run
from community.kernel.context import clock
from community.spaces.models import Role
from community.spaces.policy import role_in

MONDAY = clock().date() + dt.timedelta(days=35 - clock().weekday())
WEEK = dt.timedelta(days=7)


@pytest.fixture
def cohort(app):
    return make_cohort(app, starts_on=MONDAY)


@pytest.fixture
def organiser(browse, cohort):
    return browse(cohort.organiser_id)


@pytest.fixture
def path(cohort):
    return f"/api/v1/runs/{cohort.run_id}"


def test_a_shift_is_asked_for_and_done_as_it_was_said(organiser, path):
    wanted = {"days": 7, "from_week": 2, "note": "Flood"}
    said = organiser.post(f"{path}/shift/preview", json=wanted).json
    assert [module["changes"] for module in said["modules"]] == [False, True, True]
    assert [session["changes"] for session in said["sessions"]] == [False, True]
    assert said["sessions"][1]["stays"] is None
    assert said["starts_on"] == str(MONDAY)
    assert said["ends_on"] == str(MONDAY + 9 * WEEK - dt.timedelta(days=1))
    done = organiser.post(f"{path}/shift", json={**wanted, "seen": said["seen"]})
    assert done.json["breaks"] == [{"after_week": 1, "days": 7, "note": "Flood"}]
    assert done.json["revision"] == 2
    again = organiser.post(f"{path}/shift", json={**wanted, "seen": said["seen"]})
    assert again.status_code == 409
    assert organiser.get(f"{path}/calendar").json["ends_on"] == said["ends_on"]


def test_other_dates_likewise(organiser, path):
    wanted = {
        "starts_on": str(MONDAY + WEEK),
        "weeks": 5,
        "zone": "Europe/Vienna",
        "breaks": [{"after_week": 2, "days": 3}],
    }
    said = organiser.post(f"{path}/dates/preview", json=wanted).json
    done = organiser.put(f"{path}/dates", json={**wanted, "seen": said["seen"]}).json
    assert (done["starts_on"], done["weeks"], done["zone"]) == (
        str(MONDAY + WEEK),
        5,
        "Europe/Vienna",
    )
    refused = organiser.post(f"{path}/dates/preview", json={**wanted, "weeks": 2})
    assert refused.status_code == 422
    assert set(refused.json["fields"]) == {"weeks", "breaks"}


def test_the_next_run_likewise(organiser, path):
    wanted = {
        "name": "Cohort 10",
        "starts_on": str(MONDAY + 12 * WEEK),
        "weeks": 8,
        "zone": "Africa/Nairobi",
        "capacity": 12,
    }
    said = organiser.post(f"{path}/copies/preview", json=wanted).json
    assert [len(said[name]) for name in ("modules", "meetings", "sessions", "leads")] == [
        3,
        2,
        0,
        0,
    ]
    sent = {**wanted, "seen": said["seen"], "client_id": "next-run-of-mine"}
    made = organiser.post(f"{path}/copies", json=sent)
    assert made.status_code == 201
    assert made.json["state"] == "planned"
    assert organiser.post(f"{path}/copies", json=sent).json["id"] == made.json["id"]


def test_name_and_seats_and_who_was_quicker(organiser, path):
    seen = organiser.get(path).json["revision"]
    done = organiser.put(path, json={"name": "Ten", "capacity": 9, "revision": seen}).json
    assert (done["name"], done["capacity"]) == ("Ten", 9)
    late = organiser.put(path, json={"name": "Eleven", "capacity": 9, "revision": seen})
    assert late.status_code == 409


def test_who_leads(app, cohort, organiser, path):
    ana = make_user(app, "Ana Lind")
    absent = organiser.put(f"{path}/leads/{ana}", json={"role": "facilitator"})
    assert absent.status_code == 404
    join(app, cohort.network_id, ana)
    assert organiser.put(f"{path}/leads/{ana}", json={"role": "facilitator"}).status_code == 204
    with app.app_context():
        assert role_in(acting(ana), cohort.space_id) is Role.FACILITATOR
    assert organiser.post(f"{path}/leads/{ana}/end", json={"role": None}).status_code == 204
    assert organiser.post(f"{path}/leads/{ana}/end", json={"role": None}).status_code == 404


def test_it_ends_and_begins_again_or_never_was(app, cohort, organiser, path):
    assert organiser.delete(path).status_code == 409
    assert organiser.post(f"{path}/close").json["state"] == "closed"
    assert organiser.post(f"{path}/shift", json={"days": 1, "seen": "0" * 32}).status_code == 409
    assert organiser.post(f"{path}/reopen").json["state"] == "open"
    assert organiser.post(f"{path}/reopen").status_code == 409
    more = {"network_id": cohort.network_id, "organiser_id": cohort.organiser_id}
    planned = make_cohort(app, opened=False, version_id=cohort.version_id, **more)
    assert organiser.delete(f"/api/v1/runs/{planned.run_id}").status_code == 204
    assert organiser.get(f"/api/v1/runs/{planned.run_id}").status_code == 404


# ------------------------------------------------------------------ alumni


def test_members_of_a_closed_run_read_everything_and_go_on_talking(app, browse):
    cohort = make_cohort(app)  # its first day is past, or today's would not be open
    learner = make_user(app, "Ana Lind")
    join(app, cohort.space_id, learner, Role.MEMBER)
    client = browse(learner)
    api, slug = "/api/v1", "academy-cohort-9"
    thread = client.get(f"{api}/spaces/{cohort.space_id}/threads").json["items"][0]["id"]
    session = client.get(f"{api}/spaces/{cohort.space_id}/sessions").json["items"][0]["id"]
    surfaces = [
        f"/spaces/{slug}",
        f"/spaces/{slug}/learn",
        f"/spaces/{slug}/threads",
        f"/threads/{thread}",
        f"/spaces/{slug}/sessions",
        f"/sessions/{session}",
        f"/sessions/{session}.ics",
        f"/spaces/{slug}/people",
        f"{api}/runs/{cohort.run_id}",
        f"{api}/runs/{cohort.run_id}/calendar",
        f"{api}/runs/{cohort.run_id}/outline",
        f"{api}/threads/{thread}/posts",
        f"{api}/sessions/{session}",
    ]
    before = {where: client.get(where).status_code for where in surfaces}
    assert set(before.values()) == {200}, before
    with app.app_context():
        close_run(acting(cohort.organiser_id), cohort.run_id)
    assert {where: client.get(where).status_code for where in surfaces} == before
    page = client.get(f"/spaces/{slug}").text
    assert "threads stay open for talk" in page
    said = client.post(f"{api}/threads/{thread}/posts", json={"body": "Still here."})
    assert said.status_code == 201
