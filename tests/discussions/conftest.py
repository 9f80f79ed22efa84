import dataclasses
import uuid

import pytest
from factories.accounts import make_user
from factories.discussions import make_thread
from factories.spaces import join, make_space
from realtime_client import open_door

from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Place:
    """A space with one person in each role, one who left nothing behind, and a thread."""

    space_id: uuid.UUID
    people: dict[str, uuid.UUID]
    thread_id: uuid.UUID

    def __getattr__(self, name):
        return self.people[name]


@pytest.fixture
def place(app):
    """A space of five roles with a thread of one post by the member, and an outsider."""
    space_id = make_space(app)
    people = {}
    for role in Role:
        people[role.value] = make_user(app, f"{role.value.title()} Example")
        join(app, space_id, people[role.value], role)
    people["outsider"] = make_user(app, "Out Sider")
    return Place(space_id, people, make_thread(app, space_id, people["member"]))


@pytest.fixture
def live(app, settings, browse):
    """An application whose live door is open, over the same database."""
    with open_door(settings, browse) as door:
        yield door
