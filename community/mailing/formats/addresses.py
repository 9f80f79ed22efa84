"""Addresses for what comes back: each names a line of the ledger, and cannot be made by others.

``reply+TOKEN@domain`` and ``bounce+TOKEN@domain``: the id of the line, the day the letter left, and
a mark (HMAC) under the installation's key over both, their reader, for answers the thread and the
reader's key, and for reports the address the letter went to. In base 32, for on the way letters may
become small; 60 characters before the @ (RFC 5321 allows 64).
"""

import base64
import binascii
import dataclasses
import datetime as dt
import hmac
import uuid

from community.kernel.secrets import mark

REPLY = "reply"
BOUNCE = "bounce"
_MARK = 15  # bytes: 120 bits
_DAYS = dt.date(2020, 1, 1)  # days are counted from here, in two bytes
_LONGEST = 254


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
    """What an address says of itself; nothing of it is true before ``holds`` says so."""

    purpose: str
    line_id: uuid.UUID
    day: dt.date
    mark: bytes

    def holds(self, *bound: object) -> bool:
        """Whether we made the address, for what it is bound to."""
        return hmac.compare_digest(self.mark, _mark(self.purpose, self.line_id, self.day, *bound))


def reply_address(line_id: uuid.UUID, day: dt.date, *bound: object, domain: str) -> str:
    """Return the address that takes answers to the letter of a line that leaves on a day."""
    return _address(REPLY, line_id, day, *bound, domain=domain)


def bounce_address(line_id: uuid.UUID, day: dt.date, *bound: object, domain: str) -> str:
    """Return the address to which servers report that the letter of a line did not arrive."""
    return _address(BOUNCE, line_id, day, *bound, domain=domain)


def read_address(address: str, domain: str) -> Signed | None:
    """Return what an address of ours says; None for one that is not even of their form."""
    local, _at, host = address.strip().strip("<>")[:_LONGEST].lower().rpartition("@")
    purpose, _plus, token = local.partition("+")
    if host != domain or purpose not in {REPLY, BOUNCE}:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 18 + _MARK:
        return None
    day = _DAYS + dt.timedelta(days=int.from_bytes(raw[16:18], "big"))
    return Signed(purpose, uuid.UUID(bytes=raw[:16]), day, raw[18:])


def _address(purpose: str, line_id: uuid.UUID, day: dt.date, *bound: object, domain: str) -> str:
    days = (day - _DAYS).days.to_bytes(2, "big")
    raw = line_id.bytes + days + _mark(purpose, line_id, day, *bound)
    return f"{purpose}+{base64.b32encode(raw).decode().rstrip('=').lower()}@{domain}"


def _mark(purpose: str, *parts: object) -> bytes:
    return mark(f"mailing.{purpose}", *parts)[:_MARK]
