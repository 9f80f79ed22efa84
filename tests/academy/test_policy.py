"""Who reads courses as their author: role by rule."""

import pytest
from conftest import acting
from factories.academy import make_version
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.academy.models import Course, CourseVersion
from community.academy.policy import (
    may_begin_run,
    may_import_course,
    visible_courses,
    visible_versions,
)
from community.kernel.db import db
from community.kernel.operation import unit_of_work
from community.spaces.models import Membership, Role, Space, SpaceKind

#                      reads   imports and begins runs
TABLE = {
    Role.OWNER: (True, True),
    Role.ORGANISER: (True, True),
    Role.FACILITATOR: (True, False),
    Role.MEMBER: (False, False),
    Role.OBSERVER: (False, False),
    None: (False, False),
    "left": (False, False),
    "organiser elsewhere": (False, False),
    "administrator": (False, False),
    "signed out": (False, False),
}


def context_of(app, space_id, who):
    if who == "signed out":
        return acting(None)
    user_id = make_user(app)
    if isinstance(who, Role):
        join(app, space_id, user_id, who)
    elif who == "left":
        join(app, space_id, user_id, Role.OWNER)
        with unit_of_work(acting(None)):
            membership = db.session.query(Membership).filter_by(user_id=user_id).one()
            membership.ended_at = acting(None).now
    elif who == "organiser elsewhere":
        join(app, make_space(app), user_id, Role.ORGANISER)
    return acting(user_id, admin=who == "administrator")


@pytest.mark.parametrize(("who", "expected"), TABLE.items(), ids=str)
def test_the_table_of_roles(app, inside, who, expected):
    network = make_space(app, kind=SpaceKind.NETWORK)
    version_id = make_version(app, network)
    ctx = context_of(app, network, who)
    reads, leads = expected
    seen = db.session.scalars(visible_versions(ctx)).all()
    assert [row.id for row in seen] == ([version_id] if reads else [])
    assert len(db.session.scalars(visible_courses(ctx)).all()) == reads
    course = db.session.get_one(Course, db.session.get_one(CourseVersion, version_id).course_id)
    assert may_import_course(ctx, db.session.get_one(Space, network)) is leads
    assert may_begin_run(ctx, course) is leads


def test_the_command_line_reads_and_imports_everywhere_but_begins_no_run(app, inside):
    network = make_space(app, kind=SpaceKind.NETWORK)
    version_id = make_version(app, network)
    ctx = acting(None, origin="shell")
    assert [row.id for row in db.session.scalars(visible_versions(ctx))] == [version_id]
    course = db.session.scalars(visible_courses(ctx)).one()
    assert may_import_course(ctx, db.session.get_one(Space, network))
    assert not may_begin_run(ctx, course)


def test_a_person_at_the_command_line_has_their_own_rights_and_no_others(app, inside):
    make_version(app, make_space(app, kind=SpaceKind.NETWORK))
    ctx = acting(make_user(app), origin="shell")
    assert db.session.scalars(visible_versions(ctx)).all() == []
