"""Headers for what long polling answers: Socket.IO does so before Flask hears of a request."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/socket.io"
HEADERS = (
    ("Cache-Control", "no-store"),  # what an answer holds is for one reader, once
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
)


def shield_polling(app: Flask) -> None:
    """Have the answers of long polling guarded as all others are; call it on an open live door."""
    serve = app.wsgi_app

    def shielded(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PATH):
            return serve(environ, start)

        def begin(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            return start(status, [*headers, *HEADERS], *fault)

        return serve(environ, begin)

    app.wsgi_app = shielded  # type: ignore[assignment, method-assign]
