"""When somebody is done with a run: criteria over what they settled, and how far they are in each.

It judges process, not product. The terms of a run name what is asked for *completed* and what is
asked for *participated*; every criterion must be met. What nobody can do (a session that does not
take place, an activity that is no longer in the course) is asked of nobody.
"""

import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from community.progress.rules.counting import counted

SESSION, QUIZ = "live_session", "quiz"  # kinds of activities that criteria look at
MOST_CRITERIA, MOST_NAMED = 20, 60  # of one outcome; activities one criterion names


class Outcome(enum.StrEnum):
    """What somebody's part in a run comes to; a certificate is for the first only."""

    COMPLETED = "completed"
    PARTICIPATED = "participated"


class Measure(enum.StrEnum):
    """What a criterion counts."""

    REQUIRED = "required"  # per cent of the required activities, settled
    SESSIONS = "sessions"  # so many sessions of the course, attended or made up for
    ACTIVITIES = "activities"  # every one of those named, settled
    KIND = "kind"  # so many activities of a kind, settled
    SCORE = "score"  # per cent in the quiz named


SIMPLE = frozenset({Measure.REQUIRED, Measure.SESSIONS})
"""What may be asked for *participated*: a threshold, each measure once."""


class Change(enum.StrEnum):
    """What a new number of a policy does to those who work by the one before."""

    FIRST = "first"  # there was none before
    KEEP = "keep"  # nobody is judged now; what they do from now on is, by the new one
    GRANT = "grant"  # who meets it gets it now, nobody loses anything
    RECOMPUTE = "recompute"  # as if it had been so from the first day: also taken back


class Line(Protocol):
    """An activity of the course as a criterion sees it."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def lineage(self) -> uuid.UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is asked; ``least`` in the unit of its measure, 0 for named activities.

    ``named`` are lineages of activities, which stay through the versions of a course.
    """

    measure: Measure
    least: int = 0
    named: tuple[uuid.UUID, ...] = ()
    kind: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "measure": self.measure.value,
            "least": self.least,
            "named": [str(key) for key in self.named],
            "kind": self.kind,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Criterion":
        return cls(
            Measure(stored["measure"]),
            stored["least"],
            tuple(uuid.UUID(key) for key in stored["named"]),
            stored["kind"],
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What a run asks for each outcome; an outcome that asks nothing is reached by nobody."""

    completed: tuple[Criterion, ...]
    participated: tuple[Criterion, ...] = ()

    def of(self, outcome: Outcome) -> tuple[Criterion, ...]:
        return self.completed if outcome is Outcome.COMPLETED else self.participated

    def as_json(self) -> dict[str, Any]:
        return {each.value: [one.as_json() for one in self.of(each)] for each in Outcome}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Terms":
        found = {each: tuple(map(Criterion.from_json, stored[each.value])) for each in Outcome}
        return cls(found[Outcome.COMPLETED], found[Outcome.PARTICIPATED])


DEFAULT = Terms(
    completed=(Criterion(Measure.REQUIRED, 100),), participated=(Criterion(Measure.REQUIRED, 50),)
)
"""What a run asks of which nobody said otherwise."""


@dataclasses.dataclass(frozen=True, slots=True)
class Deeds:
    """What one learner has behind them.

    ``settled`` says when each activity was, ``scores`` holds the results of quizzes with their
    instants, ``let_off`` when an activity was settled by the word of somebody who leads, so that no
    score is asked in it, and ``off`` are the activities nobody can do.
    """

    settled: Mapping[uuid.UUID, dt.datetime]
    scores: Mapping[uuid.UUID, Sequence[tuple[dt.datetime, int]]] = dataclasses.field(
        default_factory=dict
    )
    let_off: Mapping[uuid.UUID, dt.datetime] = dataclasses.field(default_factory=dict)
    off: Collection[uuid.UUID] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """How far somebody is in one criterion: ``have`` of ``need``, and when it was met.

    ``of`` is how much there is that can be done; ``need`` 0: it asks nothing that can be done.
    """

    criterion: Criterion
    have: int
    need: int
    of: int
    met: bool
    at: dt.datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "criterion": self.criterion.as_json(),
            "have": self.have,
            "need": self.need,
            "of": self.of,
            "met": self.met,
            "at": self.at.isoformat() if self.at else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Finding":
        at = stored["at"]
        return cls(
            Criterion.from_json(stored["criterion"]),
            stored["have"],
            stored["need"],
            stored["of"],
            stored["met"],
            dt.datetime.fromisoformat(at) if at else None,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """How far somebody is in all that an outcome asks."""

    findings: tuple[Finding, ...]

    @property
    def met(self) -> bool:
        """Whether everything is met; where nothing at all is asked, nothing is."""
        return any(each.need for each in self.findings) and all(each.met for each in self.findings)

    @property
    def at(self) -> dt.datetime | None:
        """When the last thing that was asked was met."""
        return max((each.at for each in self.findings if each.at), default=None)


def judged(
    criteria: Iterable[Criterion], lines: Sequence[Line], deeds: Deeds, *, whole: bool = True
) -> Judged:
    """Return how far somebody is in what an outcome asks in a course of these ``lines``.

    While it is not ``whole``, a share of it is met by nobody: more of it is still to come.
    """
    found = (_finding(each, lines, deeds) for each in criteria)
    return Judged(tuple(each if whole else _of_a_part(each) for each in found))


def _of_a_part(finding: Finding) -> Finding:
    if finding.criterion.measure is not Measure.REQUIRED:
        return finding
    return dataclasses.replace(finding, met=False, at=None)


def could_meet(
    criteria: Sequence[Criterion], lines: Sequence[Line], settled: Collection[uuid.UUID]
) -> bool:
    """Whether all might be met by who has settled so much; False is certain.

    It takes what is cheap to know: no session might have been held, any score be reached.
    """
    off = {line.id for line in lines if line.kind == SESSION}
    deeds = Deeds(dict.fromkeys(settled, dt.datetime.max.replace(tzinfo=dt.UTC)), off=off)
    counted = [each for each in criteria if each.measure is not Measure.SCORE]
    return all(each.met for each in judged(counted, lines, deeds).findings)


def _finding(criterion: Criterion, lines: Sequence[Line], deeds: Deeds) -> Finding:
    if criterion.measure is Measure.SCORE:
        return _score(criterion, lines, deeds)
    among = [line.id for line in lines if _counts(criterion, line)]
    possible = counted(among, deeds.settled, deeds.off)
    when = sorted(deeds.settled[key] for key in possible if key in deeds.settled)
    if criterion.measure is Measure.REQUIRED:
        need = -(-len(possible) * criterion.least // 100)  # rounded up: 99 % of ten is ten
    elif criterion.measure is Measure.ACTIVITIES:
        need = len(possible)
    else:
        need = min(criterion.least, len(possible))
    met = len(when) >= need
    at = when[need - 1] if met and need else None
    return Finding(criterion, len(when), need, len(possible), met, at)


def _counts(criterion: Criterion, line: Line) -> bool:
    match criterion.measure:
        case Measure.REQUIRED:
            return line.required
        case Measure.SESSIONS:
            return line.kind == SESSION
        case Measure.KIND:
            return line.kind == criterion.kind
        case _:
            return line.lineage in criterion.named


def _score(criterion: Criterion, lines: Sequence[Line], deeds: Deeds) -> Finding:
    """Judge by the best result; where somebody was let off the quiz, no score is asked."""
    quiz = next((line.id for line in lines if line.lineage in criterion.named), None)
    if quiz is None:
        return Finding(criterion, 0, 0, 0, met=True)
    scores = sorted(deeds.scores.get(quiz, ()))
    have = max((score for _at, score in scores), default=0)
    enough = (at for at, score in scores if score >= criterion.least)
    at = deeds.let_off.get(quiz) or next(enough, None)
    return Finding(criterion, have, criterion.least, 100, at is not None, at)


def reached(
    judgement: Judged,
    change: Change,
    made_at: dt.datetime,
    *,
    touched: dt.datetime | None,
    closed: bool,
) -> dt.datetime | None:
    """Return from when an outcome counts by a policy made so; None: it is not reached.

    ``touched`` is the last thing that changed where the learner stands. By a policy that keeps what
    was before, who does nothing from then on is judged when the run closes.
    """
    if not judgement.met or judgement.at is None:
        return None
    if change in {Change.FIRST, Change.RECOMPUTE}:
        return judgement.at
    if change is Change.KEEP and not closed and (touched is None or touched < made_at):
        return None
    return max(judgement.at, made_at)
