"""What is offered as one writes, over JSON: whom one may mention, and emoji."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l

from community.discussions.api.blueprint import api
from community.discussions.queries import groups_offered, people_offered
from community.discussions.rules import MentionedGroup
from community.discussions.schemas import EmojiOut, MentionableIn, MentionablesOut
from community.kernel.doors import current_context, signed_in
from community.kernel.emoji import EMOJI
from community.kernel.http import limiter

WHILE_TYPING = "90 per minute"  # what the box asks as one types
GROUPS = {
    MentionedGroup.ORGANISERS: _l("Those who organise"),
    MentionedGroup.FACILITATORS: _l("Those who facilitate"),
    MentionedGroup.EVERYONE: _l("Everybody in this space"),
}


@api.route("/spaces/<uuid:space_id>/mentionable")
@signed_in
@limiter.limit(WHILE_TYPING)
@api.arguments(MentionableIn, location="query")
@api.response(200, MentionablesOut)
def mentionable(given: dict[str, Any], space_id: uuid.UUID) -> dict[str, Any]:
    """List whom you may mention in a space, by the beginning of any word of their name."""
    ctx = current_context()
    search = given["search"]
    return {
        "people": people_offered(ctx, space_id, search=search, thread_id=given["thread"]),
        "groups": [
            {"name": group, "about": str(GROUPS[group]), "text": f"@{group}"}
            for group in groups_offered(ctx, space_id, search)
        ],
    }


@api.route("/emoji")
@signed_in
@api.etag
@api.response(200, EmojiOut)
def emoji() -> dict[str, Any]:
    """List the emoji that can be written by their name between colons."""
    return {"items": EMOJI.items()}
