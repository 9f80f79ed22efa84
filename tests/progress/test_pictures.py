"""The pictures of a course: sent as pictures, to those who may read the text they stand in."""

import dataclasses

import pytest
from factories.academy import PICTURE
from factories.accounts import make_user
from factories.neighbours_courses import course_of
from factories.progress import close, make_learner, make_member, make_run
from factories.spaces import join

from community.kernel.context import Context
from community.spaces.models import Role
from community.spaces.operations import remove_member

OPEN, AHEAD, LATER = "heron-1", "heron-2", "heron-3"
ALL = {OPEN, AHEAD, LATER, "heron-about", "heron-unused"}
LEARNT = {OPEN, LATER, "heron-about"}  # of a module that is locked: nothing


@pytest.fixture
def world(app):
    """A run of a course whose second module is locked and whose third is only outlined."""
    return make_run(app, course_of("heron"))


def loaded(client, world) -> set[str]:
    found = set()
    for name in ALL:
        answer = client.get(f"/courses/{world.version}/files/assets/{name}.svg")
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:
            assert answer.data == PICTURE
            found.add(name)
    return found


def test_a_picture_is_sent_as_a_picture_and_nothing_else(world, browse):
    client = browse(world.owner)
    address = f"/courses/{world.version}/files/assets/heron-1.svg"
    sent = client.get(address)
    assert (sent.status_code, sent.data) == (200, PICTURE)
    assert sent.content_type == "image/svg+xml"
    assert sent.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Cache-Control"].startswith("private, max-age=31536000")
    again = client.get(address, headers={"If-None-Match": sent.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_learner_loads_those_of_the_texts_that_are_open(app, browse, world):
    learner, _enrolment = make_learner(app, world)
    assert loaded(browse(learner), world) == LEARNT
    close(app, world)
    assert loaded(browse(learner), world) == LEARNT


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.FACILITATOR, Role.ORGANISER])
def test_who_reads_everything_loads_everything(app, browse, world, role):
    assert loaded(browse(make_member(app, world, role=role)), world) == ALL


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ORGANISER])
def test_who_keeps_the_course_loads_everything(app, browse, world, role):
    keeper = make_user(app)
    join(app, world.network, keeper, role)
    assert loaded(browse(keeper), world) == ALL


def test_nobody_else_loads_any(app, browse, world):
    left, _enrolment = make_learner(app, world)
    with app.app_context():
        remove_member(Context.begin(left), world.space, left)
    of_the_network = make_user(app)
    join(app, world.network, of_the_network)
    for user_id in (left, of_the_network, make_user(app), make_user(app, admin=True)):
        assert loaded(browse(user_id), world) == set()


def test_before_a_run_opens_a_learner_loads_what_the_course_is_about(app, browse):
    world = make_run(app, course_of("heron"), opened=False)
    learner, _enrolment = make_learner(app, world)
    assert loaded(browse(learner), world) <= {LATER, "heron-about"}


def test_what_stands_in_the_threads_of_a_run_is_seen_there_too(app, browse):
    source = course_of("heron")
    [first, second, third] = source.modules
    talk = dataclasses.replace(second.activities[2], body="Look: ![Waves](assets/heron-unused.svg)")
    second = dataclasses.replace(second, activities=(*second.activities[:2], talk))
    source = dataclasses.replace(source, modules=(first, second, third))
    world = make_run(app, source)
    learner, _enrolment = make_learner(app, world)
    assert loaded(browse(learner), world) == LEARNT | {"heron-unused"}


@pytest.mark.parametrize(
    "path", ["assets/none.svg", "course.md", "assets/%2e%2e/assets/heron-1.svg", "assets/"]
)
def test_only_pictures_of_the_course_are_found(browse, world, path):
    client = browse(world.owner)
    assert client.get(f"/courses/{world.version}/files/{path}").status_code == 404


def test_a_picture_costs_a_few_statements_whoever_looks(app, browse, world, count_queries):
    learner, _enrolment = make_learner(app, world)
    client = browse(learner)
    address = f"/courses/{world.version}/files/assets/heron-1.svg"
    client.get(address)
    count_queries.clear()
    assert client.get(address).status_code == 200
    assert len(count_queries) <= 9
