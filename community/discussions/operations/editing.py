"""The words of a post are written anew."""

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from community.discussions.events import PostEdited
from community.discussions.models import Post, PostEdition, Removal
from community.discussions.operations.attaching import attach_files
from community.discussions.operations.limiting import refuse_beyond_limits
from community.discussions.operations.mentioning import keep_mentions
from community.discussions.operations.people import hold_people
from community.discussions.operations.sending import drop_draft
from community.discussions.operations.words import Words, rendered, space_of_thread
from community.discussions.policy import find_any_post, hold_any_post, may_edit_post
from community.discussions.queries import posts_standing
from community.discussions.rules import MOST_EDITIONS, SECOND_THOUGHTS, is_newcomer
from community.kernel import markdown
from community.kernel.context import Context
from community.kernel.db import db, execute
from community.kernel.errors import Conflict
from community.kernel.keys import new_key
from community.kernel.operation import operation, record
from community.kernel.policy import require
from community.spaces.policy import belongs_to, facilitates, refuse_archived


def edit_post(
    ctx: Context, post_id: uuid.UUID, *, body: str, edition: int, draft: int | None = None
) -> Post:
    """Put new words (Markdown) in the place of a post's; ``edition`` is the one they were read in.

    The same words change nothing. What stood there before can be read under "edited", but for
    second thoughts within five minutes of when it was said. ``draft`` is the revision of the draft
    they were written on, as in ``post_reply``. Raises NotFound, Forbidden, Invalid for what the
    limits of the space do not let one say, or Conflict in an archived space and where the post was
    written anew meanwhile.
    """
    space_id = space_of_thread(find_any_post(ctx, post_id).thread_id)
    words = rendered(ctx, body, space_id, post_id=post_id)
    return _edit_post(ctx, post_id, words, edition=edition, draft=draft)


@operation
def _edit_post(
    ctx: Context, post_id: uuid.UUID, words: Words, *, edition: int, draft: int | None
) -> Post:
    """Do what ``edit_post`` says, with words that are rendered."""
    hold_people([ctx.person, *(who.id for who in words.people)])
    thread, post = hold_any_post(ctx, post_id)
    require(may_edit_post, ctx, post)
    words.refuse_elsewhere(thread.space_id)
    refuse_archived(belongs_to(ctx, thread.space_id))
    if post.body == words.body:
        drop_draft(ctx, post_id, words.body, draft)
        return post
    if post.edition != edition:
        raise Conflict(_("This post was changed in another window. Look at it before you go on."))
    refuse_beyond_limits(ctx, thread.space_id, words=words)
    drop_draft(ctx, post_id, words.body, draft)
    if post.removal is Removal.WAITING:  # nobody has read it: no former words, nobody to tell
        post.edition += 1
        post.body, post.html, post.renderer = words.body, words.html, markdown.RENDERER
        attach_files(ctx, words, thread.space_id)
        return post
    settled = ctx.now - (post.said_at or post.created_at) > SECOND_THOUGHTS
    if settled or _is_looked_after(ctx, thread.space_id):
        _keep_edition(post)
        post.said_at = ctx.now
    post.edition += 1
    post.body, post.html, post.renderer = words.body, words.html, markdown.RENDERER
    post.edited_at = ctx.now
    attach_files(ctx, words, thread.space_id)
    keep_mentions(ctx, words, thread_id=thread.id, space_id=thread.space_id, anew=True)
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


def _is_looked_after(ctx: Context, space_id: uuid.UUID) -> bool:
    """Whether posts of the actor were approved here lately: what was approved is kept then.

    No statement where the space does not ask for it.
    """
    asks = belongs_to(ctx, space_id).approve_first and not facilitates(ctx, space_id)
    return bool(asks) and is_newcomer(posts_standing(ctx, space_id))


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
