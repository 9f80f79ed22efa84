"""Signed-in people of the data set, as their browsers come."""

import functools
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from bench.data.world import CSRF_SEED, csrf_token
from bench.databases import SECRET


@functools.cache
def _serializer() -> Any:
    app = Flask("bench")
    app.secret_key = SECRET
    return SecureCookieSessionInterface().get_signing_serializer(app)


def cookie(person: tuple[str, str]) -> str:
    """Return the session cookie of somebody, as signing in makes it."""
    session = {
        "_user_id": person[1],
        "_fresh": True,
        "_permanent": True,
        "csrf_token": CSRF_SEED,
    }
    return f"community={_serializer().dumps(session)}"


def reading(person: tuple[str, str], **more: str) -> dict[str, str]:
    """Return the headers of a GET."""
    return {"Cookie": cookie(person), **more}


def writing(person: tuple[str, str]) -> dict[str, str]:
    """Return the headers with which a page's script posts JSON."""
    return {
        "Cookie": cookie(person),
        "Content-Type": "application/json",
        "X-CSRFToken": csrf_token(),
    }
