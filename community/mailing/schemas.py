"""What comes in and goes out about the ledger and the times of letters."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, pre_load, validates_schema

from community.correspondence.rules import Channel
from community.correspondence.schemas import KINDS
from community.kernel.mail import ACCOUNT, COURSE
from community.kernel.paging import PageIn, PageOut
from community.kernel.posting import Why
from community.kernel.schemas import In, Out, Whole, between
from community.mailing.rules import MAILED, Fate, Rhythm

FATES = {
    Fate.SENT: _l("Sent"),
    Fate.HELD: _l("Waiting"),
    Fate.MERGED: _l("In a digest"),
    Fate.SUPPRESSED: _l("Not sent"),
    Fate.REFUSED: _l("Refused"),
    Fate.POSTED: _l("Posted"),
    Fate.BOUNCED: _l("Came back"),
}
"""What became of a letter, in words."""

WHYS = {
    Why.READ: _l("You had read it here before it was to leave."),
    Why.REMOVED: _l("What it was about was taken away before it was to leave."),
    Why.LOST: _l("You could not open what it was about any more."),
    Why.MUTED: _l("You had muted it."),
    Why.BLOCKED: _l("You block who wrote it."),
    Why.STOPPED: _l("You had switched this off."),
    Why.PAUSED: _l("You were pausing in the course."),
    Why.OVER: _l("It was no longer news when it was to leave."),
    Why.QUIET: _l("It came in your quiet hours."),
    Why.DIGEST: _l("You get these together, in a digest."),
    Why.WAITING: _l("The mail server did not take it. It is tried again."),
    Why.UNREACHABLE: _l("No letter reaches your address. Give another one for your account."),
    Why.NO_SERVER: _l("This site has no mail server. The letter was kept as a file."),
    Why.REFUSED: _l("The server of your mailbox refused it for good. Check your address."),
    Why.SENDER: _l("It did not come from the address of your account."),
    Why.FORGED: _l("Our mail server says that it did not come from where it says."),
    Why.AUTOMATIC: _l("It looks as if a program had answered, and not you."),
    Why.EXPIRED: _l("The letter you answered was too old."),
    Why.EMPTY: _l("Above what was quoted stood nothing."),
    Why.LONG: _l("It was longer than a post may be."),
    Why.LARGE: _l("With all that was attached, it was too large."),
    Why.OFTEN: _l("You had written too much in too short a time."),
    Why.CLOSED: _l("You could not write there: it was locked, or you took no part any more."),
    Why.UNFIT: _l("The thread did not take it as it was."),
    Why.DELAYED: _l("The server of your mailbox did not take it at once; ours goes on trying."),
    Why.NO_MAILBOX: _l("The server of your mailbox says that there is no such address."),
    Why.FULL: _l("Your mailbox is full, says its server."),
    Why.TURNED_AWAY: _l("The server of your mailbox did not want it, perhaps as spam."),
    Why.RETURNED: _l("The server of your mailbox sent it back."),
    Why.BOUNCING: _l("Your address does not take our mail: several letters came back."),
    Why.FILES: _l("The files that went with it are left out: they do not come in by mail."),
}
"""Why it did."""

PUSH_WHYS = {
    Why.STOPPED: _l("This is switched off for your devices."),
    Why.WAITING: _l("The push service did not take it. It is tried again."),
    Why.REFUSED: _l("No device of yours took it. Take it away, and switch it on there again."),
}
"""Why it did, where it was to devices and the words are others."""

NAMES: Mapping[str, Any] = {
    **{kind.value: name for kind, (name, _about) in KINDS.items()},
    ACCOUNT: _l("About your account"),
    COURSE: _l("About your place in a course"),
    "digest": _l("Digest"),
    MAILED: _l("An answer by mail"),
}
"""Kinds of letter, by name."""


class LedgerIn(PageIn):
    """Which lines of the ledger are asked for."""

    fate = fields.Enum(Fate, by_value=True, load_default=None, allow_none=False)


class LedgerLineOut(Out):
    """A letter that was owed to you; ``into`` is the line of the digest that told the same."""

    id = fields.UUID(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    kind = fields.String(required=True)
    subject = fields.String(required=True)
    thread_id = fields.UUID(required=True, allow_none=True)
    hidden = fields.Boolean(required=True)
    fate = fields.Enum(Fate, by_value=True, required=True)
    why = fields.Enum(Why, by_value=True, required=True, allow_none=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    into = fields.UUID(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class LedgerOut(PageOut):
    """A page of the ledger, the last first."""

    items = fields.List(fields.Nested(LedgerLineOut), required=True)


class MailboxOut(Out):
    """Whether letters are sent to you; ``paused_at`` is since when not, for several came back."""

    paused_at = fields.AwareDateTime(required=True, allow_none=True)


class TimesOut(Out):
    """When digests come to you, and when no letter: hours are 0 to 23 on your clock, Monday 0."""

    rhythm = fields.Enum(Rhythm, by_value=True, required=True)
    hour = fields.Integer(required=True)
    weekday = fields.Integer(required=True)
    quiet_from = fields.Integer(required=True, allow_none=True)
    quiet_to = fields.Integer(required=True, allow_none=True)


class TimesIn(In):
    """When letters are to come; quiet hours have both ends, or none."""

    rhythm = fields.Enum(
        Rhythm,
        by_value=True,
        required=True,
        error_messages={"unknown": _l("Choose one of these.")},
    )
    hour = Whole(load_default=8, validate=between(0, 23))
    weekday = Whole(load_default=0, validate=between(0, 6))
    quiet_from = Whole(load_default=None, allow_none=True, validate=between(0, 23))
    quiet_to = Whole(load_default=None, allow_none=True, validate=between(0, 23))

    @pre_load
    def _without(self, data: Any, **_more: Any) -> Any:
        """Take the empty choice of a form as none."""
        if not isinstance(data, Mapping):
            return data
        return {
            name: None if name in {"quiet_from", "quiet_to"} and value == "" else value
            for name, value in data.items()
        }

    @validates_schema
    def _both_or_none(self, data: Mapping[str, Any], **_more: Any) -> None:
        begin, end = data.get("quiet_from"), data.get("quiet_to")
        if (begin is None) != (end is None):
            missing = "quiet_from" if begin is None else "quiet_to"
            raise ValidationError(str(_l("Choose both hours, or neither.")), missing)
        if begin is not None and begin == end:
            raise ValidationError(str(_l("Choose another hour: these are the same.")), "quiet_to")
