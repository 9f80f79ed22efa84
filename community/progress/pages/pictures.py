"""The pictures and files of a course's texts."""

import uuid

import sqlalchemy as sa
from flask import make_response, request
from werkzeug.wrappers import Response

from community.academy.formats.attachments import sort_of_path
from community.academy.models import Asset, CourseFile
from community.academy.rules import ASSETS, FILE_ROUTE, FILES
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.files.models import StoredFile
from community.kernel.files.sending import send_stored
from community.progress.pages.blueprint import pages
from community.progress.policy import visible_files, visible_pictures

DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a picture may do when it is opened as a page of its own: be drawn, and nothing else."""
KEPT_SECONDS = 365 * 24 * 3600


@pages.route(FILE_ROUTE)
@signed_in
def picture(version_id: uuid.UUID, path: str) -> Response:
    """Send a picture or a file of a course one keeps, or of a text that is open to one in a run."""
    if path.startswith(FILES):
        return _file(version_id, path)
    found = None
    if path.startswith(ASSETS):
        visible = visible_pictures(current_context(), version_id)
        found = db.session.scalar(visible.where(Asset.path == path))
    if found is None:
        raise NotFound
    response = make_response(found.content)
    response.content_type = found.media_type
    response.set_etag(found.digest)
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return response.make_conditional(request)


def _file(version_id: uuid.UUID, path: str) -> Response:
    """Send a file to be saved; what a page of ours plays is sent to be played."""
    visible = visible_files(current_context(), version_id).where(CourseFile.path == path)
    named = visible.with_only_columns(CourseFile.stored_id)
    digest = db.session.scalar(sa.select(StoredFile.digest).where(StoredFile.id.in_(named)))
    if digest is None:
        raise NotFound
    sort = sort_of_path(path)
    return send_stored(
        digest,
        media_type=sort.media_type,
        name=path.removeprefix(FILES),
        inline=sort.family != "document",
    )
