"""One message of mail (RFC 5322, MIME): who wrote it, when, what it answers, and what it says."""

import codecs
import contextlib
import dataclasses
import datetime as dt
import email
import re
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

_HEADERS = BytesHeaderParser()
_ID = re.compile(r"<([^<>\s]{1,500})>")
_MANGLED = re.compile(
    r"(?P<user>\S{1,200}) (?:at|AT) (?P<host>\S{1,200}\.\S{1,200}?)(?: \((?P<name>.*)\))?\Z"
)
_ENVELOPE = re.compile(rb"\w{3}\s+(\w{3}\s+\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?)\s+.{0,20}?(\d{4})")
# What mail is written in. Others that Python knows take long (punycode), or give no text (utf-7).
_CHARSETS = frozenset(
    [
        *("ascii", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"),
        *(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))),
        *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620", "hz", "big5", "big5hkscs"),
        *(f"cp{number}" for number in (437, 850, 852, 866, 874, 932, 949, 950, *range(1250, 1259))),
        *("gb2312", "gbk", "gb18030", "euc_jp", "shift_jis", "euc_kr", "johab"),
        *("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"),
    ]
)
_LONGEST_CHARSET = 40
EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
MOST_REFERENCES = 50
LONGEST_FIELD = 1_000  # code points that are read of a subject, an author, a date, an id
LONGEST_ANSWERS = 10_000  # of the list of what a message answers


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """The head of a message; ``at`` is None where no date can be read, ids stand without <>."""

    message_id: str | None
    answers: tuple[str, ...]
    subject: str
    name: str
    address: str
    at: dt.datetime | None


def heading_of(head: bytes) -> Heading:
    """Return the head of a message, which begins with its "From " line. Never fails."""
    envelope, _end, rest = head.partition(b"\n")
    try:
        return _heading(envelope, rest)
    except Exception:  # noqa: BLE001  # what one message does to a parser is no matter of the rest
        return Heading(None, (), "", "", "", _enveloped(envelope))


def _heading(envelope: bytes, rest: bytes) -> Heading:
    found = _HEADERS.parsebytes(rest)
    ids = _ID.findall(text_of(_field(found, "Message-ID")))
    answers = _ID.findall(text_of(_field(found, "In-Reply-To")))[:MOST_REFERENCES]
    references = _ID.findall(text_of(str(found.get("References", ""))[-LONGEST_ANSWERS:]))[
        -MOST_REFERENCES:
    ]
    name, address = _author(text_of(_field(found, "From")))
    return Heading(
        message_id=ids[0] if ids else None,
        answers=tuple(dict.fromkeys([*answers, *reversed(references)])),
        subject=text_of(_field(found, "Subject")),
        name=name,
        address=address,
        at=_date(text_of(_field(found, "Date"))) or _enveloped(envelope),
    )


def _field(found: Message, name: str) -> str:
    """Return as much of a header as is read: some of what is done with it takes long."""
    return str(found.get(name, ""))[:LONGEST_FIELD]


def text_of(header: object) -> str:
    """Return a header in words: encoded words (RFC 2047) read, raw bytes guessed."""
    raw = str(header)
    try:
        parts = decode_header(raw)
    except (MessageError, ValueError, RecursionError):
        parts = [(raw, None)]
    words = "".join(
        part if isinstance(part, str) else decoded(part, charset)[0] for part, charset in parts
    )
    # what no charset was named for came as bytes that Python kept as surrogates
    return decoded(words.encode("utf-8", "surrogateescape"), None)[0]


def decoded(data: bytes, charset: str | None) -> tuple[str, bool]:
    """Return bytes as text, and whether all of them could be read.

    As they say they are, else as UTF-8, else as Windows-1252, which most lies turn out to be.
    """
    for name in (charset, "utf-8", "windows-1252"):
        if not name or not _is_charset(name):
            continue
        with contextlib.suppress(LookupError, UnicodeError, ValueError):
            # half a pair of UTF-16 is no character, and no database keeps it
            return data.decode(name).encode("utf-8", "replace").decode(), True
    return data.decode("utf-8", "replace"), False


def _is_charset(name: str) -> bool:
    """Whether a charset is one that mail is written in."""
    if len(name) > _LONGEST_CHARSET or not name.isascii() or not name.isprintable():
        return False
    try:
        return codecs.lookup(name).name in _CHARSETS
    except LookupError:
        return False


def _author(field: str) -> tuple[str, str]:
    """Return name and address out of a From field, also of one that an archive has mangled."""
    mangled = _MANGLED.fullmatch(" ".join(field.split()))
    if mangled:
        return mangled["name"] or "", f"{mangled['user']}@{mangled['host']}".casefold()
    try:
        name, address = parseaddr(field)
    except Exception:  # noqa: BLE001  # RecursionError for one of brackets only, and others
        return field, ""
    if "@" not in address:
        return name or field, ""
    return name, address.casefold()


def _date(field: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(field)
        if found.tzinfo is None:  # "-0000": the zone is not known
            found = found.replace(tzinfo=dt.UTC)
        return found.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _enveloped(line: bytes) -> dt.datetime | None:
    """Return the date of a "From " line: when the message came, by the clock of its archive."""
    found = _ENVELOPE.search(line)
    if found is None:
        return None
    words = " ".join(f"{found[1].decode('ascii', 'replace')} {int(found[2])}".split())
    for form in ("%b %d %H:%M:%S %Y", "%b %d %H:%M %Y"):
        try:
            return dt.datetime.strptime(words, form).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message: what it is called there, and what it holds; None: it cannot be read."""

    name: str
    data: bytes | None = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What a message says: plain text, or HTML where it has no other; ``files`` are attached.

    Of more than ``MOST_FILES`` only the first are among them; ``more`` counts the others.
    """

    text: str
    html: str
    whole: bool  # every character could be read
    flowed: bool  # RFC 3676
    joined: bool  # of it: DelSp=yes
    files: tuple[Attached, ...]
    more: int


MOST_PARTS = 200
MOST_FILES = 20  # of one message that are read
# What is called nothing is called by what it is said to be; its content decides.
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/csv": ".csv",
    "text/plain": ".txt",
}


class _Part(Message):
    """A part whose parameters are read as they stand: how RFC 2231 codes them is of no use here."""

    def get_boundary(self, failobj: Any = None) -> Any:
        found = _param(self, "boundary")
        return found.rstrip() or failobj

    def get_content_charset(self, failobj: Any = None) -> Any:
        return _param(self, "charset").lower() or failobj


def said_in(message: bytes) -> Said:
    """Return what a message says, its own text and not what is attached to it.

    Never fails: of what cannot be taken apart, nothing is said, and that not all could be read.
    """
    try:
        return _said(email.message_from_bytes(message, _Part))
    except Exception:  # noqa: BLE001  # parts in parts without end, and whatever else there is
        return Said("", "", whole=False, flowed=False, joined=False, files=(), more=0)


def _said(found: Message) -> Said:
    plain: list[str] = []
    html: list[str] = []
    files: list[Attached] = []
    more, whole, flowed, joined = 0, True, False, False
    for number, part in enumerate(found.walk()):
        if number >= MOST_PARTS:
            more += 1
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment" or (
            kind not in {"text/plain", "text/html"}
        )
        if attached:
            if kind in {"application/pgp-signature", "application/pkcs7-signature"}:
                continue
            if len(files) < MOST_FILES:
                files.append(Attached(_name(part, kind), _data(part)))
            else:
                more += 1
            continue
        text, read = _text(part)
        whole = whole and read
        if kind == "text/html":
            html.append(text)
            continue
        plain.append(text)
        if _param(part, "format").lower() == "flowed":
            flowed, joined = True, joined or _param(part, "delsp").lower() == "yes"
    said = "\n\n".join(text for text in plain if text.strip())
    return Said(
        text=said,
        html="" if said else "\n".join(html),
        whole=whole,
        flowed=flowed and len(plain) == 1,
        joined=joined,
        files=tuple(files),
        more=more,
    )


def _name(part: Message, kind: str) -> str:
    """Return what a file is called in a message; never nothing."""
    said = _param(part, "filename", "content-disposition") or _param(part, "name")
    return text_of(said[:LONGEST_FIELD]).strip() or f"file{_ENDINGS.get(kind, '')}"


def _param(part: Message, name: str, header: str = "content-type") -> str:
    try:
        value = part.get_param(name, header=header)
    except (ValueError, TypeError, LookupError):
        return ""
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        value = value[2]
    return value if isinstance(value, str) else ""


def _data(part: Message) -> bytes | None:
    """Return what a part holds, None where that cannot be read."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, TypeError, AssertionError):
        return None
    return data if isinstance(data, bytes) else None


def _text(part: Message) -> tuple[str, bool]:
    data = _data(part)
    if data is None:
        return "", False
    text, read = decoded(data, part.get_content_charset())
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), read
