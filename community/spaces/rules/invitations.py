"""How long an invitation lives, for how many, how often it is sent, and what became of it."""

import datetime as dt
import enum
from typing import Protocol

from flask_babel import gettext as _

from community.kernel.errors import Invalid

MAX_DAYS = 90  # an invitation lives no longer
MAX_USES = 1_000
TOKEN_LONGEST = 100  # ours have 43 characters
MAX_OPEN_INVITATIONS = 100  # links in one space; letters are counted by the day
LETTER_DAYS = 21  # a letter can be answered for so long after it was sent last
RESEND_AFTER = dt.timedelta(hours=1)
MAX_LETTERS_A_DAY = 1_000  # from one space


def check_invitation(days: int, max_uses: int) -> None:
    """Raise Invalid, naming the field, unless an invitation may last and serve that much."""
    wrong: dict[str, list[str]] = {}
    if not 1 <= days <= MAX_DAYS:
        wrong["days"] = [_("Choose 1 to %(most)d days.", most=MAX_DAYS)]
    if not 1 <= max_uses <= MAX_USES:
        wrong["max_uses"] = [_("Choose 1 to %(most)d people.", most=MAX_USES)]
    if wrong:
        raise Invalid(_("This invitation cannot be made."), fields=wrong)


class State(enum.StrEnum):
    """What became of an invitation; the first that is true counts."""

    ACCEPTED = "accepted"  # a letter, by whoever it was for
    REVOKED = "revoked"
    DECLINED = "declined"  # a letter; until it runs out they may think again
    USED_UP = "used_up"  # a link: it has let in as many as it was for
    REFUSED = "refused"  # a letter: the mail server knows no such mailbox
    EXPIRED = "expired"
    UNSENT = "unsent"  # a letter that no mail server has taken yet
    OPEN = "open"


OVER = frozenset({State.ACCEPTED, State.REVOKED, State.DECLINED})  # not sent again


class Told(Protocol):
    """What is known of an invitation; without an ``email`` it is a link."""

    @property
    def email(self) -> str | None: ...
    @property
    def max_uses(self) -> int: ...
    @property
    def uses(self) -> int: ...
    @property
    def expires_at(self) -> dt.datetime: ...
    @property
    def revoked_at(self) -> dt.datetime | None: ...
    @property
    def last_sent_at(self) -> dt.datetime | None: ...
    @property
    def sent_at(self) -> dt.datetime | None: ...
    @property
    def refused_at(self) -> dt.datetime | None: ...
    @property
    def answered_at(self) -> dt.datetime | None: ...
    @property
    def declined_at(self) -> dt.datetime | None: ...


def state_of(invitation: Told, now: dt.datetime) -> State:
    """Return what became of an invitation until ``now``."""
    letter = invitation.email is not None
    found = {
        State.ACCEPTED: invitation.answered_at is not None,
        State.REVOKED: invitation.revoked_at is not None,
        State.DECLINED: invitation.declined_at is not None,
        State.USED_UP: invitation.uses >= invitation.max_uses,
        State.REFUSED: invitation.refused_at is not None,
        State.EXPIRED: invitation.expires_at <= now,
        State.UNSENT: letter and invitation.sent_at is None,
    }
    return next((state for state, true in found.items() if true), State.OPEN)


def rest_of(letter: Told, now: dt.datetime) -> dt.timedelta:
    """Return how long it is until a letter may be sent again; nothing: it may be sent now."""
    if letter.last_sent_at is None:
        return dt.timedelta()
    return max(letter.last_sent_at + RESEND_AFTER - now, dt.timedelta())
