"""Sending a file that is kept: in parts where a client asks so, and never as a page of ours."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import structlog
from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel.errors import Unavailable
from community.kernel.files.store import store

FILE_POLICY = "default-src 'none'; sandbox"
"""What a file may do that a browser shows as a page of its own: nothing."""
KEPT_SECONDS = 365 * 24 * 3600
PIECE = 256 * 1024  # bytes

log = structlog.get_logger(__name__)


def send_stored(digest: str, *, media_type: str, name: str, inline: bool = False) -> Response:
    """Answer with a file of the store under the ``name`` people know it by.

    It goes out to be saved; ``inline`` is for what a page of ours plays. The address must say which
    file it is for ever: browsers keep it. Raises Unavailable where the file is away.
    """
    path = store().path(digest)
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        log.error("a file is away", digest=digest)  # noqa: TRY400  # where it lies says nothing
        words = _("This file cannot be read just now. Tell who runs this site.")
        raise Unavailable(words, retry_after=600) from error
    response = Response(_Pieces(path), mimetype=media_type, direct_passthrough=True)
    response.content_length = size
    response.set_etag(digest)
    headers = response.headers
    headers["Content-Disposition"] = disposition(name, inline=inline)
    headers["Content-Security-Policy"] = FILE_POLICY
    headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    asked = request.range
    known = asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
    environ = {**request.environ}
    if not known:  # several parts, or what is no part at all: it goes out whole (RFC 9110, 14.2)
        environ.pop("HTTP_RANGE", None)
    return response.make_conditional(environ, accept_ranges=True, complete_length=size)


class _Pieces:
    """A file as it is sent: open only while a piece of it is read, however slow the line is."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._path.open("rb") as file:
            file.seek(self._at)
            piece = file.read(PIECE)
        if not piece:
            raise StopIteration
        self._at += len(piece)
        return piece

    def seekable(self) -> bool:
        """Say that a part can be sent without reading what is before it."""
        return True

    def seek(self, place: int) -> None:
        """Go on from a place."""
        self._at = place

    def tell(self) -> int:
        """Return where the next piece begins."""
        return self._at


def disposition(name: str, *, inline: bool = False) -> str:
    """Return a Content-Disposition (RFC 6266) whose plain name is ASCII, whatever it is called."""
    plain = (
        "".join(c for c in name if c.isascii() and c.isprintable() and c not in '"\\/') or "file"
    )
    sort = "inline" if inline else "attachment"
    words = f'{sort}; filename="{plain}"'
    return words if plain == name else f"{words}; filename*=UTF-8''{quote(name, safe='')}"
