"""The words of a post are written anew."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.events import PostEdited
from community.discussions.models import Post, PostEdition
from community.discussions.operations.words import Words, rendered
from community.discussions.policy import find_post, find_thread, may_edit_post
from community.discussions.rules import MOST_EDITIONS, SECOND_THOUGHTS
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import belongs_to, refuse_archived


def edit_post(ctx: Context, post_id: uuid.UUID, *, body: str, edition: int) -> Post:
    """Put new words (Markdown) in the place of a post's; ``edition`` is the one they were read in.

    The same words change nothing. What stood there before can be read under "edited", but for
    second thoughts within five minutes of when it was said. Raises NotFound, Forbidden, or Conflict
    in an archived space and where the post was written anew meanwhile.
    """
    return _edit_post(ctx, post_id, rendered(body, post_id), edition=edition)


@operation
def _edit_post(ctx: Context, post_id: uuid.UUID, words: Words, *, edition: int) -> Post:
    """Do what ``edit_post`` says, with words that are rendered."""
    thread = find_thread(ctx, find_post(ctx, post_id).thread_id, lock=True)
    post = find_post(ctx, post_id, lock=True)
    require(may_edit_post, ctx, post)
    refuse_archived(belongs_to(ctx, thread.space_id))
    if post.body == words.body:
        return post
    if post.edition != edition:
        raise Conflict(_("This post was changed in another window. Look at it before you go on."))
    if ctx.now - (post.said_at or post.created_at) > SECOND_THOUGHTS:
        _keep_edition(post)
        post.said_at = ctx.now
    post.edition += 1
    post.body, post.html, post.renderer = words.body, words.html, markdown.RENDERER
    post.edited_at = ctx.now
    record(
        PostEdited(
            thread_id=thread.id,
            space_id=thread.space_id,
            post_id=post.id,
            number=post.number,
            edition=post.edition,
        )
    )
    return post


def _keep_edition(post: Post) -> None:
    """Keep the words of a post as a former edition; of very many the oldest but the first goes."""
    db.session.add(
        PostEdition(
            id=new_key(),
            post_id=post.id,
            number=post.edition,
            body=post.body,
            written_at=post.edited_at or post.created_at,
        )
    )
    db.session.flush()
    of_post = PostEdition.post_id == post.id
    numbers = db.session.scalars(
        sa.select(PostEdition.number).where(of_post).order_by(PostEdition.number)
    ).all()
    if len(numbers) > MOST_EDITIONS:
        oldest = numbers[1 : len(numbers) - MOST_EDITIONS + 1]
        execute(sa.delete(PostEdition).where(of_post, PostEdition.number.in_(oldest)))
