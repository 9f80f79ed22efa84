"""Addresses of our pages, each worked out once: a list of thirty threads names a hundred."""

import functools
from typing import Any

import flask
from flask import request

KEPT = 8192  # addresses that a process remembers


def url_for(endpoint: str, **values: Any) -> str:
    """Return the address of a view below where the site is mounted, as ``flask.url_for`` does.

    For pages: it needs a request, and makes no address of another host.
    """
    return _address(request.script_root, endpoint, **values)


@functools.lru_cache(maxsize=KEPT, typed=True)  # typed: 1 and True are not written alike
def _address(_root: str, endpoint: str, **values: Any) -> str:
    return flask.url_for(endpoint, **values)
