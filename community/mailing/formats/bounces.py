"""What a mail server reports of a letter it could not deliver (RFC 3464).

``flufl.bounce`` reads such reports, also those of servers that keep to no standard.
"""

import email
import re

from flufl.bounce import all_failures

from community.kernel.posting import Why

MOST_REPORT = 100_000  # bytes of a report that are read: it brings the letter back
MOST_LINES = 2_000  # each is looked at by dozens of expressions
_STATUS = re.compile(
    rb"^Status:\s{0,20}([245])\.(\d{1,3})\.(\d{1,3})", re.MULTILINE | re.IGNORECASE
)
_FULL = {("2", "2"), ("3", "1"), ("3", "4")}


def read_report(raw: bytes) -> Why | None:
    """Return why a letter did not arrive, as a report says; None for what is no report."""
    known = b"".join(raw[:MOST_REPORT].splitlines(keepends=True)[:MOST_LINES])
    try:
        waiting, failed = all_failures(email.message_from_bytes(known))
    except Exception:  # noqa: BLE001  # what one message does to a parser is no matter of the rest
        return None
    if not failed:
        return Why.DELAYED if waiting else None
    found = _STATUS.search(known)
    if found is None:
        return Why.RETURNED
    kind, subject, detail = (part.decode() for part in found.groups())
    if kind == "4":  # it was tried for days, and what hindered it may pass
        return Why.DELAYED
    if (subject, detail) in _FULL:
        return Why.FULL
    return {"1": Why.NO_MAILBOX, "7": Why.TURNED_AWAY}.get(subject, Why.RETURNED)
