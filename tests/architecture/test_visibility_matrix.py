"""Role by state by surface: one sees what the one rule says, and hidden equals absent.

The surfaces are those of the application itself: a GET route that the matrix does not hold fails.
"""

import re
import uuid

import pytest
from architecture.eyes import look, secrets_of
from architecture.surfaces import LISTS, QUERY, SURFACES, sees_space
from conftest import browser, empty
from factories.neighbours import make_neighbours
from flask import url_for

from community.kernel.doors import access_of

ROLES = (
    "owner",
    "organiser",
    "facilitator",
    "member",
    "observer",
    "removed",
    "neighbour",
    "outsider",
    "admin",
    "anonymous",
)
ABSENT = uuid.UUID("01900000-0000-7000-8000-00000000beef")
ABSENT_WORD = "there-is-no-such-thing"
SHOWN = {200, 302, 303, 409}  # 409: an archived space is read, not written
REFUSED = {403}
HIDDEN = {404, 401, 302}  # the last two: asked to sign in first
TOKEN = re.compile(r'(name="csrf_token" value|name="csrf-token" content)="[^"]*"')


@pytest.fixture(scope="module")
def world(shared_app):
    """Two networks, made once for all roles: reading changes nothing."""
    empty(shared_app)
    return make_neighbours(shared_app)


@pytest.fixture(scope="module", params=ROLES)
def eyes(request, shared_app, world):
    return look(shared_app, world, request.param)


@pytest.fixture(scope="module")
def client(shared_app, eyes):
    return browser(shared_app, eyes.user_id)


def address(app, endpoint, args):
    path = {name: value for name, value in args.items() if not name.startswith(QUERY)}
    query = {name[1:]: value for name, value in args.items() if name.startswith(QUERY)}
    with app.test_request_context():
        return url_for(endpoint, **path, **query)


def nothing(value):
    if isinstance(value, uuid.UUID):
        return ABSENT
    return 99 if isinstance(value, int) else ABSENT_WORD


def said(answer, where):
    """Return all that an answer tells, without what was asked and what changes with each."""
    if answer.location and "/sign-in?next=" in answer.location:
        return answer.status_code, "asked to sign in"
    text = TOKEN.sub("", answer.get_data(as_text=True)).replace(where, "")
    return answer.status_code, answer.content_type, answer.location, text


def test_every_get_route_is_in_the_matrix(shared_app):
    routes = {rule.endpoint for rule in shared_app.url_map.iter_rules() if "GET" in rule.methods}
    assert routes - {"static"} == set(SURFACES)


def test_the_roles_are_those_of_the_world(world):
    assert set(ROLES) == set(world.roles)


@pytest.mark.parametrize("endpoint", SURFACES)
def test_each_surface_shows_what_the_rule_says(shared_app, world, eyes, client, endpoint):
    surface = SURFACES[endpoint]
    public = access_of(shared_app.view_functions[endpoint]) == "public"
    wrong, shown = [], 0
    for args in surface.asks(world):
        where = address(shared_app, endpoint, args)
        answer = client.get(where)
        sees = (public or eyes.user_id is not None) and surface.sees(eyes, world, args)
        may = sees and surface.may(eyes, world, args)
        shown += may
        expected = SHOWN if may else REFUSED if sees else HIDDEN
        if answer.status_code not in expected:
            wrong.append(f"{where} answers {answer.status_code}, not one of {expected}")
        if not sees:
            elsewhere = [
                address(shared_app, endpoint, none) for none in absences(eyes, world, args)
            ]
            wrong += [
                f"{where} differs from {none}"
                for none in elsewhere
                if said(answer, where) != said(client.get(none), none)
            ]
        if not surface.tells:
            wrong += [f"{where} tells {text}" for text in leaks(world, eyes, answer, args)]
    assert wrong == []
    knows = "member" if endpoint == "progress_api.progress" else "owner"
    assert shown or eyes.name != knows, "the matrix never sees this surface open"


def absences(eyes, world, args):
    """Yield arguments that name nothing there is, to compare an answer with.

    All of them, and the last alone. A page of a space one sees shows that space around its words:
    there only the last, if it stands below the space.
    """
    inside = "slug" in args and sees_space(eyes, world, args)
    if args and not inside:
        yield {name: nothing(value) for name, value in args.items()}
    if len(args) > 1:
        last = list(args)[-1]
        yield {**args, last: nothing(args[last])}


@pytest.mark.parametrize("endpoint", LISTS)
def test_each_list_holds_all_that_one_sees_and_nothing_else(
    shared_app, world, eyes, client, endpoint
):
    """By the ids of its items; what a list of one space holds is told by the rule, there."""
    for args in SURFACES[endpoint].asks(world):
        answer = client.get(address(shared_app, endpoint, {**args, "?limit": 100}))
        if answer.status_code == 200:
            found = {item.get("id") or item["user"]["id"] for item in answer.get_json()["items"]}
            assert found == {str(key) for key in LISTS[endpoint](eyes, world, args)}, args


def leaks(world, eyes, answer, args):
    """Yield what stands in an answer that its reader must not see, but what they asked for."""
    text = answer.get_data(as_text=True) + (answer.location or "")
    asked = " ".join(str(value) for value in args.values())
    for secret in secrets_of(world.here) + secrets_of(world.there):
        if secret.text in text and secret.text not in asked and not secret.sees(eyes):
            yield secret.text
