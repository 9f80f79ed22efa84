"""The demo network's past as one list of acts, done in the order in which they happened."""

import dataclasses
import datetime as dt
import itertools
import uuid
from collections.abc import Callable

from community.kernel.context import Context

Act = Callable[[Context], object]


@dataclasses.dataclass(order=True, slots=True)
class Moment:
    """An act of somebody (None: the house itself) at an instant."""

    at: dt.datetime
    order: int
    actor_id: uuid.UUID | None = dataclasses.field(compare=False)
    act: Act = dataclasses.field(compare=False)


class Story:
    """Collects what happened, then makes it happen, oldest first; nothing lies in the future."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.moments: list[Moment] = []
        self._order = itertools.count()

    def tell(self, at: dt.datetime, actor_id: uuid.UUID | None, act: Act) -> None:
        """Add an act; one that would lie in the future is left out."""
        if at <= self.now:
            self.moments.append(Moment(at, next(self._order), actor_id, act))

    def happen(self, report: Callable[[int], object] = lambda done: None) -> int:
        """Do every act as its actor at its instant; returns how many there were."""
        moments = sorted(self.moments)
        for done, moment in enumerate(moments, 1):
            moment.act(Context.begin(moment.actor_id, origin="shell", now=moment.at))
            report(done)
        self.moments = []
        return len(moments)
