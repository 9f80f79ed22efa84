"""Codes: six digits of an authenticator app (TOTP, RFC 6238), and those for when it is lost."""

import base64
import datetime as dt
import hmac
import secrets
import unicodedata

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from community.kernel.secrets import derive

STEP = 30  # seconds for which an app shows one code
DRIFT = 1  # steps by which a clock may be wrong, either way
DIGITS = 6
CODE_LONGEST = 64  # as typed, with blanks
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits, 16 letters: nobody guesses one, nor finds it behind its digest
TRIES = 5  # wrong codes in a row, then one waits
FIRST_HOLD = dt.timedelta(minutes=15)
LONGEST_HOLD = dt.timedelta(days=1)


def new_secret() -> str:
    """Return a fresh secret for an app: 160 bits in base32."""
    return pyotp.random_base32()


def seal(secret: str) -> str:
    """Encrypt a secret under the installation's key (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return what was sealed; None where the installation's key is another one by now."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box() -> Fernet:
    return Fernet(derive("code app") + "=")  # base64 of 32 bytes, as Fernet wants it: padded


def app_address(secret: str, *, account: str, network: str) -> str:
    """Return the ``otpauth:`` address an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=network)


def step_of(secret: str, code: str, now: dt.datetime) -> int | None:
    """Return the time step whose code this is, the one at ``now`` or a neighbour; None: wrong."""
    totp, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def tidy(typed: str) -> str:
    """Return a code as it is compared: without what people put between the letters."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in folded if letter.isalnum())


def is_app_code(code: str) -> bool:
    """Whether a tidy code has the shape of an app's."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes, as they are shown: ``ABCD-EFGH-JKLM-NPQR``."""
    made = []
    for _number in range(RECOVERY_CODES):
        plain = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
        made.append("-".join(plain[start : start + 4] for start in range(0, len(plain), 4)))
    return made


def hold_after(in_a_row: int) -> dt.timedelta | None:
    """Return how long no code is taken after so many wrong ones in a row; None: not at all.

    Each round of tries doubles it, so that a guesser gets some twenty tries in a day.
    """
    if in_a_row == 0 or in_a_row % TRIES:
        return None
    doublings = min(in_a_row // TRIES - 1, 20)
    return min(FIRST_HOLD * (1 << doublings), LONGEST_HOLD)
