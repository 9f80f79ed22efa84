"""A page that the reader holds already is not drawn again: 304.

A page is a function of what decides about it (``decides``: rows, roles, plain values), of its
frame, of who reads it and in which zone and language, of the day there, of what the last request
left to say, of the session's secret against forgery, and of the release. The tag is a digest of all
of these, so it is known before anything is drawn. What a view reads to decide is read under the
read rules, each time: who lost access gets no 304 either.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, get_flashed_messages, make_response, render_template, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from community.kernel.doors import current_context, reader
from community.kernel.installed import installed
from community.kernel.localtime import in_zone
from community.kernel.pages import page_frame


def answer(
    template: str, decides: Any, values: Callable[[], Mapping[str, Any]] | None = None
) -> AnyResponse:
    """Answer with a page, or with 304 where the reader holds the same one.

    ``values`` makes what the template reads of ``decides`` when the page must be drawn; without it
    the template reads ``decides``. A time that is told by how long ago it was belongs into
    ``decides`` in words.
    """
    tag = _tag(template, decides)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = make_response(render_template(template, **(values() if values else decides)))
    response.set_etag(tag, weak=True)
    return response


def _tag(template: str, decides: Any) -> str:
    generate_csrf()  # the session has a secret from here on, which all its tokens hang on
    who = reader()
    told = {
        "template": template,
        "decides": decides,
        "address": (request.script_root, request.full_path),
        "frame": page_frame(),
        "reader": who,
        "day": in_zone(current_context().now, who.zone).date(),
        "flashes": get_flashed_messages(with_categories=True),
        "secret": session.get("csrf_token"),
        "release": installed().release,
    }
    text = orjson.dumps(told, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """Return a row as its values. Raises TypeError for what does not say all that it is."""
    if isinstance(value, (Row, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} decides about no page")
