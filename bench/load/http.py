"""HTTP load by wrk, and single requests to look at an answer before it is measured."""

import dataclasses
import http.client
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.databases import Missing
from bench.servers import Server, cpu_seconds

SCRIPT = Path(__file__).with_name("wrk.lua")
US = 1_000.0  # microseconds in a millisecond


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A request to send."""

    path: str
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    method: str = "GET"
    body: str = ""

    def line(self) -> str:
        headers = "\x1f".join(f"{name}={value}" for name, value in self.headers.items())
        return f"{self.method}\t{self.path}\t{headers}\t{self.body}"


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """What came of a run: requests a second, milliseconds, the client's share of a core.

    ``cpu`` is how many milliseconds the server computed for each request.
    """

    rate: float
    p50: float
    p99: float
    client: float
    cpu: float = 0.0


class Failed(Exception):
    """A request was not answered as it should be: what follows would measure an error page."""


def wrk() -> str:
    """Return where wrk is; raises Missing."""
    found = shutil.which("wrk")
    if found is None:
        raise Missing("wrk, the load client, is not installed (Debian: apt install wrk)")
    return found


LONGER = (1, 5, 20)  # times as long, while a busy machine has answered nothing at all


def run(
    server: Server,
    requests: Sequence[Request],
    *,
    clients: int,
    seconds: float,
    once: bool = False,
) -> Load:
    """Send ``requests`` in turn by so many clients, again and again, or each only ``once``.

    Where nothing was answered in ``seconds``, it is tried for longer. Raises Failed when any was
    refused.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(request.line() + "\n" for request in requests)
        file.flush()
        for times in LONGER:
            command = [wrk(), "-t1", f"-c{clients}", f"-d{seconds * times:g}s", "--timeout", "20s"]
            command += ["-s", str(SCRIPT), f"http://127.0.0.1:{server.port}", "--", file.name]
            found = _sent(server, [*command, "once" if once else "round"], requests[0].path)
            if found is not None:
                return found
    raise Failed(f"{requests[0].path} was not answered within {seconds * LONGER[-1]:g} seconds")


def _sent(server: Server, command: Sequence[str], path: str) -> Load | None:
    """Return what came of wrk; None where nothing was answered. Raises Failed as ``run``."""
    before, began, computed = os.times(), time.monotonic(), cpu_seconds(server.worker)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after, took = os.times(), time.monotonic() - began
    computed = cpu_seconds(server.worker) - computed
    said = [line.partition(" ")[::2] for line in done.stdout.splitlines()]
    [result] = [text for kind, text in said if kind == "RESULT"] or [""]
    if not result:
        raise Failed(f"wrk said: {done.stdout[-500:]} {done.stderr[-500:]}")
    count, microseconds, _bytes, p50, p99, _most = map(float, result.split())
    wrong = [f"{kind.lower()}: {text}" for kind, text in said if kind in {"ERRORS", "REFUSED"}]
    if wrong:
        raise Failed(f"of {count:.0f} requests to {path}: {'; '.join(wrong[:5])}")
    if not count:
        return None
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return Load(
        rate=count / (microseconds / 1e6),
        p50=p50 / US,
        p99=p99 / US,
        client=spent / took,
        cpu=computed / count * 1_000,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was looked at."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def look(port: int, request: Request) -> Answer:
    """Send one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            request.method, request.path, request.body or None, dict(request.headers)
        )
        response = connection.getresponse()
        body = response.read()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, body)
    finally:
        connection.close()


def expect(port: int, request: Request, status: int = 200) -> Answer:
    """Send one request that must be answered with ``status``; raises Failed."""
    answer = look(port, request)
    if answer.status != status:
        said = answer.body[:300].decode(errors="replace")
        raise Failed(f"{request.path} answered {answer.status}, not {status}: {said}")
    return answer
