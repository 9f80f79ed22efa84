"""Addresses of our pages, each worked out once: a list of thirty threads names a hundred."""

import functools
from typing import Any
from urllib.parse import urlsplit

import flask
from flask import current_app, request

from community.kernel.installed import installed

KEPT = 8192  # addresses that a process remembers


def url_for(endpoint: str, **values: Any) -> str:
    """Return the address of a view below where the site is mounted, as ``flask.url_for`` does.

    For pages: it needs a request, and makes no address of another host.
    """
    return _address(request.script_root, endpoint, **values)


@functools.lru_cache(maxsize=KEPT, typed=True)  # typed: 1 and True are not written alike
def _address(_root: str, endpoint: str, **values: Any) -> str:
    return flask.url_for(endpoint, **values)


def site_path(path: str) -> str:
    """Return a path below the site's address as this request reaches it."""
    return f"{request.script_root}{path}"


def public_url(endpoint: str, **values: Any) -> str:
    """Return the whole address of a view, as the world reaches it: for letters and calendars.

    It begins with the configured address, whatever a request said of its host; it needs none.
    """
    base = urlsplit(installed().settings.base_url)
    adapter = current_app.url_map.bind(
        base.netloc, script_name=base.path or "/", url_scheme=base.scheme
    )
    return adapter.build(endpoint, values, force_external=True)
