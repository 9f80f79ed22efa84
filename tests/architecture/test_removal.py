"""Who is removed or suspended is silent and blind on every surface at once, Redis or not."""

import pytest
from architecture.acts import ACTS, merged
from architecture.acts.certificates import NAMES
from architecture.acts.people import DEVICE, ENTRY
from architecture.eyes import look
from architecture.requests import address_of, body_of, method_of
from architecture.socket_acts import SOCKET_ACTS
from architecture.surfaces import SURFACES
from conftest import acting
from factories.neighbours import make_neighbours
from realtime_client import open_door

from community.discussions.operations import post_reply
from community.moderation.operations import take_measure_everywhere
from community.moderation.rules import Lasts, Outcome, Reason
from community.spaces.operations import remove_member

FOLLOWS = ("thread.join", "room.join")


@pytest.fixture
def door(app, settings, browse):
    with open_door(settings, browse) as opened:
        yield opened


def removed(app, world):
    """Put the member out of each space."""
    here = world.here
    with app.app_context():
        for space in [here.network, here.archived, *(run.space for run in here.runs.values())]:
            remove_member(acting(here.people["owner"]), space, here.people["member"])


def suspended(app, world):
    """Suspend the member from all spaces at once: they stay a member of each."""
    with app.app_context():
        take_measure_everywhere(
            acting(world.roles["admin"], admin=True),
            world.here.people["member"],
            outcome=Outcome.SUSPENDED,
            lasts=Lasts.WEEK,
            reason=Reason.OTHER,
            words="For a while.",
        )


@pytest.mark.parametrize("lose", [removed, suspended])
def test_somebody_who_is_put_out_hears_sees_and_does_nothing_more(
    app, browse, door, settings, lose
):
    assert settings.redis_url == ""
    world = make_neighbours(app)
    here, member = world.here, world.here.people["member"]
    client, socket = browse(member), door.connect(member)
    for name in FOLLOWS:
        socket.ask(name, SOCKET_ACTS[name].given(here))
    assert client.get(f"/spaces/{here.run.slug}").status_code == 200
    lose(app, world)

    # At once, without waiting for any loop: requests, and what the open socket still asks.
    blind = look(app, world, "member")
    assert not blind.spaces | blind.threads | blind.sessions | blind.runs | blind.records
    assert not blind.versions | blind.messages | blind.invitations
    assert pages_open(app, client, world, blind) == []
    assert acts_taken(app, client, world, blind) == []
    assert events_taken(door, socket, here) == []

    # One look of the loop that runs twice a second closes the socket: nothing is pushed to it.
    with door.app.app_context():
        door.watch.revocations()
    assert not socket.connected
    with door.app.app_context():
        post_reply(acting(here.people["owner"]), here.threads["open"], body="Among us.")
        door.watch.heads()
    back = door.connect(member)
    for name in FOLLOWS:
        assert back.refused(name, SOCKET_ACTS[name].given(here))["status"] == 404
    with door.app.app_context():
        post_reply(acting(here.people["owner"]), here.threads["open"], body="Still among us.")
        door.watch.heads()
    assert back.client.get_received() == []


def pages_open(app, client, world, blind):
    """Return the addresses that answer anything but 404 to somebody who sees nothing of it."""
    return [
        where
        for endpoint, surface in SURFACES.items()
        for args in surface.asks(world)
        if args and not surface.sees(blind, world, args)
        if client.get(where := address_of(app, endpoint, args)).status_code != 404
    ]


def acts_taken(app, client, world, blind):
    """Return the acts on things of our side that are answered by anything but a refusal.

    That is 404; how one's own place went is still seen, and says why nothing can be done with it.
    """
    taken, side = [], world.here
    for endpoint, act in ACTS.items():
        if act.args(side) and not act.open:
            method = method_of(app, endpoint)
            sent = body_of(endpoint, act.given(side), act.file)
            seen = act.sees(blind, world, merged(act, side))
            refusals = {403, 404, 409} if seen else {404}
            where = address_of(app, endpoint, act.args(side), method)
            # one's own token stays one's own, and so do the device that is told, the name on
            # one's certificate and what one is told of it
            own = endpoint.startswith("accounts") or act is NAMES
            own = own or act.args in {DEVICE, ENTRY}
            if not own and client.open(where, method=method, **sent).status_code not in refusals:
                taken.append(where)
    return taken


def events_taken(door, socket, side):
    """Return the events about things of a side that a socket is not refused with 404."""
    taken = []
    for name, act in SOCKET_ACTS.items():
        for connection in door.server.connections.values():
            connection.bucket.level = connection.bucket.burst
        if act.named and socket.refused(name, act.given(side))["status"] != 404:
            taken.append(name)
    return taken
