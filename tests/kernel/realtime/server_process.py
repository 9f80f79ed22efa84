"""Starts echo_app as a process of its own, on a free port."""

import contextlib
import dataclasses
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[3]


@dataclasses.dataclass
class ServerProcess:
    """A running server; ``log`` is all it has written so far."""

    port: int
    process: subprocess.Popen[bytes]
    output: IO[bytes]

    @property
    def log(self) -> str:
        return os.pread(self.output.fileno(), 1_000_000, 0).decode()

    def request(self, method, path, body=None, headers=None):
        """Send one HTTP request; returns status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        status, body = self.request("GET", path)
        assert status == 200, body
        return json.loads(body)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def start_server(kind, **settings):
    """Run the application under "gunicorn" (its gevent worker) or "pywsgi"."""
    # Listening here means: no port is guessed, and a client that is early waits in the backlog.
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile() as output:
        fd = listener.fileno()
        arguments = {
            "gunicorn": (
                "gunicorn",
                "--config=python:kernel.realtime.echo_gunicorn",
                f"--bind=fd://{fd}",
                "kernel.realtime.echo_app:app",
            ),
            "pywsgi": ("kernel.realtime.echo_app", str(fd)),
        }[kind]
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}",
            "ECHO_SETTINGS": json.dumps(settings),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            pass_fds=[fd],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            server = ServerProcess(listener.getsockname()[1], process, output)
            listener.close()
            server.get("/stat")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
