"""What the actor has begun to write, and where it belongs."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from community.discussions.models import Post, PostDraft, Thread
from community.discussions.policy import visible_discarded_drafts, visible_post_drafts
from community.kernel.context import Context
from community.kernel.db import execute
from community.kernel.errors import NotFound
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY, ME
from community.spaces.models import Space

JUST_NOW = dt.timedelta(minutes=10)

_WORDS = (
    PostDraft.id,
    PostDraft.form,
    PostDraft.kind,
    PostDraft.title,
    PostDraft.tags,
    PostDraft.body,
    PostDraft.reply_to,
    PostDraft.edition,
    PostDraft.revision,
    PostDraft.saved_at,
)
_COLUMNS = (
    *_WORDS,
    PostDraft.post_id,
    PostDraft.discarded_at,
    Thread.id.label("thread_id"),
    Thread.title.label("thread_title"),
    Thread.locked_at,
    Thread.merged_into_id,
    Post.number,
    Space.id.label("space_id"),
    Space.slug.label("space_slug"),
    Space.name.label("space_name"),
    Space.archived_at,
)


def _placed(drafts: sa.Select[PostDraft]) -> Any:
    """Return drafts with the post, the thread and the space they are for."""
    thread = Thread.id == sa.func.coalesce(PostDraft.thread_id, Post.thread_id)
    space = Space.id == sa.func.coalesce(PostDraft.space_id, Thread.space_id)
    return (
        drafts.outerjoin(Post, Post.id == PostDraft.post_id)
        .outerjoin(Thread, thread)
        .join(Space, space)
        .with_only_columns(*_COLUMNS)
    )


_MINE = _placed(visible_post_drafts(ANYBODY))
_LISTING = Listing(_MINE.order_by(PostDraft.saved_at.desc(), PostDraft.id.desc()))
_KEY = PostDraft.id == sa.bindparam("key", type_=sa.Uuid())
_ONE = sa.union_all(_MINE.where(_KEY), _placed(visible_discarded_drafts(ANYBODY)).where(_KEY))
_OWN = sa.select(*_WORDS, PostDraft.discarded_at).where(PostDraft.user_id == ME)
_OF_FORM = _OWN.where(PostDraft.form == sa.bindparam("form", type_=sa.Uuid()))
_IN_SPACE = _OWN.where(
    PostDraft.space_id == sa.bindparam("space", type_=sa.Uuid()), PostDraft.discarded_at.is_(None)
).order_by(PostDraft.saved_at.desc(), PostDraft.id.desc())


def my_drafts(ctx: Context, *, limit: int = LIMIT, page: str | None = None) -> Page:
    """Return a page of what the actor has begun to write, the last saved first, as ``_COLUMNS``.

    Raises Invalid when ``page`` is no bookmark of this list.
    """
    return _LISTING.page({"me": ctx.actor_id}, limit=limit, page=page)


def my_draft(ctx: Context, draft_id: uuid.UUID) -> Any:
    """Return one draft as ``my_drafts``, also one that was thrown away. Raises NotFound."""
    row = execute(_ONE, {"me": ctx.actor_id, "key": draft_id}).one_or_none()
    if row is None:
        raise NotFound
    return row


def draft_of(ctx: Context, form: uuid.UUID) -> tuple[Any | None, uuid.UUID | None]:
    """Return the actor's draft for a thread, a post or the form of a new thread, as ``_WORDS``.

    Or, without one, the id of one they have just thrown away there, to offer it again. For callers
    that have found the place.
    """
    row = execute(_OF_FORM, {"me": ctx.actor_id, "form": form}).one_or_none()
    if row is None or row.discarded_at is None:
        return row, None
    return None, row.id if row.discarded_at > ctx.now - JUST_NOW else None


def begun_in(ctx: Context, space_id: uuid.UUID) -> Sequence[Any]:
    """Return the threads that the actor has begun to write in a space, the last saved first.

    A few; as ``draft_of``, likewise.
    """
    return execute(_IN_SPACE, {"me": ctx.actor_id, "space": space_id}).all()
