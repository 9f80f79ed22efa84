"""The pictures of a draft: added, shown, taken away; and where its files are found."""

import uuid
from urllib.parse import urlencode

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

from community.academy.formats.attachments import sort_of_path
from community.academy.formats.drawing import MAX_SENT
from community.academy.models import DraftAsset
from community.academy.operations import add_picture as add
from community.academy.operations import remove_picture as remove
from community.academy.pages.blueprint import pages
from community.academy.pages.typed import line, way_back, writes_draft
from community.academy.pages.writing import show_again
from community.academy.policy import visible_draft_assets, visible_drafts
from community.academy.queries import draft_file as file_of_draft
from community.academy.queries import draft_picture
from community.academy.rules import DRAFT_FILE_ROUTE, FILES
from community.academy.schemas import PictureWordsIn
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes, takes_file
from community.kernel.errors import Conflict, Invalid
from community.kernel.files.sending import send_stored
from community.kernel.http import limiter
from community.kernel.pages import errors_of
from community.kernel.policy import find
from community.kernel.schemas import load

_SAID = PictureWordsIn()
OFTEN = "30 per minute"
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a picture may do when it is opened as a page of its own: be drawn, and nothing else."""


@pages.route("/studio/<uuid:draft_id>/pictures", methods=["POST"])
@signed_in
@takes("alt", "caption", "back")
@takes_file("picture", most=MAX_SENT, check=writes_draft)
@limiter.limit(OFTEN)
def add_picture(draft_id: uuid.UUID) -> Response:
    """Add a picture, whose line is then offered where it is to stand."""
    ctx = current_context()
    find(visible_drafts(ctx), draft_id)
    back = way_back(draft_id, url_for("academy.studio", draft_id=draft_id))
    sent = request.files.get("picture")
    data = sent.read(MAX_SENT + 1) if sent else b""
    name = (sent.filename if sent else None) or "picture"
    try:
        said = load(_SAID, {"alt": line("alt"), "caption": line("caption")})
        picture = add(ctx, draft_id, name=name, data=data)
    except (Invalid, Conflict) as error:
        errors = errors_of(error, "picture")
        return show_again(ctx, draft_id, back, error.status, picture_errors=errors)
    return redirect(f"{back}?{urlencode({'picture': picture.id, **said})}#pictures", 303)


@pages.route("/studio/<uuid:draft_id>/pictures/<uuid:picture_id>/remove", methods=["POST"])
@signed_in
@takes("back")
def remove_picture(draft_id: uuid.UUID, picture_id: uuid.UUID) -> Response:
    """Take a picture out of the draft."""
    ctx = current_context()
    find(visible_draft_assets(ctx).where(DraftAsset.draft_id == draft_id), picture_id)
    back = way_back(draft_id, url_for("academy.studio", draft_id=draft_id))
    remove(ctx, picture_id)
    return redirect(f"{back}#pictures", 303)


@pages.route(DRAFT_FILE_ROUTE)
@signed_in
def draft_file(draft_id: uuid.UUID, path: str) -> Response:
    """Send a picture or a file of a draft one may edit."""
    find(visible_drafts(current_context()), draft_id)
    if path.startswith(FILES):
        file = file_of_draft(draft_id, path)
        name, inline = path.removeprefix(FILES), sort_of_path(path).family != "document"
        sent = send_stored(file.digest, media_type=file.media_type, name=name, inline=inline)
        sent.headers["Cache-Control"] = "private, no-cache"  # another may come by this name
        return sent
    found = draft_picture(draft_id, path)
    response = make_response(found.content)
    response.content_type = found.media_type
    response.set_etag(found.digest)
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)
