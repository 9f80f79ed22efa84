"""A post as pages show it, and where it is."""

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup

from community.discussions.models import Removal
from community.discussions.pages.words import ROLES
from community.discussions.rules import page_start
from community.discussions.schemas import as_post, kept
from community.kernel.addresses import url_for
from community.kernel.doors import reader
from community.kernel.pages import time_in

_TIME = Markup("\0")  # stands where the time will be; nothing that people write holds one


@dataclasses.dataclass(frozen=True, slots=True)
class Acts:
    """What somebody may do with the posts of a thread.

    ``replies``: write new ones; ``writes``: change their own; ``leads`` the space; ``accepts``: say
    which one, other than ``answer``, answers the question.
    """

    me: uuid.UUID | None = None
    replies: bool = False
    writes: bool = False
    leads: bool = False
    accepts: bool = False
    answer: int | None = None


def post_url(thread_id: uuid.UUID, number: int) -> str:
    """Return the address of one post, on its page."""
    return _on_page(_thread_url(thread_id), number)


def _thread_url(thread_id: uuid.UUID) -> str:
    return url_for("discussions.thread", thread_id=thread_id)


def _on_page(thread_url: str, number: int) -> str:
    # By hand: there are as many as posts, and all of a thread have one beginning.
    return f"{thread_url}?after={page_start(number)}#p{number}"


def posts_markup(rows: Sequence[Any], acts: Acts) -> list[tuple[int, Markup]]:
    """Return number and markup of posts as the reader sees them.

    ``rows`` are of ``POST_COLUMNS``. Made anew is only the time, which is the reader's own.
    """
    who, found = reader(), []
    for row in rows:
        if row.removal is None:
            mine = acts.writes and row.author_id == acts.me
            removes = mine or (acts.writes and acts.leads)
            accepts = acts.accepts and row.number > 1
            may = _May(acts.replies, mine, removes, accepts, accepted=row.number == acts.answer)
            before, after = _around_time(row, who.language, may)
        else:
            own = row.removal is Removal.AUTHOR and row.owner_id == acts.me
            restores = acts.writes and (acts.leads or own)
            before, after = _around_removed(row, who.language, restores)
        time = time_in(who.zone, who.language, row.created_at, "short")
        found.append((row.number, Markup(f"{before}{time}{after}")))  # noqa: S704  # all three are
    return found


def _macros() -> Any:
    return current_app.jinja_env.get_template("discussions/_post.html").module


@dataclasses.dataclass(frozen=True, slots=True)
class _May:
    """What its reader may do with one post; ``accepted``: it answers the question."""

    reply: bool
    edit: bool
    remove: bool
    accept: bool
    accepted: bool


@kept
def _around_time(row: Any, _language: str, may: _May) -> tuple[Markup, Markup]:
    """Return what stands before and after a post's time, kept under all that it says."""
    here, own = _thread_url(row.thread_id), url_for("discussions.post", post_id=row.id)
    made: Markup = _macros().post(
        as_post(row),
        role=str(ROLES.get(row.author_role, "")),
        url=_on_page(here, row.number),
        answered_url=_on_page(here, row.reply_to) if row.reply_to else "",
        reply_url=f"{here}?after={page_start(row.number)}&reply_to={row.number}#reply"
        if may.reply
        else None,
        edit_url=f"{own}/edit" if may.edit else None,
        remove_url=f"{own}/remove" if may.remove else None,
        editions_url=f"{own}/editions",
        accepts=may.accept,
        accepted=may.accepted,
        time=_TIME,
    )
    before, _time, after = made.partition(_TIME)
    return before, after


@kept
def _around_removed(row: Any, _language: str, restores: bool) -> tuple[Markup, Markup]:
    """Return what stands before and after the time of a post that was taken away."""
    made: Markup = _macros().removed(
        row.number,
        row.removal is Removal.AUTHOR,
        url=_on_page(_thread_url(row.thread_id), row.number),
        restore_url=url_for("discussions.restore", post_id=row.id) if restores else None,
        time=_TIME,
    )
    before, _time, after = made.partition(_TIME)
    return before, after
