"""My week: a greeting, the seven days, the one loud thing, then what is open and unread."""

from flask import render_template

from community.academy.policy import keeps_courses
from community.cohorts.queries.enrolments import last_parting
from community.home.pages import words
from community.home.pages.blueprint import pages
from community.home.queries.absence import away
from community.home.queries.runs import MyRun
from community.home.queries.week import my_week
from community.home.rules import Stage, stage_of
from community.kernel import localtime
from community.kernel.doors import current_context, reader, signed_in
from community.moderation.queries import suspensions
from community.spaces.policy import memberships, suspended_anywhere
from community.spaces.rules import REASONS


@pages.route("/home")
@signed_in
def week() -> str:
    """Show what this week holds for whoever is signed in."""
    ctx = current_context()
    found = my_week(ctx, reader().zone)
    leading = sorted((mine for mine in found.runs if mine.leads), key=_stage)
    today = localtime.in_zone(ctx.now, reader().zone).date()
    return render_template(
        "home/week.html",
        suspended=suspensions(ctx) if suspended_anywhere(ctx) else (),
        reasons=REASONS,
        words=words,
        found=found,
        days=words.week_line(found.days, today),
        keeps_courses=keeps_courses(ctx),
        parted_at=None if memberships(ctx) else last_parting(ctx),
        leading=leading,
        away=away(ctx),
    )


def _stage(mine: MyRun) -> Stage:
    """Return how far a run is: those that go on stand first."""
    return stage_of(closed=False, week=mine.week, weeks=mine.run.weeks)
