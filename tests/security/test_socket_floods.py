"""Many sockets of one person are one person."""

import pytest
from factories.accounts import make_user
from realtime_client import open_door

from community.kernel.keys import new_key
from community.kernel.realtime.server import BURST, MAX_SOCKETS_A_PERSON, PER_SECOND


@pytest.fixture
def door(app, settings, browse):
    with open_door(settings, browse) as opened:
        yield opened


def ask(member):
    """Send the cheapest event there is; whether it was taken."""
    return member.client.emit("thread.leave", {"thread_id": str(new_key())}, callback=True)["ok"]


def drained(door, person):
    """Freeze the person's bucket, so that nothing depends on how fast the test runs."""
    bucket = door.server.buckets[person]
    bucket.rate = 0
    bucket.level = BURST
    return bucket


def test_more_windows_do_not_send_more(app, door):
    person = make_user(app)
    windows = [door.connect(person) for _ in range(4)]
    drained(door, person)
    taken = [ask(windows[number % 4]) for number in range(int(BURST) + 8)]
    assert taken == [True] * int(BURST) + [False] * 8


def test_coming_back_fills_nothing_and_others_are_not_held_up(app, door):
    person, other = make_user(app), make_user(app, "Bo")
    first = door.connect(person)
    drained(door, person)
    assert all(ask(first) for _ in range(int(BURST)))
    first.leave()
    assert not ask(door.connect(person))
    assert ask(door.connect(other))


def test_a_bucket_that_is_full_again_is_not_kept_for_ever(app, door):
    person = make_user(app)
    door.connect(person)
    kept = door.server.buckets[person]
    assert kept.full
    assert kept.take(BURST)
    assert not kept.full
    kept.filled_at -= BURST / PER_SECOND
    assert kept.full


def test_a_person_has_so_many_sockets(app, door):
    person = make_user(app)
    opened = [door.connect(person) for _ in range(MAX_SOCKETS_A_PERSON + 2)]
    assert sum(member.connected for member in opened) == MAX_SOCKETS_A_PERSON
