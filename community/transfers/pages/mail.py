"""Archives of mail: brought in, looked at, and taken back, by who organises a space."""

import datetime as dt
import uuid
from typing import IO, Any

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import format_decimal
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.rules import page_start
from community.kernel import sheets
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, largest_file, signed_in, takes, takes_file
from community.kernel.errors import CommunityError, Conflict, Invalid, NotFound, TooMany
from community.kernel.feature import Part
from community.kernel.files.words import size_words
from community.kernel.http import limiter
from community.kernel.pages import errors_of, local_time, space_tabs
from community.kernel.policy import require
from community.kernel.slugs import slug_of
from community.spaces.models import Space
from community.spaces.policy import find_space, silence_in
from community.spaces.queries import space_by_slug
from community.transfers.models import ImportKind, MailState
from community.transfers.operations import (
    KEPT,
    KEPT_FOR,
    begin_mail_import,
    refuse_mail_import,
    take_back_mail,
)
from community.transfers.pages.blueprint import pages
from community.transfers.pages.words import DROPS, FAILURES, LEFT_OUT, NOTES, STATES
from community.transfers.policy import may_import_mail
from community.transfers.queries import import_by_id, imports_of, lines_of, remaining_in
from community.transfers.queries.talk import exports_of
from community.transfers.rules import MOST_BYTES, MOST_MESSAGES

OFTEN = "20 per hour"
SHOWN = 50  # messages of a report's page; the file holds all
_ALL = MOST_MESSAGES * 2


def part(ctx: Context, space: Space) -> Part | None:
    """Draw the way here, below the threads of a space, for who organises it."""
    if not may_import_mail(ctx, space):
        return None
    html = render_template(
        "transfers/_way.html", url=url_for("transfers.mail_imports", slug=space.slug)
    )
    return Part(html=Markup(html))  # noqa: S704  # a template of ours


@pages.route("/spaces/<slug>/archives")
@signed_in
def mail_imports(slug: str) -> Response:
    """Show the archives that were brought into a space, and the form that brings one."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_import_mail, ctx, space)
    return _page(ctx, space)


def _page(ctx: Context, space: Any, error: CommunityError | None = None) -> Response:
    html = render_template(
        "transfers/mail_imports.html",
        space=space,
        silence=silence_in(ctx, space.id),
        tabs=space_tabs(space, "discussions.thread_list"),
        imports=imports_of(ctx, space.id),
        exports=[
            {
                "id": row.id,
                "at": row.asked_at,
                "state": row.state.value,
                "size": size_words(row.size) if row.size else "",
                "threads": row.threads,
                "posts": row.posts,
            }
            for row in exports_of(ctx, space.id)
        ],
        kept_days=KEPT_FOR.days,
        states=STATES,
        most=size_words(min(MOST_BYTES, largest_file())),
        most_messages=format_decimal(MOST_MESSAGES),
        errors=errors_of(error, "upload"),
    )
    return make_response(html, error.status if error else 200)


def _may_bring(slug: str) -> None:
    """Raise for who may not bring an archive, before anything of it is read."""
    ctx = current_context()
    refuse_mail_import(ctx, space_by_slug(ctx, slug).id)


@pages.route("/spaces/<slug>/archives", methods=["POST"])
@signed_in
@takes_file("upload", most=largest_file, check=_may_bring)
@limiter.limit(OFTEN)
def bring_mail(slug: str) -> AnyResponse:
    """Take an archive; the worker reads it, and the page of the import shows how far it is."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    try:
        source, name = _sent()
        made = begin_mail_import(ctx, space.id, name=name, source=source)
    except (Invalid, Conflict, TooMany) as error:
        return _page(ctx, space, error)
    return redirect(url_for("transfers.mail_import", import_id=made.id), 303)


def _sent() -> tuple[IO[bytes], str]:
    """Return the file of the form, and its name. Raises Invalid where none was chosen."""
    sent = request.files.get("upload")
    if sent is None or not sent.filename:
        words = _("Choose a file first.")
        raise Invalid(words, fields={"upload": [words]})
    return sent.stream, sent.filename


@pages.route("/mail-imports/<uuid:import_id>")
@signed_in
def mail_import(import_id: uuid.UUID) -> str:
    """Show how far an import is, and at its end what was kept and dropped, and why."""
    ctx = current_context()
    found = import_by_id(ctx, import_id)
    space = find_space(ctx, found.space_id)
    ended = found.state in {MailState.DONE, MailState.GONE}
    notes, files = found.report.get("notes", {}), found.report.get("files", {})
    return render_template(
        "transfers/mail_import.html",
        space=space,
        tabs=space_tabs(space, "discussions.thread_list"),
        found=found,
        state=STATES[found.state],
        failure=FAILURES.get(found.report.get("failed", "")),
        percent=100 * found.written // found.kept if found.kept else 0,
        facts=_facts(found) if ended and "threads" in found.report else [],
        notes=[
            *((NOTES[name], count) for name, count in notes.items() if name not in LEFT_OUT),
            *((LEFT_OUT[name], count) for name, count in files.items() if name in LEFT_OUT),
        ],
        drops=[(DROPS[name], count) for name, count in found.report.get("dropped", {}).items()],
        lines=[_line(line) for line in lines_of(found, told_only=True, limit=SHOWN)]
        if ended
        else [],
        going_on=found.state in {MailState.READING, MailState.WRITING, MailState.LEAVING},
        may_take_back=found.state in {MailState.READING, MailState.WRITING}
        or (found.state is MailState.DONE and found.written > 0)
        or (found.state is MailState.GONE and remaining_in(import_id) > 0),
        remaining=found.report.get("remaining", 0),
        unfinished=found.report.get("unfinished", False),
    )


def _facts(found: Any) -> list[tuple[str, str]]:
    """Return what an import came to, each with its label."""
    report, talk = found.report, found.kind is ImportKind.TALK
    span = ""
    if report["first_at"]:
        first, last = (
            local_time(dt.datetime.fromisoformat(report[name]), "day")
            for name in ("first_at", "last_at")
        )
        span = first if first == last else _("%(first)s to %(last)s", first=first, last=last)
    return [
        (
            _("Posts in the archive") if talk else _("Messages in the archive"),
            f"{found.found}",
        ),
        (_("Brought in") if talk else _("Kept as posts"), f"{found.written}"),
        (_("Threads"), f"{report['threads']}"),
        (_("Authors"), f"{report['authors']}"),
        (_("Below what they answer"), f"{report['replies']}"),
        *([] if talk else [(_("Answers to a message that is missing"), f"{report['orphans']}")]),
        *([(_("Files kept"), f"{kept}")] if (kept := report.get("files", {}).get(KEPT)) else []),
        *([(_("Written"), span)] if span else []),
    ]


def post_url(thread_id: uuid.UUID, number: int) -> str:
    """Return the address of a post, on its page."""
    start = page_start(number)
    return url_for("discussions.thread", thread_id=thread_id, after=start, _anchor=f"p{number}")


def _line(line: Any) -> dict[str, Any]:
    """Return what became of a message as a row of a page or a file shows it."""
    said = [str(NOTES[name]) for name in line.notes.split()]
    return {
        "number": line.number,
        "title": line.title,
        "url": post_url(line.thread_id, line.post) if line.thread_id else None,
        "said": " ".join(said) if said else str(DROPS[line.dropped]) if line.dropped else "",
        "kept": not line.dropped,
        "at": line.at,
        "post": line.post,
    }


@pages.route("/mail-imports/<uuid:import_id>/messages.<ending>")
@signed_in
def mail_report(import_id: uuid.UUID, ending: str) -> Response:
    """Send what became of each message of an import, as a table to take away."""
    if ending not in sheets.ENDINGS:
        raise NotFound
    ctx = current_context()
    found = import_by_id(ctx, import_id)
    lines = [_line(line) for line in lines_of(found, told_only=False, limit=_ALL)]
    sheet = sheets.Sheet(
        name=slug_of(found.name.removesuffix(".mbox")) or "archive",
        heads=[_("Message"), _("Kept"), _("Written"), _("Thread"), _("Post"), _("What is told")],
        rows=[
            [
                line["number"],
                _("yes") if line["kept"] else _("no"),
                line["at"].isoformat() if line["at"] else "",
                line["title"],
                line["post"] or "",
                line["said"],
            ]
            for line in lines
        ],
    )
    return sheets.answer(sheet, ending)


@pages.route("/mail-imports/<uuid:import_id>/take-back", methods=["POST"])
@signed_in
@takes()
def take_mail_back(import_id: uuid.UUID) -> AnyResponse:
    """Take back what an import brought, as far as nobody has done anything with it."""
    take_back_mail(current_context(), import_id)
    flash(_("It is being taken back. This page says what remains, if anything does."), "success")
    return redirect(url_for("transfers.mail_import", import_id=import_id), 303)
