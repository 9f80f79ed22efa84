"""A run's course in the shape in which pages and pushes show it; nothing here reads."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from community.academy.kinds.builtin import KINDS
from community.academy.kinds.protocol import Evidence
from community.academy.queries import ActivityLine, ModuleOutline
from community.cohorts.models import Run, RunState
from community.kernel import localtime
from community.kernel.errors import NotFound
from community.live import rules as live_rules
from community.live.models import SessionState
from community.progress.policy import Seat, Standing, judge
from community.progress.policy.handed_in import Reading
from community.progress.rules.counting import Totals
from community.progress.rules.dues import Due
from community.progress.rules.states import SETTLED, Status
from community.progress.rules.unlocking import Access


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an activity takes place: a thread with its last word, or a session with its time."""

    thread_id: uuid.UUID | None = None
    posts: int | None = None
    unread: int | None = None
    last_posted_at: dt.datetime | None = None
    last_author: str | None = None
    session_id: uuid.UUID | None = None
    starts_at: dt.datetime | None = None
    minutes: int | None = None
    session_state: SessionState | None = None
    held: bool = False
    """Whether the session began."""
    called_off: bool = False
    reason: str | None = None
    """Why it was called off, if somebody said."""
    off: bool = False
    """Whether nobody can come: it was called off, or never began and can begin no more."""

    attended: bool = False
    """Whether the reader was there; it may take a moment until that is counted."""

    def over(self, now: dt.datetime) -> bool:
        """Whether a session has ended, or can begin no more."""
        if self.session_state is SessionState.SCHEDULED and self.starts_at is not None:
            return live_rules.has_lapsed(self.starts_at, now)
        return self.session_state is SessionState.ENDED


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityView:
    """An activity and where the reader stands in it; ``status`` None: nothing happened yet.

    ``late``: it is required, open and not settled, and the learner's time for it is over.
    ``counts``: see ``rules.counting``; a session that closing the run called off still does.
    ``due``: if it is due by itself; ``ModuleView.due_of`` says of each when it is.
    """

    line: ActivityLine
    module_position: int
    status: Status | None = None
    fraction: float = 0.0
    told: Mapping[str, Any] | None = dataclasses.field(default=None, repr=False, hash=False)
    """The evidence, as it is stored."""
    place: Place | None = None
    done_at: dt.datetime | None = None
    late: bool = False
    counts: bool = True
    due: Due | None = None
    reading: Reading | None = None
    """Whose turn it is with what the reader handed in, where a person reads it first."""

    @property
    def evidence(self) -> Evidence:
        return Evidence.from_json(self.told) if self.told else Evidence()

    @property
    def settled(self) -> bool:
        return self.status in SETTLED

    @property
    def off(self) -> bool:
        """Whether it is a session that does not take place."""
        return self.place is not None and self.place.off and not self.settled

    @property
    def handed_in(self) -> bool:
        """Whether it was handed in, and counts once a person has read it."""
        return self.reading is not None and not self.reading.given_back and not self.settled

    @property
    def given_back(self) -> bool:
        """Whether a person read it and gave it back to go on with: it is one's own turn again."""
        return self.reading is not None and self.reading.given_back and not self.settled

    @property
    def waits(self) -> bool:
        """Whether nothing can be done for it now but by somebody else: nobody is sent there.

        It was handed in, or is a session that was held: a facilitator can still count that.
        """
        return self.handed_in or self.held

    @property
    def missed(self) -> bool:
        """Whether it is a session that was held without the learner; it still counts as missing."""
        return self._held_uncounted and not (self.place and self.place.attended)

    @property
    def uncounted(self) -> bool:
        """Whether it is a session the learner was in, and a worker has not counted it yet."""
        return self._held_uncounted and bool(self.place and self.place.attended)

    @property
    def held(self) -> bool:
        """Whether it is a session that has ended, and is not settled."""
        place = self.place
        ended = place is not None and place.session_state is SessionState.ENDED
        return ended and not self.settled and not self.off

    @property
    def _held_uncounted(self) -> bool:
        return self.held and not self.evidence.seconds

    @property
    def asked(self) -> bool:
        """Whether it counts, and something is still to be done."""
        return not self.settled and self.counts

    @property
    def missing(self) -> str | LazyString:
        """What is still to be done, in words; empty when nothing is."""
        if self.off and self.counts:
            return _l("It did not take place before the run closed")
        if self.off and self.place and self.place.called_off:
            return _l("Called off: nothing is asked of you unless it gets another time")
        if self.off:
            return _l("It did not take place: nothing is asked of you")
        if self.given_back:
            return _l("Read what was said to it, and hand it in again")
        if self.uncounted:
            return _l("You were there; it is not counted yet")
        if self.missed:
            return _l("Missed: a facilitator can count it")
        return "" if self.settled else judge(self.line)(self.evidence).missing

    @property
    def kind_label(self) -> LazyString:
        return KINDS[self.line.kind].label

    @property
    def minutes_left(self) -> int:
        return max(1, round(self.line.minutes * (1 - self.fraction))) if self.asked else 0


@dataclasses.dataclass(frozen=True, slots=True)
class ModuleView:
    """A module, whether it is open or why not, and its activities.

    ``due_at`` is when the reader's time for it is over.
    """

    module: ModuleOutline
    access: Access
    due_at: dt.datetime | None
    finish: ActivityLine | None
    activities: tuple[ActivityView, ...]
    totals: Totals
    """Of its required activities that count for the reader."""
    off: int
    """How many required ones do not count: sessions that do not take place."""
    needs: str = ""
    """What else must come first by its rule, in words."""
    more: int = 0
    """How many activities are to be finished before it opens, besides ``finish``."""
    settled: bool = False
    """Whether everything in it is settled, also what is not required."""

    def due_of(self, activity: ActivityView) -> Due | None:
        """Return until when the reader has for one of its activities; None: it has no end."""
        return activity.due or (Due(self.due_at) if self.due_at else None)

    @property
    def done(self) -> int:
        return self.totals.done

    @property
    def required(self) -> int:
        return self.totals.required

    @property
    def percent(self) -> int:
        return self.totals.percent

    @property
    def complete(self) -> bool:
        """Whether nothing that is required and counts is missing."""
        return bool(self.activities) and self.done == self.required

    @property
    def minutes(self) -> int:
        return sum(a.line.minutes for a in self.activities)

    @property
    def minutes_left(self) -> int:
        return sum(a.minutes_left for a in self.activities)

    @property
    def required_minutes_left(self) -> int:
        return sum(a.minutes_left for a in self.activities if a.line.required)

    @property
    def segments(self) -> list[tuple[int, float]]:
        """Minutes and part done of each activity, for the line of progress."""
        return [(a.line.minutes, 1.0 if a.settled else a.fraction) for a in self.activities]


@dataclasses.dataclass(frozen=True, slots=True)
class CourseView:
    """A run's course as one person has it."""

    run: Run
    mine: Standing
    title: str
    description_html: str = dataclasses.field(repr=False)
    modules: tuple[ModuleView, ...]
    next: ActivityView | None
    """The activity to go on with."""
    paced: bool = False
    """Whether something is due later for a learner because they came late, or back."""
    own_days: bool = False
    """Whether something is due on another day for a learner than for the group, whyever."""

    @property
    def tracked(self) -> bool:
        """Whether the reader is a learner, whose progress is kept."""
        return self.mine.seat is Seat.LEARNER

    @property
    def closed(self) -> bool:
        return self.run.state is RunState.CLOSED

    def unopened(self, now: dt.datetime) -> bool:
        """Whether its first day is there, and the organisers have not opened it."""
        today = localtime.in_zone(now, self.run.zone).date()
        return self.run.state is RunState.PLANNED and self.run.starts_on <= today

    @property
    def totals(self) -> Totals:
        """Of all required activities that count for the reader."""
        return Totals(
            sum(module.done for module in self.modules),
            sum(module.required for module in self.modules),
        )

    @property
    def done(self) -> int:
        return self.totals.done

    @property
    def required(self) -> int:
        return self.totals.required

    @property
    def percent(self) -> int:
        return self.totals.percent

    @property
    def off(self) -> int:
        """How many required sessions do not take place, and so are asked of nobody."""
        return sum(module.off for module in self.modules)

    @property
    def complete(self) -> bool:
        """Whether everything that is required and counts is done, and something is."""
        return bool(self.required) and self.done == self.required

    @property
    def open_activities(self) -> tuple[ActivityView, ...]:
        """The activities that can be read now, in the order of the course."""
        return tuple(a for m in self.modules if m.access.open for a in m.activities)

    @property
    def waiting(self) -> Sequence[tuple[ModuleView, ActivityView]]:
        """What is open to a learner, can be done and is not settled, in the order of the course.

        Nothing waits for whoever has paused.
        """
        if not self.tracked or self.closed or self.mine.paused:
            return ()
        opened = (m for m in self.modules if m.access.open and not m.settled)
        return [(m, a) for m in opened for a in m.activities if a.asked]

    def module(self, position: int) -> ModuleView:
        """Return the module at ``position`` (from 1); raises NotFound."""
        for module in self.modules:
            if module.module.position == position:
                return module
        raise NotFound

    def way_to(self, module: ModuleView) -> ActivityView | None:
        """Return the activity that is to be finished before a module opens, if it is open."""
        if module.finish is None or self.closed:
            return None
        return next((a for a in self.open_activities if a.line.id == module.finish.id), None)

    def around(self, activity_id: uuid.UUID) -> tuple[ActivityView | None, ActivityView | None]:
        """Return the open activities before and after one."""
        opened = self.open_activities
        at = next(n for n, a in enumerate(opened) if a.line.id == activity_id)
        before = opened[at - 1] if at else None
        return before, opened[at + 1] if at + 1 < len(opened) else None
