"""A session as a file for one's own calendar."""

import uuid

from flask import make_response
from werkzeug.wrappers import Response

from community.kernel.doors import current_context, signed_in
from community.kernel.slugs import slug_of
from community.live import queries
from community.live.formats import MEDIA_TYPE
from community.live.pages.blueprint import pages
from community.live.policy import find_session


@pages.route("/sessions/<uuid:session_id>.ics")
@signed_in
def calendar_file(session_id: uuid.UUID) -> Response:
    """Give a session to one's own calendar; one that was called off is struck out there."""
    ctx = current_context()
    row = find_session(ctx, session_id)
    content = queries.session_ics(row, queries.space_of(ctx, row).name, made_at=ctx.now)
    response = make_response(content)
    response.content_type = f"{MEDIA_TYPE}; charset=utf-8"
    name = slug_of(row.title) or "session"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
