"""An answer that nobody keeps: it holds a secret, or stands at an address that is one."""

from typing import TypeVar

from werkzeug.wrappers import Response

R = TypeVar("R", bound=Response)


def unstored(response: R, *, by_secret: bool = False) -> R:
    """Keep an answer out of every cache.

    ``by_secret``: the address holds the secret, so that it is also kept out of what browsers send
    on, and out of search engines. The origin still goes along: behind TLS a form that comes without
    one is refused.
    """
    response.headers["Cache-Control"] = "no-store"
    if by_secret:
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
