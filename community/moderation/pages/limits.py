"""What limits posts of those who do not lead a space: read and set on one page."""

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.queries import how_many_wait
from community.discussions.rules import FIRST_POSTS, MOST_WAITING
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import Conflict, Invalid
from community.kernel.policy import require
from community.kernel.schemas import load
from community.moderation.operations import set_limits
from community.moderation.pages.blueprint import pages
from community.moderation.pages.words import APPROVALS, LINKS, SLOWNESS
from community.moderation.policy import may_set_limits
from community.moderation.schemas import LimitsIn
from community.spaces.models import Space
from community.spaces.queries import space_by_slug
from community.spaces.rules import MOST_WORDS, WORD_LONGEST

_LIMITS = LimitsIn()
ANY = "any"  # as the form says it: a browser sends no choice of nothing
FIELDS = ("slow_seconds", "newcomer_links", "approve_first", "blocked_words")


@pages.route("/spaces/<slug>/moderation/limits")
@signed_in
def limits(slug: str) -> AnyResponse:
    """Show what limits posts in a space, to those who lead it."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    require(may_set_limits, ctx, space)
    return _page(space, {name: getattr(space, name) for name in FIELDS})


@pages.route("/spaces/<slug>/moderation/limits", methods=["POST"])
@signed_in
@takes(*FIELDS)
def change_limits(slug: str) -> AnyResponse:
    """Set them; what cannot be taken comes back as it was typed."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        set_limits(ctx, space.id, **load(_LIMITS, _given(typed)))
    except (Invalid, Conflict) as error:
        return _page(space, typed, error)
    flash(_("Saved. It holds from the next post on."), "success")
    return redirect(url_for("moderation.limits", slug=slug), 303)


def _given(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the form as the schema reads it: one word a line."""
    lines = [line for line in typed["blocked_words"].splitlines() if line.strip()]
    return {
        **typed,
        "newcomer_links": None if typed["newcomer_links"] == ANY else typed["newcomer_links"],
        "blocked_words": lines,
    }


def _shown(errors: Mapping[str, Any]) -> dict[str, Any]:
    """Return errors by field; those of single lines stand at the field, each once."""
    shown = dict(errors)
    lines = shown.get("blocked_words")
    if isinstance(lines, Mapping):
        shown["blocked_words"] = list(dict.fromkeys(word for of in lines.values() for word in of))
    return shown


def _page(
    space: Space, typed: Mapping[str, Any], error: Invalid | Conflict | None = None
) -> AnyResponse:
    html = render_template(
        "moderation/limits.html",
        space=space,
        typed=typed,
        slowness=[(str(seconds), words) for seconds, words in SLOWNESS.items()],
        links=[(ANY if most is None else str(most), words) for most, words in LINKS.items()],
        first=FIRST_POSTS,
        most_waiting=MOST_WAITING,
        approvals=[(str(first), words) for first, words in APPROVALS.items()],
        waiting=how_many_wait(space.id),
        errors=_shown(error.fields) if isinstance(error, Invalid) else {},
        most=MOST_WORDS,
        longest=WORD_LONGEST,
        problem=error.message if isinstance(error, Conflict) else "",
    )
    return make_response(html, error.status if error is not None else 200)
