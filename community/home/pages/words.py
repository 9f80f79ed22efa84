"""What the pages say of times, weeks, portions and locks, in the reader's language."""

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date
from flask import url_for
from flask_babel import gettext
from flask_babel import ngettext as count_gettext

from community.academy.kinds.builtin import KINDS, LIVE_SESSION
from community.cohorts.models import Run, RunState
from community.cohorts.queries import RunLine
from community.cohorts.rules import ends_on, over_since, week_of
from community.home.queries.runs import MyRun, Task
from community.home.queries.sessions import SessionLine
from community.home.rules import Day, Happening, PartOfDay, part_of_day
from community.kernel import localtime
from community.kernel.doors import reader
from community.kernel.pages import local_time
from community.progress.queries import CourseView, ModuleView, Row

BRIEF = 40  # characters of a session's title in the line of the week


def _(message: str, **values: object) -> str:
    """Translate, and be a text to type checkers too."""
    return str(gettext(message, **values))


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Translate by a number, and be a text to type checkers too."""
    return str(count_gettext(one, many, number, **values))


def greeting(now: dt.datetime) -> str:
    """Return "Good morning, Amina", by the reader's own clock."""
    who = reader()
    name = who.name.split(maxsplit=1)[0]
    match part_of_day(localtime.in_zone(now, who.zone).hour):
        case PartOfDay.MORNING:
            return _("Good morning, %(name)s", name=name)
        case PartOfDay.AFTERNOON:
            return _("Good afternoon, %(name)s", name=name)
        case PartOfDay.EVENING:
            return _("Good evening, %(name)s", name=name)
        case PartOfDay.NIGHT:
            return _("Hello, %(name)s", name=name)


def this_moment(now: dt.datetime) -> str:
    """Return "Tuesday 3 March, 13:36 (Nairobi)"."""
    who = reader()
    local = localtime.in_zone(now, who.zone)
    day = format_date(local.date(), "EEEE d MMMM", locale=who.language)
    clock = local_time(now, "clock")
    return f"{day}, {clock} ({localtime.zone_name(who.zone)})"


def date(day: dt.date) -> str:
    """Return "Mon 2 Mar": a date of a run, the same in every zone."""
    who = reader()
    return localtime.say_day(day, who.zone, who.language)


def about(minutes: int) -> str:
    """Return a length of work, which nobody knows to the minute: in hours from one and a half."""
    return localtime.duration(minutes if minutes < 90 else 60 * round(minutes / 60))


def rest(module: ModuleView, *, closed: bool) -> str:
    """Return how much of a module is left to do; when the run is over, how much was done."""
    done = module.minutes - module.minutes_left
    if closed:
        return _("%(percent)d%% done", percent=100 * done // max(1, module.minutes))
    if not done:
        return about(module.minutes)
    return _("%(time)s left", time=about(max(1, module.minutes_left)))


def when(session: SessionLine) -> str:
    """Return from when to when a session is: "Tue 3 Mar, 14:00 to 16:30 (Nairobi)"."""
    return _(
        "%(begin)s to %(end)s (%(zone)s)",
        begin=local_time(session.starts_at, "short"),
        end=local_time(session.ends_at, "clock"),
        zone=localtime.zone_name(reader().zone),
    )


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
    if happening.module is None:
        return f"{happening.at:%H:%M} {_brief(happening.title)}"
    return _("Module %(number)d opens", number=happening.module)


def _brief(title: str) -> str:
    """Cut a title that would make its day taller than the week."""
    return title if len(title) <= BRIEF else title[: BRIEF - 1].rstrip() + "…"


def lead_of_week(runs: Sequence[MyRun]) -> str | None:
    """Return what the week asks, by the run one learns in that began last."""
    learning = [mine for mine in runs if mine.learns]
    running = next((mine for mine in learning if _runs(mine)), None)
    if running is not None:
        return _of_running(running)
    late = next((mine for mine in learning if mine.unopened), None)
    if late is not None:
        return _(
            "%(run)s is not open yet: its modules open when the organisers open it.",
            run=late.name,
        )
    coming = next((mine for mine in reversed(learning) if mine.week == 0), None)
    if coming is not None:
        return _(
            "%(run)s begins on %(day)s; until then there is nothing you have to do.",
            run=coming.name,
            day=date(coming.run.starts_on),
        )
    return None


def _runs(mine: MyRun) -> bool:
    return mine.run.state is RunState.OPEN and 1 <= mine.week <= mine.run.weeks


def _of_running(mine: MyRun) -> str:
    run, module = mine.run, mine.module_of_week
    if module is None or not module.minutes:
        return _(
            "Week %(week)d of %(weeks)d brings nothing new: time to catch up, or to rest.",
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
    at = next(
        number
        for number, found in enumerate(mine.view.modules)
        if module.finish and found.module.id == module.finish.module_id
    )
    unfinished, following = mine.view.modules[at : at + 2]
    return _(
        "Week %(week)d of %(weeks)d. About %(time)s of module %(number)d open module"
        " %(following)d to you.",
        week=mine.week,
        weeks=mine.run.weeks,
        time=about(unfinished.required_minutes_left),
        number=unfinished.module.position,
        following=following.module.position,
    )


def kind(task: Task) -> str:
    """Return what somebody does there, and where: "Quiz, module 2, 5 minutes"."""
    return _(
        "%(kind)s, module %(number)d, %(minutes)s",
        kind=KINDS[task.line.kind].label,
        number=task.module.module.position,
        minutes=localtime.duration(task.line.minutes),
    )


def nudge(task: Task) -> str:
    """Return what to say above the activity to go on with."""
    if task.activity.fraction and task.line.kind != LIVE_SESSION.name:
        return _("Go on where you stopped")
    return _("Next for you")


def what_is_left(task: Task) -> str | None:
    """Return how long the rest of something begun takes; a session's length says nothing of it."""
    if not task.activity.fraction or task.line.kind == LIVE_SESSION.name:
        return None
    return _("%(time)s left", time=about(task.activity.minutes_left))


def go(task: Task) -> str:
    """Return what the button to an activity says."""
    if task.line.kind == LIVE_SESSION.name:
        return _("See when it is")
    return _("Go on") if task.activity.fraction else _("Begin")


def week_of_run(run: Run | RunLine, week: int) -> str:
    """Return where a run is in its life: "Week 3 of 8"; ``week`` is that of ``cohorts.rules``."""
    if run.state is RunState.CLOSED or week > run.weeks:
        closed_on = localtime.in_zone(run.closed_at, run.zone).date() if run.closed_at else None
        return _("Over since %(day)s", day=date(over_since(run.starts_on, run.weeks, closed_on)))
    if week == 0:
        return _("Begins %(day)s", day=date(run.starts_on))
    return _("Week %(week)d of %(weeks)d", week=week, weeks=run.weeks)


def life_of_run(run: RunLine, now: dt.datetime) -> str:
    """Return where a run of a list is in its life."""
    today = localtime.in_zone(now, run.zone).date()
    return week_of_run(run, week_of(run.starts_on, run.weeks, today))


def span_of_run(run: Run) -> str:
    """Return the first and the last day of a run with its zone."""
    days = localtime.span(run.starts_on, ends_on(run.starts_on, run.weeks), reader().language)
    return f"{days} ({localtime.zone_name(run.zone)})"


def away(row: Row) -> str:
    """Return since when a learner has done nothing."""
    return ngettext(
        "%(name)s has not been here for %(num)d day",
        "%(name)s has not been here for %(num)d days",
        row.days_away or 0,
        name=row.name,
    )


def record(row: Row) -> str:
    """Return how far a learner is: "40% of the required work is done; 3 activities are late"."""
    done = _("%(percent)d%% of the required work is done", percent=row.percent)
    if not row.late:
        return done
    late = ngettext("%(num)d activity is late", "%(num)d activities are late", row.late)
    return f"{done}; {late}"


def opening_day(run: Run, opens_at: dt.datetime) -> str:
    """Return the day a module opens, as the run's own calendar has it."""
    return date(localtime.in_zone(opens_at, run.zone).date())


def weeks_of_run(mine: MyRun) -> list[dict[str, object]]:
    """Return the weeks of a run as the macro ``steps`` takes them, with what opens in each."""
    modules = {view.module.position: view for view in mine.view.modules}
    begun = mine.run.state is not RunState.PLANNED
    return [
        {
            "title": _("Week %(week)d", week=number),
            "note": _of_week(modules.get(number), closed=mine.view.closed),
            "state": _state_of_week(number, mine.week) if begun else "",
        }
        for number in range(1, mine.run.weeks + 1)
    ]


def _of_week(module: ModuleView | None, *, closed: bool) -> str:
    if module is None:
        return _("Time to catch up")
    if closed and not module.activities:
        return _("%(module)s, outline only", module=module.module.title)
    return module.module.title


def _state_of_week(number: int, now: int) -> str:
    return "now" if number == now else "past" if number < now else ""


def outcome(view: CourseView) -> str:
    """Return how much of what is required the learner has done, in words."""
    return ngettext(
        "%(done)d of %(num)d required activity is done.",
        "%(done)d of %(num)d required activities are done.",
        view.required,
        done=view.done,
    )


def seats(run: Run) -> str:
    """Return how many learners a run has: "24 of 30 seats are taken"."""
    return ngettext(
        "%(taken)d of %(num)d seat is taken",
        "%(taken)d of %(num)d seats are taken",
        run.capacity,
        taken=run.enrolled,
    )


def learn_url(mine: MyRun, module: ModuleView) -> str:
    """Return where a module stands among the pages to learn from."""
    return url_for("progress.learn", slug=mine.slug, _anchor=f"module-{module.module.position}")
