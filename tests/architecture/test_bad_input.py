"""Bad input: a 4xx that names the field, never a 5xx, and nothing in the database has changed.

Made from the API's document, the routes and the socket schemas: what is added there is tried here.
"""

import io
import json
import uuid

import pytest
from architecture.acts import ACTS
from architecture.requests import ABSENT, UNSAFE, address_of, contents, is_api, method_of, rule_of
from architecture.socket_acts import SOCKET_ACTS
from architecture.surfaces import SURFACES
from architecture.surfaces.surface import is_admin
from conftest import browser, empty
from factories.forms import with_file
from factories.neighbours import make_neighbours
from realtime_client import open_door

from community.app import FEATURES

EVENTS = {event.name: event for feature in FEATURES for event in feature.sockets}
DEEP = 60_000


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


LONG = "x" * 61_000  # longer than any text, shorter than what a socket takes
WRONG = {
    "a list": [],
    "a list of lists": nested(50),
    "an object in an object": {"a": {"b": {"c": 1}}},
    "a number below all": -1,
    "a number beyond all": 10**30,
    "a broken number": -0.5,
    "a text with NUL": "a\x00b",
    "half a character": "a\ud800",
    "an endless text": LONG,
    "a text that is no word of it": "\x7f",
}
BODIES = {
    "nothing": b"",
    "not JSON": b"{",
    "no UTF-8": b'{"body": "\xff\xfe"}',
    "an unpaired quote": b'"',
    "a list": b"[]",
    "a text": b'"body"',
    "a number": b"7",
    "null": b"null",
    "a number of many digits": b'{"number": ' + b"9" * 20_000 + b"}",
    "nested too deep": b"[" * DEEP + b"]" * DEEP,
}


@pytest.fixture(scope="module")
def world(shared_app):
    """Two networks, made once: nothing here changes them."""
    empty(shared_app)
    return make_neighbours(shared_app)


@pytest.fixture(scope="module")
def clients(shared_app, world):
    return {name: browser(shared_app, user_id) for name, user_id in world.roles.items()}


@pytest.fixture(scope="module")
def document(shared_app):
    return shared_app.test_client().get("/api/openapi.json").get_json()


@pytest.fixture(scope="module")
def held(shared_app, world, clients):
    """Return what the database held at last, in a list of one."""
    return [contents(shared_app)]


@pytest.fixture
def unchanged(shared_app, held):
    """Compare all that the database holds after a test with what it held after the one before."""
    yield
    before, held[0] = held[0], contents(shared_app)
    assert held[0] == before


API = [endpoint for endpoint in ACTS if is_api(endpoint) and not ACTS[endpoint].file]
FORMS = [endpoint for endpoint in ACTS if not (is_api(endpoint) or ACTS[endpoint].file)]
UPLOADS = [endpoint for endpoint in ACTS if ACTS[endpoint].file]


def test_every_act_there_is_is_in_the_table(shared_app):
    unsafe = {rule.endpoint for rule in shared_app.url_map.iter_rules() if rule.methods & UNSAFE}
    assert unsafe == set(ACTS)
    assert set(EVENTS) == set(SOCKET_ACTS)


# ------------------------------------------------------------------ JSON


def fields_of(app, document, endpoint):
    """Return the fields of an operation's body as the document has them, and which it needs."""
    path = rule_of(app, endpoint).rule.replace("<uuid:", "{").replace(">", "}")
    body = document["paths"][path][method_of(app, endpoint).lower()].get("requestBody")
    if body is None:
        return None, (), False
    [media] = body["content"].values()
    schema = document["components"]["schemas"][media["schema"]["$ref"].rsplit("/", 1)[1]]
    return schema["properties"], schema.get("required", ()), body.get("required", False)


def spoiled(properties, required, given):
    """Yield what to send and the field it must name, one thing wrong in each."""
    yield {**given, "nobody_knows": 1}, "nobody_knows"
    yield {**given, "__class__": {"__init__": {}}}, "__class__"
    for name in required:
        yield {key: value for key, value in given.items() if key != name}, name
    for name, schema in properties.items():
        for value in WRONG.values():
            if not sound(schema, value):
                yield {**given, name: value}, name
        if not nullable(schema):
            yield {**given, name: None}, name


def sound(schema, value):
    """Whether a field takes what is wrong elsewhere: no items, a number below all others."""
    if value == []:
        return "array" in schema.get("type", ()) and not schema.get("minItems")
    return value == -1 and schema.get("minimum", 0) <= -1


def nullable(schema):
    return "null" in schema.get("type", ()) or None in schema.get("enum", ())


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("endpoint", API)
def test_json_that_cannot_be_used_is_refused_by_the_name_of_its_field(
    shared_app, world, clients, document, endpoint
):
    act, side = ACTS[endpoint], world.here
    client = clients[act.who]
    where, method = (
        address_of(shared_app, endpoint, act.args(side), method_of(shared_app, endpoint)),
        method_of(shared_app, endpoint),
    )
    properties, required, whole = fields_of(shared_app, document, endpoint)
    wrong = []
    for sent, name in spoiled(properties, required, act.given(side)) if properties else ():
        answer = client.open(where, method=method, data=json.dumps(sent), content_type=JSON)
        if answer.status_code != 422 or name not in answer.get_json()["fields"]:
            wrong.append((name, str(sent.get(name))[:40], answer.status_code, answer.text[:200]))
    for what, body in BODIES.items() if properties else ():
        if what == "nothing" and not whole:
            continue  # all of it may be left out
        answer = client.open(where, method=method, data=body, content_type=JSON)
        if not 400 <= answer.status_code < 500:
            wrong.append((what, answer.status_code, answer.text[:200]))
    if properties:
        answer = client.open(where, method=method, data=b" " * 2_000_001, content_type=JSON)
        if answer.status_code != 413 or answer.get_json()["status"] != 413:
            wrong.append(("too much", answer.status_code))
    if whole:
        answer = client.open(where, method=method, data=b"{}", content_type="text/plain")
        if not 400 <= answer.status_code < 500:
            wrong.append(("not said to be JSON", answer.status_code))
    assert wrong == []


JSON = "application/json"
FOREIGN = ABSENT[uuid.UUID]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("endpoint", [name for name in ACTS if ACTS[name].named])
def test_an_id_in_the_body_of_what_one_does_not_see_is_refused(
    shared_app, world, clients, endpoint
):
    act = ACTS[endpoint]
    where = address_of(shared_app, endpoint, act.args(world.here), method_of(shared_app, endpoint))
    for name in act.named:
        for other in (str(FOREIGN), act.given(world.there)[name]):
            sent = {**act.given(world.here), name: other}
            kind = {"json": sent} if is_api(endpoint) else {"data": sent}
            answer = clients[act.who].post(where, **kind)
            assert answer.status_code == 404, sent


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("endpoint", ACTS)
def test_ids_in_the_address_of_what_one_does_not_see_are_refused(
    shared_app, world, clients, endpoint
):
    """One by one: of nothing, of another network; both answer the same."""
    act, side = ACTS[endpoint], world.here
    method, client = method_of(shared_app, endpoint), clients[act.who]
    foreign = act.args(world.there)
    for name, value in act.args(side).items():
        if isinstance(value, uuid.UUID):
            answers = set()
            # to an administrator no account and no space is foreign
            for other in (FOREIGN,) if act.sees is is_admin else (FOREIGN, foreign[name]):
                where = address_of(
                    shared_app,
                    endpoint,
                    {**act.args(side), name: other},
                    method_of(shared_app, endpoint),
                )
                given = act.given(side)
                sent = {"json": given} if is_api(endpoint) else {"data": given}
                if act.file:
                    sent = {"data": given}
                    sent["content_type"] = "multipart/form-data"
                answers.add(client.open(where, method=method, **sent).status_code)
            idle = endpoint.endswith("lower_hand") and name == "user_id"  # it is down: it stays so
            assert idle or answers == {404}, name


@pytest.mark.usefixtures("unchanged")
def test_what_a_list_is_asked_for_is_checked_by_the_name_of_the_field(
    shared_app, world, clients, document
):
    side, wrong = world.here, []
    ids = {
        "space_id": side.run.space,
        "thread_id": side.threads["open"],
        "post_id": side.posts["standing"],
        "session_id": side.sessions["live"],
        "run_id": side.run.id,
        "course_id": side.course,
        "import_id": side.mail_import,
        "export_id": side.talk_export,
    }
    asked = 0
    for path, methods in document["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        queries = [found["name"] for found in parameters if found.get("in") == "query"]
        for name in [*queries, "nobody_knows"] if queries else ():
            for value in ("x", "-1", "1.5", "a%00b", "%ff", "%ed%a0%80", "9" * 5000, "[]"):
                kind = "survey" if "/survey" in path else "reflection"
                where = path.format(**ids, activity_id=side.activity(kind)) + f"?{name}={value}"
                answer = clients["owner"].get(where)
                asked += 1
                if name in SEARCHES and value not in UNSEARCHABLE:
                    wrong += [(where, answer.status_code)] if answer.status_code != 200 else []
                elif answer.status_code != 422 or name not in answer.get_json()["fields"]:
                    wrong.append((where[:120], answer.status_code, answer.text[:120]))
    assert wrong == []
    assert asked > 200


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", ["page", "show", "kind", "after", "post", "reply_to", "slug"])
def test_pages_take_no_harm_from_what_stands_behind_the_question_mark(
    shared_app, world, clients, name
):
    side = world.here
    space = f"/spaces/{side.run.slug}"
    for place in (
        *(f"{space}/{page}" for page in ("people", "threads", "sessions", "manage", "progress")),
        f"{space}/threads/new",
        f"/threads/{side.threads['open']}",
        f"/sessions/{side.sessions['live']}/room",
        "/courses",
        "/runs/new",
    ):
        for value in ("x", "-1", "a%00b", "%ff", "9" * 500, "<:1", ">i:1~i:1"):
            answer = clients["owner"].get(f"{place}?{name}={value}")
            assert answer.status_code < 500, f"{place}?{name}={value}"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("broken", ["a%00b", "%ff", "%ed%a0%80", "x" * 5000, "%F0%9F%98%80"])
def test_a_name_in_an_address_that_nothing_can_have_is_not_found(
    shared_app, world, clients, broken
):
    """Wherever a route takes a word: a slug, a token, a path."""
    tried = 0
    for endpoint, surface in SURFACES.items():
        args = surface.asks(world)[0]
        words = [name for name, value in args.items() if isinstance(value, str) and name[0] != "?"]
        if words:
            tried += 1
            named = {name: "assets/word" if name == "path" else "word" for name in words}
            where = address_of(shared_app, endpoint, {**args, **named})
            answer = clients["owner"].get(where.replace("word", broken))
            assert answer.status_code == 404, where
    assert tried > 10


SEARCHES = {"search", "tag", "q"}  # whatever is typed is looked for
UNSEARCHABLE = {"a%00b", "9" * 5000}


# ------------------------------------------------------------------ forms

TAKES = {"correspondence.by_link": {"multipart/form-data"}}
"""Forms that come in another kind too: with what they know in it they would do something."""


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("endpoint", FORMS)
def test_a_form_that_cannot_be_used_is_shown_again_or_refused(shared_app, world, clients, endpoint):
    act, side = ACTS[endpoint], world.here
    client, wrong = clients[act.who], []
    where, given = (
        address_of(shared_app, endpoint, act.args(side), method_of(shared_app, endpoint)),
        dict(act.given(side)),
    )
    headers = {} if act.who != "anonymous" else {"X-CSRFToken": guest_token(client)}
    for name in given:
        rest = {key: value for key, value in given.items() if key != name}
        for value in ("a\x00b", LONG, b"a\xff\xfe"):
            if name in FREE and value != b"a\xff\xfe":
                continue  # a key of the form's own; it is only ever digested
            answer = client.post(where, data={**rest, name: value}, headers=headers)
            if not 400 <= answer.status_code < 500:
                wrong.append((name, str(value)[:20], answer.status_code))
    answer = client.post(where, data={**given, "x": "y" * 2_000_001}, headers=headers)
    if answer.status_code != 413:
        wrong.append(("too much", answer.status_code))
    answer = client.post(where, data={**given, "nobody_knows": "1"}, headers=headers)
    if answer.status_code != 422 or "nobody_knows" not in answer.text:
        wrong.append(("nobody_knows", answer.status_code))
    for kind in ("multipart/form-data", "text/plain", JSON):
        body = {**given, "file": (io.BytesIO(b"x"), "x.txt")} if "form-data" in kind else b"{}"
        answer = client.post(where, data=body, content_type=kind, headers=headers)
        if answer.status_code != (422 if kind in TAKES.get(endpoint, ()) else 415):
            wrong.append((kind, answer.status_code))
    assert wrong == []


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("endpoint", UPLOADS)
def test_a_form_with_a_file_takes_that_file_and_nothing_else(shared_app, world, clients, endpoint):
    act, side = ACTS[endpoint], world.here
    client = clients[act.who]
    where = address_of(shared_app, endpoint, act.args(side), method_of(shared_app, endpoint))

    def sent(name, data, **more):
        form = with_file(name, data, **act.given(side), **more)
        return client.post(where, **form).status_code

    assert sent(act.file, b"no picture") == 422
    assert sent(act.file, b"x" * 12_000_000) == 413
    assert sent("another", b"no picture") == 422
    assert sent(act.file, b"no picture", nobody_knows="1") == 422
    assert sent(act.file, b"no picture", nobody_knows="y" * 400_000) == 413
    many = {f"field{number}": "1" for number in range(50)}
    assert sent(act.file, b"no picture", **many) == 413
    for kind in ("application/x-www-form-urlencoded", "text/plain", JSON, "multipart/mixed"):
        assert client.post(where, data=b"a=1", content_type=kind).status_code == 415
    broken = client.post(where, data=b"--x", content_type="multipart/form-data")
    assert 400 <= broken.status_code < 500


FREE = {"nonce", "seen"}


def guest_token(client):
    with client.session_transaction() as session:
        session["csrf_token"] = "0" * 40
    return browser_token(client)


def browser_token(client):
    page = client.get("/sign-in").text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


# ------------------------------------------------------------------ sockets


@pytest.fixture(scope="module")
def door(shared_app, settings, world):
    with open_door(settings, lambda user_id: browser(shared_app, user_id)) as opened:
        yield opened


@pytest.fixture(scope="module")
def members(shared_app, door, world, held):
    opened = {name: door.connect(world.here.people[name]) for name in ("member", "owner")}
    held[0] = contents(shared_app)  # who connects has been seen
    return opened


def ask(door, member, name, *given):
    for connection in door.server.connections.values():
        connection.bucket.level = connection.bucket.burst  # this is about input, not about pace
    return member.client.emit(name, *given, callback=True)


# The sender of these tests cannot write them; what is no JSON is refused by the transport, whose
# own tests (tests/kernel/realtime) send it byte by byte.
UNSENDABLE = {"half a character", "a number beyond all"}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", EVENTS)
def test_an_event_that_cannot_be_used_is_refused_by_the_name_of_its_field(
    world, door, members, name
):
    act, schema = SOCKET_ACTS[name], EVENTS[name].schema
    member, given, wrong = members[act.who], act.given(world.here), []
    cases = [({**given, "nobody_knows": 1}, "nobody_knows")]
    wrongs = [value for what, value in WRONG.items() if what not in UNSENDABLE]
    for field, found in schema.fields.items():
        cases += [({**given, field: value}, field) for value in wrongs]
        if not found.allow_none:
            cases.append(({**given, field: None}, field))
        if found.required:
            cases.append(({key: v for key, v in given.items() if key != field}, field))
    for sent, field in cases:
        answer = ask(door, member, name, sent)
        if answer["ok"] or answer["error"]["status"] != 422:
            wrong.append((field, str(sent.get(field))[:40], answer))
        elif field not in answer["error"]["fields"]:
            wrong.append((field, answer["error"]))
    for sent in (["a"], "text", 7, None, [], [{}], nested(50)):
        answer = ask(door, member, name, sent)
        if answer["ok"] or not 400 <= answer["error"]["status"] < 500:
            wrong.append((sent, answer))
    assert wrong == []


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", [name for name in EVENTS if SOCKET_ACTS[name].named])
def test_an_event_about_what_one_does_not_see_is_refused(world, door, members, name):
    act = SOCKET_ACTS[name]
    [field] = act.named
    refusals = []
    for other in (str(FOREIGN), act.given(world.there)[field]):
        answer = ask(door, members[act.who], name, {**act.given(world.here), field: other})
        refusals.append(answer)
    assert refusals[0] == refusals[1]
    assert refusals[0]["error"]["status"] == 404
