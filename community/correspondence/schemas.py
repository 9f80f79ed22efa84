"""What comes in and goes out about letters."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from community.correspondence.rules import LetterKind
from community.kernel.schemas import In, Out

KINDS = {
    LetterKind.ANNOUNCEMENT: (
        _l("Announcements"),
        _l("What organisers and facilitators tell everybody in a space of yours."),
    ),
    LetterKind.REMINDER: (
        _l("Reminders of live sessions"),
        _l("A day and an hour before, with an entry for your calendar."),
    ),
    LetterKind.SCHEDULE: (
        _l("New times"),
        _l("When a live session is moved or called off. Without it, look at the sessions' page."),
    ),
    LetterKind.MESSAGE: (
        _l("Messages from organisers"),
        _l("What an organiser of your cohort writes to you alone."),
    ),
}
"""Each kind of letter: its name, and what it is about."""


class LettersIn(In):
    """The kinds of letter one wants; the others stop."""

    wanted = fields.List(
        fields.Enum(LetterKind, by_value=True), required=True, validate=lambda given: len(given) < 9
    )


class LettersOut(Out):
    """The kinds of letter one gets."""

    wanted = fields.List(fields.Enum(LetterKind, by_value=True), required=True)
