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
from community.spaces.rules.limits import APPROVE_FIRST, NEWCOMER_LINKS, SLOW_SECONDS
from community.spaces.rules.lists import (
    LIST_LONGEST,
    MAX_LINES,
    Entry,
    read_bytes,
    read_list,
    write_list,
)
from community.spaces.rules.reasons import FOR_GOOD, REASONS, Reason
from community.spaces.rules.roles import ROLE_GROUPS, ROLE_NAMES, ROLE_WORDS
from community.spaces.rules.words import (
    MOST_WORDS,
    WORD_LONGEST,
    as_list,
    blocked_in,
    has_words,
)

__all__ = [
    "AGAIN_AFTER",
    "APPROVE_FIRST",
    "FOR_GOOD",
    "LETTER_DAYS",
    "LIST_LONGEST",
    "MAX_DAYS",
    "MAX_LETTERS_A_DAY",
    "MAX_LINES",
    "MAX_OPEN_INVITATIONS",
    "MAX_USES",
    "MOST_WORDS",
    "NEWCOMER_LINKS",
    "OVER",
    "REASONS",
    "RESEND_AFTER",
    "ROLE_GROUPS",
    "ROLE_NAMES",
    "ROLE_WORDS",
    "SLOW_SECONDS",
    "TOKEN_LONGEST",
    "WORD_LONGEST",
    "Entry",
    "Facts",
    "Fate",
    "Judged",
    "Reason",
    "State",
    "as_list",
    "blocked_in",
    "check_invitation",
    "has_words",
    "judge_list",
    "read_bytes",
    "read_list",
    "rest_of",
    "state_of",
    "write_list",
]
