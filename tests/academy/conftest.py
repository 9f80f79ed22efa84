"""A network with an organiser, the draft of a published course, and one with nothing in it."""

import pytest
from conftest import acting
from factories.academy import checklist_source, course_source, make_version, module_source
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.academy.models import CourseVersion
from community.academy.operations import (
    begin_course,
    begin_draft,
)
from community.kernel.db import db
from community.spaces.models import Role, SpaceKind


@pytest.fixture
def network(app):
    return make_space(app, "The network", kind=SpaceKind.NETWORK)


@pytest.fixture
def organiser(app, network):
    user_id = make_user(app, "Wanjiru Kamau")
    join(app, network, user_id, Role.ORGANISER)
    return user_id


@pytest.fixture
def client(browse, organiser):
    return browse(organiser)


@pytest.fixture
def course(app, network, organiser):
    """Return the draft of a published course with one activity of each kind in its first module."""
    source = course_source(
        modules=(
            module_source(1),
            module_source(2, activities=(checklist_source(),)),
        )
    )
    version = make_version(app, network, source)
    with app.app_context():
        course_id = db.session.get_one(CourseVersion, version).course_id
        return begin_draft(acting(organiser), course_id).id


@pytest.fixture
def empty(app, network, organiser):
    """Return the draft of a course that has nothing in it yet."""
    with app.app_context():
        return begin_course(acting(organiser), network, title="Sharing data").id
