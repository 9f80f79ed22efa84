import dataclasses
import uuid

import pytest
from factories.accounts import make_user
from factories.progress import World, enrolment_id_of, make_member, make_run
from realtime_client import open_door

from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Cast:
    """A run, one person in each role of its space, another learner and an outsider."""

    world: World
    people: dict[str, uuid.UUID]
    mine: uuid.UUID
    """The member's enrolment."""

    def __getattr__(self, name: str) -> uuid.UUID:
        return self.people[name]


@pytest.fixture
def cast(app):
    """An open run in its second week, with people in every role."""
    world = make_run(app)
    people = {
        role.value: make_member(app, world, f"{role.value.title()} Example", role)
        for role in Role
        if role is not Role.OWNER
    }
    people["owner"] = world.owner
    people["other"] = make_member(app, world, "Other Learner")
    people["outsider"] = make_user(app, "Out Sider")
    return Cast(world, people, enrolment_id_of(app, world, people["member"]))


@pytest.fixture
def live(app, settings, browse):
    """An application whose live door is open, over the same database."""
    with open_door(settings, browse) as door:
        yield door
