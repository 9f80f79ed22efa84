"""Whom a post mentions is kept beside it; who was not mentioned before is told."""

import uuid

import sqlalchemy as sa

from community.discussions.events import PeopleMentioned
from community.discussions.models import Mention, Post
from community.discussions.operations.words import Words
from community.discussions.policy import may_mention_everyone
from community.discussions.queries import mentions_in
from community.discussions.rules import MentionedGroup, Named
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.keys import new_key
from community.kernel.operation import record
from community.kernel.policy import require
from community.spaces.policy import belongs_to


def keep_mentions(
    ctx: Context, words: Words, *, thread_id: uuid.UUID, space_id: uuid.UUID, anew: bool = False
) -> None:
    """Keep whom a post mentions as it stands; ``anew``: it said something else before.

    The post, or its thread, is locked. Only who was not mentioned before is said to be.
    """
    before = mentions_in(words.post_id) if anew else []
    people: dict[uuid.UUID, Named] = {who.id: who for who in words.people}
    groups = set(words.groups)
    for row in before:
        if row.user_id in people:
            row.called = people.pop(row.user_id).called
        elif row.whole in groups:
            groups.remove(row.whole)
        else:
            db.session.delete(row)
    if not people and not groups:
        return
    if MentionedGroup.EVERYONE in groups:  # asked before rendering; a role may be lost since
        require(may_mention_everyone, ctx, belongs_to(ctx, space_id))
    added = [{"user_id": key, "whole": None, "called": who.called} for key, who in people.items()]
    added += [{"user_id": None, "whole": group, "called": ""} for group in _in_order(groups)]
    rest = {"post_id": words.post_id, "at": ctx.now}
    execute(sa.insert(Mention), [{"id": new_key(), **rest, **each} for each in added])
    record(
        PeopleMentioned(
            thread_id=thread_id,
            space_id=space_id,
            author_id=ctx.person,
            post_id=words.post_id,
            people=tuple(str(key) for key in people),
            groups=tuple(group.value for group in _in_order(groups)),
        )
    )


def _in_order(groups: set[MentionedGroup]) -> list[MentionedGroup]:
    return [group for group in MentionedGroup if group in groups]


def forget_mentions(ctx: Context) -> None:
    """Let no post mention the actor any more: their account is being deleted.

    The words stay as they were typed; the link to them goes when the posts are rendered anew.
    """
    mine = Mention.user_id == ctx.actor_id
    in_posts = sa.select(Mention.post_id).where(mine)
    # always another number than before, so that a rendering on its way is not taken for this one
    stale = sa.case((Post.renderer > 0, 0), else_=Post.renderer - 1)
    execute(sa.update(Post).where(Post.id.in_(in_posts)).values(renderer=stale))
    execute(sa.delete(Mention).where(mine))
