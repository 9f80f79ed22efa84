"""Servers to measure: the real one as an operator starts it, and floors under the same gunicorn."""

import contextlib
import dataclasses
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.databases import SECRET, Database

READY_WITHIN = 60.0  # seconds
ASK_EVERY = 0.02


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``ready_after`` is how many seconds it took to answer."""

    port: int
    process: subprocess.Popen[bytes]
    ready_after: float

    @property
    def worker(self) -> int:
        """The process that answers: the gunicorn worker, a grandchild of ``community serve``."""
        # gunicorn's parent only supervises; its child, which has none itself, does the work.
        serving = [pid for pid in descendants(self.process.pid) if "gunicorn" in command_of(pid)]
        return serving[-1]


def real(database: Database, *, worker: bool = True) -> contextlib.AbstractContextManager[Server]:
    """Serve the working copy as ``community serve`` does, the background worker beside it."""
    port = free_port()
    environment = {
        "COMMUNITY_SECRET_KEY": SECRET,
        "COMMUNITY_DATA_DIR": str(database.work_dir),
        "COMMUNITY_DATABASE_URL": database.work_url,
        "COMMUNITY_RATE_LIMITS": "false",  # members are slowed down at a rate no bench would see
        "COMMUNITY_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = ["-m", "community.cli", "serve", "--bind", f"127.0.0.1:{port}"]
    command.append("--worker" if worker else "--no-worker")
    return running(port, command, environment, database.work_dir / "serve.log", "/sign-in")


def gunicorn(
    app: str, database: Database, config: str = "bench.floors.gunicorn_conf"
) -> contextlib.AbstractContextManager[Server]:
    """Serve a WSGI application over the working copy, with the same gunicorn and worker."""
    port = free_port()
    environment = {
        "BENCH_URL": database.work_url,
        "COMMUNITY_SECRET_KEY": SECRET,
        "COMMUNITY_DATA_DIR": str(database.work_dir),
        "COMMUNITY_DATABASE_URL": database.work_url,
        "COMMUNITY_RATE_LIMITS": "false",
        "COMMUNITY_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = ["-m", "gunicorn", "--config", f"python:{config}"]
    command += ["--bind", f"127.0.0.1:{port}", app]
    return running(port, command, environment, database.work_dir / "floor.log", "/")


@contextlib.contextmanager
def running(
    port: int, command: list[str], environment: Mapping[str, str], log: Path, path: str
) -> Iterator[Server]:
    """Start a Python process, wait until it answers, and leave nothing of it behind."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COMMUNITY_")}
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            env={**kept, **environment},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() - began > READY_WITHIN:
                said = log.read_text(errors="replace")[-3_000:]
                raise RuntimeError(f"a server did not start:\n{said}")
            time.sleep(ASK_EVERY)
        yield Server(port, process, time.monotonic() - began)
    finally:
        _stop(process)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


# ---------- what the system says of processes (Linux)


def descendants(pid: int) -> list[int]:
    """Return the processes below one, parents before children."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def resident(pid: int) -> int:
    """Return how many bytes of memory a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1_024
    raise RuntimeError("the system does not say how much memory a process holds")


def cpu_seconds(pid: int) -> float:
    """Return how long a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
