"""A quiz as its page shows it: what can be done, what is asked, and what came of it."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from community.academy.kinds.quiz.settings import FIRST, LAST, Rules, begins_first, rules_of
from community.academy.kinds.quiz.sheets import make_sheet
from community.academy.queries import ActivityLine
from community.coursework.queries.attempts import Attempt, filled
from community.coursework.queries.marking import MarkedQuestion, marked, unmarked

OPEN, DIRECT, BEGIN, WAITS, READ, OVER = "open", "direct", "begin", "waits", "read", "over"
"""What can be done now: go on, answer at once, begin first, wait, wait to be read, or no more."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class QuizView:
    """A quiz as a page shows it; ``left`` None: as often as one likes.

    ``latest`` is the attempt that is shown marked, ``held`` what it was held by; ``counted`` the
    score that counts.
    """

    state: str
    rules: Rules
    held: Rules
    number: int
    questions: tuple[MarkedQuestion, ...]
    latest: Attempt | None
    right: int
    counted: int | None
    left: int | None
    again_at: dt.datetime | None
    ends_at: dt.datetime | None

    @property
    def may_answer(self) -> bool:
        return self.state in (OPEN, DIRECT)


def quiz_view(
    line: ActivityLine,
    attempts: Sequence[Attempt],
    now: dt.datetime,
    *,
    picked: Mapping[str, Sequence[str]] | None = None,
) -> QuizView:
    """Return a quiz as a learner has it; ``picked``: refused answers, shown unmarked.

    At most one statement.
    """
    rules = rules_of(line.settings)
    opened = next((each for each in attempts if each.open), None)
    done = [each for each in attempts if not each.open]
    latest = done[-1] if done else None
    left = None if rules.attempts is None else max(0, rules.attempts - len(attempts))
    again_at = None
    if rules.wait and latest and latest.submitted_at and not opened and left != 0:
        again_at = latest.submitted_at + dt.timedelta(minutes=rules.wait)
        again_at = again_at if again_at > now else None
    state = (
        OPEN
        if opened
        else READ
        if latest and latest.waits
        else OVER
        if left == 0
        else WAITS
        if again_at
        else BEGIN
        if begins_first(line.settings)
        else DIRECT
    )
    questions: tuple[MarkedQuestion, ...] = ()
    shown, right, held = None, 0, rules
    if opened:
        sheet = filled(opened.id)
        answers = {**sheet.answers, **(picked or {})}
        questions, rules = unmarked(sheet.sheet, answers), rules_of(sheet.sheet)
    elif state == DIRECT and (picked is not None or latest is None or latest.outdated):
        questions = unmarked(make_sheet(line.settings, seed=0), picked or {})
        shown = latest if picked is None else None
    elif latest is not None:
        shown, sheet = latest, filled(latest.id)
        questions, right = marked(sheet, told=_told(done, left))
        held = rules_of(sheet.sheet)
    return QuizView(
        state=state,
        rules=rules,
        held=held,
        number=opened.number if opened else len(attempts) + 1,
        questions=questions,
        latest=shown,
        right=right,
        counted=_counted(done, rules.counts),
        left=left,
        again_at=again_at,
        ends_at=opened.ends_at if opened else None,
    )


def attempt_view(line: ActivityLine, attempts: Sequence[Attempt]) -> QuizView:
    """Return the last of some attempts, marked as it was when it was handed in."""
    rules = rules_of(line.settings)
    left = None if rules.attempts is None else max(0, rules.attempts - len(attempts))
    latest = attempts[-1]
    sheet = filled(latest.id)
    questions, right = marked(sheet, told=_told(attempts, left))
    return QuizView(
        state=OVER,
        rules=rules,
        held=rules_of(sheet.sheet),
        number=latest.number,
        questions=questions,
        latest=latest,
        right=right,
        counted=_counted(attempts, rules.counts),
        left=left,
        again_at=None,
        ends_at=None,
    )


def _told(done: Sequence[Attempt], left: int | None) -> bool:
    """Whether solutions need not be held back any more."""
    return any(each.passed for each in done) or left == 0


def _counted(done: Sequence[Attempt], counts: str) -> int | None:
    scores = [each.score for each in done if each.score is not None]
    if not scores:
        return None
    return scores[-1] if counts == LAST else scores[0] if counts == FIRST else max(scores)
