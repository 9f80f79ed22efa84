"""The client that everybody uses finds an ordinary server, by each way in."""

import logging
import queue

import pytest
import socketio
from engineio.payload import Payload

# Its threads outlive a connection by half a minute, and then complain.
quiet = logging.getLogger("kernel.realtime.stock_client")
quiet.addHandler(logging.NullHandler())

WAYS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": None}


@pytest.fixture(params=list(WAYS))
def way(request):
    return request.param


@pytest.fixture
def client(server, way, monkeypatch):
    # The Python client, too, would give up over a poll of more than 16 packets.
    monkeypatch.setattr(Payload, "max_decode_packets", 1_000)
    client = socketio.Client(reconnection=False, logger=quiet, engineio_logger=quiet)
    client.heard, client.left = queue.Queue(), queue.Queue()
    client.on("echo", lambda *args: client.heard.put(args))
    client.on("disconnect", client.left.put)
    client.connect(f"http://127.0.0.1:{server.port}", transports=WAYS[way], wait_timeout=10)
    yield client
    # Not client.disconnect(): it may lose its last packets, and then waits for half a minute.
    if client.connected:
        client.emit("kick")
        client.left.get(timeout=10)


def test_it_comes_in_by_the_way_it_chose(client, way):
    assert client.transport() == ("polling" if way == "polling" else "websocket")


def test_events_go_both_ways_in_order_whole_and_binary(client):
    for number in range(100):
        client.emit("echo", number)
    big = {"text": "ü" * 5_000, "bytes": [1, b"\x00\xff", b"second"]}
    assert client.call("echo", big, timeout=10) == big
    heard = [client.heard.get(timeout=10) for _ in range(101)]
    assert heard == [(number,) for number in range(100)] + [(big,)]


def test_it_hears_that_it_was_put_out(client):
    client.emit("leave")
    assert client.left.get(timeout=10) == "server disconnect"
