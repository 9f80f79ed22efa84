"""Real servers for tests that need whole processes: started, waited for, killed."""

import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from databases import migrate

from community.kernel.settings import Settings

SERVE = ["-m", "community.cli", "serve"]
GUNICORN = ["-m", "gunicorn", "--config", "python:community.gunicorn_conf"]
SERVED = ["community.serving:serving_app()"]
READY_WITHIN = 90.0  # seconds; a machine that runs all tests at once is slow


@dataclasses.dataclass(slots=True)
class Server:
    """One serving process group of a site."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """Stop it as an operator would; returns its exit code."""
        self.process.terminate()
        return self.process.wait(20)

    def kill(self) -> None:
        """SIGKILL it with all its children: nothing gets to tidy up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def environment(settings: Settings, url: str) -> dict[str, str]:
    """Return the environment of a process that is to run with ``settings``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COMMUNITY_")}
    return {
        **kept,
        "COMMUNITY_SECRET_KEY": settings.secret_key,
        "COMMUNITY_DATA_DIR": str(settings.data_dir),
        "COMMUNITY_DATABASE_URL": settings.database_url,
        "COMMUNITY_REDIS_URL": settings.redis_url,
        "COMMUNITY_SMTP_URL": settings.smtp_url,
        "COMMUNITY_NETWORK_NAME": settings.network_name,
        "COMMUNITY_MODE": "development",
        "COMMUNITY_RATE_LIMITS": "false",
        "COMMUNITY_BASE_URL": url,
    }


def start(
    settings: Settings, *, worker: bool = True, port: int | None = None, host: str = "127.0.0.1"
) -> Server:
    """Start ``community serve``, or without a worker only its server, and wait until it answers.

    ``host`` is what the site is called; it listens on loopback whatever that is.

    Raises RuntimeError with the end of its log when it does not.
    """
    port = port or free_port()
    url = f"http://{host}:{port}"
    log = settings.data_dir / f"serve-{port}.log"
    bind = f"127.0.0.1:{port}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                *(SERVE if worker else GUNICORN),
                "--bind",
                bind,
                *([] if worker else SERVED),
            ],
            env=environment(settings, url),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    server = Server(url, process, log)
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if answers(url):
            return server
        time.sleep(0.1)
    server.kill()
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def answers(url: str) -> bool:
    """Whether a site shows its front page."""
    try:
        with urllib.request.urlopen(f"{url}/sign-in", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def running(
    settings: Settings, *, worker: bool = True, host: str = "127.0.0.1"
) -> Iterator[Server]:
    """Migrate the database, serve it, and leave nothing behind."""
    migrate(settings)
    server = start(settings, worker=worker, host=host)
    try:
        yield server
    finally:
        server.kill()


def community(
    settings: Settings, *args: object, key: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command line over an installation, as an administrator would."""
    given = environment(settings, "https://community.example.org")
    if not key:
        del given["COMMUNITY_SECRET_KEY"]
    command = [sys.executable, "-m", "community.cli", *map(str, args)]
    return subprocess.run(
        command, env=given, capture_output=True, text=True, timeout=120, check=False
    )
