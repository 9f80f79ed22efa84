"""A space with one person of each role, an outsider, and sessions: live, about to begin, over."""

import dataclasses
import datetime as dt
import uuid

import pytest
from factories.accounts import make_user
from factories.live import AGENDA, VIDEO, make_session
from factories.spaces import join, make_space
from flask import Flask

from community.kernel.db import db
from community.live.models import SessionState
from community.spaces.models import Role, Space


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


@pytest.fixture
def slug(app, cast):
    with app.app_context():
        return db.session.get_one(Space, cast.space).slug


@pytest.fixture
def live_id(app, cast):
    return make_session(
        app,
        cast.space,
        cast.owner,
        state=SessionState.LIVE,
        plan=AGENDA,
        plan_html="<p>Bring one.</p>",
        video_url=VIDEO,
    )


@pytest.fixture
def lobby_id(app, cast):
    return make_session(
        app,
        cast.space,
        cast.owner,
        title="Clinic",
        starts_at=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5),
    )


@pytest.fixture
def over_id(app, cast):
    return make_session(
        app,
        cast.space,
        cast.owner,
        title="Last week",
        starts_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=7),
        state=SessionState.ENDED,
        ended_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=7) + dt.timedelta(minutes=58),
    )
