"""The talk of a space as an archive: asked for, loaded, removed."""

import uuid

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict
from community.kernel.files.sending import send_stored
from community.kernel.http import limiter
from community.spaces.policy import find_space
from community.spaces.queries import space_by_slug
from community.transfers.operations import ask_export, remove_export
from community.transfers.pages.blueprint import pages
from community.transfers.queries.talk import export_file

OFTEN = "20 per hour"


@pages.route("/spaces/<slug>/archives/exports", methods=["POST"])
@signed_in
@takes()
@limiter.limit(OFTEN)
def take_along(slug: str) -> AnyResponse:
    """Have the talk of a space written into an archive, by the worker."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    try:
        ask_export(ctx, space.id)
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("The archive is being written. It will stand on this page."), "success")
    return redirect(url_for("transfers.mail_imports", slug=slug, _anchor="exports"), 303)


@pages.route("/talk-exports/<uuid:export_id>.zip")
@signed_in
def talk_export(export_id: uuid.UUID) -> AnyResponse:
    """Send one's own archive of a space's talk."""
    digest, name = export_file(current_context(), export_id)
    answer = send_stored(digest, media_type="application/zip", name=name)
    answer.headers["Cache-Control"] = "private, no-store"  # who may have it may change any time
    return answer


@pages.route("/talk-exports/<uuid:export_id>/remove", methods=["POST"])
@signed_in
@takes()
def remove_talk_export(export_id: uuid.UUID) -> AnyResponse:
    """Remove one of one's own archives."""
    ctx = current_context()
    row = remove_export(ctx, export_id)
    flash(_("The archive is removed."), "success")
    slug = find_space(ctx, row.space_id).slug
    return redirect(url_for("transfers.mail_imports", slug=slug, _anchor="exports"), 303)
