"""Courses through pages and JSON."""

import pytest
from factories.academy import course_source, make_version
from factories.accounts import make_user
from factories.forms import without_token
from factories.spaces import join, make_space

from community.academy.queries import outline
from community.kernel.keys import new_key
from community.spaces.models import Role, SpaceKind


@pytest.fixture
def network(app):
    return make_space(app, "Long Table", kind=SpaceKind.NETWORK, slug="network")


@pytest.fixture
def author(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.FACILITATOR)
    return user_id


@pytest.fixture
def organiser(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.ORGANISER)
    return user_id


@pytest.fixture
def outsider(app, network):
    user_id = make_user(app)
    join(app, network, user_id, Role.MEMBER)
    return user_id


@pytest.fixture
def version_id(app, network):
    return make_version(app, network)


def plan_of(app, version_id):
    with app.app_context():
        return outline(version_id)


def test_without_a_course_the_page_says_how_one_comes(app, browse, organiser):
    page = browse(organiser).get("/courses")
    assert page.status_code == 200
    assert "community course import" in page.text


def test_the_list_leads_to_versions_and_to_a_run(app, browse, author, organiser, version_id):
    page = browse(organiser).get("/courses").text
    assert "Sharing data" in page
    assert f'href="/courses/{version_id}"' in page
    assert f'href="/runs/new?version={version_id}"' in page
    assert "/runs/new" not in browse(author).get("/courses").text


def test_the_list_of_a_space_stands_under_its_tabs(app, browse, author, version_id):
    client = browse(author)
    page = client.get("/courses?slug=network").text
    assert 'href="/courses?slug=network" aria-current="page"' in page
    assert "Sharing data" in page
    assert client.get("/courses?slug=no-such").status_code == 404


def test_the_outline_and_each_activity_can_be_read(app, browse, author, version_id):
    client = browse(author)
    page = client.get(f"/courses/{version_id}").text
    assert "1. Module 1" in page
    assert "Outline only" in page
    for module in plan_of(app, version_id).modules:
        for activity in module.activities:
            address = f"/courses/{version_id}/{module.position}/{activity.position}"
            assert f'href="{address}"' in page
            reading = client.get(address)
            assert reading.status_code == 200
            assert activity.title in reading.text
    quiz = client.get(f"/courses/{version_id}/1/2").text
    assert "A list of wells" in quiz
    assert "What is written down can be checked." in quiz
    assert client.get(f"/courses/{version_id}/1/9").status_code == 404
    assert client.get(f"/courses/{version_id}/9/1").status_code == 404


def test_hidden_is_the_same_as_absent_on_every_door(app, browse, outsider, version_id):
    client = browse(outsider)
    activity = plan_of(app, version_id).activities[0]
    absent = new_key()
    for address in (
        "/courses/{}",
        "/courses/{}/1/1",
        "/api/v1/course-versions/{}",
        f"/api/v1/course-versions/{{}}/activities/{activity.id}",
    ):
        hidden = client.get(address.format(version_id))
        missing = client.get(address.format(absent))
        assert hidden.status_code == missing.status_code == 404
        assert without_token(hidden) == without_token(missing)
    course_id = plan_of(app, version_id).course_id
    hidden = client.get(f"/api/v1/courses/{course_id}/versions")
    assert hidden.status_code == 404
    assert client.get("/api/v1/courses").json["items"] == []
    assert "Sharing data" not in client.get("/courses").text


def test_nobody_reads_signed_out(app, browse, version_id):
    client = browse(None)
    assert client.get("/courses").status_code == 302
    assert client.get(f"/courses/{version_id}").status_code == 302
    assert client.get("/api/v1/courses").status_code == 401


def test_the_api_lists_courses_versions_and_outlines(app, browse, network, author, version_id):
    newer = make_version(app, network, course_source(summary="Changed."))
    client = browse(author)
    [course] = client.get("/api/v1/courses").json["items"]
    assert (course["version_id"], course["number"]) == (str(newer), 2)
    versions = client.get(f"/api/v1/courses/{course['id']}/versions").json["items"]
    assert [(v["id"], v["number"]) for v in versions] == [(str(newer), 2), (str(version_id), 1)]
    plan = client.get(f"/api/v1/course-versions/{version_id}").json
    assert [len(module["activities"]) for module in plan["modules"]] == [4, 4, 0]
    activity = plan["modules"][0]["activities"][1]
    assert "settings" not in activity
    source = client.get(f"/api/v1/course-versions/{version_id}/activities/{activity['id']}").json
    assert source["settings"]["questions"][0]["options"][1]["right"] is True


def test_an_activity_of_another_version_is_not_found(app, browse, network, author, version_id):
    other = make_version(app, network, course_source("Another"))
    activity = plan_of(app, other).activities[0]
    client = browse(author)
    wrong = client.get(f"/api/v1/course-versions/{version_id}/activities/{activity.id}")
    right = client.get(f"/api/v1/course-versions/{other}/activities/{activity.id}")
    assert (wrong.status_code, right.status_code) == (404, 200)


def test_the_api_pages(app, browse, network, author):
    for number in range(3):
        make_version(app, network, course_source(f"Course {number}"))
    client = browse(author)
    first = client.get("/api/v1/courses?limit=2").json
    assert [item["title"] for item in first["items"]] == ["Course 2", "Course 1"]
    rest = client.get("/api/v1/courses", query_string={"limit": 2, "page": first["next"]}).json
    assert [item["title"] for item in rest["items"]] == ["Course 0"]
    assert rest["next"] is None
    refused = client.get("/api/v1/courses?page=nonsense")
    assert refused.status_code == 422
    assert "page" in refused.json["fields"]


@pytest.mark.parametrize(("role", "told"), [(Role.ORGANISER, True), (Role.FACILITATOR, False)])
def test_the_command_is_told_to_who_may_add_courses_and_to_nobody_else(app, browse, role, told):
    user_id = make_user(app)
    join(app, make_space(app, slug="cohort-9"), user_id, role)
    for address in ("/courses", "/courses?slug=cohort-9"):
        page = browse(user_id).get(address).text
        assert ("community course import" in page) is told
        assert ("No courses to keep" in page) is not told


@pytest.mark.parametrize("address", ["/courses", "/api/v1/courses"])
def test_a_list_costs_the_same_for_many_courses(
    app, browse, network, author, count_queries, address
):
    client = browse(author)
    make_version(app, network, course_source("Course"))
    client.get(address)
    count_queries.clear()
    client.get(address)
    few = len(count_queries)
    for number in range(5):
        make_version(app, network, course_source(f"Course {number}"))
    count_queries.clear()
    client.get(address)
    assert len(count_queries) == few <= 7
