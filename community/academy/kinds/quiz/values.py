"""Numbers and words as learners type them, and the one place where a score is rounded."""

import re
import unicodedata
from fractions import Fraction

LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?")
_NOT_SHOWN = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_TOLERANCE = re.compile(r"([0-9]+(?:[.,][0-9]+)?)(%?)")

CASE, SPACES, ACCENTS = "case", "spaces", "accents"
EXACT = (CASE, SPACES, ACCENTS)
"""What can be looked at in a short text; nothing of it is unless its author says so."""


def half_up(value: Fraction) -> int:
    """Return a whole number; a half is rounded up. ``value`` is not below 0."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def number_of(text: str) -> Fraction | None:
    """Return the number that was typed, with a point or a comma; None for what is none."""
    plain = _NOT_SHOWN.sub("", text).replace("\u2212", "-")
    if len(plain) > LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        return None
    return Fraction(plain.replace(",", "."))


def canonical_number(text: str) -> str:
    """Return a number as files have it: with a point, and no sign where it is not below 0."""
    plain = _NOT_SHOWN.sub("", text).replace("\u2212", "-").replace(",", ".")
    return plain.removeprefix("+")


def canonical_tolerance(text: str) -> str | None:
    """Return a tolerance ("0.5", "2%") as files have it; None for what is none."""
    found = _TOLERANCE.fullmatch(_NOT_SHOWN.sub("", text))
    if not found or len(found[1]) > LONGEST_NUMBER:
        return None
    return found[1].replace(",", ".") + found[2]


def is_near(given: Fraction, value: str, tolerance: str) -> bool:
    """Whether a number is the one that was asked for, or not farther off than is tolerated.

    A tolerance in per cent is of the value; both ends count.
    """
    wanted = Fraction(value)
    if not tolerance:
        return given == wanted
    if tolerance.endswith("%"):
        return abs(given - wanted) <= abs(wanted) * Fraction(tolerance[:-1]) / 100
    return abs(given - wanted) <= Fraction(tolerance)


def comparable(text: str, exact: tuple[str, ...] = ()) -> str:
    """Return a short text as it is compared: without what is not looked at.

    Case is left out as Unicode matches compatibility characters without it (chapter 3.13, D146):
    folded again after they were taken apart, since that may bring capitals to light.
    """
    said = unicodedata.normalize("NFKD", text)
    if CASE not in exact:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
        said = unicodedata.normalize("NFKD", folded.casefold())
    if ACCENTS not in exact:
        said = "".join(each for each in said if not unicodedata.combining(each))
    said = (" " if SPACES in exact else "").join(said.split())
    return unicodedata.normalize("NFC", said)
