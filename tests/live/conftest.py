"""A space with one person of each role, and an outsider."""

import dataclasses
import uuid

import pytest
from factories.accounts import make_user
from factories.spaces import join, make_space
from flask import Flask

from community.spaces.models import Role


@dataclasses.dataclass(frozen=True)
class Cast:
    """Ids of a space and of people around it."""

    space: uuid.UUID
    owner: uuid.UUID
    organiser: uuid.UUID
    facilitator: uuid.UUID
    member: uuid.UUID
    other: uuid.UUID
    observer: uuid.UUID
    outsider: uuid.UUID


@pytest.fixture
def cast(app: Flask) -> Cast:
    space = make_space(app)
    made = {}
    for name, role in (
        ("owner", Role.OWNER),
        ("organiser", Role.ORGANISER),
        ("facilitator", Role.FACILITATOR),
        ("member", Role.MEMBER),
        ("other", Role.MEMBER),
        ("observer", Role.OBSERVER),
    ):
        made[name] = make_user(app, f"{name.capitalize()} Lind")
        join(app, space, made[name], role)
    return Cast(space=space, outsider=make_user(app, "Outsider Lind"), **made)
