"""The files of a course: in parts where one asks so, to those who may read what names them."""

import dataclasses

import pytest
from factories.accounts import make_user
from factories.files import CSV, MP4, PDF, file_source
from factories.neighbours_courses import course_of
from factories.progress import close, make_learner, make_member, make_run
from factories.spaces import join

from community.academy.models import CourseFile
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.files.models import StoredFile
from community.kernel.files.sending import disposition
from community.kernel.files.store import store
from community.spaces.models import Role
from community.spaces.operations import remove_member

ALL = {"heron-1", "heron-2", "heron-3", "heron-about", "heron-unused"}
LEARNT = {"heron-1", "heron-3", "heron-about"}  # of a module that is locked: nothing


@pytest.fixture
def world(app):
    """A run of a course whose second module is locked and whose third is only outlined."""
    source = course_of("heron")
    files = (
        *source.files,
        file_source("files/film.mp4", MP4),
        file_source("files/levels.csv", CSV),
        file_source("files/map.pdf", PDF),
    )
    return make_run(app, dataclasses.replace(source, files=files))


def address(world, name):
    return f"/courses/{world.version}/files/files/{name}"


def loaded(client, world) -> set[str]:
    found = set()
    for name in ALL:
        answer = client.get(address(world, f"{name}.txt"))
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:
            assert answer.text == f"of {name}\n"
            found.add(name)
    return found


def test_a_file_goes_out_to_be_saved_and_never_as_a_page(world, browse):
    client = browse(world.owner)
    sent = client.get(address(world, "map.pdf"))
    assert (sent.status_code, sent.data) == (200, PDF)
    assert sent.content_type == "application/pdf"
    assert sent.headers["Content-Disposition"] == 'attachment; filename="map.pdf"'
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Accept-Ranges"] == "bytes"
    assert sent.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(address(world, "map.pdf"), headers={"If-None-Match": sent.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    table = client.get(address(world, "levels.csv"))
    assert table.content_type == "text/csv; charset=utf-8"


LAST = len(MP4) - 1


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, LAST),
        ("bytes=-7", LAST - 6, LAST),
        ("bytes=5-5", 5, 5),
        (f"bytes=0-{LAST * 2}", 0, LAST),
    ],
)
def test_a_film_is_sent_in_parts(world, browse, asked, start, stop):
    headers = {"Range": asked, "Accept-Encoding": "gzip, br"}
    sent = browse(world.owner).get(address(world, "film.mp4"), headers=headers)
    assert (sent.status_code, sent.data) == (206, MP4[start : stop + 1])
    assert sent.headers["Content-Range"] == f"bytes {start}-{stop}/{LAST + 1}"
    assert sent.headers["Content-Length"] == str(stop - start + 1)
    assert sent.headers["Content-Disposition"].startswith("inline")
    assert "Content-Encoding" not in sent.headers


@pytest.mark.parametrize("asked", ["bytes=9-1", "lines=1-2", "bytes=0-1,5-6", "bytes", "bytes=x-"])
def test_what_is_no_part_is_sent_whole(world, browse, asked):
    sent = browse(world.owner).get(address(world, "film.mp4"), headers={"Range": asked})
    assert (sent.status_code, sent.data) == (200, MP4)


def test_a_part_behind_the_end_is_none(world, browse):
    headers = {"Range": f"bytes={LAST + 1}-"}
    assert browse(world.owner).get(address(world, "film.mp4"), headers=headers).status_code == 416


def test_a_part_of_what_has_changed_is_sent_whole(world, browse):
    sent = browse(world.owner).get(
        address(world, "film.mp4"), headers={"Range": "bytes=0-9", "If-Range": '"another"'}
    )
    assert (sent.status_code, sent.data) == (200, MP4)


def test_who_only_asks_how_large_it_is_gets_nothing_of_it(world, browse):
    told = browse(world.owner).head(address(world, "film.mp4"))
    assert (told.status_code, told.data) == (200, b"")
    assert told.headers["Content-Length"] == str(len(MP4))


def test_a_learner_loads_those_of_the_texts_that_are_open(app, browse, world):
    learner, _enrolment = make_learner(app, world)
    assert loaded(browse(learner), world) == LEARNT
    close(app, world)
    assert loaded(browse(learner), world) == LEARNT


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.FACILITATOR, Role.ORGANISER])
def test_who_reads_everything_loads_everything(app, browse, world, role):
    assert loaded(browse(make_member(app, world, role=role)), world) == ALL


def test_nobody_else_loads_any(app, browse, world):
    left, _enrolment = make_learner(app, world)
    with app.app_context():
        remove_member(Context.begin(left), world.space, left)
    of_the_network = make_user(app)
    join(app, world.network, of_the_network)
    for user_id in (left, of_the_network, make_user(app), make_user(app, admin=True)):
        assert loaded(browse(user_id), world) == set()


@pytest.mark.parametrize(
    "name", ["none.pdf", "../assets/heron-1.svg", "%2e%2e/%2e%2e/secret_key", "", "map.PDF", "map"]
)
def test_only_files_of_the_course_are_found(browse, world, name):
    assert browse(world.owner).get(address(world, name)).status_code == 404


def test_a_file_that_is_away_is_told_and_nothing_is_said_of_where_it_lay(app, browse, world):
    with app.app_context():
        row = db.session.query(CourseFile).filter_by(path="files/map.pdf").one()
        store().remove(db.session.get_one(StoredFile, row.stored_id).digest)
    answer = browse(world.owner).get(address(world, "map.pdf"))
    assert answer.status_code == 503
    assert "cannot be read just now" in answer.text
    assert "uploads" not in answer.text


def test_a_file_costs_a_few_statements_whoever_looks(app, browse, world, count_queries):
    learner, _enrolment = make_learner(app, world)
    client = browse(learner)
    client.get(address(world, "heron-1.txt"))
    count_queries.clear()
    assert client.get(address(world, "heron-1.txt")).status_code == 200
    assert len(count_queries) <= 9


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("map.pdf", 'attachment; filename="map.pdf"'),
        ("Zähler.csv", "attachment; filename=\"Zhler.csv\"; filename*=UTF-8''Z%C3%A4hler.csv"),
        ('a"\r\nX: 1', "attachment; filename=\"aX: 1\"; filename*=UTF-8''a%22%0D%0AX%3A%201"),
        ("地図", "attachment; filename=\"file\"; filename*=UTF-8''%E5%9C%B0%E5%9B%B3"),
    ],
)
def test_a_name_is_sent_so_that_nothing_breaks_out_of_it(name, said):
    assert disposition(name) == said
