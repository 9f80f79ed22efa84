"""What became of one's letters, and choosing when they come."""

import itertools
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.queries import account
from community.correspondence.rules import Channel
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes, typed_form
from community.kernel.errors import Invalid
from community.kernel.feature import Part
from community.kernel.localtime import in_zone, say_day, zone_name
from community.kernel.schemas import load
from community.mailing.operations import choose_times, resume_letters
from community.mailing.queries import Line, my_ledger, my_times, paused_since
from community.mailing.rules import Fate, Rhythm
from community.mailing.schemas import FATES, NAMES, PUSH_WHYS, WHYS, TimesIn

pages = Blueprint("mailing", __name__)

LINES_A_PAGE = 30
TIMES = TimesIn()
DAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
RHYTHMS = (
    (Rhythm.DAILY, _l("Once a day")),
    (Rhythm.WEEKLY, _l("Once a week")),
)


@pages.route("/me/letters/ledger")
@signed_in
def ledger() -> AnyResponse:
    """List what became of one's letters, by day, the last first."""
    ctx = current_context()
    fate = next((each for each in Fate if each == request.args.get("fate")), None)
    page = my_ledger(ctx, fate=fate, limit=LINES_A_PAGE, page=request.args.get("page"))
    user = account(ctx)
    days = [
        (say_day(day, user.zone, user.language), [_shown(line) for line in lines])
        for day, lines in itertools.groupby(
            page.items, key=lambda line: in_zone(line.at, user.zone).date()
        )
    ]
    html = render_template(
        "mailing/ledger.html",
        days=days,
        fate=fate,
        fates=FATES,
        next=page.next,
        previous=page.previous,
    )
    return make_response(html)


def _shown(line: Line) -> Mapping[str, Any]:
    title = line.subject or (
        _("About something you cannot open now") if line.hidden else NAMES.get(line.kind, line.kind)
    )
    return {
        "title": title,
        "url": url_for("discussions.thread", thread_id=line.thread_id) if line.thread_id else None,
        "kind": NAMES.get(line.kind, line.kind),
        "pushed": line.channel is Channel.PUSH,
        "fate": FATES[line.fate],
        "good": line.fate in {Fate.SENT, Fate.POSTED},
        "wrong": line.fate in {Fate.REFUSED, Fate.BOUNCED},
        "why": _because(line),
        "until": line.until if line.fate is Fate.HELD else None,
        "at": line.at,
    }


def _because(line: Line) -> Any:
    if line.why is None:
        return ""
    words = PUSH_WHYS if line.channel is Channel.PUSH else {}
    return words.get(line.why, WHYS[line.why])


@pages.route("/me/letters/times", methods=["GET", "POST"])
@signed_in
@takes("rhythm", "hour", "weekday", "quiet_from", "quiet_to")
def times() -> AnyResponse:
    """Show when letters come, and take changes to it."""
    ctx = current_context()
    if request.method == "GET":
        return _times_page(ctx, my_times(ctx))
    typed = typed_form()
    try:
        choose_times(ctx, **load(TIMES, typed))
    except Invalid as error:
        return _times_page(ctx, typed, error.fields, 422)
    flash(_("Saved."), "success")
    return redirect(url_for("mailing.times"), 303)


def _times_page(
    ctx: Context,
    chosen: Mapping[str, Any],
    errors: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    html = render_template(
        "mailing/times.html",
        chosen=chosen,
        errors=errors,
        rhythms=RHYTHMS,
        days=list(enumerate(DAYS)),
        hours=[(hour, f"{hour:02}:00") for hour in range(24)],
        zone=zone_name(account(ctx).zone),
    )
    return make_response(html, status)


@pages.route("/me/letters/try-again", methods=["POST"])
@signed_in
@takes()
def try_again() -> AnyResponse:
    """Have one's address tried again."""
    resume_letters(current_context())
    flash(
        _("The next letters are sent again. If they come back, too, you find it here."), "success"
    )
    return redirect(url_for("correspondence.letters"), 303)


def letters_part(ctx: Context, _shown: Any) -> Part:
    """Say on the page of one's switches where the times and the ledger are.

    And that letters are not sent, where they came back.
    """
    html = render_template("mailing/_letters.html", paused_at=paused_since(ctx))
    return Part(html=Markup(html))  # noqa: S704  # a template's
