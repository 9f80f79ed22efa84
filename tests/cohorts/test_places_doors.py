"""A place in a run through pages and JSON."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.accounts import make_user
from factories.cohorts import make_cohort
from factories.forms import send

from community.cohorts.models import Enrolment
from community.kernel.db import db
from community.spaces.models import Role, Space
from community.spaces.operations import add_member, remove_member


@pytest.fixture
def cohort(app):
    return make_cohort(app, capacity=2)


@pytest.fixture
def ana(app, cohort):
    user_id = make_user(app, "Ana Lind")
    with app.app_context():
        add_member(acting(cohort.organiser_id), cohort.space_id, user_id, role=Role.MEMBER)
    return user_id


@pytest.fixture
def place(app, cohort, ana):
    """Return the id of Ana's enrolment."""
    with app.app_context():
        return db.session.scalar(sa.select(Enrolment.id).where(Enrolment.user_id == ana))


@pytest.fixture
def path(app, cohort):
    with app.app_context():
        return f"/spaces/{db.session.get_one(Space, cohort.space_id).slug}"


def state(app, place):
    with app.app_context():
        return db.session.get_one(Enrolment, place).state


def test_a_learner_pauses_and_comes_back_by_page(app, browse, ana, place, path):
    client = browse(ana)
    page = f"{path}/place"
    assert "Leave this run" in client.get(page).text
    assert send(client, page, f"{page}/pause", reason="A new baby").status_code == 303
    paused = client.get(page).text
    assert "You are pausing" in paused
    assert "A new baby" in paused
    assert "You are pausing" in client.get(f"{path}/learn").text
    assert send(client, page, f"{page}/return").status_code == 303
    assert state(app, place) == "active"


def test_who_has_no_place_has_no_such_page(browse, cohort, path):
    assert browse(cohort.organiser_id).get(f"{path}/place").status_code == 404


def test_an_organiser_withdraws_and_brings_back_by_page(app, browse, cohort, place, path):
    client = browse(cohort.organiser_id)
    page = f"{path}/learners/{place}"
    refused = send(client, page, f"{page}/withdraw", reason="")
    assert refused.status_code == 422
    assert send(client, page, f"{page}/withdraw", reason="Ill <b>").status_code == 303
    assert "Ill &lt;b&gt;" in client.get(page).text
    assert "Ana Lind" in client.get(f"{path}/learners?state=withdrawn").text
    assert "Ana Lind" not in client.get(f"{path}/learners?state=active").text.partition("<main")[2]
    assert send(client, page, f"{page}/return", reason="").status_code == 303
    assert state(app, place) == "active"


def test_who_belonged_reads_at_home_what_ended_and_whom_to_ask(
    app, browse, cohort, ana, place, path
):
    """They stood before a page that told them to wait for an invitation."""
    organiser = browse(cohort.organiser_id)
    page = f"{path}/learners/{place}"
    answer = send(organiser, page, f"{page}/withdraw", reason="Ill.", replies="yes")
    assert answer.status_code == 303
    home = browse(ana).get("/home").text
    assert "Your part in a run ended on" in home
    assert "Olu Ade" not in home  # what they see no more stands in the letter only
    assert "You do not belong to a group yet" not in home


def test_who_left_by_themselves_is_not_sent_to_themselves(app, browse, cohort, ana):
    with app.app_context():
        remove_member(acting(ana), cohort.space_id, ana)
    home = browse(ana).get("/home").text
    assert "Your part in a run ended on" in home
    assert "ask those who lead it for a new invitation" in home


def test_places_are_read_and_changed_over_json(browse, cohort, ana, place):
    client, organiser = browse(ana), browse(cohort.organiser_id)
    at = f"/api/v1/enrolments/{place}"
    assert client.post(f"{at}/pause", json={"reason": "Busy"}).json["state"] == "paused"
    assert client.get(at).json["state"] == "paused"
    assert organiser.get(f"{at}/history").json["items"][0]["reason"] == "Busy"
    assert client.post(f"{at}/return").json["state"] == "active"
    assert organiser.post(f"{at}/withdraw", json={}).status_code == 422
    assert organiser.post(f"{at}/withdraw", json={"reason": "Gone"}).json["state"] == "withdrawn"
    [mine] = client.get("/api/v1/me/enrolments").json["items"]
    assert (mine["state"], mine["reason"]) == ("withdrawn", "Gone")
