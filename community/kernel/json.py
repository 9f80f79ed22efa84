"""JSON by orjson, for Flask and for Socket.IO alike."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


def dumps(value: Any, **_: Any) -> str:
    """Return ``value`` as JSON text; UUIDs, dates and StrEnums are known."""
    return orjson.dumps(value, default=str, option=_OPTIONS).decode()


def dumps_readable(value: Any) -> str:
    """Return ``value`` as JSON text that people can read too, indented."""
    return orjson.dumps(value, default=str, option=_OPTIONS | orjson.OPT_INDENT_2).decode()


def loads(text: str | bytes, **_: Any) -> Any:
    """Return the value of a JSON text; raises ValueError."""
    return orjson.loads(text)


class OrjsonProvider(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return dumps(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), default=str, option=_OPTIONS)
        return Response(body, mimetype="application/json")
