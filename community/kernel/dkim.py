"""DKIM: letters are signed for their domain, so that others can tell they are ours (RFC 6376).

The key is a private one in a file, RSA (RFC 8301: 2048 bits at least) or Ed25519 (RFC 8463); who
checks a letter finds the public half in the DNS. Head and body are signed as "relaxed", which
survives the spaces that servers on the way change.
"""

import base64
import dataclasses
import functools
import hashlib
import re
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from community.kernel.settings import Settings

SMALLEST_KEY = 2048  # bits of an RSA key
# What a letter says of itself; what RFC 8058 wants signed is among it.
HEADERS = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "mime-version"),
    *("content-type", "content-transfer-encoding", "content-language"),
)
# Signed once more than they are there: nobody adds a second one on the way.
ONCE = ("from", "to", "subject", "date", "reply-to")
_FIELD = re.compile(rb"\r\n(?![ \t])")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_SPACES = re.compile(rb"[ \t]+")


class KeyFault(OSError):  # letters wait, as for a mail server that is away
    """The key file cannot be used; the message says why, and what to do."""


@dataclasses.dataclass(frozen=True, slots=True)
class Signer:
    """Signs letters as ``selector._domainkey.domain``."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey = dataclasses.field(repr=False)

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"

    @property
    def name(self) -> str:
        """Where in the DNS the public key has to stand."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What has to stand there (RFC 6376, 3.6.1), as one TXT record."""
        public = self.key.public_key()
        if isinstance(self.key, RSAPrivateKey):
            kind, encoding = "rsa", serialization.Encoding.DER
            form = serialization.PublicFormat.SubjectPublicKeyInfo
        else:
            kind, encoding = "ed25519", serialization.Encoding.Raw
            form = serialization.PublicFormat.Raw
        told = base64.b64encode(public.public_bytes(encoding, form)).decode()
        return f"v=DKIM1; k={kind}; p={told}"

    def signed(self, message: bytes, at: int) -> bytes:
        """Return a message, its lines ending in CRLF, with its signature before it.

        ``at`` is when it is signed, in seconds since 1970.
        """
        head, _blank, body = message.partition(b"\r\n\r\n")
        fields = [_relaxed(field) for field in _FIELD.split(head)]
        found = {name: [text for key, text in fields if key == name] for name in HEADERS}
        names = [name for name in HEADERS for _each in found[name]]
        names += ONCE
        digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        lines = (
            f"v=1; a={self.algorithm}; c=relaxed/relaxed; d={self.domain};",
            f"s={self.selector}; t={at};",
            *_list_of(names),
            f"bh={digest};",
            "b=",
        )
        own = "DKIM-Signature: " + "\r\n\t".join(lines)
        # Of several of a name the last is signed first (5.4.2); a letter of ours has one of each.
        told = [text for name in HEADERS for text in reversed(found[name])]
        told.append(_relaxed(own.encode())[1])
        signature = base64.b64encode(self._sign(b"\r\n".join(told))).decode()
        parts = [signature[at : at + 70] for at in range(0, len(signature), 70)]
        return (own + "\r\n\t".join(parts)).encode() + b"\r\n" + message

    def _sign(self, told: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(told, PKCS1v15(), hashes.SHA256())
        return self.key.sign(hashlib.sha256(told).digest())


def signer_of(settings: Settings) -> Signer | None:
    """Return who signs letters; None: nobody, as the settings say.

    Raises KeyFault for a key file that cannot be used.
    """
    if not settings.dkim_key:
        return None
    return _signer(settings.dkim_domain, settings.dkim_selector, settings.dkim_key)


@functools.lru_cache(maxsize=4)
def _signer(domain: str, selector: str, file: str) -> Signer:
    """Return a signer; a fault is not remembered, so that a file that was mended is read."""
    try:
        read = Path(file).read_bytes()
    except OSError as error:
        raise KeyFault(f"{file} cannot be read: {error.strerror}.") from error
    try:
        key = serialization.load_pem_private_key(read, password=None)
    except TypeError as error:
        words = f"{file} is locked with a password. Keep the key without one, for this user only."
        raise KeyFault(words) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        words = f"{file} holds no private key in PEM. Make one: openssl genrsa -out {file} 2048"
        raise KeyFault(words) from error
    if isinstance(key, RSAPrivateKey) and key.key_size < SMALLEST_KEY:
        words = f"The key in {file} has {key.key_size} bits; others refuse it. Make one of 2048."
        raise KeyFault(words)
    if not isinstance(key, (RSAPrivateKey, Ed25519PrivateKey)):
        raise KeyFault(f"The key in {file} is of another kind. Make an RSA or an Ed25519 key.")
    return Signer(domain, selector, key)


def _list_of(names: list[str]) -> list[str]:
    """Return the lines that name what is signed, folded between names only."""
    lines, line = [], "h="
    for name in names:
        if len(line) + len(name) > 70:
            lines.append(line)
            line = ""
        line += f"{name}:"
    return [*lines, f"{line[:-1]};"]


def _relaxed(field: bytes) -> tuple[str, bytes]:
    """Return the name of a header field, and the field as it is signed (3.4.2)."""
    name, _colon, value = field.partition(b":")
    key = name.strip().lower()
    told = _SPACES.sub(b" ", _FOLD.sub(b"", value)).strip(b" ")
    return key.decode("ascii", "replace"), key + b":" + told


def relaxed_body(body: bytes) -> bytes:
    """Return a body as it is signed (3.4.4): no space at ends of lines, no empty lines at its end.

    Of several spaces one counts.
    """
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
