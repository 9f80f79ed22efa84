"""Whether this process lives, and whether it can serve: for a proxy, a supervisor, a probe."""

import functools

import sqlalchemy as sa
from flask import Blueprint, Response

from community import migrating
from community.kernel.db import db
from community.kernel.doors import public
from community.kernel.json import dumps

health = Blueprint("health", __name__)
_known = functools.cache(migrating.revisions)  # files, which a running release does not change


@health.get("/healthz")
@public
def live() -> Response:
    """Answer, which is all: a process that does not should be started again."""
    return _answer(200, live=True)


@health.get("/readyz")
@public
def ready() -> Response:
    """Say whether people can be sent here (200), or not (503) and why."""
    why = _fault()
    return _answer(503, ready=False, why=why) if why else _answer(200, ready=True)


def _fault() -> str:
    try:
        at = migrating.revision_on(db.session.connection())
    except sa.exc.SQLAlchemyError:
        return "The database does not answer."
    fault = migrating.wanting(at, _known())
    return f"The database {fault}." if fault else ""


def _answer(status: int, **told: object) -> Response:
    response = Response(dumps(told), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
