"""The pictures of a course's texts."""

import uuid

from flask import make_response, request
from werkzeug.wrappers import Response

from community.academy.models import Asset
from community.academy.rules import ASSETS, FILE_ROUTE
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.progress.pages.base import pages
from community.progress.policy import visible_pictures

DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a picture may do when it is opened as a page of its own: be drawn, and nothing else."""
KEPT_SECONDS = 365 * 24 * 3600


@pages.route(FILE_ROUTE)
@signed_in
def picture(version_id: uuid.UUID, path: str) -> Response:
    """Send a picture of a course one keeps, or of a text that is open to one in a run."""
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
