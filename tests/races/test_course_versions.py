"""Several imports of one course at once get numbers in turn.

The lock is that of the course's row (``academy.operations._locked_course``).
"""

import pytest
from conftest import acting
from factories.academy import course_source, make_version
from factories.accounts import make_user
from factories.spaces import join, make_space
from races.parallel import at_once

from community.academy.operations import import_course
from community.spaces.models import Role, SpaceKind

pytestmark = pytest.mark.races


def test_parallel_imports_are_numbered_in_turn(app):
    network = make_space(app, kind=SpaceKind.NETWORK)
    organiser = make_user(app)
    join(app, network, organiser, Role.ORGANISER)
    make_version(app, network)
    sources = [course_source(summary=f"Edition {n}.") for n in range(8)]

    answers = at_once(
        app,
        [
            lambda source=source: import_course(acting(organiser), network, source).number
            for source in sources
        ],
    )

    assert sorted(answers, key=str) == list(range(2, 10))
