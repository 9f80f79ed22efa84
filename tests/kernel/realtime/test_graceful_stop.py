"""SIGTERM: every client is told at once, nobody new is let in, and the process ends."""

import queue
import time

import pytest
import socketio
from kernel.realtime.raw_client import CLOSE, FINAL, RawClient
from kernel.realtime.server_process import start_server

GOING_AWAY = b"\x03\xe9"  # 1001


@pytest.mark.parametrize("kind", ["gunicorn", "pywsgi"])
def test_sigterm_closes_every_connection_with_1001_and_ends_the_process(kind):
    with start_server(kind) as server:
        told = queue.Queue()
        polling = socketio.Client(reconnection=False)
        polling.on("disconnect", told.put)
        polling.connect(f"http://127.0.0.1:{server.port}", transports=["polling"])
        clients = [RawClient(server.port).join() for _ in range(20)]
        stalled = RawClient(server.port, buffer=4_096).join()
        stalled.say('42["blast",50,8000]')  # never reads: its close frame cannot reach it
        clients[0].ask("echo", "everybody is there")

        server.terminate()
        started = time.monotonic()
        for client in clients:
            assert client.frame() == (FINAL | CLOSE, GOING_AWAY + b"restarting")
        assert time.monotonic() - started < 5  # far less in truth; graceful_timeout is 30
        assert told.get(timeout=5)
        for client in clients:
            client.abandon()
        assert server.process.wait(10) == 0
        assert "Traceback" not in server.log
        stalled.abandon()
        polling.shutdown()


def test_a_server_about_to_stop_lets_nobody_in(server_that_lingers):
    server, client = server_that_lingers
    server.terminate()
    assert client.frame()[0] == FINAL | CLOSE
    late = RawClient(server.port)
    assert late.status == 503
    assert "Retry-After: 1" in late.head
    late.abandon()


@pytest.fixture
def server_that_lingers():
    """gunicorn looks once a second whether it shall stop; until then it accepts."""
    with start_server("gunicorn") as server:
        client = RawClient(server.port).join()
        yield server, client
        client.abandon()
