"""Logs: structured, with the request's id, and without what people wrote or who they are.

One line a request: its route's template, its status, its time. What an address, a query, a cookie
or a body held is never in it. A fault brings its traceback, from which addresses of people and what
PostgreSQL tells of a row are taken out.
"""

import datetime as dt
import logging
import re
import sys
import time
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request

from community.kernel.keys import new_key
from community.kernel.metrics import METHODS, count_request
from community.kernel.settings import Settings

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds, by machines
UNKNOWN = "unknown"  # the route of every address there is none for
LOGGERS = ("community", "huey")

_HEAD = frozenset({"timestamp", "level", "event"})
_SECRET = ("password", "token", "secret", "cookie", "authorization", "email")
_REQUEST_ID = re.compile(r"\A[A-Za-z0-9_-]{8,64}\Z")
_TELLING = re.compile(r"[^\s@<>'\"()]+@[^\s@<>'\"()]+|(?<=DETAIL:).*|(?<=CONTEXT:).*")


def configure_logging(settings: Settings) -> None:
    """Send our own log and the libraries' warnings through one formatter, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
    ]
    ending: Any = (
        structlog.processors.JSONRenderer(serializer=_as_json)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _hide_people,
                ending,
            ],
        )
    )
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO if name == "community" else logging.WARNING)
        logger.propagate = settings.mode == "test"


def _as_json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _as_text(event: Mapping[str, Any]) -> str:
    others = (f"{key}={value}" for key, value in event.items() if key not in _HEAD)
    return f"{event['timestamp']} [{event['level']:<9}] {event['event']:<30} {' '.join(others)}"


def _hide_secrets(_logger: Any, _method: str, event: Any) -> Any:
    for key in event:
        if any(word in key.lower() for word in _SECRET):
            event[key] = "[hidden]"
    return event


def _hide_people(_logger: Any, _method: str, event: Any) -> Any:
    """Take out of a traceback what an exception's words may tell of a person."""
    for key in ("exception", "event"):
        told = event.get(key)
        if isinstance(told, str) and ("@" in told or "DETAIL:" in told or "CONTEXT:" in told):
            event[key] = _TELLING.sub("[hidden]", told)
    return event


def watch_requests(app: Flask, settings: Settings) -> None:
    """Give each request its id, count it, and log it in a line; first of all that looks at it."""
    proxied = settings.trusted_proxies > 0
    # Written as it is: through the library's chain a line would cost ten times as much.
    line = _as_json if settings.log_format == "json" else _as_text

    def begin() -> None:
        g.began = time.perf_counter()
        given = request.headers.get("X-Request-ID", "") if proxied else ""
        g.request_id = given if _REQUEST_ID.match(given) else new_key().hex
        structlog.contextvars.clear_contextvars()  # a kept connection brings those of its last one
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        seconds = time.perf_counter() - g.began
        rule = request.url_rule
        route = rule.rule if rule is not None else UNKNOWN
        count_request(route, request.method, response.status_code, seconds)
        if route not in QUIET:
            told = {
                "event": "request",
                "level": "info",
                "timestamp": dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z"),
                "request_id": g.get("request_id", ""),
                "route": route,
                "method": request.method if request.method in METHODS else "other",
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            }
            sys.stderr.write(line(told) + "\n")
        return response

    app.before_request(begin)
    app.after_request(end)
