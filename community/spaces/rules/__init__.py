"""What holds for spaces whatever the database says."""

from community.spaces.rules.fates import AGAIN_AFTER, Facts, Fate, Judged, judge_list
from community.spaces.rules.invitations import (
    LETTER_DAYS,
    MAX_DAYS,
    MAX_LETTERS_A_DAY,
    MAX_OPEN_INVITATIONS,
    MAX_USES,
    OVER,
    RESEND_AFTER,
    TOKEN_LONGEST,
    State,
    check_invitation,
    rest_of,
    state_of,
)
from community.spaces.rules.lists import (
    LIST_LONGEST,
    MAX_LINES,
    Entry,
    read_bytes,
    read_list,
    write_list,
)
from community.spaces.rules.roles import ROLE_GROUPS, ROLE_NAMES, ROLE_WORDS

__all__ = [
    "AGAIN_AFTER",
    "LETTER_DAYS",
    "LIST_LONGEST",
    "MAX_DAYS",
    "MAX_LETTERS_A_DAY",
    "MAX_LINES",
    "MAX_OPEN_INVITATIONS",
    "MAX_USES",
    "OVER",
    "RESEND_AFTER",
    "ROLE_GROUPS",
    "ROLE_NAMES",
    "ROLE_WORDS",
    "TOKEN_LONGEST",
    "Entry",
    "Facts",
    "Fate",
    "Judged",
    "State",
    "check_invitation",
    "judge_list",
    "read_bytes",
    "read_list",
    "rest_of",
    "state_of",
    "write_list",
]
