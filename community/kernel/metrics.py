"""What a process counts while it lives, in Prometheus's words; no person, no id, no address.

Every label has few values, known beforehand: a route is its template, what matches none is one.
``WEB`` is what a serving process counts. The background worker has no door: it leaves ``WORKER``
in a file of the data folder, which also says that it lives, and the serving processes pass it on.
"""

import contextlib
import time
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from community.kernel.settings import Settings

WEB, WORKER = CollectorRegistry(), CollectorRegistry()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
BEAT_EVERY = 5.0  # seconds between two signs of life of the worker
SILENT_AFTER = 60.0  # seconds after which a worker is taken to be gone

# A line more for each figure, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]
ProcessCollector(namespace="community", registry=WEB)
REQUESTS = Counter(
    "community_http_requests",
    "Requests answered.",
    ("route", "method", "status"),
    registry=WEB,
)
SECONDS = Histogram(
    "community_http_request_duration_seconds",
    "Time from a request's arrival to its answer.",
    ("route", "method"),
    buckets=BUCKETS,
    registry=WEB,
)
PUSHED = Counter("community_messages_pushed", "Messages pushed into rooms.", registry=WEB)
SIGN_INS_FAILED = Counter("community_sign_ins_failed", "Sign-ins refused.", registry=WEB)
JOBS = Counter(
    "community_jobs", "Attempts at background work.", ("job", "outcome"), registry=WORKER
)
LETTERS = Counter(
    "community_letters", "Letters handed to the mail server.", ("outcome",), registry=WORKER
)
PUSHES = Counter(
    "community_pushes", "Messages handed to push services.", ("outcome",), registry=WORKER
)
BEAT = Gauge("community_worker_beat_seconds", "When the worker last said so.", registry=WORKER)

_children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count one request; ``route`` is a template or a word for what matches none."""
    key = (route, method, status)
    known = _children.get(key)
    if known is None:
        name = method if method in METHODS else "other"
        known = REQUESTS.labels(route, name, str(status)), SECONDS.labels(route, name)
        if method in METHODS:  # a stranger makes up as many others as he likes
            _children[key] = known
    known[0].inc()
    known[1].observe(seconds)


def beat_file(settings: Settings) -> Path:
    """Return where the worker leaves what it counts."""
    return settings.data_dir.resolve() / "worker.metrics"


def beat(settings: Settings) -> None:
    """Leave what this worker has counted so far; the file appears whole or not at all."""
    BEAT.set(time.time())
    file = beat_file(settings)
    beside = file.with_suffix(".new")
    beside.write_bytes(generate_latest(WORKER))
    beside.replace(file)


def silent_for(settings: Settings) -> float | None:
    """Return the seconds since a worker with this data folder lived; None: none ever did."""
    with contextlib.suppress(OSError):
        return max(0.0, time.time() - beat_file(settings).stat().st_mtime)
    return None


def of_the_worker(settings: Settings) -> bytes:
    """Return what the worker counted, nothing where none lives."""
    silent = silent_for(settings)
    if silent is None or silent > SILENT_AFTER:
        return b""
    with contextlib.suppress(OSError):
        return beat_file(settings).read_bytes()
    return b""
