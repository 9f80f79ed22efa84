"""What a thread is called, whether it is pinned or locked, and which post answers it."""

import datetime as dt
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from community.discussions.events import ThreadChanged
from community.discussions.models import Thread, ThreadKind
from community.discussions.operations.limiting import refuse_beyond_limits
from community.discussions.operations.tags import hold_with_space, set_tags
from community.discussions.policy import (
    ANSWERED,
    find_thread,
    hold_post,
    may_accept_answer,
    may_announce,
    may_keep_thread,
    may_rename_thread,
    refuse_merged,
)
from community.discussions.queries import first_standing, pinned_in
from community.discussions.rules import MOST_PINNED
from community.kernel.context import Context
from community.kernel.errors import Conflict
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import belongs_to, find_space, refuse_archived


@operation
def pin_thread(ctx: Context, thread_id: uuid.UUID, *, pinned: bool) -> None:
    """Put a thread on top of its space's threads, or back among them.

    As it is already, nothing changes. Raises NotFound, Forbidden, or Conflict in an archived space
    and where as many are pinned as may be.
    """
    thread = hold_with_space(ctx, thread_id)  # two at once would be one too many
    refuse_archived(belongs_to(ctx, thread.space_id))
    require(may_keep_thread, ctx, thread)
    if pinned:
        refuse_merged(thread)
    if pinned and thread.pinned_at is None and pinned_in(thread.space_id) >= MOST_PINNED:
        raise Conflict(
            ngettext(
                "At most %(num)d thread is pinned at once. Unpin one first.",
                "At most %(num)d threads are pinned at once. Unpin one first.",
                MOST_PINNED,
            )
        )
    thread.pinned_at = _since(ctx, thread, thread.pinned_at, pinned, "pinned")


@operation
def lock_thread(ctx: Context, thread_id: uuid.UUID, *, locked: bool) -> None:
    """Let nobody reply in a thread but who facilitates, or everybody again.

    As it is already, nothing changes. Raises NotFound, Forbidden, or Conflict in an archived space.
    """
    thread = _held(ctx, thread_id)
    require(may_keep_thread, ctx, thread)
    thread.locked_at = _since(ctx, thread, thread.locked_at, locked, "locked")


@operation
def rename_thread(
    ctx: Context,
    thread_id: uuid.UUID,
    *,
    title: str,
    kind: ThreadKind,
    tags: Sequence[str] | None = None,
) -> None:
    """Say anew what a thread is called, of what kind it is and, where they are given, its tags.

    One that is no question any more has no answer either. Raises NotFound, Forbidden (also for who
    may not announce, where it becomes an announcement), Invalid for what the limits of the space do
    not let one say, or Conflict in an archived space and where
    that has too many tags.
    """
    if tags is not None:
        hold_with_space(ctx, thread_id)
    thread = _held(ctx, thread_id)
    require(may_rename_thread, ctx, thread)
    if ThreadKind.ANNOUNCEMENT in {kind, thread.kind} and kind is not thread.kind:
        require(may_announce, ctx, find_space(ctx, thread.space_id))
    refuse_beyond_limits(
        ctx, thread.space_id, title=title if title != thread.title else "", tags=tags or ()
    )
    tagged = tags is not None and set_tags(thread, tags)
    if (thread.title, thread.kind) == (title, kind):
        if tagged:
            _tell(thread, "tagged")
        return
    thread.title, thread.kind = title, kind
    if kind not in ANSWERED:
        thread.answer = None
    _tell(thread, "renamed")


@operation
def accept_answer(ctx: Context, post_id: uuid.UUID) -> None:
    """Say that a post answers the question of its thread; another one does so no more.

    Raises NotFound, Forbidden, or Conflict for the question itself and in an archived space.
    """
    thread, post = hold_post(ctx, post_id)
    refuse_archived(belongs_to(ctx, thread.space_id))
    require(may_accept_answer, ctx, thread)
    if post.number == first_standing(thread.id):
        raise Conflict(_("A question does not answer itself."))
    if thread.answer != post.number:
        thread.answer = post.number
        _tell(thread, "answered")


@operation
def take_back_answer(ctx: Context, thread_id: uuid.UUID) -> None:
    """Say that a question is not answered after all.

    Raises NotFound, Forbidden, or Conflict in an archived space.
    """
    thread = _held(ctx, thread_id)
    require(may_accept_answer, ctx, thread)
    if thread.answer is not None:
        thread.answer = None
        _tell(thread, "asked")


def _held(ctx: Context, thread_id: uuid.UUID) -> Thread:
    """Return a thread whose row is locked, in a space that is not archived."""
    thread = find_thread(ctx, thread_id, lock=True)
    refuse_archived(belongs_to(ctx, thread.space_id))
    return thread


def _since(
    ctx: Context, thread: Thread, before: dt.datetime | None, wanted: bool, what: str
) -> dt.datetime | None:
    """Return since when something holds of a thread; what changes is told."""
    if (before is not None) == wanted:
        return before
    _tell(thread, what if wanted else f"un{what}")
    return ctx.now if wanted else None


def _tell(thread: Thread, what: str) -> None:
    record(ThreadChanged(thread_id=thread.id, space_id=thread.space_id, what=what))
