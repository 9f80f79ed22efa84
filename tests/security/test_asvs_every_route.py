"""What OWASP ASVS asks of every route, asked of every route there is.

The routes are those of the matrices' own tables (``architecture``): a new one is tried here too.
"""

import pytest
from architecture.acts import ACTS
from architecture.requests import address_of, body_of, contents, is_api, method_of
from architecture.surfaces import SURFACES
from conftest import browser, empty
from factories.neighbours import make_neighbours

from community.kernel import doors

ELSEWHERE = {"Origin": "https://elsewhere.example"}
SOME = 4  # addresses of a route: some of what is open, closed and archived
NO_CHARSET = {
    "progress.picture",
    "academy.draft_file",
}  # a drawing says its own encoding, or is UTF-8; no header does

FILES = {"transfers_api.archive": "application/zip"}  # what is loaded over JSON's door


@pytest.fixture(scope="module")
def world(shared_app):
    """Two networks, made once: nothing here changes them."""
    empty(shared_app)
    return make_neighbours(shared_app)


@pytest.fixture(scope="module")
def clients(shared_app, world):
    return {name: browser(shared_app, user_id) for name, user_id in world.roles.items()}


@pytest.fixture(scope="module")
def looked(shared_app, world, clients):
    """Return what each GET route answers a page of another site, and what that changed.

    At a few addresses of each. An observer looks after the owner: who writes nothing has everything
    still to read.
    """
    before, found = contents(shared_app), []
    for endpoint, surface in SURFACES.items():
        for args in list(surface.asks(world))[:SOME]:
            where = address_of(shared_app, endpoint, args)
            reader = clients["admin" if endpoint.startswith("administration.") else "owner"]
            found.append((endpoint, reader.get(where, headers=ELSEWHERE)))
            if not is_api(endpoint):
                found.append((endpoint, clients["observer"].get(where, headers=ELSEWHERE)))
    after = contents(shared_app)
    return found, {name for name, rows in after.items() if rows != before[name]}


def test_looking_changes_nothing(looked):
    answers, changed = looked
    assert changed == set()
    assert sum(answer.status_code == 200 for _endpoint, answer in answers) > 90


def test_every_answer_says_what_it_is_and_in_which_encoding(looked):
    wrong, kinds = set(), set()
    for endpoint, answer in looked[0]:
        kind = answer.mimetype
        kinds.add(kind)
        words = kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
        if answer.data and (not kind or (words and "charset=utf-8" not in answer.content_type)):
            wrong.add(endpoint)
        if kind == "application/json":
            assert answer.get_json() is not None, endpoint
        if endpoint in FILES and answer.status_code == 200:
            assert kind == FILES[endpoint]
            assert answer.headers["Content-Disposition"].startswith("attachment"), endpoint
        elif is_api(endpoint):
            assert kind in {"application/json", "application/problem+json"}, endpoint
        if answer.data.lstrip()[:9].lower() == b"<!doctype":
            assert kind == "text/html", endpoint
    assert wrong <= NO_CHARSET
    assert {"text/html", "application/json", "text/csv", "text/calendar"} <= kinds


def test_no_answer_may_be_read_by_another_site(shared_app, world, clients, looked):
    answers = list(looked[0])
    for endpoint, act in ACTS.items():  # what a browser asks before it sends more than a form
        where = address_of(
            shared_app, endpoint, act.args(world.here), method_of(shared_app, endpoint)
        )
        asked = {**ELSEWHERE, "Access-Control-Request-Method": method_of(shared_app, endpoint)}
        answers.append((endpoint, clients[act.who].options(where, headers=asked)))
    for endpoint, answer in answers:
        told = [name for name, _value in answer.headers if name.startswith("Access-Control")]
        assert told == [], endpoint


def test_no_act_is_taken_without_the_token_of_its_page(shared_app, world, clients):
    """What another site can have a browser send: its cookie, any form, but no token."""
    before, wrong, tried = contents(shared_app), {}, 0
    for endpoint, act in ACTS.items():
        if doors._marked(shared_app.view_functions[endpoint], doors._OWN_KEY):
            continue  # its address is the secret: a cookie opens nothing there
        client, method = clients[act.who], method_of(shared_app, endpoint)
        where = address_of(shared_app, endpoint, act.args(world.here), method)
        sent = body_of(endpoint, act.given(world.here), act.file)
        token = client.environ_base.pop("HTTP_X_CSRFTOKEN")
        answer = client.open(where, method=method, headers=ELSEWHERE, **sent)
        client.environ_base["HTTP_X_CSRFTOKEN"] = token
        tried += 1
        if answer.status_code != 400:
            wrong[endpoint] = answer.status_code
    assert wrong == {}
    assert contents(shared_app) == before
    assert tried > 100
