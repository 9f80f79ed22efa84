"""``community serve`` and ``community worker``: the processes of an installation."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import click
import structlog

from community.app import create_app
from community.kernel.context import clock
from community.kernel.jobs import Worker, make_queue, waiting
from community.kernel.metrics import BEAT_EVERY, beat
from community.kernel.settings import read_settings

RELAY_EVERY = 0.2  # seconds
STOP_WITHIN = 20  # seconds a server and a worker have to end what they began
THREADS = 2  # jobs at once; each is short, the embedded database takes one writer anyway

log = structlog.get_logger(__name__)


@click.command()
@click.option(
    "--bind",
    multiple=True,
    default=("127.0.0.1:8000",),
    show_default=True,
    help="Address and port, or unix:/a/path; may be given again.",
)
@click.option("--worker/--no-worker", default=True, help="Run the background worker beside.")
def serve(bind: tuple[str, ...], *, worker: bool) -> None:
    """Serve the pages, the API and the live rooms, with the background worker as a child.

    One process; for more, run several behind nginx or Caddy, all but one with --no-worker.
    """
    read_settings()  # what is wrong is said before anything is started
    Supervisor(bind, with_worker=worker).run()


class Supervisor:
    """Starts the server and the worker, brings the worker back if it dies, stops both together.

    Both are processes of their own: gevent must patch the server before the application is loaded.
    """

    def __init__(self, bind: Sequence[str], *, with_worker: bool) -> None:
        self.commands = {"server": [sys.executable, "-m", "gunicorn", *_gunicorn(bind)]}
        if with_worker:
            self.commands["worker"] = [sys.executable, "-m", "community.cli", "worker"]
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def run(self) -> None:
        """Run until a signal comes or the server ends; then stop what is left."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._stop)
        for name in self.commands:
            self._start(name)
        while not self.stopping and self.children["server"].poll() is None:
            worker = self.children.get("worker")
            if worker is not None and worker.poll() is not None:
                log.warning("the worker ended; it is started again", code=worker.returncode)
                self._start("worker")
            time.sleep(0.5)
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                child.kill()  # a job it was at is owed still, and done by the next worker
                child.wait()
        sys.exit(0 if self.stopping else self.children["server"].returncode or 1)

    def _start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(self.commands[name])  # our own words

    def _stop(self, *_: Any) -> None:
        self.stopping = True


def _gunicorn(bind: Sequence[str]) -> list[str]:
    return [
        "--config",
        "python:community.gunicorn_conf",
        *(word for each in bind for word in ("--bind", each)),
        "community.serving:serving_app()",
    ]


@click.command()
def worker() -> None:
    """Do the background work: relay the outbox, run jobs and what is due regularly."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    queue = make_queue(settings)
    hands = Worker(app, queue)
    consumer = queue.create_consumer(
        workers=THREADS, periodic=False, initial_delay=0.05, max_delay=0.5
    )
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    consumer.start()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    parent, beaten = os.getppid(), 0.0
    while not stopping and os.getppid() == parent:
        try:
            with app.app_context():
                due = waiting(clock())
            if due:
                hands.relay()
            hands.run_periodic()
            if time.monotonic() - beaten > BEAT_EVERY:
                beat(settings)
                beaten = time.monotonic()
        except Exception:
            log.exception("relaying failed; it goes on")
            time.sleep(1)
        time.sleep(RELAY_EVERY)
    consumer.stop(graceful=True)
