"""What a newer version of a course asks of learners at once, and did not before."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from community.academy.kinds.builtin import LIVE_SESSION
from community.academy.queries import ActivityLine
from community.cohorts.models import Placement, Release, Run
from community.cohorts.rules import session_at
from community.kernel import localtime
from community.kernel.db import db
from community.live.models import LiveSession
from community.live.queries import is_missed
from community.live.rules import has_lapsed


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A run at an instant, as it goes over to a newer version.

    ``former`` are activities as they were, by their ids in the newer version; ``releases`` are by
    the modules, and ``placed`` by the activities, of the old one. ``opens`` says when the modules
    of the newer version open, by the clock of the run.
    """

    run: Run
    now: dt.datetime
    former: Mapping[uuid.UUID, ActivityLine]
    releases: Mapping[uuid.UUID, Release]
    placed: Mapping[uuid.UUID, Placement]
    opens: Mapping[uuid.UUID, dt.datetime]

    def asked(self, lines: Sequence[ActivityLine]) -> Sequence[ActivityLine]:
        """Return what is required in modules that will be open, and was not so far.

        A session that nobody can come to holds nobody back: it is asked of nobody.
        """
        found = [
            line
            for line in lines
            if line.required
            and localtime.instant(self.opens[line.module_id], self.run.zone) <= self.now
            and not self._before(line)
        ]
        off = self._off([line for line in found if line.kind == LIVE_SESSION.name])
        return [line for line in found if line.id not in off]

    def _before(self, line: ActivityLine) -> bool:
        former = self.former.get(line.id)
        release = self.releases.get(former.module_id) if former else None
        return bool(former and former.required and release and release.opens_at <= self.now)

    def _off(self, lines: Sequence[ActivityLine]) -> set[uuid.UUID]:
        """Return which sessions, placed or to be placed at once, can take place no more."""
        off: set[uuid.UUID] = set()
        there: dict[uuid.UUID | None, uuid.UUID] = {}
        for line in lines:
            former = self.former.get(line.id)
            place = self.placed.get(former.id) if former else None
            if place is not None:
                there[place.session_id] = line.id
                continue
            released = self.opens[line.module_id]
            at = session_at(released, line.settings["day"], line.settings["time"])
            if has_lapsed(localtime.instant(at, self.run.zone), self.now):
                off.add(line.id)
        if there:
            columns = (LiveSession.state, LiveSession.starts_at, LiveSession.called_off_at)
            rows = db.session.execute(
                sa.select(LiveSession.id, *columns).where(LiveSession.id.in_(list(there)))
            )
            off |= {there[row.id] for row in rows if row.called_off_at or is_missed(row, self.now)}
        return off
