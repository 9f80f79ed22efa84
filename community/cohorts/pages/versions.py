"""A run's move to a newer version of its course: looked at as it would be, then done."""

import uuid
from collections.abc import Sequence

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from community.academy.kinds.builtin import KINDS, LIVE_SESSION
from community.academy.models import CourseVersion
from community.academy.queries import outline
from community.cohorts.models import Run, RunState
from community.cohorts.operations import move_run_to_version
from community.cohorts.pages import words
from community.cohorts.pages.blueprint import pages
from community.cohorts.pages.settings import run_to_settle
from community.cohorts.queries.comparing import ActivityFate, ModuleFate, VersionChange
from community.cohorts.queries.versions import newer_versions, runs_behind, version_change
from community.cohorts.rules import Aspect, Fate, session_at
from community.cohorts.schemas import VersionIn
from community.kernel import localtime
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, reader, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid, NotFound
from community.kernel.feature import Part
from community.kernel.schemas import load
from community.spaces.models import Space

VERSION = VersionIn()


def _(message: str, **values: object) -> str:
    """Translate, and be a text to type checkers too."""
    return str(gettext(message, **values))


@pages.route("/spaces/<slug>/manage/run/version", methods=["GET", "POST"])
@signed_in
@takes("to", "seen")
def version(slug: str) -> Response:
    """Show what a newer version of the course would do to a run, and do it."""
    ctx = current_context()
    space, run = run_to_settle(ctx, slug)
    newer = newer_versions(run) if run.state is not RunState.CLOSED else []
    try:
        chosen = _chosen(newer)
    except Invalid as error:
        return _page(space, run, newer, None, error)
    if chosen is None:
        if request.method == "POST":
            flash(_("There is no newer version for this run to go on with."), "warning")
            return redirect(url_for("cohorts.version", slug=slug), 303)
        return _page(space, run, newer)
    change = None
    try:
        change = version_change(ctx, run, chosen)
        if request.method == "POST":
            move_run_to_version(ctx, run.id, chosen, seen=request.form.get("seen", ""))
            flash(_done(change), "success")
            return redirect(url_for("cohorts.settings", slug=slug), 303)
    except (Invalid, Conflict) as error:
        space, run = run_to_settle(ctx, slug)
        return _page(space, run, newer_versions(run), _change_now(ctx, run, chosen), error)
    return _page(space, run, newer, change)


def _chosen(newer: Sequence[CourseVersion]) -> uuid.UUID | None:
    """Return the version that was asked for, without one the newest; None: there is none."""
    typed = request.values.get("to", "")
    if not typed:
        return newer[0].id if newer else None
    wanted = load(VERSION, {"version_id": typed})["version_id"]
    found = next((each.id for each in newer if each.id == wanted), None)
    if found is None and request.method == "GET":
        raise NotFound
    return found


def _change_now(ctx: Context, run: Run, chosen: uuid.UUID) -> VersionChange | None:
    try:
        return version_change(ctx, run, chosen)
    except (Invalid, Conflict):
        return None


def _done(change: VersionChange) -> str:
    return _(
        "The run is on version %(number)d now. What was done is counted there.",
        number=change.new.number,
    )


def _page(
    space: Space,
    run: Run,
    newer: Sequence[CourseVersion],
    change: VersionChange | None = None,
    error: CommunityError | None = None,
) -> Response:
    html = render_template(
        "cohorts/version.html",
        words=words,
        space=space,
        run=run,
        course=outline(run.version_id),
        newer=newer,
        change=change,
        sum=_sum(change) if change else "",
        kinds=KINDS,
        fates={Fate.CHANGED: _("changed"), Fate.NEW: _("new"), Fate.GONE: _("gone")},
        says=_says,
        remark=lambda module, each: _remark(run, module, each),
        too_short=isinstance(error, Invalid) and "weeks" in error.fields,
        problem=error.message if error else "",
    )
    return make_response(html, error.status if error else 200)


def _sum(change: VersionChange) -> str:
    """Return what becomes of the activities in one sentence."""
    counted = (
        (ngettext("%(num)d stays as it is", "%(num)d stay as they are", n), n)
        if fate is Fate.SAME
        else (ngettext("%(num)d changes", "%(num)d change", n), n)
        if fate is Fate.CHANGED
        else (ngettext("%(num)d is new", "%(num)d are new", n), n)
        if fate is Fate.NEW
        else (ngettext("%(num)d is gone", "%(num)d are gone", n), n)
        for fate in Fate
        for n in (change.count(fate),)
    )
    return _("Of the activities: %(counts)s.", counts=", ".join(text for text, n in counted if n))


def _says(each: ActivityFate | ModuleFate) -> str:
    """Return in which ways a part is another one: "title, what completes it"."""
    names = {
        Aspect.TITLE: _("another title"),
        Aspect.TEXT: _("another text"),
        Aspect.QUESTIONS: _("other questions"),
        Aspect.ITEMS: _("other items"),
        Aspect.READERS: _("others read what is said in it"),
        Aspect.RULE: _("something else completes it"),
        Aspect.TIME: _("another day or hour in the course"),
        Aspect.MINUTES: _("another length"),
        Aspect.REQUIRED: _("required from now on"),
        Aspect.OPTIONAL: _("not required any more"),
        Aspect.PHASE: _("at another time of the week"),
        Aspect.OPENS: _("another rule by which it opens"),
        Aspect.PLACE: _("another place in the course"),
        Aspect.FILLED: _("it has its activities now"),
        Aspect.EMPTIED: _("only an outline now"),
    }
    return ", ".join(names[aspect] for aspect in each.aspects)


def _remark(run: Run, module: ModuleFate, each: ActivityFate) -> str:
    """Return what one should know of an activity's thread or session."""
    if each.fate is Fate.GONE:
        return {
            "thread": _("Its thread stays, as an ordinary one of the space."),
            "session": _("Its session stays, like one that was planned by hand."),
        }.get(each.place, "")
    if each.fate is Fate.NEW:
        if each.place == "thread":
            return _("It gets its thread at once.")
        if each.place == "session" and module.opens and each.line.kind == LIVE_SESSION.name:
            settings = each.line.settings
            at = localtime.instant(
                session_at(module.opens, settings["day"], settings["time"]), run.zone
            )
            when = localtime.say(at, run.zone, reader().language)
            return _("It gets its session at once: %(when)s.", when=when)
        return ""
    if not each.place or not {Aspect.TITLE, Aspect.TEXT, Aspect.TIME, Aspect.MINUTES} & {
        *each.aspects
    }:
        return ""
    return {
        "thread": _("Its thread keeps its title and first post: people may have edited them."),
        "session": _(
            "Its session keeps title, plan, hour and length: people may have edited them."
        ),
    }[each.place]


def part(ctx: Context, found: CourseVersion) -> Part:
    """Draw, on the page of a version, which runs one leads could go on with it."""
    html = render_template("cohorts/_behind.html", version=found, behind=runs_behind(ctx, found))
    return Part(html=Markup(html))  # noqa: S704  # escaped by the template
