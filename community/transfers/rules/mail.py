"""Archives of mail: how much is taken, what becomes of a message, and what it is known by."""

import enum
import hashlib
import re
import unicodedata

MOST_BYTES = 250_000_000  # of an archive, unpacked
MOST_MESSAGE = 15_000_000  # bytes of one message, with all that is attached to it
MOST_MESSAGES = 50_000  # of one archive: their heads are held in memory to find the threads
MOST_IMPORTS = 200  # that a space remembers
BATCH = 50  # posts in one transaction
BATCH_BYTES = 20_000_000  # of the messages that become these posts, unless one is larger
MOST_FILES = 5_000  # that one import keeps
FILE_LINKS = 8_000  # code points that the links to the files of one post take at most
A_JOB = 500  # posts of one job; the next goes on
A_TALK_JOB = 5_000  # of an archive of ours: all of it is read before the first is written
LONGEST_BODY = 20_000  # code points of a post, as of one that is typed
LONGEST_TITLE = 200
LONGEST_SUBJECT = 1_000  # code points that are read of one
LONGEST_NAME = 120  # of an author
_BEFORE = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|rif)(?:\[\d+\])?\s*:|\[[^\[\]]{1,60}\](?=.*\S))\s*",
    re.IGNORECASE,
)
_REPLY = re.compile(r"\s*(?:re|aw|sv|vs|antw|rif)(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_LISTS = re.compile(r"(?:\[[^\[\]]{1,60}\]\s*)+")


class Note(enum.StrEnum):
    """What is told of a message that was kept."""

    ORPHAN = "orphan"  # it answers a message that is not there; it begins a thread
    SIBLING = "sibling"  # as that; it stands beside another answer to the same one
    SUBJECT = "subject"  # as that; it stands in the thread of its subject
    DATE = "date"  # its date could not be; it has that of its neighbour
    NAMELESS = "nameless"  # nobody is named as its author
    CUT = "cut"  # it was longer than a post may be
    HTML = "html"  # it was HTML only, and is Markdown now
    CHARSET = "charset"  # some of its characters could not be read
    EMPTY = "empty"  # it says nothing
    FILES = "files"  # a file is not kept: of a kind that is not taken, or it cannot be read
    FILE_LARGE = "file_large"  # one is not kept: it is larger than files of posts may be
    FILE_MANY = "file_many"  # one is not kept: there are too many, in the message or the import
    FILE_ROOM = "file_room"  # one is not kept: the space has no room for it


FILE_NOTES = (Note.FILES, Note.FILE_LARGE, Note.FILE_MANY, Note.FILE_ROOM)
"""Those that say why a file is not kept; a report counts the files, too."""


class Drop(enum.StrEnum):
    """Why a message was not kept."""

    TWICE = "twice"  # the archive holds it before already
    BEFORE = "before"  # it was brought in by an earlier import
    LARGE = "large"


def key_of(*parts: str) -> str:
    """Return what is kept of an identifier or an address: SHA-256, hexadecimal."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


def base_subject(subject: str) -> tuple[str, bool]:
    """Return a subject as threads are found by it, and whether it says that it is a reply.

    In the spirit of RFC 5256, section 2.1: signs of replies and forwards, names of lists in
    brackets, case and spaces do not count.
    """
    base = " ".join(subject[:LONGEST_SUBJECT].split())
    lists = _LISTS.match(base)
    reply = bool(_REPLY.match(base, lists.end() if lists else 0))
    end = len(base)
    while base[:end].lower().endswith("(fwd)"):
        end = len(base[: end - 5].rstrip())
    start = 0
    while start < end and (found := _BEFORE.match(base, start, end)):
        start = found.end()
    return base[start:end].casefold(), reply


def shown_title(subject: str) -> str:
    """Return a subject as the title of a thread: without the signs of replies, not too long."""
    title, start = _printable(subject[:LONGEST_SUBJECT]), 0
    while found := _REPLY.match(title, start):
        start = found.end()
    title = title[start:]
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def tidy_name(name: str, address: str) -> str:
    """Return the name of an author as it is shown; never an address.

    Archives write ``ana at example.org (Ana Lind)`` and worse. Where nothing but an address is
    known, what stands before its @ is shortened. Empty where there is nothing.
    """
    words = _printable(name).strip("\"'<>() ")
    if words and "@" not in words and not re.search(r"\S+ (?:at|AT) \S+\.\S+", words):
        return words[:LONGEST_NAME].strip()
    local = _printable((address or words).partition("@")[0].partition(" at ")[0]).strip()
    if not local:
        return ""
    shown = local[: max(2, len(local) // 2)]
    return f"{shown[: LONGEST_NAME - 1]}…"


def _printable(text: str) -> str:
    """Return a text in one line, without signs that nobody sees or that turn lines about."""
    normal = unicodedata.normalize("NFC", text)
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in normal)
    return " ".join("".join(kept).split())
