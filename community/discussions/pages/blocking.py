"""How one blocks somebody, on their page."""

import uuid
from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import block_person, unblock_person
from community.discussions.pages.blueprint import pages
from community.discussions.queries import blocks
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict
from community.kernel.feature import Part


@pages.route("/people/<uuid:user_id>/block", methods=["POST"])
@signed_in
@takes()
def block(user_id: uuid.UUID) -> AnyResponse:
    """Fold what somebody writes, and be told nothing of it."""
    try:
        block_person(current_context(), user_id)
    except Conflict as error:
        flash(error.message, "error")
    else:
        said = _("You have blocked them. What they write is folded, and they are not told.")
        flash(said, "success")
    return redirect(url_for("spaces.person", user_id=user_id), 303)


@pages.route("/people/<uuid:user_id>/unblock", methods=["POST"])
@signed_in
@takes()
def unblock(user_id: uuid.UUID) -> AnyResponse:
    """Hear somebody again."""
    unblock_person(current_context(), user_id)
    flash(_("You do not block them any more."), "success")
    return redirect(url_for("discussions.my_following"), 303)


def block_part(ctx: Context, who: Any) -> Part | None:
    """Draw on somebody's page how to block them."""
    if who.id == ctx.actor_id:
        return None
    html = render_template("discussions/_block.html", who=who, blocked=blocks(ctx, who.id))
    return Part(html=Markup(html))  # noqa: S704  # a template's
