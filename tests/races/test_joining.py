"""Removed while the answer of the read rule is on its way: who subscribes then is put out.

The handler has been told that it may, the removal is committed and read by the watch, and only now
the socket listens: the watch will not hand that row out again. ``RealtimeServer._handle`` looks at
what was lost meanwhile; without it these sockets stay and hear everything.
"""

import contextlib
import dataclasses
import threading
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from conftest import acting
from factories.discussions import make_thread
from factories.live import make_session
from factories.progress import make_member, make_run
from factories.spaces import join, make_space
from realtime_client import open_door

from community.kernel.realtime.connection import stream_room
from community.live.models import SessionState
from community.progress.sockets import desk_room
from community.spaces.models import Role
from community.spaces.operations import add_member, remove_member

pytestmark = pytest.mark.races

WORD = "test.word"


@dataclasses.dataclass(frozen=True)
class Place:
    """What a facilitator of a run may listen to."""

    space: uuid.UUID
    owner: uuid.UUID
    facilitator: uuid.UUID
    thread: uuid.UUID
    session: uuid.UUID
    run: uuid.UUID


@pytest.fixture
def place(app):
    world = make_run(app)
    return Place(
        space=world.space,
        owner=world.owner,
        facilitator=make_member(app, world, "Fay Example", Role.FACILITATOR),
        thread=make_thread(app, world.space, world.owner),
        session=make_session(app, world.space, world.owner, state=SessionState.LIVE),
        run=world.run,
    )


@pytest.fixture
def door(app, settings, browse):
    with open_door(settings, browse) as opened:
        yield opened


@contextlib.contextmanager
def late_answer(words: str, meanwhile: Callable[[], None]):
    """Let something happen, once, while the answer to a statement of this thread is under way."""
    here, happened = threading.get_ident(), threading.Event()

    def note(_connection, _cursor, statement, *_rest):
        mine = threading.get_ident() == here and words in statement
        if mine and not happened.is_set():
            happened.set()
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join()

    sa.event.listen(sa.Engine, "after_cursor_execute", note)
    try:
        yield happened
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", note)


# Each event, with words of the statement that answers its rule.
JOINS = {
    "thread.join": ("FROM thread", lambda at: ({"thread_id": at.thread}, stream_room(at.thread))),
    "room.join": (
        "FROM live_session",
        lambda at: ({"session_id": at.session}, stream_room(at.session)),
    ),
    "desk.join": ("membership.role", lambda at: ({"run_id": at.run}, desk_room(at.run))),
}


def removed(app, door, place, space):
    """Return an act: the facilitator is removed from a space, and every watch has read it."""

    def act():
        with app.app_context():
            remove_member(acting(place.owner), space, place.facilitator)
        door.look()

    return act


def asked(place, event):
    """Return what a client sends to join, and the room it joins."""
    fields, room = JOINS[event][1](place)
    more = {} if event == "desk.join" else {"since": 0}
    return {name: str(key) for name, key in fields.items()} | more, room


@pytest.mark.parametrize("event", JOINS)
def test_who_is_removed_while_joining_hears_nothing(app, door, place, event):
    fields, room = asked(place, event)
    member = door.connect(place.facilitator)
    with late_answer(JOINS[event][0], removed(app, door, place, place.space)) as happened:
        assert member.refused(event, fields)["status"] == 503  # asked again, they are told why
    assert happened.is_set()
    assert not member.connected
    assert not door.server._is_watched(room)
    assert door.connect(place.facilitator).refused(event, fields)["status"] == 404


@pytest.mark.parametrize("event", JOINS)
def test_who_loses_another_space_meanwhile_joins(app, door, place, event):
    elsewhere = make_space(app)
    join(app, elsewhere, place.owner, Role.OWNER)
    join(app, elsewhere, place.facilitator)
    fields, room = asked(place, event)
    member = door.connect(place.facilitator)
    with late_answer(JOINS[event][0], removed(app, door, place, elsewhere)) as happened:
        member.ask(event, fields)
    assert happened.is_set()
    door.server.emit_here(WORD, {}, room)
    assert member.heard(WORD) == [{}]


def test_who_was_let_in_again_joins_by_the_same_window(app, door, place):
    fields, _room = asked(place, "thread.join")
    member = door.connect(place.facilitator)
    removed(app, door, place, place.space)()
    assert member.refused("thread.join", fields)["status"] == 404
    with app.app_context():
        add_member(acting(place.owner), place.space, place.facilitator, role=Role.MEMBER)
    member.ask("thread.join", fields)
    assert member.connected
