"""What happened while one was away, all of it marked as read at once, and that undone."""

import datetime as dt

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.discussions.operations import mark_all_read, undo_mark_all
from community.home.pages import words
from community.home.pages.blueprint import pages
from community.home.queries.absence import away
from community.home.queries.catching_up import news_since
from community.home.rules import FARTHEST, looked_back
from community.kernel import localtime
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import Invalid

MOST_BATCHES = 20


@pages.route("/catch-up")
@signed_in
def catch_up() -> str:
    """Tell what happened since a day (``?since=``), or since the reader was away."""
    ctx, zone = current_context(), reader().zone
    mine = away(ctx)
    asked = _day(request.args.get("since", ""))
    since = looked_back(ctx.now, mine.absence, asked)
    return render_template(
        "home/catch_up.html",
        words=words,
        found=news_since(ctx, since),
        since=since,
        asked=asked is not None,
        day=localtime.in_zone(since, zone).date(),
        earliest=localtime.in_zone(ctx.now - FARTHEST, zone).date(),
        latest=localtime.in_zone(ctx.now, zone).date(),
        swept_at=mine.swept_lately(ctx.now),
    )


@pages.route("/catch-up/read", methods=["POST"])
@signed_in
@takes("until", "since")
def mark_all() -> Response:
    """Mark as read what was new when the page was made, in all spaces.

    So many at a time that nobody waits for them long, all as of one moment: undone at once.
    """
    ctx, until, marked = current_context(), _instant(request.form.get("until", "")), 0
    for _batch in range(MOST_BATCHES):
        done = mark_all_read(ctx, until=until)
        marked += done.threads
        if not done.more:
            break
    else:
        flash(_("The latest %(num)d threads are marked as read. There are more.", num=marked))
    if not marked:
        flash(_("Nothing was left to mark as read."))
    return _back()


@pages.route("/catch-up/unread", methods=["POST"])
@signed_in
@takes("at", "since")
def undo_all() -> Response:
    """Put back how far one had read before all was marked as read."""
    number = undo_mark_all(current_context(), at=_instant(request.form.get("at", "")))
    said = ngettext("One thread is new again.", "%(num)d threads are new again.", number)
    flash(said if number else _("There was nothing to undo."), "success")
    return _back()


def _back() -> Response:
    since = _day(request.form.get("since", ""))
    given = {"since": request.form["since"]} if since else {}
    return redirect(url_for("home.catch_up", **given), 303)


def _day(text: str) -> dt.datetime | None:
    """Return when a day began for the reader; None for what is no day."""
    try:
        day = dt.date.fromisoformat(text)
        return localtime.instant(dt.datetime.combine(day, dt.time()), reader().zone)
    except (ValueError, OverflowError):
        return None


def _instant(text: str) -> dt.datetime:
    """Return the instant a form carries. Raises Invalid for anything else."""
    try:
        at = dt.datetime.fromisoformat(text)
        return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("Open the page anew, and try again.")) from error
