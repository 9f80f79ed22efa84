"""My week: what its days hold, and what it asks."""

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date

from community.cohorts.models import Run, RunState
from community.home.pages.words.runs import of_break
from community.home.pages.words.times import about, date
from community.home.queries.runs import MyRun
from community.home.rules import Day, Happening
from community.kernel import localtime
from community.kernel.doors import reader
from community.kernel.frame import MOST_COUNTED, FrameSpace
from community.kernel.pages import local_time
from community.kernel.translation import _, ngettext
from community.progress.queries import ModuleView
from community.progress.rules.completion import Outcome

BRIEF = 40  # characters of a session's title in the line of the week


def week_line(days: Sequence[Day], today: dt.date) -> list[dict[str, object]]:
    """Return the days as the macro ``week`` takes them."""
    return [
        {
            "name": format_date(day.date, "EEE", locale=reader().language),
            "number": day.date.day,
            "what": _happenings(day.happenings),
            "state": "now" if day.date == today else "past" if day.date < today else "",
        }
        for day in days
    ]


def new_posts(space: FrameSpace) -> str:
    """Return how many posts of a space are new to the reader; beyond 99 that there are more."""
    if space.unread > MOST_COUNTED:
        return _("%(number)s new", number=space.counted)
    return ngettext("%(num)d new", "%(num)d new", space.unread)


def _happenings(happenings: tuple[Happening, ...]) -> str | None:
    """Return what a day holds: both of two things, the first of more and how many follow."""
    said = [_happening(happening) for happening in happenings[:2]]
    more = len(happenings) - 1
    if more > 1:
        return ngettext(
            "%(first)s; %(num)d more that day",
            "%(first)s; %(num)d more that day",
            more,
            first=said[0],
        )
    return "; ".join(said) or None


def _happening(happening: Happening) -> str:
    if happening.called_off:
        return _("Called off: %(title)s", title=_brief(happening.title))
    if happening.not_held:
        return _("Not held: %(title)s", title=_brief(happening.title))
    if happening.module is None:
        return f"{happening.at:%H:%M} {_brief(happening.title)}"
    return _("Module %(number)d opens", number=happening.module)


def _brief(title: str) -> str:
    """Cut a title that would make its day taller than the week."""
    return title if len(title) <= BRIEF else title[: BRIEF - 1].rstrip() + "…"


def leads_of_week(runs: Sequence[MyRun]) -> list[str]:
    """Return what the week asks, a line for each run one learns in that goes on.

    A run in which one pauses asks nothing. Where there are several, each line names its run.
    """
    learning = [mine for mine in runs if mine.learns and not mine.view.mine.paused]
    running = [mine for mine in learning if _runs(mine)]
    if len(learning) > 1:
        return [
            _("%(run)s: %(asks)s", run=mine.name, asks=_of_running(mine)) for mine in running
        ] or _of_none_yet(learning)
    return [_of_running(mine) for mine in running] or _of_none_yet(learning)


def _of_none_yet(learning: Sequence[MyRun]) -> list[str]:
    """Return what is said of runs of which none goes on: one that is late, or comes next."""
    late = next((mine for mine in learning if mine.unopened), None)
    if late is not None:
        return [
            _(
                "%(run)s is not open yet: its modules open when the organisers open it.",
                run=late.name,
            )
        ]
    coming = next((mine for mine in reversed(learning) if mine.week == 0), None)
    if coming is not None:
        return [
            _(
                "%(run)s begins on %(day)s; until then there is nothing you have to do.",
                run=coming.name,
                day=_first_moment(coming.run),
            )
        ]
    return []


def _first_moment(run: Run) -> str:
    """Return when a run begins: its day, and for who reads another clock when that is for them.

    The line of the week shows the days of the reader's zone.
    """
    at = localtime.instant(dt.datetime.combine(run.starts_on, dt.time()), run.zone)
    clocks = {localtime.in_zone(at, zone).utcoffset() for zone in (run.zone, reader().zone)}
    return date(run.starts_on) if len(clocks) == 1 else local_time(at)


def _runs(mine: MyRun) -> bool:
    return mine.run.state is RunState.OPEN and 1 <= mine.week <= mine.run.weeks


def _of_running(mine: MyRun) -> str:
    run, module = mine.run, mine.module_of_week
    rest = run.timeline.break_on(mine.today)
    if rest is not None:
        return _("%(now)s: time to catch up, or to rest.", now=of_break(run.timeline, rest))
    if module is None or not module.minutes:
        return _(
            "Week %(week)d of %(weeks)d brings nothing new: time to catch up, or to rest.",
            week=mine.week,
            weeks=run.weeks,
        )
    if mine.view.mine.outcome is Outcome.COMPLETED:
        return _(
            "Week %(week)d of %(weeks)d. You have completed the run: do the rest if you like.",
            week=mine.week,
            weeks=run.weeks,
        )
    if not module.access.open:
        return _of_blocked(mine, module)
    asked = _(
        "Week %(week)d of %(weeks)d asks about %(hours)s of you.",
        week=mine.week,
        weeks=run.weeks,
        hours=about(module.minutes),
    )
    done = module.minutes - module.minutes_left
    if not module.minutes_left:
        return asked + " " + _("All of it is done.")
    if done:
        return asked + " " + _("You have done %(minutes)s.", minutes=about(done))
    return asked


def _of_blocked(mine: MyRun, module: ModuleView) -> str:
    """Return what opens the way to a module of this week that is locked to the reader."""
    modules = mine.view.modules
    at = next(
        (
            number
            for number, found in enumerate(modules[:-1])
            if module.finish and found.module.id == module.finish.module_id
        ),
        None,
    )
    if at is None:  # a rule of its own keeps it shut
        return _("Week %(week)d of %(weeks)d.", week=mine.week, weeks=mine.run.weeks)
    unfinished, following = modules[at : at + 2]
    return _(
        "Week %(week)d of %(weeks)d. About %(time)s of module %(number)d open module"
        " %(following)d to you.",
        week=mine.week,
        weeks=mine.run.weeks,
        time=about(unfinished.required_minutes_left),
        number=unfinished.module.position,
        following=following.module.position,
    )
