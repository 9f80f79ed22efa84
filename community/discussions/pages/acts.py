"""What the rules let somebody do, as pages ask them: without a statement, of rows."""

import dataclasses
import uuid
from typing import Any

from community.discussions.models import Removal
from community.discussions.pages.posts import Acts, PostActs
from community.discussions.policy import (
    may_accept_answer,
    may_edit_post,
    may_keep_poll,
    may_keep_thread,
    may_move_posts,
    may_react,
    may_remove_post,
    may_rename_thread,
    may_reply,
    may_restore_post,
    may_start_thread,
    may_vote,
)
from community.kernel.context import Context
from community.spaces.policy import belongs_to, facilitates

_TAKEN = (Removal.AUTHOR, Removal.STAFF)


@dataclasses.dataclass(frozen=True, slots=True)
class _Post:
    """What the rules ask of a post, of whichever stands for all that somebody wrote in a space."""

    space_id: uuid.UUID
    author_id: uuid.UUID | None
    removal: Removal | None = None


def acts_in(ctx: Context, head: Any) -> Acts:
    """Return what the actor may do in a thread; nothing in an archived space."""
    if head.space_archived_at is not None:
        return Acts(ctx.actor_id, answer=head.answer)
    return Acts(
        ctx.actor_id,
        replies=may_reply(ctx, head) and not head.merged,
        renames=may_rename_thread(ctx, head),
        keeps=may_keep_thread(ctx, head),
        moves=may_move_posts(ctx, head) and head.standing > 0,
        decides=facilitates(ctx, head.space_id),
        accepts=may_accept_answer(ctx, head),
        answer=head.answer,
        own=_with_posts(ctx, head.space_id, ctx.actor_id),
        others=_with_posts(ctx, head.space_id, None),
    )


def _with_posts(ctx: Context, space_id: uuid.UUID, author_id: uuid.UUID | None) -> PostActs:
    post: Any = _Post(space_id, author_id)
    taken: Any = [_Post(space_id, author_id, how) for how in _TAKEN]
    return PostActs(
        edits=may_edit_post(ctx, post),
        removes=may_remove_post(ctx, post),
        reacts=may_react(ctx, post),
        votes=may_vote(ctx, post),
        keeps=may_keep_poll(ctx, post),
        restores=tuple(each.removal for each in taken if may_restore_post(ctx, each)),
    )


def may_go_on(ctx: Context, draft: Any) -> bool:
    """Whether the place of one of the actor's drafts takes it now; ``draft`` as ``my_drafts``."""
    if draft.archived_at is not None:
        return False
    if draft.post_id is not None:
        post: Any = _Post(draft.space_id, ctx.actor_id)
        return may_edit_post(ctx, post)
    if draft.thread_id is not None:
        return may_reply(ctx, draft) and draft.merged_into_id is None
    return may_start_thread(ctx, belongs_to(ctx, draft.space_id))
