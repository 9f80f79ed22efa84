"""What happened while the reader was away, space by space."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from community.home.queries.missed_talk import Matter, threads_missed
from community.home.queries.missed_told import told_since
from community.home.queries.runs import MyRun, Task, live_runs
from community.home.queries.sessions import sessions_since
from community.home.queries.week import NOT_YET, locked_modules
from community.kernel.context import Context
from community.live.rules import oldest_start
from community.progress.queries import ActivityView, ModuleView
from community.spaces.queries import rail

MODULES_SHOWN = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """The first of some lines, and how many more there are."""

    shown: Sequence[Any] = ()
    more: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """A session that was held; ``activity`` is what of the learner's course took place there."""

    row: Any
    activity: ActivityView | None


@dataclasses.dataclass(frozen=True, slots=True)
class Answered:
    """What was said to the reader's own work; ``activity`` where it stands, None: not any more."""

    row: Any
    activity: ActivityView | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SpaceNews:
    """What happened in a space, in the order in which it is told; ``next`` is what to go on with.

    ``mine`` is the run of the space, if it holds one that is not over.
    """

    space: Any
    mine: MyRun | None
    addressed: Lines
    work: Lines
    announced: Lines
    sessions: Lines
    opened: Lines
    next: Task | None
    questions: Lines
    talk: Lines

    @property
    def empty(self) -> bool:
        """Whether nothing happened; what comes next is not news."""
        parts = (self.addressed, self.work, self.announced, self.sessions)
        return not any(part.shown for part in (*parts, self.opened, self.questions, self.talk))


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """What happened since; ``next`` is what to go on with."""

    spaces: Sequence[SpaceNews]
    next: Task | None


def news_since(ctx: Context, since: dt.datetime) -> News:
    """Return what happened in the reader's spaces since an instant, in at most seven statements.

    Archived spaces are left out, and those in which nothing happened.
    """
    told = told_since(ctx, since)
    runs = live_runs(ctx, sessions_since(ctx, min(since, oldest_start(ctx.now))))
    threads = threads_missed(ctx, since, but=NOT_YET, given={"locked": locked_modules(runs)})
    by_space = {mine.run.space_id: mine for mine in runs}
    found = []
    for space in rail(ctx):
        mine = by_space.get(space.id)
        of_space = [row for row in threads if row.space_id == space.id]
        found.append(
            SpaceNews(
                space=space,
                mine=mine,
                addressed=_lines(told.addressed, space.id),
                work=_with_activities(_lines(told.work, space.id), mine),
                announced=_lines(of_space, space.id, Matter.ANNOUNCED),
                sessions=_with_sessions(_lines(told.held, space.id), mine),
                opened=_opened(mine, since),
                next=mine.resume() if mine else None,
                questions=_lines(of_space, space.id, Matter.QUESTION),
                talk=_lines(of_space, space.id, Matter.TALK),
            )
        )
    happened = [news for news in found if not news.empty]
    following = next((task for mine in runs if (task := mine.resume())), None)
    return News(happened, following)


def _lines(rows: Iterable[Any], space_id: uuid.UUID, matter: Matter | None = None) -> Lines:
    shown = [
        row
        for row in rows
        if row.space_id == space_id and (matter is None or row.matter == matter.value)
    ]
    return Lines(shown, shown[0].all - len(shown) if shown else 0)


def _with_activities(lines: Lines, mine: MyRun | None) -> Lines:
    of_course = {view.line.id: view for view in _activities(mine)}
    shown = [Answered(row, of_course.get(row.activity_id)) for row in lines.shown]
    return Lines(shown, lines.more)


def _with_sessions(lines: Lines, mine: MyRun | None) -> Lines:
    learns = mine is not None and mine.learns
    placed = {
        view.place.session_id: view
        for view in (_activities(mine) if learns else ())
        if view.place is not None and view.place.session_id is not None
    }
    return Lines([Held(row, placed.get(row.id)) for row in lines.shown], lines.more)


def _activities(mine: MyRun | None) -> list[ActivityView]:
    modules: Sequence[ModuleView] = mine.view.modules if mine else ()
    return [activity for module in modules for activity in module.activities]


def _opened(mine: MyRun | None, since: dt.datetime) -> Lines:
    """Return the modules that opened since, to who may read them now."""
    if mine is None:
        return Lines()
    opened = [
        module
        for module in mine.view.modules
        if module.activities
        and module.access.open
        and not module.access.opened
        and module.access.opens_at is not None
        and since <= module.access.opens_at <= mine.now
    ]
    return Lines(opened[:MODULES_SHOWN], max(0, len(opened) - MODULES_SHOWN))
