"""gunicorn's gevent worker, which lets idle connections go when it is told to stop.

By itself it waits for them as if they were requests, ten seconds long: nginx and browsers keep
theirs open. Imported by gunicorn's parent before gevent patches the standard library, so it imports
nothing of the application.
"""

import time
from types import TracebackType
from typing import Any, Literal, Self

import gevent
from gunicorn.workers.ggevent import GeventWorker

GRACE = 0.5  # seconds in which a request that is on its way may still come


class Idle(gevent.Timeout):
    """The time a connection may take to send its next request."""

    def __init__(self, seconds: float, all_idle: "set[Idle]") -> None:
        swallowed: Any = False  # the stubs forget that it may be
        super().__init__(seconds, exception=swallowed)
        self.all_idle = all_idle
        self.greenlet: Any = None
        self.since = 0.0

    def __enter__(self) -> Self:
        self.greenlet, self.since = gevent.getcurrent(), time.monotonic()
        self.all_idle.add(self)
        super().__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[True] | None:
        self.all_idle.discard(self)
        return super().__exit__(kind, value, traceback)


class Worker(GeventWorker):
    """One serving process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.idle: set[Idle] = set()

    def timeout_ctx(self) -> Idle:  # type: ignore[override]  # the stubs say None
        return Idle(self.cfg.keepalive, self.idle)

    def handle_exit(self, signum: int, frame: Any) -> None:
        super().handle_exit(signum, frame)
        gevent.spawn(self._let_go)  # a signal handler must not wait

    def _let_go(self) -> None:
        while True:
            gevent.sleep(GRACE)
            for each in list(self.idle):
                if time.monotonic() - each.since >= GRACE:
                    each.greenlet.kill(each, block=False)  # as if its time were over
