"""Two versions of a course side by side, for a run that may go on with the newer one."""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from community.academy.kinds.builtin import DISCUSSION, LIVE_SESSION
from community.academy.queries import ActivityLine, ModuleOutline, Outline, successors, texts_of
from community.cohorts.models import Release, Run, RunState
from community.cohorts.queries.asking import Asking
from community.cohorts.queries.calendar import placements
from community.cohorts.queries.changes import moved, sessions_to_move
from community.cohorts.queries.own_rules import rules_in
from community.cohorts.rules import Aspect, Facts, Fate, Move, aspects, release_at
from community.kernel.context import Context
from community.kernel.db import db
from community.kernel.json import dumps


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFate:
    """What becomes of an activity; ``line`` is the one in the old version where it is gone.

    ``place`` is "thread" or "session" where it has one, or gets one.
    """

    line: ActivityLine
    fate: Fate
    aspects: tuple[Aspect, ...] = ()
    place: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFate:
    """What becomes of a module and of what is in it; gone activities stand where they were."""

    module: ModuleOutline
    fate: Fate
    aspects: tuple[Aspect, ...]
    activities: tuple[ActivityFate, ...]
    opens: dt.datetime | None
    """By the clock of the run; None: it is gone."""

    @property
    def kept(self) -> Sequence[ActivityFate]:
        """The activities that stay just as they are."""
        return [each for each in self.activities if each.fate is Fate.SAME]

    @property
    def different(self) -> Sequence[ActivityFate]:
        """The activities about which there is something to say."""
        return [each for each in self.activities if each.fate is not Fate.SAME]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """A run's move to a newer version with all that follows from it.

    ``openings`` are the modules that open at another time, ``sessions`` those that move with them.
    ``asked`` is what learners are asked for at once, and were not before: until they have done it,
    later modules stay shut to them. ``rules`` are those of the run's own by which modules open, and
    ``dropped`` the modules whose own rule does not fit the newer version: they open by that of the
    course. ``seen`` is the print of all of it.
    """

    run: Run
    old: Outline
    new: Outline
    modules: Sequence[ModuleFate]
    openings: Sequence[Move]
    sessions: Sequence[Move]
    asked: Sequence[ActivityLine]
    rules: Mapping[uuid.UUID, str]
    dropped: Sequence[ModuleOutline]
    seen: str

    @property
    def activities(self) -> Iterator[ActivityFate]:
        """All activities, module by module."""
        return (each for module in self.modules for each in module.activities)

    @property
    def touched(self) -> Sequence[ModuleFate]:
        """The modules about which, or about whose activities, there is something to say."""
        return [m for m in self.modules if m.fate is not Fate.SAME or m.different]

    @property
    def untouched(self) -> Sequence[ModuleFate]:
        """The modules that stay as they are with all that is in them."""
        return [m for m in self.modules if m.fate is Fate.SAME and not m.different]

    @property
    def asked_ids(self) -> Sequence[uuid.UUID]:
        """The ids of what is asked for at once."""
        return [line.id for line in self.asked]

    @property
    def dropped_ids(self) -> Sequence[uuid.UUID]:
        """The ids of the modules whose own rule is dropped."""
        return [module.id for module in self.dropped]

    def count(self, fate: Fate) -> int:
        """Return for how many activities this is so."""
        return sum(each.fate == fate for each in self.activities)


class Comparison:
    """What is read of a run and two versions of its course, and what follows from it."""

    def __init__(self, ctx: Context, run: Run, old: Outline, new: Outline) -> None:
        self.ctx, self.run, self.old, self.new = ctx, run, old, new
        self.texts: Mapping[uuid.UUID, str] = {
            **texts_of(old.version_id),
            **texts_of(new.version_id),
        }
        self.follows = successors(old, new)
        lines = {line.id: line for line in old.activities}
        # what lines of the newer version were in the old one
        self.former = {line.id: lines[key] for key, line in self.follows.items()}
        self.releases = {
            row.module_id: row
            for row in db.session.scalars(
                sa.select(Release)
                .where(Release.run_id == run.id)
                .execution_options(populate_existing=True)
            )
        }
        self.placed = placements(run.id)
        self.lineage = {module.id: module.lineage for v in (old, new) for module in v.modules}
        self.before = {module.lineage: module for module in old.modules}

    def change(self, *, lock: bool) -> VersionChange:
        opens = {module.id: self._opens(module) for module in self.new.modules}
        kept = {module.lineage for module in self.new.modules}
        modules = [self._module(module, opens[module.id]) for module in self.new.modules]
        for gone in (module for module in self.old.modules if module.lineage not in kept):
            activities = tuple(self._gone(gone))
            modules.append(
                ModuleFate(
                    module=gone, fate=Fate.GONE, aspects=(), activities=activities, opens=None
                )
            )
        openings = [move for move in self._openings(opens) if move.changes]
        sessions = [move for move in self._sessions(opens, lock=lock) if move.new != move.old]
        asked = Asking(
            run=self.run,
            now=self.ctx.now,
            former=self.former,
            releases=self.releases,
            placed=self.placed,
            opens=opens,
        ).asked(self.new.activities)
        own = {key: row.rule for key, row in self.releases.items() if row.own}
        rules = rules_in(self.old, self.new, own)
        return VersionChange(
            run=self.run,
            old=self.old,
            new=self.new,
            modules=modules,
            openings=openings,
            sessions=sessions,
            asked=asked,
            rules=rules,
            dropped=[
                module
                for module in self.new.modules
                if (former := self.before.get(module.lineage)) is not None
                and former.id in own
                and module.id not in rules
            ],
            seen=self._print(opens, sessions, asked, {**own, **rules}),
        )

    def _opens(self, module: ModuleOutline) -> dt.datetime:
        """Return when a module opens: as it does now, as much later as its place in the course.

        What is open already stays as it is: it is not shut again, and its sessions have passed.
        """
        timeline = self.run.timeline
        former = self.before.get(module.lineage)
        release = self.releases.get(former.id) if former else None
        if former is None or release is None:
            return release_at(timeline, module.position)
        if release.opens_at <= self.ctx.now:
            return release.local_at
        weeks = timeline.week_start(module.position) - timeline.week_start(former.position)
        local_at: dt.datetime = release.local_at + weeks
        return local_at

    def _openings(self, opens: Mapping[uuid.UUID, dt.datetime]) -> Iterator[Move]:
        for module in self.new.modules:
            former = self.before.get(module.lineage)
            release = self.releases.get(former.id) if former else None
            if release is not None:
                yield Move(
                    key=module.id,
                    title=module.title,
                    position=module.position,
                    old=release.local_at,
                    new=opens[module.id],
                    old_zone=self.run.zone,
                    zone=self.run.zone,
                )

    def _sessions(self, opens: Mapping[uuid.UUID, dt.datetime], *, lock: bool) -> Iterator[Move]:
        """Yield the sessions of the course with where they go: along with their modules."""
        of_session = {
            place.session_id: self.follows[key]
            for key, place in self.placed.items()
            if place.session_id and key in self.follows
        }
        for row in sessions_to_move(self.run, lock=lock):
            line = of_session.get(row.id)
            release = self.releases.get(self.former[line.id].module_id) if line else None
            if line is not None and release is not None:
                yield moved(self.ctx.now, row, opens[line.module_id] - release.local_at)

    def _module(self, module: ModuleOutline, opens: dt.datetime) -> ModuleFate:
        former = self.before.get(module.lineage)
        activities = [self._activity(line) for line in module.activities]
        found: tuple[Aspect, ...] = ()
        fate = Fate.NEW
        if former is not None:
            activities += self._gone(former)
            found = aspects(self._facts_of_module(former), self._facts_of_module(module))
            fate = Fate.CHANGED if found else Fate.SAME
        return ModuleFate(
            module=module, fate=fate, aspects=found, activities=tuple(activities), opens=opens
        )

    def _gone(self, module: ModuleOutline) -> Iterator[ActivityFate]:
        for line in module.activities:
            if line.id not in self.follows:
                yield ActivityFate(line=line, fate=Fate.GONE, place=self._place(line, line.id))

    def _activity(self, line: ActivityLine) -> ActivityFate:
        former = self.former.get(line.id)
        if former is None:
            return ActivityFate(line=line, fate=Fate.NEW, place=self._place(line, None))
        found = aspects(self._facts(former), self._facts(line))
        fate = Fate.CHANGED if found else Fate.SAME
        place = self._place(line, former.id)
        return ActivityFate(line=line, fate=fate, aspects=found, place=place)

    def _place(self, line: ActivityLine, former: uuid.UUID | None) -> str:
        """Say where an activity takes place, or will at once."""
        if former is None:
            places = {DISCUSSION.name: "thread", LIVE_SESSION.name: "session"}
            return places.get(line.kind, "") if self.run.state is RunState.OPEN else ""
        placed = self.placed.get(former)
        if placed is None:
            return ""
        return "thread" if placed.thread_id else "session"

    def _facts(self, line: ActivityLine) -> Facts:
        return Facts(
            title=line.title,
            text=self.texts[line.id],
            place=self.lineage[line.module_id],
            settings=line.settings,
            minutes=line.minutes,
            required=line.required,
            phase=line.phase,
        )

    def _facts_of_module(self, module: ModuleOutline) -> Facts:
        return Facts(
            title=module.title,
            text=module.summary + "\0" + self.texts[module.id],
            place=module.position,
            outline=module.opens_later,
            release=module.release,
        )

    def _print(
        self,
        opens: Mapping[uuid.UUID, dt.datetime],
        sessions: Sequence[Move],
        asked: Sequence[ActivityLine],
        rules: Mapping[uuid.UUID, str],
    ) -> str:
        """Return the same word for the same move of the same state of a run, else another."""
        run = self.run
        parts: list[Any] = [str(run.id), run.revision, run.state]
        parts += [str(self.old.version_id), str(self.new.version_id)]
        parts += sorted([str(key), local_at.isoformat()] for key, local_at in opens.items())
        parts += sorted(
            [str(move.key), move.old.isoformat(), move.new.isoformat(), move.stays or ""]
            for move in sessions
        )
        parts += [str(line.id) for line in asked]
        parts += sorted([str(key), text] for key, text in rules.items())
        return hashlib.sha256(dumps(parts).encode()).hexdigest()[:32]
