"""The bounds of what waits for one slow peer, on a socket pair."""

import gevent
import pytest
from gevent.socket import socketpair

from community.kernel.realtime.sending import FrameWriter


@pytest.fixture
def pair():
    ours, theirs = socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def overflowed():
    return []


@pytest.fixture
def stalled(pair, overflowed):
    """A writer whose peer reads nothing, with one frame half written and nothing waiting."""
    writer = FrameWriter(pair[0], overflow=overflowed.append)
    writer.write(b"a" * 2_000_000)
    gevent.sleep(0)
    return writer


def read_all(sock):
    received = bytearray()
    while data := sock.recv(1_000_000):
        received += data
    return bytes(received)


def test_512_frames_may_wait_and_one_more_overflows(stalled, overflowed):
    for _ in range(512):
        stalled.write(b"x")
    assert overflowed == []
    stalled.write(b"one too many")
    assert overflowed == [b"one too many"]


def test_a_megabyte_may_wait_and_the_next_frame_overflows(stalled, overflowed):
    stalled.write(b"x" * (999_999))
    stalled.write(b"y" * 500_000)  # tested before it is added: one frame of any size fits
    assert overflowed == []
    stalled.write(b"one too many")
    assert overflowed == [b"one too many"]


def test_after_an_overflow_the_stream_is_cut_between_two_frames(stalled, overflowed, pair):
    for _ in range(513):
        stalled.write(b"x")
    stalled.write(b"the last word")
    stalled.end()
    assert len(overflowed) == 1
    assert read_all(pair[1]) == b"a" * 2_000_000 + b"the last word"


def test_what_waits_is_written_in_order_once_the_peer_reads(stalled, pair):
    frames = [bytes([number]) * 1_000 for number in range(256)]
    for frame in frames:
        stalled.write(frame)
    stalled.end()
    assert read_all(pair[1]) == b"a" * 2_000_000 + b"".join(frames)


def test_writing_to_a_peer_that_is_gone_raises_nothing(pair):
    writer = FrameWriter(pair[0], overflow=lambda frame: None)
    pair[1].close()
    writer.write(b"into the void")
    writer.write(b"again")
    writer.end()
    assert pair[0].recv(1) == b""


def test_a_peer_that_goes_while_frames_wait_frees_them(stalled, pair):
    stalled.write(b"x" * 1_000)
    pair[1].close()
    stalled.join(5)
    assert (len(stalled._waiting), stalled._waiting_bytes) == (0, 0)
    stalled.write(b"y")  # at once again, to nobody
    stalled.end()
    with pytest.raises(ConnectionResetError):
        pair[0].recv(1)
