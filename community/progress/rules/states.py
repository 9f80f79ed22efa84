"""From acts and decisions to where a learner stands in one activity.

The evidence is a sum over acts that does not care for their order or for repeats that were refused:
the furthest point, the best score, the newest one, a count. What is done stays done. A
facilitator's ruling, while it stands, wins over evidence; the evidence goes on being kept under it.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Iterable

from community.academy.kinds.protocol import Evidence, Verdict


class Status(enum.StrEnum):
    """Where a learner stands in an activity that has been begun or ruled on."""

    BEGUN = "begun"
    DONE = "done"
    EXCUSED = "excused"  # a facilitator says it need not be done
    WAIVED = "waived"  # a facilitator says it counts as done


SETTLED = frozenset({Status.DONE, Status.EXCUSED, Status.WAIVED})
"""Nothing more is asked: what the totals count, and what unlocks the next module."""

Judge = Callable[[Evidence], Verdict]
"""An activity's completion rule with its settings filled in."""


class Kind(enum.StrEnum):
    """What a learning event says, and in which unit its value is."""

    READ = "read"  # furthest fraction, 0..1
    SCORED = "scored"  # per cent
    POSTED = "posted"  # the post's number
    ATTENDED = "attended"  # seconds
    TICKED = "ticked"  # how many items of a list are ticked now
    OPENED = "opened"  # 1: what there is to open was opened
    WATCHED = "watched"  # share of a film that was played so far, 0..1
    WROTE = "wrote"  # words that were handed in, no more than were asked for
    ANSWERED = "answered"  # 1: that it was, never what
    HANDED_IN = "handed_in"  # number of the version
    ACCEPTED = "accepted"  # by a person: number of the version
    KEPT = "kept"  # done by an earlier rule: number of the version, or of the attempt (BY_ATTEMPT)


BY_ATTEMPT = "passed:"
"""How the client id of what is kept begins where an attempt's own rules say so, not a version's."""

BY_OTHERS = frozenset({Kind.ACCEPTED, Kind.KEPT})
"""What somebody else, or a rule, says of a learner: not one of their own acts.

It counts where they stand, and tells nothing of when they were last here.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """One learning event."""

    kind: Kind
    value: float
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Ruling:
    """The newest decision on an activity; ``status`` None: the one before was taken back."""

    status: Status | None
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """Where a learner stands; ``fraction`` is 1 exactly when the status is settled."""

    status: Status
    fraction: float
    evidence: Evidence
    begun_at: dt.datetime
    done_at: dt.datetime | None

    @property
    def settled(self) -> bool:
        return self.status in SETTLED


_MOST = {
    Kind.ATTENDED: "seconds",
    Kind.TICKED: "ticked",
    Kind.WROTE: "written",
    Kind.HANDED_IN: "handed_in",
    Kind.ACCEPTED: "accepted",
}
"""Facts that are the most there ever was."""


def fold(evidence: Evidence, act: Act) -> Evidence:
    """Return the evidence with one more act in it."""
    match act.kind:
        case Kind.READ:
            return dataclasses.replace(evidence, read=max(evidence.read, min(1.0, act.value)))
        case Kind.SCORED:
            score = int(act.value)
            best = score if evidence.best_score is None else max(evidence.best_score, score)
            newest = (act.at.timestamp(), score)
            if evidence.last_score is not None:
                newest = max(newest, (evidence.last_at, evidence.last_score))
            return dataclasses.replace(
                evidence,
                best_score=best,
                attempts=evidence.attempts + 1,
                last_score=newest[1],
                last_at=newest[0],
            )
        case Kind.POSTED:
            return dataclasses.replace(evidence, posts=evidence.posts + 1)
        case Kind.ATTENDED | Kind.TICKED | Kind.WROTE | Kind.HANDED_IN | Kind.ACCEPTED:
            fact = _MOST[act.kind]
            most = max(getattr(evidence, fact), int(act.value))
            return dataclasses.replace(evidence, **{fact: most})
        case Kind.OPENED:
            return dataclasses.replace(evidence, opened=True)
        case Kind.WATCHED:
            share = min(1.0, act.value)
            return dataclasses.replace(evidence, watched=max(evidence.watched, share))
        case Kind.ANSWERED:
            return dataclasses.replace(evidence, answered=1)
        case Kind.KEPT:
            return evidence


def after(state: State | None, act: Act, judge: Judge) -> State:
    """Return where a learner stands after one more act.

    ``act`` is not older than any that ``state`` was made from; a ruling in it may be younger.
    """
    evidence = fold(state.evidence if state else Evidence(), act)
    begun_at = min(state.begun_at, act.at) if state else act.at
    if state is not None and state.settled:
        return dataclasses.replace(state, evidence=evidence, begun_at=begun_at)
    verdict = Verdict(done=True, fraction=1.0) if act.kind is Kind.KEPT else judge(evidence)
    return State(
        status=Status.DONE if verdict.done else Status.BEGUN,
        fraction=_within(verdict),
        evidence=evidence,
        begun_at=begun_at,
        done_at=act.at if verdict.done else None,
    )


def derive(
    acts: Iterable[Act],
    ruling: Ruling | None,
    judge: Judge,
    *,
    since: dt.datetime | None = None,
) -> State | None:
    """Return where a learner stands by the whole history of an activity; None: nothing happened.

    ``since`` is from when ``judge`` holds, where what counts may fall: of what was done before, it
    judges only what all of it came to. What an earlier rule had found done is said by acts.
    """
    state: State | None = None
    history = sorted(acts, key=lambda act: act.at)
    before = sum(since is not None and act.at < since for act in history)
    for number, act in enumerate(history, 1):
        state = after(state, act, _nothing_yet if number < before else judge)
    if ruling is None or ruling.status is None:
        return state
    return State(
        status=ruling.status,
        fraction=1.0,
        evidence=state.evidence if state else Evidence(),
        begun_at=min(state.begun_at, ruling.at) if state else ruling.at,
        done_at=ruling.at,
    )


def _nothing_yet(_evidence: Evidence) -> Verdict:
    return Verdict(done=False, fraction=0.0)


def _within(verdict: Verdict) -> float:
    return 1.0 if verdict.done else min(1.0, max(0.0, verdict.fraction))
