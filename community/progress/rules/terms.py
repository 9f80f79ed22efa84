"""What is wrong with the terms somebody gives a run, in words."""

import uuid
from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from community.progress.rules.completion import (
    MOST_CRITERIA,
    MOST_NAMED,
    QUIZ,
    SESSION,
    SIMPLE,
    Criterion,
    Line,
    Measure,
    Outcome,
    Terms,
)


def flaws_of_terms(terms: Terms, lines: Sequence[Line]) -> dict[str, list[str]]:
    """Return what cannot be used, by outcome; nothing: the terms are sound for this course."""
    found: dict[str, list[str]] = {}
    for outcome in Outcome:
        criteria = terms.of(outcome)
        flaws = [flaw for each in criteria for flaw in _flaws(each, lines)]
        if outcome is Outcome.COMPLETED and not criteria:
            flaws.append(_("Ask for something: nobody completes a run that asks for nothing."))
        if outcome is Outcome.PARTICIPATED and any(each.measure not in SIMPLE for each in criteria):
            flaws.append(_("For having taken part, ask for a share or for sessions only."))
        if len(criteria) > MOST_CRITERIA:
            flaws.append(_("At most %(most)d criteria.", most=MOST_CRITERIA))
        again = Counter((each.measure, each.kind, _of_quiz(each)) for each in criteria)
        if any(number > 1 for number in again.values()):
            flaws.append(_("Ask for each thing once."))
        if flaws:
            found[outcome.value] = list(dict.fromkeys(flaws))
    return found


def _of_quiz(criterion: Criterion) -> tuple[uuid.UUID, ...]:
    return criterion.named if criterion.measure is Measure.SCORE else ()


def _flaws(criterion: Criterion, lines: Sequence[Line]) -> list[str]:
    match criterion.measure:
        case Measure.REQUIRED:
            within = 1 <= criterion.least <= 100
            return [] if within else [_("A share of what is required is from 1 to 100 %.")]
        case Measure.SESSIONS:
            return _number(criterion, sum(line.kind == SESSION for line in lines))
        case Measure.KIND:
            return _number(criterion, sum(line.kind == criterion.kind for line in lines))
        case Measure.ACTIVITIES:
            return _named(criterion, lines)
        case Measure.SCORE:
            quizzes = {line.lineage for line in lines if line.kind == QUIZ}
            if len(criterion.named) != 1 or not quizzes.issuperset(criterion.named):
                return [_("Name one quiz of the course.")]
            within = 1 <= criterion.least <= 100
            return [] if within else [_("A score is from 1 to 100 %.")]


def _number(criterion: Criterion, there: int) -> list[str]:
    if 1 <= criterion.least <= there:
        return []
    if not there:
        return [_("The course has nothing of that kind.")]
    return [
        ngettext(
            "The course has %(num)d of that kind: ask for 1.",
            "The course has %(num)d of that kind: ask for 1 to %(num)d.",
            there,
        )
    ]


def _named(criterion: Criterion, lines: Sequence[Line]) -> list[str]:
    if not 1 <= len(criterion.named) <= MOST_NAMED:
        return [_("Name 1 to %(most)d activities.", most=MOST_NAMED)]
    if not {line.lineage for line in lines}.issuperset(criterion.named):
        return [_("Name activities of this course.")]
    return []
