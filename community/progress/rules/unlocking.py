"""Which modules of a run are open to a learner, and why the others are not."""

import dataclasses
import datetime as dt
import enum
import itertools
import uuid
from collections.abc import Collection, Mapping, Sequence

WEEK = dt.timedelta(days=7)


class Lock(enum.StrEnum):
    """Why a module is not open."""

    LATER = "later"  # only outlined yet: its activities are still being written
    RUN_NOT_OPEN = "run_not_open"  # the organisers have not opened the run
    NOT_RELEASED = "not_released"  # its day has not come: ``opens_at``
    UNFINISHED = "unfinished"  # ``finish`` comes first


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A module as unlocking sees it: its required activities, in order."""

    id: uuid.UUID
    opens_later: bool
    required: tuple[uuid.UUID, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """Whether a module is open; if not, why: the instant it opens, or the activity to finish."""

    lock: Lock | None = None
    opens_at: dt.datetime | None = None
    finish: uuid.UUID | None = None

    @property
    def open(self) -> bool:
        return self.lock is None


def unlock(
    parts: Sequence[Part],
    releases: Mapping[uuid.UUID, dt.datetime],
    settled: Collection[uuid.UUID],
    *,
    now: dt.datetime,
    run_open: bool,
) -> dict[uuid.UUID, Access]:
    """Return the access to each module, in order.

    A module opens when its release instant has passed and everything required in the modules before
    it is settled. ``settled`` should answer ``in`` quickly. A module without a release stays shut.
    """
    found: dict[uuid.UUID, Access] = {}
    blocking: uuid.UUID | None = None
    for part in parts:
        opens_at = releases.get(part.id)
        if part.opens_later:
            found[part.id] = Access(Lock.LATER, opens_at)
            continue
        if not run_open:
            found[part.id] = Access(Lock.RUN_NOT_OPEN, opens_at)
        elif opens_at is None or opens_at > now:
            found[part.id] = Access(Lock.NOT_RELEASED, opens_at)
        elif blocking is not None:
            found[part.id] = Access(Lock.UNFINISHED, opens_at, blocking)
        else:
            found[part.id] = Access(None, opens_at)
        if blocking is None:
            blocking = next((key for key in part.required if key not in settled), None)
    return found


def due_by_module(
    parts: Sequence[Part], releases: Mapping[uuid.UUID, dt.datetime]
) -> dict[uuid.UUID, dt.datetime]:
    """Return when each module's time is over: as the next one opens, the last after a week."""
    dated = [part.id for part in parts if not part.opens_later and part.id in releases]
    found = {key: releases[following] for key, following in itertools.pairwise(dated)}
    if dated:
        found[dated[-1]] = releases[dated[-1]] + WEEK
    return found


def next_to_do(
    order: Sequence[uuid.UUID],
    required: Collection[uuid.UUID],
    settled: Collection[uuid.UUID],
    last: uuid.UUID | None,
) -> uuid.UUID | None:
    """Return the open activity to go on with; ``order`` holds the open ones, as the course goes.

    The one I was at while it is unfinished, then the first required one, then any other.
    """
    if last in order and last not in settled:
        return last
    waiting = [key for key in order if key not in settled]
    return next((key for key in waiting if key in required), waiting[0] if waiting else None)
