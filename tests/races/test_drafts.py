"""Several people write one draft at once: places stay 1 to n, and of two texts one wins.

The lock is that of the draft's row (``academy.operations.holding``).
"""

import threading
import time

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.academy import course_source, make_version
from factories.accounts import make_user
from factories.spaces import join, make_space
from races.parallel import PATIENCE, at_once

from community.academy.models import CourseDraft, CourseVersion
from community.academy.operations import (
    add_activity,
    add_module,
    add_picture,
    begin_course,
    begin_draft,
    discard_draft,
    edit_module,
    import_course,
    move_activity,
    move_module,
    publish_draft,
    remove_activity,
)
from community.academy.queries import difference, draft_outline
from community.kernel.db import db
from community.kernel.errors import Conflict
from community.kernel.operation import unit_of_work
from community.spaces.models import Role, SpaceKind

pytestmark = pytest.mark.races


@pytest.fixture
def organisers(app):
    network = make_space(app, kind=SpaceKind.NETWORK)
    people = [make_user(app) for _ in range(2)]
    for user_id in people:
        join(app, network, user_id, Role.ORGANISER)
    return network, people


@pytest.fixture
def course_id(app, organisers):
    version = make_version(app, organisers[0])
    with app.app_context():
        return db.session.get_one(CourseVersion, version).course_id


@pytest.fixture
def outline(app, organisers, course_id):
    with app.app_context():
        return draft_outline(begin_draft(acting(organisers[1][0]), course_id).id)


def test_two_who_begin_a_draft_begin_one(app, organisers, course_id):
    answers = at_once(
        app,
        [lambda who=who: begin_draft(acting(who), course_id).id for who in organisers[1] * 3],
    )
    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseDraft)) == 1


def test_places_have_no_gap_whatever_happens_at_once(app, organisers, outline):
    ana, ben = map(acting, organisers[1])
    one, two, three = outline.modules
    acts = [
        lambda: add_module(ana, outline.id, title="New"),
        lambda: add_module(ben, outline.id, title="New"),
        lambda: move_module(ana, three.id, position=1),
        lambda: move_module(ben, one.id, position=3),
        lambda: move_activity(ana, one.activities[0].id, module_id=two.id, position=1),
        lambda: move_activity(ben, two.activities[0].id, module_id=one.id, position=1),
        lambda: remove_activity(ana, one.activities[2].id, revision=1),
        lambda: add_activity(ben, one.id, kind="page", title="New"),
        lambda: add_activity(ana, one.id, kind="page", title="New"),
    ]
    answers = at_once(app, acts)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    with app.app_context():
        after = draft_outline(outline.id)
    for lines in (after.modules, *(module.activities for module in after.modules)):
        assert [row.position for row in lines] == list(range(1, len(lines) + 1))
        assert len({row.slug for row in lines}) == len(lines)
    assert (len(after.modules), len(after.activities)) == (5, 9)


def test_of_texts_that_come_at_once_one_is_kept_and_the_others_hear_of_it(app, organisers, outline):
    module = outline.modules[0]
    texts = {"title": module.title, "summary": "", "opens_later": False, "revision": 1}
    answers = at_once(
        app,
        [
            lambda who=who, n=n: edit_module(acting(who), module.id, body=f"Text {n}", **texts).body
            for n, who in enumerate(organisers[1] * 3)
        ],
    )
    [kept] = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == 5
    assert {error.details["kept"]["body"] for error in refused} == {kept}


def test_a_draft_is_published_once(app, organisers, outline):
    with app.app_context():
        module = outline.modules[0]
        edit_module(
            acting(organisers[1][0]), module.id, title="Other", summary="", body="",
            opens_later=False, revision=1,
        )  # fmt: skip
        seen = difference(outline.id).digest
    answers = at_once(
        app,
        [
            lambda who=who: publish_draft(acting(who), outline.id, seen=seen).number
            for who in organisers[1] * 2
        ],
    )
    assert answers == [2] * 4  # what all of them wanted is done
    with app.app_context():
        numbers = db.session.scalars(sa.select(CourseVersion.number).order_by(CourseVersion.number))
        assert list(numbers) == [1, 2]


def test_a_course_that_gets_its_first_version_stays_while_its_draft_is_discarded(app, organisers):
    network, (ana, ben) = organisers
    with app.app_context():
        draft = begin_course(acting(ana), network, title="Sharing data")
    imported = threading.Event()

    def publish():
        with unit_of_work(acting(ben)):
            version = import_course(acting(ben), network, course_source(), slug="sharing-data")
            imported.set()
            time.sleep(0.5)  # the other looks for versions meanwhile
        return version.number

    def discard():
        assert imported.wait(PATIENCE)
        discard_draft(acting(ana), draft.id, edits=draft.edits)

    assert at_once(app, [publish, discard]) == [1, None]
    with app.app_context():
        assert db.session.scalars(sa.select(CourseVersion.course_id)).all() == [draft.course_id]
        assert db.session.scalars(sa.select(CourseDraft)).all() == []


def test_pictures_that_come_at_once_have_paths_of_their_own(app, organisers, outline):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 9"/>'
    answers = at_once(
        app,
        [
            lambda who=who, n=n: (
                add_picture(acting(who), outline.id, name="waves.svg", data=drawing % (n + 1)).path
            )
            for n, who in enumerate(organisers[1] * 2)
        ],
    )
    assert len(set(answers)) == 4
    assert all(path.startswith("assets/waves-") for path in answers)
