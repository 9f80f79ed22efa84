"""A post as pages show it, and where it is."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from community.discussions.pages.words import ROLES
from community.discussions.rules import page_start
from community.discussions.schemas import as_post, kept
from community.kernel.addresses import url_for
from community.kernel.doors import reader
from community.kernel.pages import time_in

_TIME = Markup("\0")  # stands where the time will be; nothing that people write holds one


def post_url(thread_id: uuid.UUID, number: int) -> str:
    """Return the address of one post, on its page."""
    return _on_page(_thread_url(thread_id), number)


def _thread_url(thread_id: uuid.UUID) -> str:
    return url_for("discussions.thread", thread_id=thread_id)


def _on_page(thread_url: str, number: int) -> str:
    # By hand: there are as many as posts, and all of a thread have one beginning.
    return f"{thread_url}?after={page_start(number)}#p{number}"


def posts_markup(rows: Sequence[Any], replies: bool) -> list[tuple[int, Markup]]:
    """Return number and markup of posts as the reader sees them; ``replies``: may they answer.

    ``rows`` are of ``POST_COLUMNS``. Made anew is only the time, which is the reader's own.
    """
    who, found = reader(), []
    for row in rows:
        before, after = _around_time(row, who.language, replies)
        time = time_in(who.zone, who.language, row.created_at, "short")
        found.append((row.number, Markup(f"{before}{time}{after}")))  # noqa: S704  # all three are
    return found


@kept
def _around_time(row: Any, _language: str, replies: bool) -> tuple[Markup, Markup]:
    """Return what stands before and after a post's time, kept under all that it says."""
    post = current_app.jinja_env.get_template("discussions/_post.html").module.post  # type: ignore[attr-defined]  # a macro
    here = _thread_url(row.thread_id)
    made: Markup = post(
        as_post(row),
        role=str(ROLES.get(row.author_role, "")),
        url=_on_page(here, row.number),
        answered_url=_on_page(here, row.reply_to) if row.reply_to else "",
        reply_url=f"{here}?after={page_start(row.number)}&reply_to={row.number}#reply"
        if replies
        else None,
        time=_TIME,
    )
    before, _time, after = made.partition(_TIME)
    return before, after
