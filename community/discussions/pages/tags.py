"""The tags of a space: all of them, and one that is renamed or removed."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.operations import remove_tag, rename_tag
from community.discussions.pages.blueprint import pages
from community.discussions.policy import find_tag, may_keep_tag
from community.discussions.queries import tags_in, tags_of_space
from community.discussions.rules import MOST_TAGS, TAG_LENGTH
from community.discussions.schemas import TagIn
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in, takes
from community.kernel.errors import CommunityError, Conflict, Invalid
from community.kernel.pages import errors_of, space_tabs
from community.kernel.policy import require
from community.kernel.schemas import load
from community.kernel.unchanged import answer
from community.spaces.models import Space
from community.spaces.policy import facilitates, find_space
from community.spaces.queries import space_by_slug

_TAG = TagIn()
OFFERED = 200  # tags that a field completes: those most used
LONGEST_FIELD = MOST_TAGS * (TAG_LENGTH + 2)


@pages.route("/spaces/<slug>/tags")
@signed_in
def tag_list(slug: str) -> AnyResponse:
    """Show all tags of a space, and how many threads have each."""
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    return answer(
        "discussions/tag_list.html",
        {
            "space": {"slug": space.slug, "name": space.name},
            "tabs": space_tabs(space, "discussions.thread_list"),
            "tags": [
                {"id": row.id, "name": row.name, "threads": row.threads}
                for row in tags_of_space(space.id)
            ],
            "may_keep": facilitates(ctx, space.id) and space.archived_at is None,
        },
    )


@pages.route("/tags/<uuid:tag_id>", methods=["GET", "POST"])
@signed_in
@takes("name")
def tag(tag_id: uuid.UUID) -> AnyResponse:
    """Call a tag otherwise; where another one is called so, both are that one."""
    ctx = current_context()
    found = find_tag(ctx, tag_id)
    require(may_keep_tag, ctx, found)
    space = find_space(ctx, found.space_id)
    if request.method == "GET":
        return _page(ctx, space, found, found.name)
    typed = request.form.get("name", "")
    try:
        kept = rename_tag(ctx, tag_id, **load(_TAG, {"name": typed}))
    except (Invalid, Conflict) as error:
        return _page(ctx, space, found, typed, error)
    flash(_("The tag is “%(name)s” now.", name=kept.name), "success")
    return redirect(url_for("discussions.tag_list", slug=space.slug), 303)


def _page(
    ctx: Context, space: Space, found: Any, typed: str, error: CommunityError | None = None
) -> AnyResponse:
    threads = {row.id: row.threads for row in tags_of_space(space.id)}
    html = render_template(
        "discussions/tag.html",
        space=space,
        tabs=space_tabs(space, "discussions.thread_list"),
        tag=found,
        threads=threads.get(found.id, 0),
        typed=typed,
        errors=errors_of(error, "name"),
        tag_length=TAG_LENGTH,
    )
    return make_response(html, error.status if error else 200)


@pages.route("/tags/<uuid:tag_id>/remove", methods=["POST"])
@signed_in
@takes()
def remove_this_tag(tag_id: uuid.UUID) -> AnyResponse:
    """Take a tag off all threads."""
    ctx = current_context()
    gone = remove_tag(ctx, tag_id)
    flash(_("No thread has the tag “%(name)s” any more.", name=gone.name), "success")
    slug = find_space(ctx, gone.space_id).slug
    return redirect(url_for("discussions.tag_list", slug=slug), 303)


def typed_tags(text: str) -> list[str]:
    """Return the tags that a field holds, with commas between them."""
    return [part for part in text[: LONGEST_FIELD * 4].split(",") if part.strip(" #")]


def tag_field(space_id: uuid.UUID, typed: str) -> dict[str, Any]:
    """Return what a field of tags reads: what is typed, what completes it, how long it may be."""
    most = sorted(tags_of_space(space_id), key=lambda row: -row.threads)[:OFFERED]
    offered = sorted(row.name for row in most)
    return {"typed": typed, "offered": offered, "longest": LONGEST_FIELD, "most": MOST_TAGS}


def tag_links(slug: str, tags: str | None) -> Sequence[tuple[str, str]]:
    """Return the tags of a row with ``queries.TAGS``: each with the address of its threads."""
    return [
        (name, url_for("discussions.thread_list", slug=slug, tag=name)) for name in tags_in(tags)
    ]
