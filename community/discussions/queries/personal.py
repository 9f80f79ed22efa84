"""What somebody wrote and read, for them to take along."""

from typing import Any

import sqlalchemy as sa

from community.discussions.models import (
    Mention,
    Post,
    PostDraft,
    PostEdition,
    Reaction,
    ReadPointer,
    Removal,
    Thread,
)
from community.discussions.policy import PLACED
from community.discussions.queries.attachments import personal_attachments
from community.discussions.queries.blocking import blocked_people
from community.discussions.queries.following import personal_following
from community.discussions.queries.polls import personal_ballots, personal_polls
from community.discussions.rules import attachment_path
from community.kernel.context import Context
from community.kernel.db import execute, values_of
from community.spaces.models import Space
from community.spaces.policy import only_seen


def personal(ctx: Context) -> dict[str, Any]:
    """Return what somebody wrote, sent or not, and how far they read; also where they left."""
    rows = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Thread.kind,
            sa.case((PLACED, Post.number)).label("number"),
            Post.body,
            Post.created_at,
            Post.edited_at,
            sa.case((Post.removal != Removal.WAITING, Post.removed_at)).label("removed_at"),
            sa.case((Post.removal == Removal.WAITING, True), else_=False).label("waits"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Post.author_id == ctx.actor_id, Post.moved_to_id.is_(None))
        .order_by(Post.created_at, Post.id)
    )
    before = execute(
        sa.select(Post.thread_id, Post.number, PostEdition.body, PostEdition.written_at)
        .join(Post, Post.id == PostEdition.post_id)
        .where(Post.author_id == ctx.actor_id)
        .order_by(PostEdition.written_at, PostEdition.id)
    )
    pointers = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            ReadPointer.number,
            ReadPointer.at,
        )
        .join(Thread, Thread.id == ReadPointer.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(ReadPointer.user_id == ctx.actor_id)
        .order_by(ReadPointer.at, ReadPointer.id)
    )
    mentions = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Post.number,
            Mention.at,
        )
        .join(Post, Post.id == Mention.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Mention.user_id == ctx.actor_id)
        .order_by(Mention.at, Mention.id)
    )
    drafts = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Post.number.label("edit_of_post"),
            PostDraft.kind,
            PostDraft.title,
            PostDraft.tags,
            PostDraft.body,
            PostDraft.saved_at,
            PostDraft.discarded_at,
        )
        .outerjoin(Post, Post.id == PostDraft.post_id)
        .outerjoin(Thread, Thread.id == sa.func.coalesce(PostDraft.thread_id, Post.thread_id))
        .join(Space, Space.id == sa.func.coalesce(PostDraft.space_id, Thread.space_id))
        .where(PostDraft.user_id == ctx.actor_id)
        .order_by(PostDraft.saved_at, PostDraft.id)
    )
    reactions = execute(
        sa.select(
            only_seen(ctx, Space.name).label("space"),
            only_seen(ctx, Thread.title).label("thread"),
            Post.number,
            Reaction.kind,
            Reaction.at,
        )
        .join(Post, Post.id == Reaction.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Reaction.user_id == ctx.actor_id)
        .order_by(Reaction.at, Reaction.id)
    )
    return {
        "votes": personal_ballots(ctx),
        "polls": [values_of(row) for row in personal_polls(ctx)],
        "reactions": [values_of(row) for row in reactions],
        "attachments": [
            {**values_of(row), "address": attachment_path(row.id, row.name)}
            for row in personal_attachments(ctx)
        ],
        "drafts_of_posts": [values_of(row) for row in drafts],
        "posts": [values_of(row) for row in rows],
        "former_editions_of_posts": [values_of(row) for row in before],
        "mentioned_in": [values_of(row) for row in mentions],
        "read": [values_of(row) for row in pointers],
        **personal_following(ctx),
        "blocked": [dict(one) for one in blocked_people(ctx)],
    }
