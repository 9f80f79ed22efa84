"""Talk that comes in and goes out, and one's feeds, over JSON."""

import uuid
from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.kernel.addresses import public_url
from community.kernel.api import ApiBlueprint
from community.kernel.context import Context
from community.kernel.doors import (
    current_context,
    largest_file,
    recently_proved,
    signed_in,
    takes_file,
)
from community.kernel.files.sending import send_stored
from community.kernel.http import limiter
from community.kernel.policy import require
from community.spaces.policy import find_space
from community.transfers.operations import (
    ask_export,
    begin_mail_import,
    make_feed_key,
    refuse_mail_import,
    remove_export,
    revoke_feed_key,
    take_back_mail,
)
from community.transfers.policy import find_talk_export, may_export_talk, may_import_mail
from community.transfers.queries import feeds_of, import_by_id, imports_of, lines_of
from community.transfers.queries.talk import export_file, exports_of
from community.transfers.schemas import (
    ArchiveIn,
    ExportOut,
    ExportsOut,
    FeedsOut,
    ImportLinesIn,
    ImportLinesOut,
    ImportOut,
    ImportsOut,
    as_export,
    as_feeds,
    as_import,
    as_lines,
)

api = ApiBlueprint("transfers", "Talk that comes in and goes out")

OFTEN = "20 per hour"


def _may_bring(space_id: uuid.UUID) -> None:
    """Raise for who may not bring an archive, before anything of it is read."""
    refuse_mail_import(current_context(), space_id)


@api.route("/spaces/<uuid:space_id>/imports", methods=["POST"])
@signed_in
@takes_file("upload", most=largest_file, check=_may_bring)
@limiter.limit(OFTEN)
@api.arguments(ArchiveIn, location="files")
@api.response(201, ImportOut)
def bring(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """Bring an archive of mail, or of a space's talk, into a space; for who organises it."""
    sent, ctx = given["upload"], current_context()
    made = begin_mail_import(ctx, space_id, name=sent.filename or "", source=sent.stream)
    return as_import(import_by_id(ctx, made.id))


@api.route("/spaces/<uuid:space_id>/imports")
@signed_in
@api.response(200, ImportsOut)
def imports(space_id: uuid.UUID) -> dict[str, Any]:
    """List what was brought into a space, the last first; for who organises it."""
    ctx = current_context()
    require(may_import_mail, ctx, find_space(ctx, space_id))
    return {"items": [as_import(row) for row in imports_of(ctx, space_id)]}


@api.route("/imports/<uuid:import_id>")
@signed_in
@api.response(200, ImportOut)
def import_(import_id: uuid.UUID) -> dict[str, Any]:
    """Read how far an import is, and at its end what became of the archive."""
    return as_import(import_by_id(current_context(), import_id))


@api.route("/imports/<uuid:import_id>/messages")
@signed_in
@api.arguments(ImportLinesIn, location="query")
@api.response(200, ImportLinesOut)
def messages(given: dict[str, Any], import_id: uuid.UUID) -> dict[str, Any]:
    """List what became of the messages of an import, in the order of its archive."""
    found = import_by_id(current_context(), import_id)
    limit = given["limit"]
    lines = lines_of(found, told_only=given["told"], limit=limit + 1, after=given["after"])
    return as_lines(lines, limit)


@api.route("/imports/<uuid:import_id>/take-back", methods=["POST"])
@signed_in
@api.response(200, ImportOut)
def take_back(import_id: uuid.UUID) -> dict[str, Any]:
    """Take back what an import brought, as far as nobody has done anything with it."""
    ctx = current_context()
    take_back_mail(ctx, import_id)
    return as_import(import_by_id(ctx, import_id))


@api.route("/spaces/<uuid:space_id>/exports", methods=["POST"])
@signed_in
@limiter.limit(OFTEN)
@api.response(201, ExportOut)
def take_along(space_id: uuid.UUID) -> dict[str, Any]:
    """Have the talk of a space written into an archive, as you see it; for who organises it."""
    return as_export(ask_export(current_context(), space_id))


@api.route("/spaces/<uuid:space_id>/exports")
@signed_in
@api.response(200, ExportsOut)
def exports(space_id: uuid.UUID) -> dict[str, Any]:
    """List your archives of a space, the last first."""
    ctx = current_context()
    require(may_export_talk, ctx, find_space(ctx, space_id))
    return {"items": [as_export(row) for row in exports_of(ctx, space_id)]}


@api.route("/exports/<uuid:export_id>")
@signed_in
@api.response(200, ExportOut)
def export(export_id: uuid.UUID) -> dict[str, Any]:
    """Read whether an archive of yours is written."""
    return as_export(find_talk_export(current_context(), export_id))


@api.route("/exports/<uuid:export_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def remove(export_id: uuid.UUID) -> None:
    """Remove an archive of yours."""
    remove_export(current_context(), export_id)


@api.route("/exports/<uuid:export_id>/archive")
@signed_in
@api.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def archive(export_id: uuid.UUID) -> Response:
    """Load an archive of yours, a ZIP; there is none before it is written."""
    digest, name = export_file(current_context(), export_id)
    answer = send_stored(digest, media_type="application/zip", name=name)
    answer.headers["Cache-Control"] = "private, no-store"  # who may have it may change any time
    return answer


@api.route("/me/feeds")
@signed_in
@recently_proved
@api.response(200, FeedsOut)
def feeds() -> dict[str, Any]:
    """List the addresses of your feeds; in a browser that proved lately who you are."""
    return _feeds(current_context())


@api.route("/me/feeds", methods=["POST"])
@signed_in
@recently_proved
@api.response(201, FeedsOut)
def open_feeds() -> dict[str, Any]:
    """Give your feeds new addresses; those of before lead nowhere. Proved as for the list."""
    ctx = current_context()
    make_feed_key(ctx)
    return _feeds(ctx)


@api.route("/me/feeds", methods=["DELETE"])
@signed_in
@api.response(204)
def shut_feeds() -> None:
    """Shut your feeds: their addresses lead nowhere."""
    revoke_feed_key(current_context())


def _feeds(ctx: Context) -> dict[str, Any]:
    token, spaces = feeds_of(ctx)
    if token is None:
        return as_feeds([], None)
    found: list[tuple[str, uuid.UUID | None, str]] = [
        (_("What I follow"), None, public_url("transfers.followed_feed", token=token))
    ]
    for space in spaces:
        address = public_url("transfers.space_feed", token=token, space_id=space.id)
        found.append((space.name, space.id, address))
    one = uuid.UUID(int=0)
    of_thread = public_url("transfers.thread_feed", token=token, thread_id=one)
    return as_feeds(found, of_thread.replace(str(one), "{thread_id}"))
