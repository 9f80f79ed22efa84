"""Addresses of static files: the built, hashed ones where there are any, else the sources."""

import functools
import json
import mimetypes

from flask import Flask, Response, request

from community.kernel.addresses import url_for
from community.kernel.resources import resource
from community.kernel.templating import OneMapping

_PACKED = (("br", ".br"), ("gzip", ".gz"))
_BUILT = resource("static") / "build"


@functools.cache
def _manifest() -> dict[str, str]:
    file = _BUILT / "manifest.json"
    if not file.is_file():
        return {}
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


def built(name: str) -> bool:
    """Whether the build made ``name``; pages leave out scripts that are not there."""
    return name in _manifest()


def asset_url(name: str) -> str:
    """Return the address of a static file, e.g. ``app.css``.

    Built files carry a hash of their content in the name and may be kept for ever.
    """
    made = _manifest().get(name)
    folder = {"css": "css/", "js": "js/"}.get(name.rsplit(".", 1)[-1], "")
    return url_for("static", filename=f"build/{made}" if made else folder + name)


class AssetFlask(Flask):
    """Flask whose built static files go out as the build packed them."""

    jinja_environment = OneMapping

    def send_static_file(self, filename: str) -> Response:
        """Serve a static file, packed where the build made it so and the browser takes it."""
        if filename.startswith("build/"):
            for encoding, ending in _PACKED:
                packed = _BUILT / (filename.removeprefix("build/") + ending)
                if request.accept_encodings[encoding] and packed.is_file():
                    response = super().send_static_file(filename + ending)
                    response.mimetype = mimetypes.guess_type(filename)[0] or "text/plain"
                    response.content_encoding = encoding
                    response.vary.add("Accept-Encoding")
                    return response
        return super().send_static_file(filename)
