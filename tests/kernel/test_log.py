"""The log: gapless numbers in commit order, a retry counts once, ids only."""

import dataclasses
import uuid

import pytest
from conftest import acting

from community.kernel import log
from community.kernel.errors import Conflict
from community.kernel.events import Event
from community.kernel.keys import new_key
from community.kernel.operation import operation, record

pytestmark = pytest.mark.usefixtures("inside")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rang(Event):
    name = "test.rang"
    stream = "bell_id"

    bell_id: uuid.UUID
    times: int = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Muffled(Event):
    name = "test.muffled"
    stream = "bell_id"

    bell_id: uuid.UUID


@operation
def hang(ctx, key):
    log.open_stream(key)


@operation
def ring(ctx, key, *, client_id=None, times=1, fail=False):
    if earlier := log.earlier(ctx, key, client_id, Rang):
        return earlier.seq
    record(Rang(bell_id=key, times=times), client_id=client_id)
    if fail:
        raise Conflict("no")
    return None


def test_numbers_are_gapless_even_when_some_rolled_back():
    key = new_key()
    hang(acting(None), key)
    ring(acting(None), key)
    with pytest.raises(Conflict):
        ring(acting(None), key, fail=True)
    ring(acting(None), key, times=3)
    found = log.since(key, 0)
    assert [(e.seq, e.event.times) for e in found] == [(1, 1), (2, 3)]
    assert log.head(key) == 2
    assert log.heads([key, new_key()]) == {key: 2}
    assert [e.seq for e in log.since(key, 1)] == [2]


def test_a_retry_with_the_same_client_id_answers_the_old_number():
    key, me = new_key(), new_key()
    hang(acting(me), key)
    ring(acting(me), key, client_id="same-act-1")
    assert ring(acting(me), key, client_id="same-act-1") == 1
    ring(acting(new_key()), key, client_id="same-act-1")
    assert log.head(key) == 2


def test_a_client_id_that_stood_for_another_act_is_no_retry():
    key, me = new_key(), new_key()
    hang(acting(me), key)
    ring(acting(me), key, client_id="same-act-1")
    with pytest.raises(Conflict):
        log.earlier(acting(me), key, "same-act-1", Muffled)
    assert log.earlier(acting(new_key()), key, "same-act-1", Muffled) is None


def test_a_stream_must_have_been_opened():
    with pytest.raises(RuntimeError, match="no stream"):
        ring(acting(None), new_key())


def test_an_event_rebuilds_from_its_payload_and_old_rows_take_defaults():
    key = new_key()
    event = Rang(bell_id=key, times=2)
    assert Rang.from_payload(event.payload()) == event
    assert Rang.from_payload({"bell_id": str(key)}) == Rang(bell_id=key)
    assert Rang.from_payload({"bell_id": str(key), "later_field": 1}) == Rang(bell_id=key)


def test_two_events_cannot_share_a_name():
    with pytest.raises(TypeError, match="two events"):

        class Other(Event):
            name = "test.rang"
