"""What the pages say of times, weeks, portions and locks, in the reader's language."""

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date
from flask import url_for
from flask_babel import gettext
from flask_babel import ngettext as count_gettext

from community.academy.kinds.builtin import KINDS, LIVE_SESSION
from community.academy.queries import ModuleOutline
from community.cohorts.models import Run, RunState
from community.cohorts.queries import RunLine
from community.cohorts.rules import ends_on, week_of
from community.home.queries.runs import MyRun, Task
from community.home.queries.sessions import SessionLine
from community.home.rules import Day, Happening, PartOfDay, Portion, part_of_day
from community.kernel import localtime
from community.kernel.http import reader
from community.kernel.pages import local_time
from community.progress.queries import Row
from community.progress.rules.unlocking import Access, Lock

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
    return format_date(day, "EEE d MMM", locale=reader().language)


def duration(minutes: int) -> str:
    """Return a length in words: "45 minutes", "2 hours", "2 hours 30 minutes"."""
    return localtime.duration(minutes)


def about(minutes: int) -> str:
    """Return a length of work, which nobody knows to the minute: in hours from one and a half."""
    return duration(minutes if minutes < 90 else 60 * round(minutes / 60))


def rest(run: MyRun, work: Portion) -> str:
    """Return how much of a module is left to do; when the run is over, how much was done."""
    if run.state is RunState.CLOSED:
        return _("%(percent)d %% done", percent=100 * work.done // max(1, work.minutes))
    if not work.done:
        return about(work.minutes)
    return _("%(time)s left", time=about(max(1, work.minutes - work.done)))


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
    if not happenings:
        return None
    first, more = happenings[0], len(happenings) - 1
    if first.module is None:
        said = f"{first.at:%H:%M} {_brief(first.title)}"
    else:
        said = _("Module %(number)d opens", number=first.module)
    if not more:
        return said
    return ngettext("%(first)s, and one more", "%(first)s, and %(num)d more", more, first=said)


def _brief(title: str) -> str:
    """Cut a title that would make its day taller than the week."""
    return title if len(title) <= BRIEF else title[: BRIEF - 1].rstrip() + "…"


def lead_of_week(runs: Sequence[MyRun]) -> str | None:
    """Return what the week asks, by the run one learns in that began last."""
    learning = [run for run in runs if run.learns and run.state is RunState.OPEN]
    running = next((run for run in learning if 1 <= run.week <= run.weeks), None)
    if running is not None:
        return _of_running(running)
    coming = next((run for run in reversed(runs) if run.learns and run.week == 0), None)
    if coming is not None:
        return _(
            "%(run)s begins on %(day)s; until then there is nothing you have to do.",
            run=coming.name,
            day=date(coming.starts_on),
        )
    return None


def _of_running(run: MyRun) -> str:
    module = run.module_of_week
    work = run.work(module) if module and not module.opens_later else None
    if work is None or not work.minutes:
        return _(
            "Week %(week)d of %(weeks)d brings nothing new: time to catch up, or to rest.",
            week=run.week,
            weeks=run.weeks,
        )
    asked = _(
        "Week %(week)d of %(weeks)d asks about %(hours)s of you.",
        week=run.week,
        weeks=run.weeks,
        hours=about(work.minutes),
    )
    if work.done >= work.minutes:
        return asked + " " + _("All of it is done.")
    if work.done:
        return asked + " " + _("You have done %(minutes)s.", minutes=about(work.done))
    return asked


def kind(task: Task) -> str:
    """Return what somebody does there, and where: "Quiz, module 2, 5 minutes"."""
    return _(
        "%(kind)s, module %(number)d, %(minutes)s",
        kind=KINDS[task.line.kind].label,
        number=task.module.position,
        minutes=duration(task.line.minutes),
    )


def nudge(task: Task) -> str:
    """Return what to say above the activity to go on with."""
    if task.fraction and task.line.kind != LIVE_SESSION.name:
        return _("Go on where you stopped")
    return _("Next for you")


def what_is_left(task: Task) -> str | None:
    """Return how long the rest of something begun takes; a session's length says nothing of it."""
    if not task.fraction or task.line.kind == LIVE_SESSION.name:
        return None
    return _("%(time)s left", time=about(task.minutes_left))


def go(task: Task) -> str:
    """Return what the button to an activity says."""
    if task.line.kind == LIVE_SESSION.name:
        return _("See when it is")
    return _("Go on") if task.fraction else _("Begin")


def week_of_run(run: MyRun | Run | RunLine, week: int) -> str:
    """Return where a run is in its life: "Week 3 of 8"; ``week`` is that of ``cohorts.rules``."""
    if run.state is RunState.CLOSED or week > run.weeks:
        return _("Over since %(day)s", day=date(ends_on(run.starts_on, run.weeks)))
    if week == 0:
        return _("Begins %(day)s", day=date(run.starts_on))
    return _("Week %(week)d of %(weeks)d", week=week, weeks=run.weeks)


def life_of_run(run: RunLine, now: dt.datetime) -> str:
    """Return where a run of a list is in its life."""
    today = localtime.in_zone(now, run.zone).date()
    return week_of_run(run, week_of(run.starts_on, run.weeks, today))


def span_of_run(run: MyRun | Run) -> str:
    """Return the first and the last day of a run with its zone."""
    return _(
        "%(first)s to %(last)s (%(zone)s)",
        first=date(run.starts_on),
        last=date(ends_on(run.starts_on, run.weeks)),
        zone=localtime.zone_name(run.zone),
    )


def away(row: Row) -> str:
    """Return since when a learner has done nothing."""
    return ngettext(
        "%(name)s has not been here for %(num)d day",
        "%(name)s has not been here for %(num)d days",
        row.days_away or 0,
        name=row.name,
    )


def record(row: Row) -> str:
    """Return how far a learner is: "40 % of the required work is done; 3 activities are late"."""
    done = _("%(percent)d %% of the required work is done", percent=row.percent)
    if not row.late:
        return done
    late = ngettext("%(num)d activity is late", "%(num)d activities are late", row.late)
    return f"{done}; {late}"


def opening_day(run: MyRun, opens_at: dt.datetime) -> str:
    """Return the day a module opens, as the run's own calendar has it."""
    return date(localtime.in_zone(opens_at, run.zone).date())


def why_locked(run: MyRun, access: Access) -> str:
    """Return why a module is not open, and what would open it."""
    if run.state is RunState.CLOSED:
        return _("Not reached before the end")
    match access.lock:
        case Lock.LATER:
            return _("Outlined so far; its texts are still being written")
        case Lock.UNFINISHED if access.finish:
            return _(
                "Opens when “%(activity)s” is done", activity=run.plan.lines[access.finish].title
            )
        case Lock.RUN_NOT_OPEN | Lock.NOT_RELEASED if access.opens_at:
            return _("Opens %(day)s", day=local_time(access.opens_at, "full"))
        case _:
            return _("Not open yet")


def weeks_of_run(run: MyRun) -> list[dict[str, object]]:
    """Return the weeks of a run as the macro ``steps`` takes them, with what opens in each."""
    modules = {module.position: module for module in run.plan.outline.modules}
    return [
        {
            "title": _("Week %(week)d", week=number),
            "note": modules[number].title if number in modules else _("Time to catch up"),
            "state": "now" if number == run.week else "past" if number < run.week else "",
        }
        for number in range(1, run.weeks + 1)
    ]


def outcome(run: MyRun) -> str:
    """Return how much of what is required the learner has done, in words."""
    return ngettext(
        "%(done)d of %(num)d required activity is done.",
        "%(done)d of %(num)d required activities are done.",
        run.required,
        done=run.done,
    )


def seats(run: MyRun | Run) -> str:
    """Return how many learners a run has: "24 of 30 seats are taken"."""
    return ngettext(
        "%(taken)d of %(num)d seat is taken",
        "%(taken)d of %(num)d seats are taken",
        run.capacity,
        taken=run.enrolled,
    )


def zone_name(zone: str) -> str:
    """Return what people call a zone."""
    return localtime.zone_name(zone)


def learn_url(run: MyRun, module: ModuleOutline) -> str:
    """Return where a module stands among the pages to learn from."""
    return url_for("progress.learn", slug=run.slug, _anchor=f"module-{module.position}")
