"""Requests of the matrices: where a route is, what an answer says, what the database holds."""

import io
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from architecture.eyes import Eyes
from architecture.surfaces.seeing import sees_space
from architecture.surfaces.surface import QUERY, Args
from factories.accounts import drawing
from factories.files import PDF
from factories.neighbours import Neighbours
from flask import Flask, url_for
from werkzeug.test import TestResponse

from community.kernel.db import WRITE, db
from community.schema import METADATA

ROLES = (
    "owner",
    "organiser",
    "facilitator",
    "member",
    "observer",
    "removed",
    "neighbour",
    "outsider",
    "admin",
    "anonymous",
)
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
ABSENT: Mapping[type, Any] = {
    uuid.UUID: uuid.UUID("01900000-0000-7000-8000-00000000beef"),
    int: 99,
    str: "there-is-no-such-thing",
}
"""What names nothing there is, by the type of what stands there."""

_TOKEN = re.compile(r'(name="csrf_token" value|name="csrf-token" content)="[^"]*"')


def is_api(endpoint: str) -> bool:
    return endpoint.partition(".")[0].endswith("_api")


def rule_of(app: Flask, endpoint: str) -> Any:
    """Return the rule of an unsafe route."""
    return next(rule for rule in app.url_map.iter_rules(endpoint) if rule.methods & UNSAFE)


def method_of(app: Flask, endpoint: str) -> str:
    [method] = rule_of(app, endpoint).methods & UNSAFE
    return str(method)


def address_of(app: Flask, endpoint: str, args: Mapping[str, Any], method: str = "GET") -> str:
    """Return where a route is; arguments named ``?...`` stand in the query."""
    path = {name: value for name, value in args.items() if not name.startswith(QUERY)}
    query = {name[1:]: value for name, value in args.items() if name.startswith(QUERY)}
    with app.test_request_context():
        return url_for(endpoint, **path, _method=method, **query)


def body_of(endpoint: str, given: Mapping[str, Any], file: str = "") -> dict[str, Any]:
    """Return what is sent with an act, as its door takes it; ``file``: the field of a file."""
    if is_api(endpoint) and not file:
        return {"json": dict(given)}
    if not file:
        return {"data": dict(given)}
    data, name = (PDF, "map.pdf") if file == "upload" else (drawing(), "me.png")
    return {
        "data": {**given, file: (io.BytesIO(data), name)},
        "content_type": "multipart/form-data",
    }


def said(answer: TestResponse, where: str) -> tuple[Any, ...]:
    """Return all that an answer tells, without what was asked and what changes with each."""
    if answer.location and "/sign-in?next=" in answer.location:
        return answer.status_code, "asked to sign in"
    text = _TOKEN.sub("", answer.get_data().decode(errors="replace")).replace(where, "")
    return answer.status_code, answer.content_type, answer.location, text


def contents(app: Flask) -> dict[str, list[str]]:
    """Return all that the database holds, as its driver hands it over."""
    with app.app_context(), db.engines[WRITE].connect() as connection:
        return {
            table.name: sorted(
                map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table.name}"'))  # noqa: S608  # ours
            )
            for table in METADATA.sorted_tables
        }


FIXED = ("act", "form")
"""What names nothing there is: words without which there is no route, an id of one's own choice."""


def absences(eyes: Eyes, world: Neighbours, args: Args) -> Iterator[dict[str, Any]]:
    """Yield arguments that name nothing there is, to compare an answer with.

    All of them, and the last alone. A page of a space one sees shows that space around its words:
    there only the last, if it stands below the space.
    """
    inside = "slug" in args and sees_space(eyes, world, args)
    named = [name for name in args if name not in FIXED]
    if named and not inside:
        yield {**args, **{name: ABSENT[type(args[name])] for name in named}}
    if len(named) > 1:
        last = named[-1]
        yield {**args, last: ABSENT[type(args[last])]}
