"""What can be an e-mail address, and where a form may lead."""

import re
import unicodedata
import uuid

from flask_babel import gettext as _

from community.accounts.rules.limits import EMAIL_LONGEST, NEXT_LONGEST
from community.kernel.errors import Invalid
from community.kernel.mailboxes import deliverable

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def fold_email(email: str) -> str:
    """Return the form an address is kept and looked up in: case folded, NFKC, trimmed, in ASCII.

    A domain is written as its servers know it (RFC 5891): else one mailbox would have two
    addresses, and two accounts. The part before the @ may in theory tell cases apart; no provider
    people use does.
    """
    return _in_ascii(_folded(email))


def _folded(email: str) -> str:
    folded = unicodedata.normalize("NFKC", email).casefold()
    return unicodedata.normalize("NFKC", folded).strip()  # folding may have undone it


def _in_ascii(email: str) -> str:
    local, at, domain = email.rpartition("@")
    if not at or domain.isascii():
        return email
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:  # no such domain: looked for as it is, found nowhere
        return email


def nobodys_address(user_id: uuid.UUID) -> str:
    """Return the address of an account that was deleted: one that can never be (RFC 2606)."""
    return f"{user_id.hex}@deleted.invalid"


def check_email(email: str) -> str:
    """Return the folded address; raises Invalid naming ``email`` if it cannot be one."""
    folded = _folded(email)  # its domain as typed: signs that nobody sees are refused, not dropped
    if len(folded) > EMAIL_LONGEST or not _EMAIL.fullmatch(folded):
        raise _refused(_("Write an address such as ana@example.org."))
    if not folded.partition("@")[0].isascii():  # no server between here and there must take it
        raise _refused(_("Before the @, only letters from a to z, figures and signs can be used."))
    kept = deliverable(folded)
    if kept is None or len(kept) > EMAIL_LONGEST:
        raise _refused(_("Write an address such as ana@example.org."))
    return kept


def _refused(words: str) -> Invalid:
    return Invalid(_("This address cannot be used."), fields={"email": [words]})


def local_path(target: str | None) -> str | None:
    """Return ``target`` if it is a path of this site, None for anything that leads elsewhere.

    Browsers read a backslash as a slash and drop control characters, so neither may occur.
    """
    if not target or len(target) > NEXT_LONGEST or not target.startswith("/"):
        return None
    if target.startswith("//") or "\\" in target or not target.isprintable():
        return None
    return target
