"""How long an activity may take, as a number to begin with: its author knows better."""

import re

WORDS_A_MINUTE = 200

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")  # noqa: RUF001  # people type both


def words_in(body: str) -> int:
    """Return how many words a Markdown text has; marks and addresses in it hardly matter."""
    return len(_WORD.findall(body))


def estimated_minutes(body: str, *, questions: int = 0) -> int:
    """Return minutes, at least 1: 200 words of reading a minute, and one for each question."""
    reading = -(-words_in(body) // WORDS_A_MINUTE)
    return max(1, reading + questions)
