"""``/metrics``: what this process counts, for Prometheus; there for whom the settings name only."""

import hmac
import ipaddress
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.doors import public
from community.kernel.installed import installed
from community.kernel.metrics import WEB, of_the_worker
from community.kernel.outbox import figures

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
@public
def read() -> Response:
    """Answer with all figures; whoever may not read them finds nothing here."""
    if not _may_read(installed().settings.metrics):
        abort(404)  # the answer of an address that does not exist
    now = CollectorRegistry(auto_describe=False)
    now.register(_Now())
    body = generate_latest(WEB) + generate_latest(now) + of_the_worker(installed().settings)
    response = Response(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_read(wanted: str) -> bool:
    if not wanted:
        return False
    if wanted == "loopback":
        proxied = any(name in request.headers for name in FORWARDED)
        return not proxied and _is_loopback(request.remote_addr or "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), wanted.encode())


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class _Now:
    """What is read as it is asked for: from this process, and from the database."""

    def collect(self) -> Iterable[Metric]:
        realtime = current_app.extensions.get("community.realtime")
        if realtime is not None:
            open_now = len(realtime.connections)
            yield GaugeMetricFamily("community_sockets_open", "Sockets now.", value=open_now)
        yield from _connections()
        try:
            owed = figures(clock())
        except sa.exc.SQLAlchemyError:
            yield GaugeMetricFamily("community_database_up", "Whether it answers.", value=0)
            return
        yield GaugeMetricFamily("community_database_up", "Whether it answers.", value=1)
        for name, words, value in (
            ("waiting", "Work that is due and not done.", owed.waiting),
            ("oldest_seconds", "How long the oldest of it has been due.", owed.oldest),
            ("failing", "Of it, what failed and is tried again.", owed.failing),
            ("given_up", "Work that failed too often and is not tried again.", owed.given_up),
        ):
            yield GaugeMetricFamily(f"community_outbox_{name}", words, value=value)


def _connections() -> Iterator[Metric]:
    found = GaugeMetricFamily(
        "community_database_connections",
        "Connections of this process to the database.",
        labels=("engine", "state"),
    )
    for key, engine in db.engines.items():
        pool = engine.pool
        if isinstance(pool, sa.pool.QueuePool):
            found.add_metric((key or "read", "in_use"), pool.checkedout())
            found.add_metric((key or "read", "idle"), pool.checkedin())
    yield found
