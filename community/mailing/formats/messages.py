"""A message that came in (RFC 5322): who says to have written it, and whether a machine did."""

import dataclasses
import email
import hashlib
import re
from email import policy
from email.message import Message
from email.parser import BytesParser

from community.transfers.formats.html_mail import text_of_html
from community.transfers.formats.messages import LONGEST_FIELD, Said, heading_of, said_in

MOST_MAIL = 10_000_000  # bytes of a message, with all that is attached to it
_MOST_HEAD = 200_000  # bytes
_MOST_PARTS = 200
_MOST_HTML = 100_000  # characters that are read, where there is no plain text
_RESULTS = 50  # headers of results that are read
_LISTS = frozenset({"bulk", "list", "junk", "auto_reply"})
_MACHINES = ("List-Id", "X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Loop")
_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_RESULT = re.compile(r"(?:^|;)\s*(dmarc|spf|dkim)\s*=\s*([a-z]+)([^;]*)")
_FROM = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
_NO_LINE = re.compile(rb"\r(?!\n)|\0")  # where programs differ on what a line of a head is
_PASSED_FOR = re.compile(r"(?:^|\s)header\.from\s*=\s*(\S{1,300})")
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What is read of a message. ``known_as`` is what it has in common with a copy of itself.

    ``sender`` is the one address it says to be from, empty where another program might read
    another one. ``forged``: the mail server that took it says that this is not so, or looked at
    another one. ``automatic``: a machine
    wrote it. ``files`` are attached; what a text shows within itself is none.
    """

    known_as: str
    sender: str
    automatic: bool
    forged: bool
    files: int
    said: Said


def read_message(raw: bytes, *, trusted: str, our_host: str) -> Incoming:
    """Read a message; ``trusted`` is the server whose word counts (RFC 8601), empty: none's."""
    ending = re.search(rb"\r?\n\r?\n", raw[:_MOST_HEAD])
    head = raw[: ending.start() if ending else _MOST_HEAD]
    found = email.message_from_bytes(head)
    sender = _sender_of(head) if ending or len(raw) <= _MOST_HEAD else ""
    whole = len(raw) <= MOST_MAIL
    heading = heading_of(b"From mail\n" + head)
    known = heading.message_id or hashlib.sha256(raw).hexdigest()
    return Incoming(
        known_as=hashlib.sha256(known.encode(errors="surrogatepass")).hexdigest()[:40],
        sender=sender,
        automatic=_is_automatic(found) or known.lower().endswith(f"@{our_host}"),
        forged=bool(trusted) and _is_forged(found, trusted, sender),
        files=_files(raw) if whole else 0,
        said=said_in(raw) if whole else said_in(b""),
    )


def text_of(said: Said) -> str:
    """Return what a message says as text, also where it was written as HTML alone."""
    return said.text or text_of_html(said.html, longest=_MOST_HTML)


def _sender_of(head: bytes) -> str:
    """Return the one address a message says to be from, as every program has to read it.

    The mail server has asked whether that domain sent it: what might be read as another address
    than the server read, also of what it let pass, is none. Encoded words are names, never
    addresses (RFC 2047, section 5).
    """
    if _NO_LINE.search(head) or len(_FROM.findall(head)) != 1:
        return ""
    try:
        found = BytesParser(policy=policy.SMTP).parsebytes(head, headersonly=True)
        [field] = [str(value) for name, value in found.raw_items() if name.lower() == "from"]
        if found.defects or len(field) > LONGEST_FIELD:
            return ""
        words = field.encode("ascii", "surrogateescape").decode()  # a name may stand there in UTF-8
        read = policy.SMTP.header_fetch_parse("From", words)
        [address] = read.addresses
    except Exception:  # noqa: BLE001  # it reads no groups, and fails in ways of its own
        return ""
    return address.addr_spec if not read.defects and address.addr_spec.isascii() else ""


def _is_automatic(found: Message) -> bool:
    """Whether a machine wrote a message, or passed it on to many (RFC 3834, section 2)."""
    submitted = _word(found, "Auto-Submitted")
    suppressed = _word(found, "X-Auto-Response-Suppress")
    return (
        submitted not in {"", "no"}
        or suppressed not in {"", "none"}
        or _word(found, "Precedence") in _LISTS
        or any(found.get(name) is not None for name in _MACHINES)
        or str(found.get("Return-Path", "")).strip() == "<>"
    )


def _word(found: Message, name: str) -> str:
    return str(found.get(name, ""))[:200].partition(";")[0].strip().lower()


def _is_forged(found: Message, trusted: str, sender: str) -> bool:
    """Whether a server that is trusted says that a message is not from whom it says.

    Others may have written such a line, too: it can be believed only where it refuses.
    """
    results = [
        result
        for field in found.get_all("Authentication-Results", [])[:_RESULTS]
        if (result := _results_of(str(field)[:4_000], trusted)) is not None
    ]
    domain = sender.rpartition("@")[2].lower()
    return any(_fails(result) or _is_of_another(result, domain) for result in results)


_Results = set[tuple[str, str, str]]
"""Of a server: method, result, and the domain of the sender it looked at, if it says so."""


def _results_of(field: str, trusted: str) -> _Results | None:
    words = _COMMENT.sub(" ", " ".join(field.split())).lower()
    server, _end, rest = words.partition(";")
    if server.split(" ")[0] != trusted:
        return None
    return {
        (method, result, _domain_in(said)) for method, result, said in _RESULT.findall(f";{rest}")
    }


def _domain_in(said: str) -> str:
    found = _PASSED_FOR.search(said)
    return found[1].strip('"').rpartition("@")[2].rstrip(".") if found else ""


def _fails(results: _Results) -> bool:
    dmarc, spf, dkim = (
        {result for method, result, _domain in results if method == name} for name in _METHODS
    )
    if dmarc & {"pass", "fail"}:
        return "fail" in dmarc
    return bool(spf & {"fail", "softfail"}) and bool(dkim) and "pass" not in dkim


def _is_of_another(results: _Results, domain: str) -> bool:
    """Whether a server let pass what it read as from another domain than we do."""
    return any(
        method == "dmarc" and result == "pass" and looked_at not in {"", domain}
        for method, result, looked_at in results
    )


_METHODS = ("dmarc", "spf", "dkim")


def _files(raw: bytes) -> int:
    """Return how many files go with a message, without pictures that its text shows."""
    try:
        parts = list(zip(email.message_from_bytes(raw).walk(), range(_MOST_PARTS), strict=False))
    except RecursionError:  # parts in parts without end
        return 0
    return sum(_is_file(part) for part, _number in parts)


def _is_file(part: Message) -> bool:
    kind = part.get_content_type()
    if part.is_multipart() or kind in _SIGNATURES:
        return False
    if part.get_content_disposition() == "attachment":
        return True
    return kind not in {"text/plain", "text/html"} and part.get("Content-ID") is None
