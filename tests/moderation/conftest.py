import dataclasses
import uuid

import pytest
from factories.accounts import make_user
from factories.discussions import make_thread, reply
from factories.moderation import post_of
from factories.spaces import join, make_space
from realtime_client import open_door

from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Place:
    """A space with one person in each role, and a post of the member's that may be reported."""

    space_id: uuid.UUID
    people: dict[str, uuid.UUID]
    thread_id: uuid.UUID
    post_id: uuid.UUID

    def __getattr__(self, name):
        return self.people[name]


@pytest.fixture
def place(app):
    """A space of five roles, another member and an outsider; the member answered the owner."""
    space_id = make_space(app, slug="tide-school", name="Tide school")
    people = {}
    for role in Role:
        people[role.value] = make_user(app, f"{role.value.title()} Example")
        join(app, space_id, people[role.value], role)
    people["other"] = make_user(app, "Ola Other")
    join(app, space_id, people["other"], Role.MEMBER)
    people["outsider"] = make_user(app, "Out Sider")
    thread_id = make_thread(app, space_id, people["owner"], title="Who reads the gauges?")
    reply(app, thread_id, people["member"], "Only fools ask that.")
    return Place(space_id, people, thread_id, post_of(app, thread_id, 2))


@pytest.fixture
def live(app, settings, browse):
    """An application whose live door is open, over the same database."""
    with open_door(settings, browse) as door:
        yield door
