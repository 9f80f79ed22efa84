"""Role by act: what one does not see is not there to be acted on, what one may not do is refused.

Every unsafe route and every socket event, as every role for whom the rule says no. Nothing changes.
"""

import pytest
from architecture.acts import ACTS, merged
from architecture.eyes import look
from architecture.requests import (
    ABSENT,
    ROLES,
    absences,
    address_of,
    body_of,
    contents,
    method_of,
    said,
)
from architecture.socket_acts import SOCKET_ACTS
from conftest import browser
from realtime_client import open_door

ASKED_WHO = {400, 401}  # who sends no cookie has no token against forgery either


def sends(app, client, endpoint, args, given):
    body = body_of(endpoint, given, ACTS[endpoint].file)
    where = address_of(app, endpoint, args, method_of(app, endpoint))
    return where, client.open(where, method=method_of(app, endpoint), **body)


def test_who_may_not_is_refused_and_who_does_not_see_finds_nothing(shared_app, world, eyes, client):
    before, wrong, refused = contents(shared_app), [], 0
    for endpoint, act in ACTS.items():
        everything, args = merged(act, world.here), act.args(world.here)
        signed_in = eyes.user_id is not None
        sees = signed_in and act.sees(eyes, world, everything)
        if act.open or (sees and act.may(eyes, world, everything)):
            continue  # allowed: what it does is for the feature's own tests
        refused += 1
        where, answer = sends(shared_app, client, endpoint, args, act.given(world.here))
        expected = {403} if sees else {404} if signed_in else ASKED_WHO
        if answer.status_code not in expected:
            wrong.append(f"{where}: {answer.status_code}, not {expected}")
        for none in absences(eyes, world, args) if signed_in and not sees else ():
            elsewhere, missing = sends(shared_app, client, endpoint, none, act.given(world.here))
            if said(answer, where) != said(missing, elsewhere):
                wrong.append(f"{where} differs from {elsewhere}")
    assert wrong == []
    assert contents(shared_app) == before
    assert refused > 2, "somebody may do everything"


# ------------------------------------------------------------------ sockets


@pytest.fixture(scope="module")
def door(shared_app, settings, world):
    with open_door(settings, lambda user_id: browser(shared_app, user_id)) as opened:
        yield opened


@pytest.fixture(scope="module")
def socket(door, eyes):
    if eyes.user_id is None:
        yield None
        return
    member = door.connect(eyes.user_id)
    yield member
    member.leave()


def ask(door, socket, name, given):
    for connection in door.server.connections.values():
        connection.bucket.level = connection.bucket.burst  # this is about rights, not about pace
    return socket.client.emit(name, dict(given), callback=True)


@pytest.mark.parametrize("name", [name for name in SOCKET_ACTS if SOCKET_ACTS[name].named])
def test_a_socket_is_answered_what_the_rule_says(door, world, eyes, socket, name):
    if socket is None:
        assert not door.connect(None).connected
        return
    act = SOCKET_ACTS[name]
    asked, everything = act.given(world.here), merged(act, world.here)
    sees = act.sees(eyes, world, everything)
    if sees and act.may(eyes, world, everything):
        if name.endswith((".join", ".sync")):
            assert ask(door, socket, name, asked)["ok"]
        return
    answer = ask(door, socket, name, asked)
    assert answer["error"]["status"] == (403 if sees else 404)
    if not sees:
        missing = ask(
            door, socket, name, {**asked, act.named[0]: str(ABSENT[type(world.outsider)])}
        )
        assert answer == missing


def test_what_happens_is_pushed_to_whoever_follows_it_and_sees_it(door, world, shared_app):
    """Everybody asks to follow the open thread, the room and the desk; then something happens."""
    here = world.here
    names = [name for name in ROLES if world.roles[name] is not None]
    sockets = {name: door.connect(world.roles[name]) for name in names}
    follow = ("thread.join", "room.join", "desk.join")
    for name in names:
        for event in follow:
            ask(door, sockets[name], event, SOCKET_ACTS[event].given(here))
        sockets[name].client.get_received()
    for who, event in (
        ("member", "thread.reply"),
        ("member", "room.say"),
        ("member", "room.raise_hand"),
    ):
        assert ask(door, sockets[who], event, SOCKET_ACTS[event].given(here))["ok"]
    with door.app.app_context():
        door.watch.heads()
    for name in names:
        eyes = look(shared_app, world, name)
        heard = {got["name"] for got in sockets[name].client.get_received()}
        expected = set()
        if here.threads["open"] in eyes.threads:
            expected |= {"thread.reply_posted", "stream.head"}
        if here.sessions["live"] in eyes.sessions:
            expected |= {"room.message_posted", "room.hand_raised", "stream.head"}
        assert heard - {"progress.cell_changed", "room.people"} == expected, name
    for socket in sockets.values():
        socket.leave()
