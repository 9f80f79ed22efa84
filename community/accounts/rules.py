"""What holds for addresses and passwords whatever the database says."""

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from community.kernel.errors import Invalid

PASSWORD_SHORTEST, PASSWORD_LONGEST = 10, 200  # code points; nothing else is asked of a password
EMAIL_LONGEST = 254
NAME_LONGEST = 120
LABEL_LONGEST = 80
NEXT_LONGEST = 2_000
SIGN_IN_DAYS = 30
TOKEN_LONGEST_DAYS = 365
MAX_TOKENS = 50  # a person's API tokens in force

# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane (about 20 ms)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
# What a password is compared with where there is no account, so that an unknown address takes as
# long as a wrong password.
_NOBODY = _HASHER.hash("nobody")


def fold_email(email: str) -> str:
    """Return the form an address is kept and looked up in: case folded, NFKC, trimmed.

    The part before the @ may in theory tell cases apart; no provider people use does.
    """
    folded = unicodedata.normalize("NFKC", email).casefold()
    return unicodedata.normalize("NFKC", folded).strip()  # folding may have undone it


def check_email(email: str) -> str:
    """Return the folded address; raises Invalid naming ``email`` if it cannot be one."""
    folded = fold_email(email)
    if len(folded) > EMAIL_LONGEST or not _EMAIL.fullmatch(folded):
        raise Invalid(
            _("This address cannot be used."),
            fields={"email": [_("Write an address such as ana@example.org.")]},
        )
    return folded


def local_path(target: str | None) -> str | None:
    """Return ``target`` if it is a path of this site, None for anything that leads elsewhere.

    Browsers read a backslash as a slash and drop control characters, so neither may occur.
    """
    if not target or len(target) > NEXT_LONGEST or not target.startswith("/"):
        return None
    if target.startswith("//") or "\\" in target or not target.isprintable():
        return None
    return target


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
