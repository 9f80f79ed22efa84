"""What stands in somebody's inbox: as it is now, and as they may see it.

A notice says no more than why, and of what; what it is about is read under its own rule each time.
Statements are built once and take parameters.
"""

import dataclasses
import functools
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from community.correspondence.queries import is_wanted
from community.correspondence.rules import Channel
from community.discussions.models import Block, Post, Reaction, ReadPointer, Thread
from community.discussions.policy import STANDS, visible_threads
from community.discussions.queries import UNREAD_BY_SPACE, level_for
from community.discussions.rules import Level
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.kernel.paging import LIMIT, Listing, Page
from community.kernel.policy import ANYBODY, ME
from community.notifications.models import InboxNotice
from community.notifications.policy import visible_inbox_notices
from community.notifications.queries.reaching import holds, is_one_of, still_told
from community.notifications.rules import COUNTED, LISTED, LOOKED_AT, ON_POSTS, OTHERS, Reason
from community.spaces.models import Membership
from community.spaces.policy import my_spaces

_LEVEL = level_for(ME)
_BLOCKS = sa.select(Block.blocked_id).where(Block.user_id == ME)
HEARD = sa.and_(Reaction.user_id != ME, Reaction.user_id.not_in(_BLOCKS))
"""Whether a reaction is somebody's whom one hears."""


def on_posts(notice: Any) -> sa.Select[Any]:
    """Return the posts that notices tell of and that are to be told still; with their threads.

    ``notice`` is a selection of one's own. Not what was taken away or mentions one no more, nor
    what somebody one blocks wrote, nor what does not reach one where one muted it or switched it
    off. To be executed with ``me``.
    """
    return (
        _with_membership(notice)
        .outerjoin(
            ReadPointer,
            sa.and_(ReadPointer.thread_id == Thread.id, ReadPointer.user_id == ME),
        )
        .where(
            is_one_of(notice.c.why, ON_POSTS),
            Post.author_id != ME,
            Post.author_id.not_in(_BLOCKS),
            still_told(notice.c.why, ME, _LEVEL, ON_POSTS, Channel.INBOX),
        )
    )


def effective(notice: Any) -> sa.ColumnElement[Reason]:
    """Return why a notice of ``on_posts`` tells of its post, now."""
    watching = sa.literal(Reason.WATCHING, InboxNotice.why.type)
    return sa.case((holds(notice.c.why, ME, Channel.INBOX), notice.c.why), else_=watching)


def unread_post(notice: Any) -> sa.ColumnElement[int]:
    """Return 1 for a notice of ``on_posts`` that was not read, else 0."""
    passed = sa.func.coalesce(ReadPointer.number, 0) >= Post.number
    return sa.case((sa.or_(notice.c.read_at.is_not(None), passed), 0), else_=1)


def _with_membership(notice: Any) -> sa.Select[Any]:
    """Return the visible posts that notices are about, with thread and one's own membership.

    Begun with the threads: ``visible_posts`` makes SQLite list all that one sees, on every page.
    """
    return (
        visible_threads(ANYBODY)
        .join(Post, Post.thread_id == Thread.id)
        .join(notice, notice.c.subject_id == Post.id)
        .where(STANDS)
        .join(
            Membership,
            sa.and_(Membership.space_id == Thread.space_id, Membership.user_id == ME),
        )
    )


def _standing(notice: Any) -> sa.CompoundSelect[Any]:
    """Return what of some notices stands: the entry they belong to, when, whether unread."""
    unread = sa.case((notice.c.read_at.is_(None), 1), else_=0).label("unread")
    reacted = _with_membership(notice).where(
        notice.c.why == Reason.REACTION,
        is_wanted(notice.c.why, ME, Channel.INBOX),
        Post.author_id == ME,
        _LEVEL != Level.MUTED,
        sa.exists().where(Reaction.post_id == Post.id, HEARD),
    )
    others = sa.select(
        notice.c.subject_id.label("key"),
        notice.c.why.label("why"),
        notice.c.at,
        unread,
    ).where(
        is_one_of(notice.c.why, OTHERS),
        is_wanted(notice.c.why, ME, Channel.INBOX),
        sa.or_(notice.c.space_id.is_(None), notice.c.space_id.in_(my_spaces(ANYBODY))),
    )
    return sa.union_all(
        on_posts(notice).with_only_columns(
            Thread.id.label("key"),
            sa.literal(Reason.WATCHING, InboxNotice.why.type).label("why"),  # a thread's, whichever
            notice.c.at,
            unread_post(notice).label("unread"),
        ),
        reacted.with_only_columns(
            Post.id.label("key"),
            notice.c.why.label("why"),
            notice.c.at,
            unread,
        ),
        others,
    )


def _newest(limit: int, *asked: sa.ColumnElement[bool]) -> Any:
    """Return one's newest notices, a bounded number of them, as a selection of their own."""
    return (
        visible_inbox_notices(ANYBODY)
        .where(*asked)
        .order_by(InboxNotice.at.desc())
        .limit(limit)
        .with_only_columns(*InboxNotice.__table__.c)
        .cte("told")
    )


_unread = _standing(_newest(LOOKED_AT, InboxNotice.read_at.is_(None))).subquery()
_COUNT = sa.select(sa.func.count()).select_from(
    sa.select(_unread.c.key).where(_unread.c.unread == 1).distinct().limit(COUNTED + 1).subquery()
)


def unread_entries(ctx: Context) -> int:
    """Return how many entries of the actor's inbox are unread; one more than ``COUNTED``: more."""
    return int(execute(_COUNT, {"me": ctx.actor_id}).scalar_one())


@dataclasses.dataclass(frozen=True, slots=True)
class Unread:
    """What stands beside the names in every page's frame: posts by space, entries of the inbox.

    Of each beyond 99 only that there are more.
    """

    spaces: Mapping[uuid.UUID, int]
    inbox: int


_IN_FRAME = sa.union_all(
    UNREAD_BY_SPACE,
    sa.select(sa.cast(sa.null(), sa.Uuid()).label("space_id"), _COUNT.scalar_subquery()),
)


def unread_in_frame(ctx: Context) -> Unread:
    """Return what the actor has not read, over all: one statement, for every page asks it."""
    found = execute(_IN_FRAME, {"me": ctx.actor_id})
    rows = {space_id: int(number) for space_id, number in found if number is not None}
    return Unread(inbox=rows.pop(None), spaces=rows)


_all = _standing(_newest(LISTED)).subquery()
_grouped = (
    sa.select(
        _all.c.key,
        _all.c.why,
        sa.func.max(_all.c.at, type_=InboxNotice.at.type).label("at"),
        sa.func.count().label("told"),
        sa.func.sum(_all.c.unread).label("unread"),
    )
    .group_by(_all.c.key, _all.c.why)
    .subquery()
)
_ENTRIES = sa.select(_grouped)


@functools.cache
def _listing(*, unread: bool) -> Listing:
    asked = [_grouped.c.unread > 0] * unread
    return Listing(_ENTRIES.where(*asked).order_by(_grouped.c.at.desc(), _grouped.c.key.desc()))


def entries_of(
    ctx: Context, *, unread: bool = False, limit: int = LIMIT, page: str | None = None
) -> Page:
    """Return a page of the actor's inbox, the newest first: of each entry key, why, at and counts.

    An entry is a thread with all that tells of its posts, or one notice; ``told`` and ``unread``
    count its notices. Raises Invalid when ``page`` is no bookmark of this list.
    """
    return _listing(unread=unread).page({"me": ctx.actor_id}, limit=limit, page=page)


_ONE = _ENTRIES.where(_grouped.c.key == sa.bindparam("key", type_=sa.Uuid()))


def entry_of(ctx: Context, key: uuid.UUID) -> Any | None:
    """Return an entry of the actor's inbox as ``entries_of``; None where there is none."""
    return execute(_ONE, {"me": ctx.actor_id, "key": key}).one_or_none()


def personal(ctx: Context) -> dict[str, Any]:
    """Return what somebody was told and when they read it, for them to take along."""
    rows = execute(
        sa.select(InboxNotice.why, InboxNotice.at, InboxNotice.read_at)
        .where(InboxNotice.user_id == ctx.actor_id)
        .order_by(InboxNotice.at, InboxNotice.id)
    )
    return {"inbox": [values_of(row) for row in rows]}
