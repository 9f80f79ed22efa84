"""One's inbox: what one was told, why, and where it leads."""

import datetime as dt
import uuid
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.discussions.operations import follow_thread
from community.discussions.pages.following import level_of_form, of_thread
from community.discussions.queries import thread_head
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Invalid, NotFound
from community.notifications.operations import mark_all, mark_entry, unmark_all
from community.notifications.pages.blueprint import pages
from community.notifications.pages.words import line_of, title_of, why_of
from community.notifications.queries import Entry, entries_of, told_in_entries
from community.notifications.rules import Reason
from community.progress.policy import plan

ENTRIES_A_PAGE = 20
UNREAD = "unread"  # what ?show= asks for; without it, all


@pages.route("/inbox")
@signed_in
def inbox() -> str:
    """Show what one was told, the newest first; ``?show=unread`` what was not read.

    ``?marked=`` says when all was marked as read, which can be taken back.
    """
    ctx = current_context()
    unread = _only_unread(request.args.get("show"))
    page = entries_of(ctx, unread=unread, limit=ENTRIES_A_PAGE, page=request.args.get("page"))
    return render_template(
        "notifications/inbox.html",
        entries=[_shown(entry) for entry in told_in_entries(ctx, page.items)],
        next=page.next,
        previous=page.previous,
        show=UNREAD if unread else None,
        marked_at=_instant(request.args["marked"]) if "marked" in request.args else None,
    )


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry,
        "title": title_of(entry),
        "line": line_of(entry),
        "why": why_of(entry),
        "url": _address(entry),
        "following": of_thread(entry.about) if entry.is_thread else None,
        "text": entry.about.text if entry.why is Reason.MESSAGE else "",
    }


def _address(entry: Entry) -> str:
    """Return where an entry leads."""
    if entry.post_id is not None:
        return url_for("discussions.post", post_id=entry.post_id)
    if entry.why is Reason.SCHEDULE:
        first, *more = entry.about
        if more:
            return url_for("live.session_list", slug=first.slug)
        return url_for("live.session", session_id=first.session_id)
    if entry.why is Reason.MESSAGE:
        return url_for("progress.learn", slug=entry.about.slug)
    if entry.why is Reason.CERTIFICATE:
        return url_for("certificates.certificate", certificate_id=entry.key)
    if entry.why is Reason.MEASURE:
        return url_for("moderation.decision", decision_id=entry.key)
    return _activity(entry)


def _activity(entry: Entry) -> str:
    """Return where the activity stands in which one handed something in."""
    course = plan(entry.about.version_id)
    line = course.lines.get(entry.about.activity_id)
    if line is None:  # the run has another version of the course since
        return url_for("progress.learn", slug=entry.about.slug)
    return url_for(
        "progress.activity",
        slug=entry.about.slug,
        module=course.modules[line.module_id].position,
        activity=line.position,
        _anchor="work" if entry.why is Reason.WORK else "quiz",
    )


@pages.route("/inbox/<uuid:key>/read", methods=["POST"])
@signed_in
@takes("show", "page")
def mark(key: uuid.UUID) -> Response:
    """Mark an entry as read."""
    mark_entry(current_context(), key, read=True)
    return _back()


@pages.route("/inbox/<uuid:key>/unread", methods=["POST"])
@signed_in
@takes("show", "page")
def unmark(key: uuid.UUID) -> Response:
    """Mark an entry as unread."""
    mark_entry(current_context(), key, read=False)
    return _back()


@pages.route("/inbox/read", methods=["POST"])
@signed_in
@takes("until", "show")
def mark_everything() -> Response:
    """Mark as read what had come in when the page was made."""
    ctx = current_context()
    if not mark_all(ctx, until=_instant(request.form.get("until", ""))):
        flash(_("Nothing was left to mark as read."))
        return _back()
    return _back(marked=ctx.now.isoformat())


@pages.route("/inbox/unread", methods=["POST"])
@signed_in
@takes("at", "show")
def unmark_everything() -> Response:
    """Take back that all was marked as read."""
    number = unmark_all(current_context(), at=_instant(request.form.get("at", "")))
    said = ngettext("One notice is unread again.", "%(num)d notices are unread again.", number)
    flash(said if number else _("There was nothing to undo."), "success")
    return _back()


@pages.route("/inbox/threads/<uuid:thread_id>/following", methods=["POST"])
@signed_in
@takes("level", "show", "page")
def follow(thread_id: uuid.UUID) -> Response:
    """Choose how closely to follow a thread, from where it tells of itself."""
    ctx = current_context()
    follow_thread(ctx, thread_id, level=level_of_form())
    head = thread_head(ctx, thread_id)
    level = of_thread(head).name
    flash(_("How you follow “%(title)s”: %(level)s.", title=head.title, level=level), "success")
    return _back()


def _back(**more: str) -> Response:
    given = {name: request.form[name] for name in ("show", "page") if request.form.get(name)}
    _only_unread(given.get("show"))
    return redirect(url_for("notifications.inbox", **given, **more), 303)


def _only_unread(show: str | None) -> bool:
    """Whether only what is unread is asked for. Raises NotFound for what there is not."""
    if show not in {None, "", UNREAD}:
        raise NotFound(_("There is no such list."))
    return show == UNREAD


def _instant(text: str) -> dt.datetime:
    """Return the instant a form or an address carries. Raises Invalid for anything else."""
    try:
        at = dt.datetime.fromisoformat(text)
        return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("Open the page anew, and try again.")) from error
