"""What is begun and not sent: kept as one writes, thrown away, put back, gone once it is sent.

Only its writer meets a draft: nothing is recorded, counted or told to anybody.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts.models import User
from community.discussions.models import PostDraft, ThreadKind
from community.discussions.operations.words import space_of_thread
from community.discussions.policy import (
    find_any_post,
    find_discarded_draft,
    find_draft,
    find_thread,
    may_edit_post,
    may_reply,
    may_start_thread,
    refuse_merged,
)
from community.discussions.rules import MOST_DRAFTS, MOST_NEW_THREADS, MOST_SAVES
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict, NotFound, TooMany
from community.kernel.keys import new_key
from community.kernel.operation import operation
from community.kernel.policy import require
from community.kernel.revisions import refuse_other, save_over
from community.spaces.policy import belongs_to, find_space, refuse_archived

MINUTE = dt.timedelta(minutes=1)


@operation
def save_reply_draft(
    ctx: Context,
    thread_id: uuid.UUID,
    *,
    body: str,
    reply_to: int | None = None,
    revision: int = 0,
) -> PostDraft:
    """Keep what the actor has written so far of a reply.

    ``revision`` is that of what they began from, 0 for nothing. Raises NotFound, Forbidden,
    TooMany, and Conflict in an archived space, where there are as many drafts as there may be, and,
    with what is kept, where another text was saved meanwhile.
    """
    thread = find_thread(ctx, thread_id)
    require(may_reply, ctx, thread)
    refuse_archived(belongs_to(ctx, thread.space_id))
    refuse_merged(thread)
    wanted = {"body": body, "reply_to": reply_to}
    return _save(ctx, thread_id, {"thread_id": thread_id}, wanted, revision)


@operation
def save_thread_draft(
    ctx: Context,
    space_id: uuid.UUID,
    form: uuid.UUID,
    *,
    kind: ThreadKind | None = None,
    title: str = "",
    tags: str = "",
    body: str = "",
    revision: int = 0,
) -> PostDraft:
    """Keep what the actor has written so far of a new thread; ``form`` tells it from others.

    Raises what ``save_reply_draft`` does.
    """
    space = find_space(ctx, space_id)
    require(may_start_thread, ctx, space)
    refuse_archived(space)
    wanted = {"kind": kind, "title": title, "tags": tags, "body": body}
    return _save(ctx, form, {"space_id": space_id}, wanted, revision)


@operation
def save_edit_draft(
    ctx: Context, post_id: uuid.UUID, *, body: str, edition: int, revision: int = 0
) -> PostDraft:
    """Keep what the actor has written so far in the place of a post's words.

    ``edition`` is the one they were read in. Raises what ``save_reply_draft`` does.
    """
    post = find_any_post(ctx, post_id)
    require(may_edit_post, ctx, post)
    refuse_archived(belongs_to(ctx, space_of_thread(post.thread_id)))
    wanted = {"body": body, "edition": edition}
    return _save(ctx, post_id, {"post_id": post_id}, wanted, revision)


@operation
def discard_draft(ctx: Context, draft_id: uuid.UUID, *, revision: int | None = None) -> PostDraft:
    """Throw a draft away; for a day it can be put back. Raises NotFound.

    With the ``revision`` that was read, Conflict where it says something else by now.
    """
    row = find_draft(ctx, draft_id, lock=True)
    if revision is not None:
        refuse_other(row, revision, kept_draft)
    row.discarded_at = ctx.now
    return row


def discard_of(ctx: Context, place: Mapping[str, uuid.UUID], revision: int | None = None) -> None:
    """Throw away the draft that the actor has in a place, if there is one.

    ``place`` is the name of a column and the id in it, of a new thread those of its space and its
    form. Raises what ``discard_draft`` does, and NotFound for a place that is not theirs to see.
    """
    if "thread_id" in place:
        find_thread(ctx, place["thread_id"])
    elif "post_id" in place:
        find_any_post(ctx, place["post_id"])
    else:
        find_space(ctx, place["space_id"])
    here = (getattr(PostDraft, name) == key for name, key in place.items())
    mine = sa.select(PostDraft.id).where(
        PostDraft.user_id == ctx.person, PostDraft.discarded_at.is_(None), *here
    )
    found = db.session.scalar(mine)
    if found is not None:
        discard_draft(ctx, found, revision=revision)


@operation
def restore_draft(ctx: Context, draft_id: uuid.UUID) -> PostDraft:
    """Put a draft back that was thrown away; one that stands stays as it is.

    Raises NotFound, and Conflict where another one stands in its place by now.
    """
    try:
        row = find_discarded_draft(ctx, draft_id, lock=True)
    except NotFound:
        return find_draft(ctx, draft_id)
    form = row.thread_id or row.post_id or row.form
    other = _held(ctx, form)
    if other is not None and other.id != row.id:
        raise Conflict(_("Another draft stands there by now. Send or discard it first."))
    _refuse_more(ctx, row.space_id)
    row.form, row.discarded_at = form, None
    return row


def kept_draft(row: PostDraft) -> dict[str, Any]:
    """Return what is kept of a draft, as plain data."""
    return {
        "kind": row.kind,
        "title": row.title,
        "tags": row.tags,
        "body": row.body,
        "reply_to": row.reply_to,
        "edition": row.edition,
        "revision": row.revision,
        "saved_at": row.saved_at.isoformat(),
    }


_BLANK: Mapping[str, Any] = {
    "kind": None,
    "title": "",
    "tags": "",
    "body": "",
    "reply_to": None,
    "edition": None,
    "discarded_at": None,
}


def _save(
    ctx: Context,
    form: uuid.UUID,
    place: Mapping[str, uuid.UUID],
    wanted: Mapping[str, Any],
    revision: int,
) -> PostDraft:
    row = _held(ctx, form)
    if row is not None and row.discarded_at is not None:
        row.form = row.id  # it goes on being one that can be put back
        db.session.flush()
        row = None
    row = row or _begun(ctx, form, place)
    if any(getattr(row, name) != key for name, key in place.items()):
        raise NotFound
    if not row.revision:
        # Who knows the draft that stood here before does not pass for knowing this one.
        row.revision = revision = 1 + secrets.randbelow(2**30)
    if save_over(row, wanted, revision, kept_draft):
        _count(ctx, row)
        row.saved_at = ctx.now
    return row


def _held(ctx: Context, form: uuid.UUID) -> PostDraft | None:
    found: PostDraft | None = db.session.scalar(
        sa.select(PostDraft)
        .where(PostDraft.user_id == ctx.person, PostDraft.form == form)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


def _begun(ctx: Context, form: uuid.UUID, place: Mapping[str, uuid.UUID]) -> PostDraft:
    """Return a new draft of the actor's, or the one that another window began at this moment."""
    # They wait for one another here: one draft, and never one too many.
    me = sa.select(User.id).where(User.id == ctx.person)
    db.session.execute(me.with_for_update(key_share=True))
    row = _held(ctx, form)
    if row is None:
        _refuse_more(ctx, place.get("space_id"))
        row = PostDraft(
            id=new_key(),
            user_id=ctx.person,
            form=form,
            **place,
            **_BLANK,
            revision=0,
            saved_at=ctx.now,
            saves=0,
            counted_from=ctx.now,
        )
        db.session.add(row)
    return row


def _refuse_more(ctx: Context, space_id: uuid.UUID | None) -> None:
    """Raise Conflict where the actor has as many drafts as one may have."""
    mine = PostDraft.user_id == ctx.person
    stands = PostDraft.discarded_at.is_(None)
    rows, standing, here = execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(stands),
            sa.func.count().filter(stands, PostDraft.space_id == space_id),
        ).where(mine)
    ).one()
    if standing >= MOST_DRAFTS:
        raise Conflict(
            ngettext(
                "You have %(num)d draft, and no more are kept. Discard some first.",
                "You have %(num)d drafts, and no more are kept. Discard some first.",
                standing,
            )
        )
    if space_id is not None and here >= MOST_NEW_THREADS:
        raise Conflict(
            ngettext(
                "You have begun %(num)d thread here. Send or discard one first.",
                "You have begun %(num)d threads here. Send or discard one first.",
                here,
            )
        )
    if rows >= 2 * MOST_DRAFTS:  # so many were thrown away today: these are not put back
        execute(sa.delete(PostDraft).where(mine, ~stands))


def _count(ctx: Context, row: PostDraft) -> None:
    """Count a change; raises TooMany beyond what a minute may have."""
    if row.counted_from + MINUTE <= ctx.now:
        row.counted_from, row.saves = ctx.now, 0
    if row.saves >= MOST_SAVES:
        wait = row.counted_from + MINUTE - ctx.now
        raise TooMany(_("That was too fast. Wait a moment."), retry_after=int(wait.total_seconds()))
    row.saves += 1
