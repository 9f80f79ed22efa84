"""Spaces: what there is, and putting one away. What is said in them is their people's."""

import uuid

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.administration import queries
from community.administration.pages.blueprint import pages, tabs
from community.kernel.addresses import url_for
from community.kernel.db import values_of
from community.kernel.doors import (
    administrators_only,
    current_context,
    recently_proved,
    signed_in,
    takes,
)
from community.spaces.models import SpaceKind
from community.spaces.operations import archive_space, reopen_space


@pages.route("/spaces")
@signed_in
@administrators_only
def spaces() -> AnyResponse:
    """List all spaces by their names."""
    ctx = current_context()
    found = queries.spaces(ctx, page=request.args.get("page"))
    html = render_template(
        "administration/spaces.html",
        tabs=tabs("administration.spaces"),
        spaces=[values_of(row) for row in found.items],
        network=SpaceKind.NETWORK,
        next_url=_at(found.next),
        previous_url=_at(found.previous),
    )
    return make_response(html)


@pages.route("/spaces/<uuid:space_id>/<any(archive, reopen):act>", methods=["POST"])
@signed_in
@administrators_only
@recently_proved
@takes()
def change_space(space_id: uuid.UUID, act: str) -> AnyResponse:
    """Archive a space, or take it out again."""
    ctx = current_context()
    if act == "archive":
        words = _(
            "%(space)s is archived: it is read, not written.",
            space=archive_space(ctx, space_id).name,
        )
    else:
        words = _("%(space)s is open again.", space=reopen_space(ctx, space_id).name)
    flash(words, "success")
    return redirect(url_for("administration.spaces"), 303)


def _at(bookmark: str | None) -> str | None:
    return None if bookmark is None else url_for("administration.spaces", page=bookmark)
