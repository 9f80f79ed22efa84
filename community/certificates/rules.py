"""Codes and numbers of certificates, and why one is revoked; pure."""

import datetime as dt
import enum
import re
import unicodedata

from flask_babel import lazy_gettext as _l

BYTES = 16  # of chance in a code: nobody comes upon one by trying
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that looks alike
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_GROUP = 5
CODE_LENGTH = -(-BYTES * 8 // 5)
TYPED_LONGEST = 60  # of a code as people type it, with what stands between its groups


def code_of(chance: bytes) -> str:
    """Return 16 bytes as a code: 26 letters and digits."""
    number = int.from_bytes(chance, "big")
    places = range(5 * (CODE_LENGTH - 1), -1, -5)
    return "".join(_LETTERS[number >> place & 31] for place in places)


def grouped(code: str) -> str:
    """Return a code as people read it: groups of five, the last of six."""
    last = len(code) // _GROUP - 1
    groups = [code[n * _GROUP : (n + 1) * _GROUP] for n in range(last)]
    return "-".join([*groups, code[last * _GROUP :]])


def typed(text: str) -> str:
    """Return the code that somebody typed, in whatever case and groups; "" where it is none."""
    code = text[:TYPED_LONGEST].upper().translate(_ALIKE)
    fits = len(code) == CODE_LENGTH and set(code) <= set(_LETTERS)
    return code if fits else ""


def hours_of(minutes: int) -> int:
    """Return minutes of a course as whole hours, half an hour up, at least one."""
    return max(1, (minutes + 30) // 60)


def is_name(text: str) -> bool:
    """Whether a text can be somebody's name: it holds a letter of some script, and no address.

    A full stop that no space follows makes an address of it, but after a single letter.

    Nor marks that nobody sees and that turn what is read, but those that join letters or keep them
    apart (ZWJ and ZWNJ), as some scripts write names.
    """
    if _ADDRESS.search(text):
        return False
    unseen = (each for each in text if unicodedata.category(each) == "Cf")
    return all(each in _JOINERS for each in unseen) and any(each.isalpha() for each in text)


def last_day(starts_on: dt.date, ends_on: dt.date, closed_on: dt.date | None) -> dt.date:
    """Return the last day of a run: that of its plan, or the one it was closed on before."""
    return max(starts_on, ends_on if closed_on is None else min(ends_on, closed_on))


_STOP = "[.\u3002\uff0e\uff61]"  # what browsers read as the dot of a host
_ADDRESS = re.compile(
    rf"@|//|\bwww{_STOP}"
    rf"|[\w-]{{2,}}{_STOP}\w{{2,}}"
    rf"|\w{_STOP}(?:com|org|net|info|biz|edu|gov|io|co|me|ly)\b"
    rf"|\w{_STOP}\w{{2,}}[/:]"
    rf"|\d{_STOP}\d",
    re.IGNORECASE,
)
_JOINERS = "\u200c\u200d"


class Reason(enum.StrEnum):
    """Why a certificate was revoked, as anybody who asks is told."""

    VERDICT = "verdict_withdrawn"  # the run was not completed after all
    MISTAKE = "mistake"
    CONDUCT = "conduct"
    REQUEST = "request"
    OTHER = "other"


REASON_WORDS = {
    Reason.VERDICT: _l("By the rules of the run, it was not completed after all."),
    Reason.MISTAKE: _l("It was issued by mistake."),
    Reason.CONDUCT: _l("The rules of the course were not kept."),
    Reason.REQUEST: _l("The person it was issued to asked for it."),
    Reason.OTHER: _l("For another reason."),
}
GIVEN = tuple(reason for reason in Reason if reason is not Reason.VERDICT)
"""The reasons an organiser may give; the first is found by the rules of the run alone."""
