"""Passwords: how they are kept, and which are too easy to guess."""

import enum
import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from zxcvbn import zxcvbn

STRONG = 3  # of 4 in zxcvbn's scale: more than a hundred million guesses
LOOKED_AT = 32  # code points: what is longer takes seconds where every letter may stand for another
# Signs that zxcvbn reads as letters. Several may mean one letter, and one several letters, so that
# it tries 700 combinations where all of them stand; beyond so many each is read as its like. That
# loses nothing but the difference between, say, two kinds of brackets.
_SIGNS = frozenset("4@8({[<3691!|70$5+%2")
MOST_SIGNS = 6  # different ones: not more than 32 combinations
_LIKE = str.maketrans("{[<@$!|+", "(((45117")
PERSONAL_SHORTEST = 3  # code points of a word that is held against a password

# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane (about 20 ms)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# What a password is compared with where there is no account, so that an unknown address takes as
# long as a wrong password.
_NOBODY = _HASHER.hash("nobody")
_WORDS = re.compile(r"\w+")


class Weakness(enum.StrEnum):
    """Why a password is easy to guess."""

    KNOWN = "known"  # it, or most of it, is on the lists of those that guess
    PERSONAL = "personal"  # made of the person's name or address, or the network's name
    PATTERN = "pattern"  # repeats, sequences, neighbours on a keyboard, a date
    SHORT = "short"  # nothing special, and not enough of it


_PATTERNS = {"repeat", "sequence", "spatial", "date", "regex"}


def weakness_of(password: str, personal: Iterable[str] = ()) -> Weakness | None:
    """Return why a password is easy to guess, None if it is not.

    ``personal`` are texts that others know of the person. It computes for some 10 ms, at the worst
    for a tenth of a second: call it through ``kernel.threads.in_thread``.
    """
    looked_at = unicodedata.normalize("NFKC", password)[:LOOKED_AT]
    if len(_SIGNS.intersection(looked_at)) > MOST_SIGNS:
        looked_at = looked_at.translate(_LIKE)
    found = zxcvbn(looked_at, user_inputs=_words_of(personal), max_length=LOOKED_AT)
    if found["score"] >= STRONG:
        return None
    heaviest = max(found["sequence"], key=lambda part: len(part["token"]))
    if any(part.get("dictionary_name") == "user_inputs" for part in found["sequence"]):
        return Weakness.PERSONAL
    if heaviest["pattern"] == "dictionary" and len(heaviest["token"]) * 2 > len(looked_at):
        return Weakness.KNOWN
    return Weakness.PATTERN if heaviest["pattern"] in _PATTERNS else Weakness.SHORT


def _words_of(personal: Iterable[str]) -> list[str]:
    """Return texts whole and word by word, as zxcvbn holds them against a password."""
    found: dict[str, None] = {}
    for text in personal:
        folded = unicodedata.normalize("NFKC", text).casefold()[:100]
        for word in (folded, folded.replace(" ", ""), *_WORDS.findall(folded)):
            if len(word) >= PERSONAL_SHORTEST:
                found[word] = None
    return list(found)


def say_weakness(weakness: Weakness) -> str:
    """Return why a password is refused, and what to do."""
    reasons = {
        Weakness.KNOWN: _("This is close to the passwords that are tried first."),
        Weakness.PERSONAL: _(
            "This is made of your name, your address or the name of this network."
        ),
        Weakness.PATTERN: _("This repeats itself or follows a pattern, which is easy to guess."),
        Weakness.SHORT: _("This is easy to guess."),
    }
    advice = _("Three or four words that have nothing to do with one another are best.")
    return f"{reasons[weakness]} {advice}"


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password (NFKC, so that every keyboard types the same one).

    Slow by design: call it through ``kernel.threads.in_thread``.
    """
    return _HASHER.hash(unicodedata.normalize("NFKC", password))


def verify_password(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind ``kept``; as slow for an account without one.

    Call it through ``kernel.threads.in_thread``.
    """
    try:
        _HASHER.verify(kept or _NOBODY, unicodedata.normalize("NFKC", password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)
