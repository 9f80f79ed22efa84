import functools
import time

import pytest
from kernel.realtime.raw_client import RawClient
from kernel.realtime.server_process import start_server


@pytest.fixture(scope="session", params=["gunicorn", "pywsgi"])
def server(request):
    """One server of each kind for the whole run; it must not have logged a traceback."""
    with start_server(request.param) as running:
        yield running
        log = running.log
    assert "Traceback" not in log, log


@pytest.fixture(scope="session")
def brisk_server():
    """One with little patience, seconds where others wait for many, that can compress."""
    heartbeat, strict = {"ping_interval": 1, "ping_timeout": 2}, {"connect_timeout": 1.5}
    with start_server("gunicorn", socketio=heartbeat, strict=strict, deflate=True) as running:
        yield running


@pytest.fixture
def open_client_of():
    """Opens raw WebSocket clients, and drops them at the end."""
    clients = []

    def open_one(port, **options):
        clients.append(RawClient(port, **options))
        return clients[-1]

    yield open_one
    for client in clients:
        client.abandon()


@pytest.fixture
def open_client(server, open_client_of):
    """Opens raw WebSocket clients of ``server``."""
    return functools.partial(open_client_of, server.port)


@pytest.fixture
def eventually():
    """Ask until the answer is true; fails after ten seconds."""

    def wait_for(question):
        deadline = time.monotonic() + 10
        while not (answer := question()):
            assert time.monotonic() < deadline, "it did not happen in ten seconds"
            time.sleep(0.05)
        return answer

    return wait_for
