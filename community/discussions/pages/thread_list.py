"""The page with the threads of a space."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from community.discussions.pages.blueprint import pages
from community.discussions.pages.posts import post_url
from community.discussions.pages.words import KINDS, SEVERAL, VIEWS, kind_of
from community.discussions.policy import kinds_open_to
from community.discussions.queries import Shown, pinned_threads, threads_of
from community.kernel.addresses import url_for
from community.kernel.doors import current_context, signed_in
from community.kernel.errors import NotFound
from community.kernel.frame import Person
from community.kernel.pages import space_tabs, time_ago
from community.kernel.schemas import as_key
from community.kernel.unchanged import answer
from community.spaces.queries import member_of, space_by_slug

THREADS_A_PAGE = 30


@pages.route("/spaces/<slug>/threads")
@signed_in
def thread_list(slug: str) -> AnyResponse:
    """Show the threads of a space, the last word first.

    ``?kind=`` shows one kind, ``?by=`` those that a member of the space wrote in, ``?show=`` those
    that are unread, unanswered, or one's own. Of all of them the pinned stand on top.
    """
    ctx = current_context()
    space = space_by_slug(ctx, slug)
    kind = kind_of(request.args.get("kind"))
    by = member_of(ctx, space.id, as_key(request.args.get("by", "")))
    show = _shown(request.args.get("show"))
    bookmark = request.args.get("page")
    whole = show is Shown.LATEST and kind is None and by is None and bookmark is None
    pinned = pinned_threads(ctx, space.id) if whole else ()
    on_top = {row.id for row in pinned}
    page = threads_of(
        ctx,
        space.id,
        show=show,
        kind=kind,
        by=by.id if by else None,
        limit=THREADS_A_PAGE,
        page=bookmark,
    )
    words = {kind: str(said) for kind, said in KINDS.items()}
    return answer(
        "discussions/thread_list.html",
        {
            "space": {"slug": space.slug, "name": space.name},
            "tabs": space_tabs(space, "discussions.thread_list"),
            "pinned": [_row(row, words[row.kind]) for row in pinned],
            "threads": [_row(row, words[row.kind]) for row in page.items if row.id not in on_top],
            "show": show,
            "views": {view: str(said) for view, said in VIEWS.items()},
            "next": page.next,
            "previous": page.previous,
            "kind": kind,
            "by": by,
            "kinds": {kind: str(said) for kind, said in SEVERAL.items()},
            "may_start": bool(kinds_open_to(ctx, space.id)) and space.archived_at is None,
        },
    )


def _shown(value: str | None) -> Shown:
    """Return which threads an address asks for. Raises NotFound for what there is not."""
    try:
        return Shown(value) if value else Shown.LATEST
    except ValueError:
        raise NotFound(_("There is no such list of threads.")) from None


def _row(row: Any, kind: str) -> dict[str, Any]:
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
            )
            if holds
        ],
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
