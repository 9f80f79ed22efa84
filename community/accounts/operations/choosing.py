"""The one way to a new password: judged, then hashed; every door that takes one calls it."""

from collections.abc import Iterable

from flask_babel import gettext as _

from community.accounts.rules import hash_password, say_weakness, weakness_of
from community.kernel.db import db
from community.kernel.errors import Invalid
from community.kernel.installed import installed
from community.kernel.threads import OneAtATime, in_thread

ONE_PASSWORD = OneAtATime()  # strangers may have theirs judged, and all threads are served by it


def hash_of_new(password: str, *, personal: Iterable[str], field: str = "password") -> str:
    """Return the hash of a password somebody chooses, outside a unit of work.

    ``personal`` is what others know of them: name, address. Raises Invalid naming ``field`` for one
    that is easy to guess, Unavailable where too many choose one at once.
    """
    db.session.close()  # judging and hashing take long: hold no connection meanwhile
    known = [*personal, installed().settings.network_name]
    with ONE_PASSWORD:
        weakness = in_thread(weakness_of, password, known)
    if weakness is not None:
        raise Invalid(
            _("This password is easy to guess."), fields={field: [say_weakness(weakness)]}
        )
    return in_thread(hash_password, password)
