"""Which addresses a letter reaches: pure, so that whoever takes an address can ask."""

import re
from email.errors import MessageError
from email.headerregistry import Address

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"  # of a domain's name (RFC 1035)
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)


def deliverable(address: str) -> str | None:
    """Return a folded address with a domain that every server understands (RFC 5891).

    None for one that no letter reaches: what is no address, what a header would give back as
    another's (a comment, a comma), and a local part that not every server takes (RFC 6531).
    """
    local, _at, domain = address.rpartition("@")
    try:
        told = domain if domain.isascii() else domain.encode("idna").decode()
        same = domain.isascii() or told.encode().decode("idna") == domain
        spec = f"{local}@{told}"
        found = Address(addr_spec=spec).addr_spec == spec
    except (ValueError, MessageError):  # a domain's name that is too long among them
        return None
    return spec if found and same and _DOMAIN.fullmatch(told) else None
