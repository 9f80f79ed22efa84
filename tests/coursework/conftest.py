import dataclasses
import uuid

import pytest
from factories.academy import (
    FILMS,
    checklist_source,
    course_source,
    film_source,
    link_source,
    module_source,
    reflection_source,
    survey_source,
)
from factories.accounts import make_user
from factories.assignments import Course
from factories.files import file_source
from factories.progress import World, enrolment_id_of, make_learner, make_run

GIVEN = b"%PDF-1.4\nwells\n%%EOF\n"
MADE = (
    checklist_source(),
    link_source("slides", title="Slides", settings={"file": "files/wells.pdf", "link": None}),
    link_source(),
    film_source(),
    reflection_source(),
    survey_source(),
)
"""Activities in which something is made or opened: a kind is that of the first that has it."""


@dataclasses.dataclass(frozen=True)
class Works:
    """An open run of a course with something to make, a learner in it, and somebody outside."""

    world: World
    learner: uuid.UUID
    mine: uuid.UUID
    """The learner's enrolment."""
    outsider: uuid.UUID

    def activity(self, kind: str) -> uuid.UUID:
        """Return the activity of a kind, in the open module."""
        return self.world.activities[[source.kind for source in MADE].index(kind)]

    def page(self, kind: str) -> str:
        """Return the address of the page of that activity."""
        place = [source.kind for source in MADE].index(kind) + 1
        return f"/spaces/{self.world.slug}/learn/1/{place}"


@pytest.fixture
def works(app):
    source = course_source(
        modules=(module_source(1, activities=MADE), module_source(2, activities=MADE[:1])),
        files=(file_source("files/wells.pdf", GIVEN), *FILMS),
    )
    world = make_run(app, source)
    learner, _enrolment = make_learner(app, world)
    return Works(world, learner, enrolment_id_of(app, world, learner), make_user(app, "Out Sider"))


@pytest.fixture
def course(app):
    """Make a run with an assignment of some settings."""
    return lambda **settings: Course(app, **settings)
