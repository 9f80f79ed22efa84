"""What the pages about a run's dates say, in the reader's language, by the clock of each zone."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from flask_babel import ngettext

from community.cohorts.queries.changes import Change
from community.cohorts.rules import Break, Move, Stay, Timeline
from community.kernel import localtime
from community.kernel.doors import reader
from community.kernel.translation import _

DAY = dt.timedelta(days=1)


def day(date: dt.date, zone: str) -> str:
    """Return "Mon 2 Mar": a day of a run."""
    return localtime.say_day(date, zone, reader().language)


def days(first: dt.date, last: dt.date) -> str:
    """Return "Mon 2 Mar to Sun 8 Mar 2026"."""
    return localtime.span(first, last, reader().language)


def was(move: Move) -> str:
    """Return when something is now, by its clock."""
    style: localtime.Style = "short" if move.old_zone == move.zone else "full"
    return localtime.say(move.old_at, move.old_zone, reader().language, style)


def will_be(move: Move) -> str:
    """Return when something will be, by its clock, the zone named."""
    return localtime.say(move.new_at, move.zone, reader().language)


def remarks(move: Move, now: dt.datetime) -> list[str]:
    """Return what one should know of a move."""
    if move.stays is Stay.BEGUN:
        return [_("It has begun, so it stays.")]
    if move.stays is Stay.PAST:
        return [
            _(
                "%(time)s would have passed already, so it stays. Move it by itself, or call it"
                " off.",
                time=will_be(move),
            )
        ]
    found = []
    if move.skipped:
        found.append(_("The clocks skip this time that night, so it begins as much later."))
    elif move.crosses_clocks:
        clock = f"{move.new.hour:02}:{move.new.minute:02}"
        found.append(_("The clocks change in between; it stays at %(time)s.", time=clock))
    if move.position and move.shuts(now):
        found.append(_("It is open now, and is closed until then."))
    if move.position and move.opens(now):
        found.append(_("It opens at once."))
    return found


def sum_of(change: Change) -> str:
    """Return how much moves: "3 modules and 5 sessions move", as a sentence."""
    modules = sum(move.changes for move in change.openings)
    sessions = sum(move.changes for move in change.sessions)
    if not modules and not sessions:
        return str(_("Nothing moves."))
    if not sessions:
        return str(ngettext("%(num)d module moves.", "%(num)d modules move.", modules))
    if not modules:
        return str(ngettext("%(num)d session moves.", "%(num)d sessions move.", sessions))
    return _(
        "%(modules)s and %(sessions)s move.",
        modules=ngettext("%(num)d module", "%(num)d modules", modules),
        sessions=ngettext("%(num)d session", "%(num)d sessions", sessions),
    )


def rests(timeline: Timeline) -> list[str]:
    """Return the breaks of a run in words: "After week 3: 7 days, Harvest"."""
    return [_rest(each) for each in timeline.breaks]


def rests_gone(old: Timeline, new: Timeline) -> list[str]:
    """Return the breaks that a change takes away, in words: no break is left after their week."""
    left = {each.after_week for each in new.breaks}
    return [_rest(each) for each in old.breaks if each.after_week not in left]


def _rest(rest: Break) -> str:
    length = ngettext("%(num)d day", "%(num)d days", rest.days)
    text = _("After week %(week)d: %(days)s", week=rest.after_week, days=length)
    return f"{text}, {rest.note}" if rest.note else text


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """A week of a run or a break, as its table and its picture show it.

    ``offset`` and ``length`` are hundredths of the whole; ``week`` is 0 for a break.
    """

    week: int
    title: str
    dates: str
    note: str
    offset: float
    length: float
    today: bool


def stretches(timeline: Timeline, titles: Sequence[str], today: dt.date) -> list[Stretch]:
    """Return the weeks and breaks of a run in their order; ``titles`` are of its modules."""
    whole = (timeline.ends_on - timeline.starts_on).days + 1
    found = []
    for week in range(1, timeline.weeks + 1):
        first, last = timeline.week_start(week), timeline.week_end(week)
        title = titles[week - 1] if week <= len(titles) else _("Time to catch up")
        rows = [(week, _("Week %(week)d", week=week), title, first, last)]
        rest = timeline.break_after(week)
        if rest is not None:
            rows.append((0, _("Break"), rest.note, last + DAY, timeline.resumes_on(rest) - DAY))
        found += [
            Stretch(
                week=number,
                title=name,
                dates=days(begin, end),
                note=note,
                offset=100 * (begin - timeline.starts_on).days / whole,
                length=100 * ((end - begin).days + 1) / whole,
                today=begin <= today <= end,
            )
            for number, name, note, begin, end in rows
        ]
    return found


def today_at(timeline: Timeline, today: dt.date) -> float | None:
    """Return where today is in the picture of a run, in hundredths; None outside it."""
    if not timeline.runs_on(today):
        return None
    whole = (timeline.ends_on - timeline.starts_on).days + 1
    return 100 * ((today - timeline.starts_on).days + 0.5) / whole
