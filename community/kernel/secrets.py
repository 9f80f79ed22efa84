"""Secrets that need not be kept: made from the installation's key whenever they are wanted.

A link that is mailed opens a door, so neither the outbox nor the database may hold it. The job that
writes the letter derives it, the row it opens keeps its digest.
"""

import base64
import hashlib
import hmac

from itsdangerous import BadSignature, URLSafeSerializer

from community.kernel.installed import installed


def derive(purpose: str, *parts: object) -> str:
    """Return the secret of a purpose and what it is for: 43 characters that fit into an address.

    HMAC-SHA-256 (RFC 2104) under the installation's key; the same parts give the same secret, and
    nobody without the key can tell it from chance.
    """
    return base64.urlsafe_b64encode(mark(purpose, *parts)).decode().rstrip("=")


def mark(purpose: str, *parts: object) -> bytes:
    """Return the mark of a purpose and what it is for: the 32 bytes that ``derive`` writes."""
    told = "\0".join((purpose, *(str(part) for part in parts)))
    key = installed().settings.secret_key.encode()
    return hmac.digest(key, told.encode(), "sha256")


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal: what is kept of it."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def sign(purpose: str, *parts: str) -> str:
    """Return ``parts`` as a token that shows them and cannot be forged, fit for an address.

    It holds for as long as the installation's key: for what may stay possible for ever.
    """
    return URLSafeSerializer(installed().settings.secret_key, salt=purpose).dumps(parts)


def signed(purpose: str, token: str) -> tuple[str, ...] | None:
    """Return what was signed for a purpose; None for what was not."""
    serializer = URLSafeSerializer(installed().settings.secret_key, salt=purpose)
    try:
        parts = serializer.loads(token)
    except BadSignature:
        return None
    return tuple(str(part) for part in parts)
