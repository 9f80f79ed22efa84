"""Web push: a short message to a browser, through the push service of whoever made it.

It is encrypted for this browser alone (RFC 8291, in the coding of RFC 8188), says whose it is
(VAPID, RFC 8292), and is handed over as RFC 8030 wants it. Where a message goes is said by the
browser, so whoever signs in could name any address: see ``_address_of``.
"""

import base64
import binascii
import contextlib
import enum
import hashlib
import http.client
import ipaddress
import json
import os
import re
import socket
import ssl
import struct
import time
from urllib.parse import SplitResult, urlsplit

import structlog
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from community.kernel.context import clock
from community.kernel.db import db
from community.kernel.installed import installed
from community.kernel.metrics import PUSHES
from community.kernel.operation import outside_operation
from community.kernel.settings import Settings

LONGEST_ENDPOINT = 1_000
LONGEST_MESSAGE = 3_000  # bytes; a push service takes 4096, all told
TIMEOUT = 10  # seconds, for one message and its answer
KEPT_FOR = 12 * 60 * 60  # seconds that a push service keeps it for a device that is off
HOLDS = 12 * 60 * 60  # seconds for which a token says whose it is; at most a day
_ANSWER = 4_096  # bytes of an answer that are read
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_PLAIN = re.compile(r"[!-~]+")
_OPEN = ipaddress.ip_network("2000::/3")  # RFC 4291: all that is given out of IPv6
_INTO_V4 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: what a gateway makes IPv4 of

log = structlog.get_logger(__name__)


class Delivery(enum.StrEnum):
    """What a push service said to a message."""

    TAKEN = "taken"
    GONE = "gone"  # the browser is not told any more: it must not be asked again
    REFUSED = "refused"  # for good, whatever the reason


class PushFault(OSError):
    """A push service does not answer, or not today: it is tried again."""


def encode(content: bytes) -> str:
    """Return bytes as base64url without padding, as all of these standards write them."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read ``encode`` back; raises ValueError."""
    if not re.fullmatch(r"[\w-]*", text, re.ASCII):
        raise ValueError("it is no base64url")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("it is no base64url") from error


# ------------------------------------------------------------------ keys


def fresh_keys() -> tuple[str, str]:
    """Return a new pair: the private key for the settings, and the public one browsers are told."""
    key = ec.generate_private_key(ec.SECP256R1())
    return encode(key.private_numbers().private_value.to_bytes(32, "big")), _public(key)


def read_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Read a private key as ``fresh_keys`` writes it; raises ValueError."""
    scalar = decode(text)
    if len(scalar) != 32:
        raise ValueError("it is no key of 32 bytes")
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def public_key() -> str:
    """Return the public key of this installation; "" where nothing is pushed."""
    key = installed().settings.push_key
    return _public(read_key(key)) if key else ""


def pushes() -> bool:
    """Whether this installation pushes; where it does not, no page speaks of it."""
    return bool(installed().settings.push_key)


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encode(point)


def check_keys(p256dh: str, auth: str) -> None:
    """Look at what a browser gave for encryption; raises ValueError."""
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(p256dh))
    if len(decode(auth)) != 16:
        raise ValueError("it is no secret of 16 bytes")


# ------------------------------------------------------------------ what is sent


def encrypted(message: bytes, p256dh: str, auth: str) -> bytes:
    """Return a message that this browser alone can read (RFC 8291, 3), as one record."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(p256dh))
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    salt = os.urandom(16)
    shared = ours.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, decode(auth), b"WebPush: info\0" + decode(p256dh) + point, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, message + b"\x02", None)  # 2: the last record
    return salt + struct.pack("!LB", 4096, len(point)) + point + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _authorization(parts: SplitResult, settings: Settings) -> str:
    """Return who we are, to this push service and for some hours (RFC 8292)."""
    key = read_key(settings.push_key)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(clock().timestamp()) + HOLDS,
        "sub": settings.push_contact or settings.base_url,
    }
    said = [{"typ": "JWT", "alg": "ES256"}, claims]
    signed = ".".join(encode(json.dumps(each, separators=(",", ":")).encode()) for each in said)
    first, second = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{encode(first.to_bytes(32, 'big') + second.to_bytes(32, 'big'))}"
    return f"vapid t={token}, k={_public(key)}"


# ------------------------------------------------------------------ where it goes


def check_endpoint(endpoint: str) -> SplitResult:
    """Look at an address that a browser named; raises ValueError for what no push service has."""
    if len(endpoint) > LONGEST_ENDPOINT or not _PLAIN.fullmatch(endpoint):
        raise ValueError("it is no address")
    parts = urlsplit(endpoint)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise ValueError("it is no address of a push service")
    if not _is_ours(parts):
        if (parts.port or 443) != 443:
            raise ValueError("it is no address of a push service")
        literal = None
        with contextlib.suppress(ValueError):  # a name is looked up when a message leaves
            literal = ipaddress.ip_address(parts.hostname)
        if literal is not None and not is_public(literal):
            raise ValueError("it is an address inside a network")
    return parts


def _is_ours(parts: SplitResult) -> bool:
    """Whether who runs the installation named this service, which may be in their own network."""
    return parts.netloc in installed().settings.push_hosts.split(",")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address lies on the open internet, however it is written."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour or address.teredo or address in _INTO_V4:
            return False
        if address not in _OPEN:  # what else is no network of somebody's is nobody's yet, or old
            return False
    return address.is_global and not address.is_multicast


def _address_of(parts: SplitResult) -> str:
    """Return the one address that is connected to: looked up once, and all of them public.

    Else whoever names a push service reaches what only this machine can reach.
    """
    port = parts.port or 443
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise PushFault("the push service is not found") from error
    addresses = [str(each[4][0]) for each in found]
    public = all(is_public(ipaddress.ip_address(each.partition("%")[0])) for each in addresses)
    if not addresses or not (public or _is_ours(parts)):
        raise PushFault("the push service is inside a network")
    return addresses[0]


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was looked at, with the certificate of the name."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(
            parts.hostname or "", parts.port or 443, timeout=TIMEOUT, context=self._tls
        )
        self._address = address

    def connect(self) -> None:
        line = socket.create_connection((self._address, self.port), TIMEOUT)
        self.sock = self._tls.wrap_socket(line, server_hostname=self.host)


def deliver(
    endpoint: str, message: dict[str, str], *, p256dh: str, auth: str, topic: str
) -> Delivery:
    """Hand a message to a push service; call it outside a unit of work.

    A message about the same ``topic`` takes the place of one that still waits there. Raises
    PushFault for what may pass; it follows no redirect.
    """
    if not outside_operation():
        raise RuntimeError("a unit of work must not wait for a push service")
    db.session.close()  # it may take its time: hold no connection meanwhile
    content = json.dumps(message, ensure_ascii=False).encode()
    if len(content) > LONGEST_MESSAGE:
        raise ValueError("a message is a few words")
    try:
        parts = check_endpoint(endpoint)
    except ValueError:  # kept from before such addresses were refused
        PUSHES.labels("refused").inc()
        return Delivery.REFUSED
    try:
        status = _posted(parts, encrypted(content, p256dh, auth), topic)
    except (OSError, http.client.HTTPException) as error:
        PUSHES.labels("failed").inc()
        raise PushFault(str(error)) from error
    delivery = _BY_STATUS.get(status) or (Delivery.TAKEN if 200 <= status < 300 else None)
    if delivery is None:
        if status == 429 or status >= 500:
            PUSHES.labels("failed").inc()
            raise PushFault(f"the push service said {status}")
        delivery = Delivery.REFUSED
        log.warning("a push service refused a message for good", status=status, host=parts.hostname)
    PUSHES.labels(delivery.value).inc()
    return delivery


_BY_STATUS = {404: Delivery.GONE, 410: Delivery.GONE}


def _posted(parts: SplitResult, body: bytes, topic: str) -> int:
    """Post a message and return the status of the answer, of which no more is read."""
    until = time.monotonic() + TIMEOUT
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    settings = installed().settings
    connection = _Pinned(parts, _address_of(parts))
    try:
        connection.request(
            "POST",
            target,
            body,
            {
                "Authorization": _authorization(parts, settings),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(KEPT_FOR),
                "Topic": encode(hashlib.sha256(topic.encode()).digest())[:32],
                "Urgency": "normal",
            },
        )
        return _status(connection.sock, until)
    finally:
        connection.close()


def _status(line: socket.socket, until: float) -> int:
    """Read the first line of an answer, however slowly it comes: till ``until``, and no longer."""
    answer = b""
    while b"\r\n" not in answer and len(answer) < _ANSWER:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the push service takes too long")
        line.settimeout(left)
        part = line.recv(1024)
        if not part:
            break
        answer += part
    found = _STATUS.match(answer)
    if found is None:
        raise PushFault("the push service gave no answer")
    return int(found[1])
