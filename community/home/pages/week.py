"""My week: a greeting, the seven days, the one loud thing, then what is open and unread."""

from flask import render_template

from community.home.pages import words
from community.home.pages.blueprint import pages
from community.home.queries.week import my_week
from community.kernel import localtime
from community.kernel.doors import current_context, reader, signed_in


@pages.route("/home")
@signed_in
def week() -> str:
    """Show what this week holds for whoever is signed in."""
    ctx = current_context()
    found = my_week(ctx, reader().zone)
    today = localtime.in_zone(ctx.now, reader().zone).date()
    return render_template(
        "home/week.html",
        words=words,
        found=found,
        days=words.week_line(found.days, today),
        leading=[mine for mine in found.runs if mine.leads],
    )
