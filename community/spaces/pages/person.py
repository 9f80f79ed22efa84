"""Somebody one shares a space with: what they show of themselves, and their picture."""

import uuid

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from community.accounts.formats.pictures import MEDIA_TYPE
from community.accounts.models import Portrait
from community.kernel.db import db
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.frame import PICTURE_ROUTE, Person
from community.kernel.pages import clock_in, part_of
from community.spaces.pages.blueprint import pages
from community.spaces.policy import visible_portraits
from community.spaces.queries import person as find_person
from community.spaces.queries import shared_spaces
from community.spaces.rules import ROLE_NAMES

PICTURE_POLICY = "default-src 'none'; sandbox"
KEPT_SECONDS = 365 * 24 * 3600


@pages.route("/people/<uuid:user_id>")
@signed_in
def person(user_id: uuid.UUID) -> str:
    """Show what somebody shows of themselves, and the spaces one shares with them."""
    ctx = current_context()
    who = find_person(ctx, user_id)
    return render_template(
        "spaces/person.html",
        who=who,
        face=Person(who.id, who.name, who.picture),
        there=clock_in(who.zone, ctx.now) if who.zone else "",
        me=user_id == ctx.actor_id,
        shared=shared_spaces(ctx, user_id),
        role_names=ROLE_NAMES,
        part=part_of("person", ctx, who),
    )


@pages.route(PICTURE_ROUTE)
@signed_in
def picture(user_id: uuid.UUID, digest: str, size: str) -> Response:
    """Send somebody's picture to whoever may see it; another picture has another address."""
    found = db.session.scalar(
        visible_portraits(current_context()).where(
            Portrait.user_id == user_id, Portrait.digest == digest
        )
    )
    if found is None or size not in {"small", "large"}:
        raise NotFound
    response = make_response(found.small if size == "small" else found.large)
    response.content_type = MEDIA_TYPE
    response.set_etag(f"{digest}-{size}")
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return response.make_conditional(request)
