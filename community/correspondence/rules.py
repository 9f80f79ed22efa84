"""The kinds of letter there are."""

import enum


class LetterKind(enum.StrEnum):
    """What letters can be about that is not one's account; each has its switch."""

    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    SCHEDULE = "schedule"  # a session was moved, called off, or takes place after all
    MESSAGE = "message"  # an organiser writes to one person
