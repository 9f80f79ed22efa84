"""A cohort of eight weeks and its owner; and a few people who share spaces."""

import pytest
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.spaces.models import Role


@pytest.fixture
def space(app):
    return make_space(app, "Cohort 9", slug="cohort-9", summary="Eight weeks together")


@pytest.fixture
def owner(app, space):
    user_id = make_user(app, "Olga Owner")
    join(app, space, user_id, Role.OWNER)
    return user_id


@pytest.fixture
def world(app):
    """Ana and Bo are members of a space that Cleo leads; Dan leads another, in which Ana is too."""
    found = {name: make_user(app, name) for name in ("Ana Lind", "Bo", "Cleo", "Dan", "Eve")}
    found = {name.split()[0].lower(): key for name, key in found.items()}
    found["space"] = make_space(app, slug="cohort-9")
    found["other"] = make_space(app, slug="cohort-10")
    for name, role in (("ana", Role.MEMBER), ("bo", Role.MEMBER), ("cleo", Role.FACILITATOR)):
        join(app, found["space"], found[name], role)
    join(app, found["other"], found["ana"], Role.MEMBER)
    join(app, found["other"], found["dan"], Role.OWNER)
    return found
