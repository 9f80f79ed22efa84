import dataclasses
import uuid

import pytest
from factories.accounts import make_user
from factories.spaces import join, make_space

from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Place:
    """A space, and somebody in each role and outside, by the name of the role."""

    space_id: uuid.UUID
    people: dict[str, uuid.UUID]


@pytest.fixture
def place(app):
    space_id = make_space(app, slug="tide-school")
    people = {role.value: make_user(app, f"{role.value.title()} Example") for role in Role}
    for role in Role:
        join(app, space_id, people[role.value], role)
    return Place(space_id, people | {"outsider": make_user(app, "Out Sider")})
