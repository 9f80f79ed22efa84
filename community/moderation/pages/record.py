"""The record of what those who lead did: a page, and a table to take away."""

from collections.abc import Sequence

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel import sheets
from community.kernel.addresses import url_for
from community.kernel.doors import administrators_only, current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.pages import local_time
from community.kernel.policy import require
from community.moderation.pages.blueprint import pages
from community.moderation.pages.words import ACTS, REASONS, state_words
from community.moderation.policy import may_moderate
from community.moderation.queries import ActSeen, record_of
from community.spaces.queries import space_by_slug

MOST = 5000  # lines of a file, the newest


@pages.route("/spaces/<slug>/moderation/record")
@signed_in
def record(slug: str) -> str:
    """Show who did what in a space, the newest first."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_moderate, ctx, space)
    found = record_of(ctx, space.id, page=request.args.get("page") or None)
    return render_template(
        "moderation/record.html",
        space=space,
        found=found,
        address=lambda **more: url_for("moderation.record", slug=slug, **more),
        file_url=lambda ending: url_for("moderation.record_file", slug=slug, ending=ending),
        acts=ACTS,
        state_words=state_words,
        reasons=REASONS,
    )


@pages.route("/spaces/<slug>/moderation/record/<ending>")
@signed_in
def record_file(slug: str, ending: str) -> Response:
    """Give the record of a space as a file."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_moderate, ctx, space)
    if ending not in sheets.ENDINGS:
        raise NotFound
    found = record_of(ctx, space.id, limit=MOST)
    heads = [_("When"), _("Who"), _("Did what"), _("About"), _("Before"), _("After"), _("Why")]
    rows = [_row(act) for act in found.items]
    return sheets.answer(sheets.Sheet(name=f"{slug}-record", heads=heads, rows=rows), ending)


@pages.route("/administration/moderation")
@signed_in
@administrators_only
def record_of_all() -> str:
    """Show who did what in all spaces, to those who run the installation."""
    found = record_of(current_context(), None, page=request.args.get("page") or None)
    return render_template(
        "moderation/record.html",
        space=None,
        found=found,
        address=lambda **more: url_for("moderation.record_of_all", **more),
        file_url=None,
        acts=ACTS,
        state_words=state_words,
        reasons=REASONS,
    )


def _row(act: ActSeen) -> Sequence[str]:
    reason = REASONS[act.reason] if act.reason else ""
    return [
        local_time(act.at),
        act.by.name,
        str(ACTS[act.what]),
        act.about.name if act.about else "",
        state_words(act.what, act.before),
        state_words(act.what, act.after),
        ": ".join(str(part) for part in (reason, act.words) if part),
    ]
