"""SIGTERM: what was begun is finished, by the server and by the worker; then both are gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import make_settings
from databases import migrate
from running import environment, start

from community import migrating
from community.app import create_app
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.operation import enqueue, unit_of_work

PATIENCE = 30.0  # seconds; a busy machine is slow
WORKER = """
import pathlib, sys, time
from community.cli import serve

made = serve.create_app
here = pathlib.Path(sys.argv[1])

def slow(ctx):
    (here / "began").touch()
    time.sleep(2)
    (here / "ended").touch()

def create_app(settings):
    app = made(settings)
    app.extensions["community"].jobs["tests.slow"] = slow
    return app

serve.create_app = create_app
serve.worker.main([], standalone_mode=False)
"""


@pytest.fixture
def settings(tmp_path):
    found = make_settings(tmp_path)
    migrate(found)
    return found


def children_of(pid):
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lives(pid):
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
        return told.rsplit(")", 1)[1].split()[0] != "Z"  # a zombie has ended
    except FileNotFoundError:
        return False


def until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_a_request_in_flight_is_answered_and_idle_connections_keep_nobody(settings, monkeypatch):
    monkeypatch.setenv("GUNICORN_CMD_ARGS", f"--graceful-timeout {2 * PATIENCE:.0f}")
    server, connections = start(settings), []
    try:
        family = children_of(server.process.pid)
        family += [pid for child in family for pid in children_of(child)]
        port = int(server.url.rsplit(":", 1)[1])
        idle = socket.create_connection(("127.0.0.1", port))
        connections.append(idle)
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        slow = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        connections.append(slow)
        slow.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: 20\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=half"
        )
        time.sleep(0.5)
        began = time.monotonic()
        server.process.terminate()
        time.sleep(2.5)
        slow.sendall(b"%20address")
        assert slow.recv(4096).startswith(b"HTTP/1.1 4")  # without a token: but it is an answer
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < PATIENCE, "an idle connection was waited for"
        until(lambda: not any(map(lives, family)), "a process was left behind")
    finally:
        server.kill()
        for each in connections:
            each.close()
    assert "Traceback" not in server.log.read_text()


def test_the_worker_ends_the_job_it_began(settings, tmp_path):
    app = create_app(settings)
    app.extensions["community"].jobs["tests.slow"] = lambda _ctx: None
    with app.app_context():
        with unit_of_work(ctx := Context.begin(None)):
            enqueue(ctx, "tests.slow", {})
        for engine in db.engines.values():
            engine.dispose()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)],
        env=environment(settings, "http://127.0.0.1"),
    )
    try:
        until((tmp_path / "began").exists, "the job was never begun")
        os.kill(worker.pid, signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    finally:
        worker.kill()
    assert (tmp_path / "ended").exists()
    engine = migrating.engine_of(settings.database)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT done_at FROM outbox")) is not None
    engine.dispose()
