"""My progress: what is done, what is missing, why and by when, and when one learned."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from community.kernel import localtime
from community.kernel.doors import reader, signed_in
from community.kernel.pages import part_of
from community.progress.pages.blueprint import here, pages
from community.progress.policy import my_enrolment
from community.progress.queries.mine import Mine, my_progress
from community.progress.rules.streaks import Day
from community.progress.rules.wording import how_far
from community.progress.schemas import words_of

STEP = 17  # units of the picture from one day to the next
DONE_SHOWN = 100


class Square(NamedTuple):
    """A day of the map as it is drawn."""

    x: int
    y: int
    day: Day


@pages.route("/spaces/<slug>/my-progress")
@signed_in
def mine(slug: str) -> str:
    """Show one's own progress in a run."""
    ctx, space, run = here(slug)
    found = my_progress(ctx, run, my_enrolment(ctx, run), reader().zone)
    done = found.done
    return render_template(
        "progress/mine.html",
        space=space,
        run=run,
        mine=found,
        view=found.view,
        done=done[:DONE_SHOWN],
        more_done=max(0, len(done) - DONE_SHOWN),
        waiting=part_of("my_progress.missing", ctx, found) if found.missing else None,
        words=lambda criterion: words_of(run, criterion),
        how_far=how_far,
        squares=_squares(found.weeks),
        step=STEP,
        said=_said(found),
        day_words=_day_words,
    )


def _day_words(day: dt.date) -> str:
    who = reader()
    return localtime.say_day(day, who.zone, who.language)


def _squares(weeks: Sequence[Sequence[Day | None]]) -> list[Square]:
    return [
        Square(x * STEP, y * STEP, day)
        for x, week in enumerate(weeks)
        for y, day in enumerate(week)
        if day is not None
    ]


def _said(found: Mine) -> str:
    """Return in a sentence what the map of days shows."""
    days = len(found.days)
    if not days:
        return str(_("No day yet on which you learned in this run."))
    most = max(found.days, key=lambda day: day.acts)
    said = ngettext(
        "You learned on %(num)d day over %(weeks)s; most was done on %(most)s.",
        "You learned on %(num)d days over %(weeks)s; most was done on %(most)s.",
        days,
        weeks=ngettext("%(num)d week", "%(num)d weeks", len(found.weeks)),
        most=_day_words(most.date),
    )
    return str(said)
