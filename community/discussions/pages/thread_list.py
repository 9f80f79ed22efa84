"""The page with the threads of a space."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.pages.blueprint import pages
from community.discussions.pages.following import of_space
from community.discussions.pages.posts import post_url
from community.discussions.pages.tags import tag_links
from community.discussions.pages.waiting import waiting_shown
from community.discussions.pages.words import KINDS, SEVERAL, VIEWS, kind_of, promise_of
from community.discussions.policy import kinds_open_to, may_see_room
from community.discussions.queries import (
    Shown,
    level_of_space,
    pinned_threads,
    room_used,
    threads_of,
    waiting_threads,
)
from community.discussions.rules import Level, tag_named
from community.discussions.schemas import TITLE_LENGTH
from community.kernel.addresses import url_for
from community.kernel.context import Context
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.files.words import size_words
from community.kernel.frame import Person
from community.kernel.installed import installed
from community.kernel.pages import part_of, space_tabs, time_ago
from community.kernel.schemas import as_key
from community.kernel.unchanged import answer
from community.spaces.policy import facilitates, silence_in, takes_part
from community.spaces.queries import member_of, space_by_slug

THREADS_A_PAGE = 30
NEARLY_FULL = 0.9


@pages.route("/spaces/<slug>/threads")
@signed_in
def thread_list(slug: str) -> AnyResponse:
    """Show the threads of a space, the last word first.

    ``?kind=`` shows one kind, ``?tag=`` those with a tag, ``?by=`` those that a member of the
    space wrote in, ``?show=`` those that are unread, unanswered, or one's own. Of all of them the
    pinned stand on top.
    """
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    kind = kind_of(request.args.get("kind"))
    by = member_of(ctx, space.id, as_key(request.args.get("by", "")))
    show = _shown(request.args.get("show"))
    tag = tag_named(request.args.get("tag", "")[:TITLE_LENGTH]) or None
    whole = show is Shown.LATEST and kind is None and by is None and tag is None
    page = threads_of(
        ctx,
        space.id,
        show=show,
        kind=kind,
        by=by.id if by else None,
        tag=tag,
        limit=THREADS_A_PAGE,
        page=request.args.get("page"),
    )
    beside = part_of("talk", ctx, space)
    pinned = pinned_threads(ctx, space.id) if whole and page.previous is None else ()
    words = {kind: str(said) for kind, said in KINDS.items()}
    return answer(
        "discussions/thread_list.html",
        {
            "space": {"slug": space.slug, "name": space.name},
            "tabs": space_tabs(space, "discussions.thread_list"),
            "pinned": [_row(row, words[row.kind], space.slug) for row in pinned],
            "threads": [
                _row(row, words[row.kind], space.slug)
                for row in page.items
                if not (whole and row.pinned_at)  # it stands on top of the first page
            ],
            "show": show,
            "views": {view: str(said) for view, said in VIEWS.items()},
            "waiting": waiting_shown(
                waiting_threads(ctx, space.id) if whole and page.previous is None else (),
                ctx.actor_id,
                writes=space.archived_at is None and takes_part(ctx, space.id),
                leads=space.archived_at is None and facilitates(ctx, space.id),
            ),
            "next": page.next,
            "previous": page.previous,
            "kind": kind,
            "by": by,
            "tag": tag,
            "kinds": {kind: str(said) for kind, said in SEVERAL.items()},
            "promise": promise_of(ctx, space.id) if show is Shown.UNANSWERED else "",
            "following": of_space(level_of_space(ctx, space.id)),
            "room": _room(ctx, space),
            "beside": str(beside.html) if beside else "",
            "silence": silence_in(ctx, space.id),
            "may_start": bool(kinds_open_to(ctx, space.id)) and space.archived_at is None,
        },
    )


def _room(ctx: Context, space: Any) -> dict[str, str] | None:
    """Return in words how much room the files of a space take, for who leads it."""
    if not may_see_room(ctx, space):
        return None
    used, most = room_used(space.id), installed().settings.space_limit
    return {
        "used": size_words(used) if used else "",
        "most": size_words(most),
        "full": "yes" if used > most * NEARLY_FULL else "",
    }


def _shown(value: str | None) -> Shown:
    """Return which threads an address asks for. Raises NotFound for what there is not."""
    try:
        return Shown(value) if value else Shown.LATEST
    except ValueError:
        raise NotFound(_("There is no such list of threads.")) from None


def _row(row: Any, kind: str, slug: str) -> dict[str, Any]:
    """Return a thread as its row of the list shows it."""
    return {
        "title": row.title,
        "url": url_for("discussions.thread", thread_id=row.id, _anchor="new")
        if row.unread
        else post_url(row.id, row.last_number),
        "said": _said(row, kind),
        "at": row.last_posted_at,
        "ago": time_ago(row.last_posted_at),  # what the instant is called changes by itself
        "new": ngettext("%(num)d new", "%(num)d new", row.unread) if row.unread > 0 else None,
        "signs": [
            sign
            for sign, holds in (
                ("pin", row.pinned_at),
                ("lock", row.locked_at),
                ("done", row.answer),
                ("watch", row.level is Level.WATCHING),
                ("mute", row.level is Level.MUTED),
                ("write", row.has_draft),
            )
            if holds
        ],
        "tags": tag_links(slug, row.tags),
        "face": Person(row.author_id, row.author_name, row.author_face),
    }


def _said(row: Any, kind: str) -> str:
    """Return what kind of thread it is, who began it, and who said the last word."""
    if row.standing <= 1:
        return str(_("%(kind)s, begun by %(name)s", kind=kind, name=row.author_name))
    return str(
        ngettext(
            "%(kind)s, by %(name)s; %(num)d reply, by %(last)s",
            "%(kind)s, by %(name)s; %(num)d replies, the last by %(last)s",
            row.standing - 1,
            kind=kind,
            name=row.author_name,
            last=row.last_author_name,
        )
    )
