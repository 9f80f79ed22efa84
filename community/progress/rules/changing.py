"""What a change of the rules does at once: who gains a verdict, who loses one, who keeps it."""

import dataclasses
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence

from community.progress.rules.completion import Change, Judged, Outcome, Terms


@dataclasses.dataclass(frozen=True, slots=True)
class Learner:
    """Somebody whose verdicts may change: what stands, and what the other rules say."""

    enrolment_id: uuid.UUID
    name: str
    seated: bool
    standing: frozenset[Outcome]
    outcome: Outcome | None
    judgement: Judged | None
    at: dt.datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What a change of the rules does at once: who gains, who loses, who keeps what they have.

    ``seen`` is a print of it: what is done must be what was shown.
    """

    change: Change
    gains: tuple[tuple[Learner, Outcome], ...]
    losses: tuple[tuple[Learner, Outcome], ...]
    keeps: tuple[tuple[Learner, Outcome], ...]
    seen: str


def effect_of(
    run_id: uuid.UUID, terms: Terms, change: Change, learners: Sequence[Learner], *, over: bool
) -> Effect:
    """Return what a change of the rules does at once to ``learners`` of a run.

    *Participated* is judged once the run is ``over``; in an open run it stays where it stands. Who
    loses *completed* there may gain *participated* by the same change.
    """
    gains: list[tuple[Learner, Outcome]] = []
    losses: list[tuple[Learner, Outcome]] = []
    keeps: list[tuple[Learner, Outcome]] = []
    for each in learners:
        lost = _lost(each, over=over) if change is Change.RECOMPUTE else frozenset()
        gained = each.outcome if each.seated and change is not Change.KEEP else None
        if gained is not None and not {Outcome.COMPLETED, gained} & (each.standing - lost):
            gains.append((each, gained))
        for outcome in sorted(each.standing):
            (losses if outcome in lost else keeps).append((each, outcome))
    told = [
        run_id.hex,
        change.value,
        terms.as_json(),
        [(each.enrolment_id.hex, outcome) for each, outcome in gains],
        [(each.enrolment_id.hex, outcome) for each, outcome in losses],
    ]
    seen = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return Effect(change, tuple(gains), tuple(losses), tuple(keeps), seen)


def _lost(learner: Learner, *, over: bool) -> frozenset[Outcome]:
    """Return what of somebody's standing verdicts does not hold by the other rules."""
    lost: set[Outcome] = set()
    if learner.outcome is not Outcome.COMPLETED:
        lost.add(Outcome.COMPLETED)
    if learner.outcome is None and over:
        lost.add(Outcome.PARTICIPATED)
    return learner.standing & lost
