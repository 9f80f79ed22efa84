"""The world that the matrices look at and act in, through the eyes of each role."""

import pytest
from architecture.eyes import look
from architecture.requests import ROLES
from conftest import acting, browser, empty
from factories.neighbours import make_neighbours

from community.search.operations import rebuild


@pytest.fixture(scope="module")
def world(shared_app):
    """Two networks, made once for all roles: what is read or refused changes nothing."""
    empty(shared_app)
    made = make_neighbours(shared_app)
    with shared_app.app_context():
        rebuild(acting(None))
    return made


@pytest.fixture(scope="module", params=ROLES)
def eyes(request, shared_app, world):
    return look(shared_app, world, request.param)


@pytest.fixture(scope="module")
def client(shared_app, eyes):
    return browser(shared_app, eyes.user_id)
