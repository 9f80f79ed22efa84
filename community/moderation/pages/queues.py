"""What waits to be looked at: in a space, and in all one looks after."""

from typing import Any

from flask import render_template, request

from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in
from community.kernel.policy import require
from community.moderation import queries
from community.moderation.pages.blueprint import pages
from community.moderation.pages.words import OUTCOMES, PARTS, TAKEN
from community.moderation.policy import may_moderate, may_set_limits
from community.moderation.rules import Show
from community.spaces.models import Space
from community.spaces.queries import space_by_slug


@pages.route("/spaces/<slug>/moderation")
@signed_in
def queue(slug: str) -> str:
    """Show the queue of a space, by ``?show=``."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_moderate, ctx, space)
    return _page(space)


@pages.route("/moderation")
@signed_in
def all_queues() -> str:
    """Show what waits in all the spaces one looks after; to others it is empty."""
    return _page(None)


def _page(space: Space | None) -> str:
    ctx = current_context()
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.OPEN
    space_id = space.id if space else None
    found = queries.queue(ctx, space_id, show=show, page=request.args.get("page") or None)

    def address(**more: Any) -> str:
        if space is None:
            return url_for("moderation.all_queues", **more)
        return url_for("moderation.queue", slug=space.slug, **more)

    counts = queries.counts(ctx, space_id)
    return render_template(
        "moderation/queue.html",
        space=space,
        show=show,
        found=found,
        counts=counts,
        parts=[(part, words, counts.of(part)) for part, words in PARTS.items()],
        outcomes=OUTCOMES,
        asked_again=queries.asked_again(ctx, space_id) if show is Show.OPEN else [],
        taken=TAKEN,
        limits=space is not None and may_set_limits(ctx, space),
        address=address,
    )
