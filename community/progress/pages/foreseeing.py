"""Who sees what when: for those who run a cohort, before it is so."""

import datetime as dt

from flask import render_template, request, url_for

from community.kernel.doors import reader, signed_in
from community.kernel.errors import NotFound
from community.kernel.localtime import in_zone, instant
from community.kernel.policy import require
from community.kernel.schemas import as_key
from community.progress.pages.blueprint import here, pages
from community.progress.policy import may_see_everybody
from community.progress.queries.foresight import foresight

NOON = dt.time(12)  # what opens on a day has opened by then
FARTHEST = 10  # years from now


@pages.route("/spaces/<slug>/manage/run/who-sees")
@signed_in
def who_sees(slug: str) -> str:
    """Show which modules are open to which learners on a day, and why the others are not."""
    ctx, space, run = here(slug)
    require(may_see_everybody, ctx, run)
    today = in_zone(ctx.now, reader().zone).date()
    on = _day(today)
    at = ctx.now if on == today else instant(dt.datetime.combine(on, NOON), reader().zone)
    asked = request.args.get("learner", "")
    chosen = as_key(asked)
    if asked and chosen is None:
        raise NotFound
    found = foresight(ctx, run, at, enrolment_id=chosen, page=request.args.get("page"))
    if chosen is not None and not found.learners:
        raise NotFound

    def page_url(bookmark: str | None) -> str | None:
        if not bookmark:
            return None
        return url_for("progress.who_sees", slug=slug, on=on.isoformat(), page=bookmark)

    return render_template(
        "progress/who_sees.html",
        space=space,
        run=run,
        on=on,
        today=today,
        at=at,
        found=found,
        one=found.learners[0] if chosen is not None else None,
        next_url=page_url(found.next),
        previous_url=page_url(found.previous),
    )


def _day(today: dt.date) -> dt.date:
    """Return the day of the address; today for one that is none, or far away."""
    try:
        found = dt.date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today
    return found if abs(found.year - today.year) <= FARTHEST else today
