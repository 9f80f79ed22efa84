"""What every row is given: a fresh copy of the data, the servers over it, and how to measure."""

import contextlib
import dataclasses
import statistics
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from bench import servers
from bench.data.world import World
from bench.databases import Database
from bench.load import http
from bench.sizes import Size

RUNS = 5
SECONDS = 2  # of a run under 16 clients
PAUSE = 0.4
CLIENTS = 16


@dataclasses.dataclass(slots=True)
class Site:
    """A database with its working copy and the real server over it, for one group of rows."""

    database: Database
    size: Size
    world: World
    _open: contextlib.ExitStack = dataclasses.field(default_factory=contextlib.ExitStack)
    _server: servers.Server | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def server(self) -> servers.Server:
        """The real server, started when it is first asked for."""
        if self._server is None:
            self._server = self._open.enter_context(servers.real(self.database))
        return self._server

    @property
    def port(self) -> int:
        return self.server.port


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """The medians of several runs, and the client's largest share of a core."""

    rate: float
    p50: float
    p99: float
    client: float
    cpu: float

    @property
    def note(self) -> str:
        """Say how long one took, what of it was the server's work, and how busy the client was."""
        busy = f"client {self.client:.0%} of a core"
        return f"p50 {self.p50:.1f} ms, {self.cpu:.2f} ms of CPU each, {busy}"


Run = Callable[[int], http.Load]


def load(
    server: servers.Server,
    requests: Sequence[http.Request],
    *,
    clients: int = CLIENTS,
    seconds: int = SECONDS,
) -> Run:
    """Return a run that sends ``requests`` round and round."""
    return lambda _number: http.run(server, requests, clients=clients, seconds=seconds)


def alternate(
    *runs: Run, times: int = RUNS, warm: bool = False, pause: float = PAUSE
) -> list[Measured]:
    """Run each after the other, ``times`` times, after a warm-up; returns the medians of each.

    A disturbance of the machine then falls on all of them alike. Runs are numbered from 0, the
    warm-up, which is left out of what is ``warm`` already.
    """
    loads: list[list[http.Load]] = [[] for _ in runs]
    for number in range(int(warm), times + 1):
        for found, run in zip(loads, runs, strict=True):
            time.sleep(pause)
            one = run(number)
            if number:
                found.append(one)
    return [median(found) for found in loads]


def median(loads: Sequence[http.Load]) -> Measured:
    return Measured(
        rate=statistics.median(one.rate for one in loads),
        p50=statistics.median(one.p50 for one in loads),
        p99=statistics.median(one.p99 for one in loads),
        client=max(one.client for one in loads),
        cpu=statistics.median(one.cpu for one in loads),
    )
