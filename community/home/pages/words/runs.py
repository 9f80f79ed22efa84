"""A run: where it is in its life, its weeks, its seats, and how far one is in it."""

import datetime as dt

from flask import url_for

from community.cohorts.models import Run, RunState
from community.cohorts.queries import RunLine
from community.cohorts.rules import Break, Timeline
from community.home.pages.words.times import about, date
from community.home.queries.runs import MyRun
from community.kernel import localtime
from community.kernel.doors import reader
from community.kernel.translation import _, ngettext
from community.progress.queries import CourseView, ModuleView

DAY = dt.timedelta(days=1)


def week_of_run(run: Run | RunLine, now: dt.datetime) -> str:
    """Return where a run is in its life: "Week 3 of 8", or "A break until Sun 18 Oct"."""
    timeline = run.timeline
    today = localtime.in_zone(now, run.zone).date()
    week = timeline.week_of(today)
    if run.state is RunState.CLOSED or week > run.weeks:
        closed_on = localtime.in_zone(run.closed_at, run.zone).date() if run.closed_at else None
        return _("Over since %(day)s", day=date(timeline.over_since(closed_on)))
    if week == 0:
        return _("Begins %(day)s", day=date(run.starts_on))
    rest = timeline.break_on(today)
    if rest is not None:
        return of_break(timeline, rest)
    return _("Week %(week)d of %(weeks)d", week=week, weeks=run.weeks)


def of_break(timeline: Timeline, rest: Break) -> str:
    """Return until when a break is, and why: "A break until Sun 18 Oct (autumn holidays)"."""
    last = date(timeline.resumes_on(rest) - dt.timedelta(days=1))
    if rest.note:
        return _("A break until %(day)s (%(why)s)", day=last, why=rest.note)
    return _("A break until %(day)s", day=last)


def span_of_run(run: Run) -> str:
    """Return the first and the last day of a run with its zone."""
    days = localtime.span(run.starts_on, run.timeline.ends_on, reader().language)
    return f"{days} ({localtime.zone_name(run.zone)})"


def weeks_of_run(mine: MyRun) -> list[dict[str, object]]:
    """Return the weeks of a run as the macro ``steps`` takes them, with what opens in each."""
    modules = {view.module.position: view for view in mine.view.modules}
    timeline, today = mine.run.timeline, mine.today
    found: list[dict[str, object]] = []
    for number in range(1, mine.run.weeks + 1):
        first, last = timeline.week_start(number), timeline.week_end(number)
        found.append(
            {
                "title": _("Week %(week)d", week=number),
                "note": _of_week(modules.get(number), closed=mine.view.closed),
                "state": _state(mine.run, first, last, today),
            }
        )
        rest = timeline.break_after(number)
        if rest is not None:
            first, last = last + DAY, timeline.resumes_on(rest) - DAY
            until = _("until %(day)s", day=date(last))
            found.append(
                {
                    "title": _("Break"),
                    "note": f"{rest.note}, {until}" if rest.note else until,
                    "state": _state(mine.run, first, last, today),
                }
            )
    return found


def _of_week(module: ModuleView | None, *, closed: bool) -> str:
    if module is None:
        return _("Time to catch up")
    if closed and not module.activities:
        return _("%(module)s, outline only", module=module.module.title)
    return module.module.title


def _state(run: Run, first: dt.date, last: dt.date, today: dt.date) -> str:
    if run.state is RunState.PLANNED or today < first:
        return ""
    return "now" if today <= last else "past"


def rest(module: ModuleView, *, closed: bool) -> str:
    """Return how much of a module is left to do; when the run is over, how much was done."""
    done = module.minutes - module.minutes_left
    if closed:
        return _("%(percent)d%% done", percent=100 * done // max(1, module.minutes))
    if not done:
        return about(module.minutes)
    return _("%(time)s left", time=about(max(1, module.minutes_left)))


def outcome(view: CourseView) -> str:
    """Return how much of what is required the learner has done, in words, and what never was."""
    done = ngettext(
        "%(done)d of %(num)d required activity is done.",
        "%(done)d of %(num)d required activities are done.",
        view.required,
        done=view.done,
    )
    if not view.off:
        return done
    off = ngettext(
        "%(num)d session is not held, and nobody is asked for it.",
        "%(num)d sessions are not held, and nobody is asked for them.",
        view.off,
    )
    return f"{done} {off}"


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
