"""A run goes on with a version that asks for other work; a version that was taken back is none."""

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import (
    assignment_settings,
    assignment_source,
    course_source,
    make_version,
    module_source,
)
from factories.assignments import Course
from factories.files import TXT
from factories.versions import move

from community.academy.queries import outline
from community.coursework.models import AssignmentWork, Marking, Stage, WorkFile
from community.coursework.operations import remove_work_file
from community.kernel.db import db
from community.kernel.errors import Conflict, Invalid


def moved(course, **settings):
    """Let the run go on with a version in which the assignment asks for something else."""
    source = assignment_source(settings=assignment_settings(**settings))
    newer = course_source(modules=(module_source(1, activities=(source,)),), summary="Anew.")
    version = make_version(course.app, course.world.network, newer, slug="sharing-data")
    with course.app.app_context():
        move(course.world.owner, course.world.run, version)
        course.key = outline(version).activities[0].id


def remove(course, name):
    with course.app.app_context():
        key = db.session.scalars(sa.select(WorkFile.id).where(WorkFile.name == name)).one()
        remove_work_file(acting(course.ana), key)


@pytest.mark.parametrize(
    ("asked", "too_much"),
    [
        ({"files": 0, "needed": 0}, ["letter.pdf", "notes.txt"]),
        ({"files": 1}, ["notes.txt"]),
        ({"files": 2, "sorts": ["pdf"]}, ["notes.txt"]),
    ],
)
def test_files_that_are_taken_no_more_are_not_handed_in(app, browse, asked, too_much):
    course = Course(app, files=2)
    course.add("letter.pdf")
    course.add("notes.txt", TXT)
    moved(course, **asked)
    with pytest.raises(Invalid) as refused:
        course.hand_in()
    assert set(refused.value.fields) == {"upload"}
    page = browse(course.ana).get(course.page).text
    assert page.count("/remove") == 2  # what is there can be removed, also where none is taken
    for name in too_much:
        remove(course, name)
    course.hand_in()
    assert course.version().number == 1


def test_where_a_newer_version_was_taken_back_the_one_before_is_marked(app, browse):
    course = Course(app)
    course.hand_in()
    course.mark(outcome=Marking.RETURNED)
    course.hand_in(revision=1, client_id="handed-in-2")
    page, over_json = (
        f"{where}/{course.version().id}" for where in (course.queue, "/api/v1/hand-ins")
    )
    client = browse(course.fay)
    assert "newer version" in client.get(page).text
    assert client.get(over_json).json["newest"] is False
    with pytest.raises(Conflict, match="newer version"):
        course.mark(outcome=Marking.ACCEPTED, edition=1)
    course.take_back()
    assert "newer version" not in client.get(page).text
    assert client.get(over_json).json["newest"] is True
    course.mark(outcome=Marking.ACCEPTED, edition=1)
    assert course.only(AssignmentWork).stage is Stage.ACCEPTED
